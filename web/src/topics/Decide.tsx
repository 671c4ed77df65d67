import type { Cluster } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Plus, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { goOn } from '../ui/goOn.ts';
import { useHint, useKeys } from '../ui/useKeys.ts';
import { back, makeProblemOf, noProblem } from './data.ts';

type One = Pick<Cluster, 'id' | 'kind' | 'name' | 'conversations'>;
type Done = (() => Promise<void>) | undefined;
/** One press at a time; where it worked, what comes after it is done, and the keyboard goes on where it is then. */
const usePress = (run: () => Promise<boolean>, onDone: Done) => {
  const [busy, setBusy] = useState(false);
  const press = async (from: HTMLElement): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const on = goOn(from);
    const done = await run();
    setBusy(false);
    if (!done) return;
    await onDone?.();
    on();
  };
  return { busy, press };
};
const Naming = ({ one, onClose, onMade }: { one: One; onClose: () => void; onMade: Done }) => {
  const client = useQueryClient();
  const form = useSubmit(async (data) => {
    await makeProblemOf(client, one, String(data.get('name')));
    onClose();
    await onMade?.();
  });
  return (
    <Dialog open onClose={onClose} title={t('Make a problem of it')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <p className="ink2">
          {t(
            '{n, plural, one {# conversation is filed here until it is confirmed.} other {# conversations are filed here until they are confirmed.}}',
            { n: one.conversations },
          )}
        </p>
        <Field label={t('What could the customer not do?')}>
          <input className="input" name="name" dir="auto" maxLength={200} defaultValue={one.name} required />
        </Field>
        <FormError error={form.error} fields={['name']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Make it')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

/** The two answers to what was found: a problem, or none. */
export const Decide = ({ one, onDone, keys = false }: { one: One; onDone?: Done; keys?: boolean }) => {
  const client = useQueryClient();
  const can = useMay()('problem.write');
  const [naming, setNaming] = useState(false);
  const none = usePress(() => noProblem(client, one), onDone);
  const away = one.kind === 'question' ? t('Dismiss') : t('Not a problem');
  const make = t('Make a problem of it');
  useKeys([
    { id: 'file', when: can && keys, words: make, run: () => setNaming(true), opens: true },
    { id: 'trash', when: can && keys, words: away, run: () => void none.press(document.body) },
  ]);
  const hints = { make: useHint(make, 'file'), away: useHint(away, 'trash') };
  if (!can) return null;
  return (
    <span className="row wraps">
      <button type="button" className="btn sm" title={keys ? hints.make : undefined} onClick={() => setNaming(true)}>
        <Plus className="i s14" /> {make}
      </button>
      <button
        type="button"
        className={`btn quiet sm${none.busy ? ' busy' : ''}`}
        title={keys ? hints.away : undefined}
        aria-busy={none.busy || undefined}
        onClick={(e) => void none.press(e.currentTarget)}
      >
        <X className="i s14" /> {away}
      </button>
      {naming ? <Naming one={one} onClose={() => setNaming(false)} onMade={onDone} /> : null}
    </span>
  );
};

/** The way back from "Not a problem". */
export const TakeBack = ({ one }: { one: Pick<Cluster, 'id' | 'kind'> }) => {
  const client = useQueryClient();
  const { busy, press } = usePress(() => back(client, one), undefined);
  if (!useMay()('problem.write')) return null;
  return (
    <button
      type="button"
      className={`btn sm${busy ? ' busy' : ''}`}
      aria-busy={busy || undefined}
      onClick={(e) => void press(e.currentTarget)}
    >
      <Undo2 className="i s14 flip" /> {t('Take it back')}
    </button>
  );
};

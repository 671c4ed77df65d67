import { useQueryClient } from '@tanstack/react-query';
import { Plus, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { back, makeProblemOf, noProblem } from './data.ts';

type One = { id: string; name: string; conversations: number };
const Naming = ({ one, onClose, onMade }: { one: One; onClose: () => void; onMade?: (() => void) | undefined }) => {
  const client = useQueryClient();
  const form = useSubmit(async (data) => {
    await makeProblemOf(client, one.id, String(data.get('name')));
    onClose();
    onMade?.();
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
export const Decide = ({ one, onDone }: { one: One; onDone?: () => void }) => {
  const client = useQueryClient();
  const can = useMay()('problem.write');
  const [naming, setNaming] = useState(false);
  if (!can) return null;
  return (
    <span className="row wraps">
      <button type="button" className="btn sm" onClick={() => setNaming(true)}>
        <Plus className="i s14" /> {t('Make a problem of it')}
      </button>
      <button
        type="button"
        className="btn quiet sm"
        onClick={() => void noProblem(client, one.id).then(() => onDone?.())}
      >
        <X className="i s14" /> {t('Not a problem')}
      </button>
      {naming ? <Naming one={one} onClose={() => setNaming(false)} onMade={onDone} /> : null}
    </span>
  );
};

/** The way back from "Not a problem". */
export const TakeBack = ({ id, onDone }: { id: string; onDone?: () => void }) => {
  const client = useQueryClient();
  if (!useMay()('problem.write')) return null;
  return (
    <button type="button" className="btn sm" onClick={() => void back(client, id).then(() => onDone?.())}>
      <Undo2 className="i s14 flip" /> {t('Take it back')}
    </button>
  );
};

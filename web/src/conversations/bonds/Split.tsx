import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../language/index.ts';
import { useMe } from '../../me.ts';
import { Dialog } from '../../ui/float.tsx';
import { Submit, useSubmit } from '../../ui/form.tsx';
import { SkeletonRows } from '../../ui/kit.tsx';
import { said } from '../../ui/time.ts';
import { useActions } from '../act.ts';
import { type Bond, closeBond, isSaid } from '../bond.ts';
import { openedQuery } from '../data.ts';
import { firstLine } from '../text.ts';

/** Where a conversation is divided, and what leaves: each message says on which side it will stand. */
export const Split = ({ now: { row, messageId, only: alone = false } }: { now: Bond }) => {
  const me = useMe().person.id;
  const act = useActions();
  const { data: opened } = useQuery(openedQuery(row.id, me));
  const messages = (opened?.items ?? []).filter(isSaid);
  const [at, setAt] = useState(messageId);
  const [only, setOnly] = useState(alone);
  const chosen = messages.find((m) => m.id === at) ?? messages.at(-1);
  const from = chosen ? messages.indexOf(chosen) : -1;
  const leaves = (n: number) => from !== -1 && (only ? n === from : n >= from);
  const count = messages.filter((_, n) => leaves(n)).length;
  const all = opened?.earlier === null && count === messages.length;
  const form = useSubmit(async () => {
    if (!chosen) return;
    closeBond();
    await act.split(chosen.id, only);
  });
  return (
    <Dialog open onClose={closeBond} title={t('Split #{number}', { number: row.number })} wide>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        {/* biome-ignore lint/a11y/useSemanticElements: two buttons, not a field */}
        <div className="seg" role="group" aria-label={t('What leaves')}>
          <button type="button" aria-pressed={!only} onClick={() => setOnly(false)}>
            {t('From a message on')}
          </button>
          <button type="button" aria-pressed={only} onClick={() => setOnly(true)}>
            {t('One message alone')}
          </button>
        </div>
        {opened ? (
          <fieldset className="passed chosen">
            <legend className="sr">{t('The message where it is split')}</legend>
            {messages.map((m, n) => (
              <label className={`check${leaves(n) ? ' leaves' : ''}`} key={m.id}>
                <input type="radio" name="at" checked={m === chosen} onChange={() => setAt(m.id)} />
                <span className="cut">
                  <bdi className="medium">{m.type === 'out' ? t('We') : m.from?.name || m.from?.address}</bdi>{' '}
                  <span className="ink3">{said(m.at)}</span>{' '}
                  <bdi dir="auto" className="ink2">
                    {firstLine(m.text) || m.subject}
                  </bdi>
                </span>
                <span className="chip">{leaves(n) ? t('leaves') : t('stays')}</span>
              </label>
            ))}
          </fieldset>
        ) : (
          <SkeletonRows count={3} />
        )}
        <p className="xs ink3" role="status">
          {all
            ? t('Nothing would be left here: choose a later message, or one alone.')
            : t(
                '{n, plural, one {# message becomes a conversation of its own.} other {# messages become a conversation of their own.}} Answers to what leaves come to it from then on. It can be taken back.',
                { n: count },
              )}
        </p>
        <div className="feet">
          <button type="button" className="btn quiet" onClick={closeBond}>
            {t('Cancel')}
          </button>
          {all || !chosen ? null : <Submit busy={form.busy}>{t('Split')}</Submit>}
        </div>
      </form>
    </Dialog>
  );
};

import type { ConversationRow, Opened } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../language/index.ts';
import { useMe } from '../../me.ts';
import { Dialog } from '../../ui/float.tsx';
import { FormError, useSubmit } from '../../ui/form.tsx';
import { SkeletonRows } from '../../ui/kit.tsx';
import { said } from '../../ui/time.ts';
import { useActions } from '../act.ts';
import { closeBond, isSaid } from '../bond.ts';
import { openedQuery } from '../data.ts';
import { firstLine } from '../text.ts';
import { statusOf } from '../views.ts';
import { Find, type Found } from './Find.tsx';

const last = 6;

/** What will stand in the one that stays: the messages of both, in the order they were said. */
const Together = ({ both }: { both: [Opened, Opened] }) => {
  const lines = both
    .flatMap((o) => o.items.filter(isSaid).map((m) => ({ m, number: o.conversation.number })))
    .sort((a, b) => a.m.at.localeCompare(b.m.at));
  const count = both.reduce((sum, o) => sum + o.conversation.messageCount, 0);
  return (
    <div className="merge-look">
      <h3 className="xs ink3">
        {t('{n, plural, one {So it will read: # message} other {So it will read: # messages}}', { n: count })}
      </h3>
      {count > last ? <span className="xs ink3">…</span> : null}
      <ol>
        {lines.slice(-last).map(({ m, number }) => (
          <li key={m.id}>
            <bdi dir="ltr" className="chip">
              #{number}
            </bdi>
            <bdi className="medium">{m.type === 'out' ? t('We') : m.from?.name || m.from?.address}</bdi>
            <bdi dir="auto" className="cut grow ink2">
              {firstLine(m.text) || m.subject}
            </bdi>
            <time className="xs ink3">{said(m.at)}</time>
          </li>
        ))}
      </ol>
    </div>
  );
};

const Stays = ({ row, on, pick }: { row: ConversationRow; on: boolean; pick: () => void }) => {
  const status = statusOf(row);
  return (
    <label className="check card pad">
      <input type="radio" name="stays" checked={on} onChange={pick} />
      <span className="grow">
        <span className="strong">
          <bdi dir="ltr">#{row.number}</bdi> <bdi dir="auto">{row.subject || t('No subject')}</bdi>
        </span>
        <span className="help">
          <bdi>{row.customer.name || row.customer.address}</bdi> ·{' '}
          {t('{n, plural, one {# message} other {# messages}}', { n: row.messageCount })} · {status.label}
        </span>
      </span>
    </label>
  );
};

/** Two conversations about the same thing become one: which, how that will read, and which of them stays. */
export const Merge = ({ row }: { row: ConversationRow }) => {
  const me = useMe().person.id;
  const act = useActions();
  const navigate = useNavigate();
  const { view = 'open' } = useParams({ strict: false }) as { view?: string };
  const [other, setOther] = useState<Found | null>(null);
  const [keep, setKeep] = useState<string | null>(null);
  const own = useQuery(openedQuery(row.id, me)).data;
  const found = useQuery({ ...openedQuery(other?.id ?? '', me), enabled: other !== null });
  const theirs = found.data;
  const stays = keep ?? other?.id ?? null;
  const form = useSubmit(async () => {
    if (!own || !theirs) return;
    const [from, into] =
      stays === own.conversation.id ? [theirs.conversation, own.conversation] : [own.conversation, theirs.conversation];
    await act.merge(from, into.id);
    closeBond();
    // What was here stands there now.
    if (from.id === row.id)
      await navigate({ to: '/inbox/$view/$number', params: { view, number: String(into.number) } });
  });
  const apart = own && theirs && own.conversation.customer.id !== theirs.conversation.customer.id;
  return (
    <Dialog open onClose={closeBond} title={t('Merge #{number} with another', { number: row.number })} wide>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Find
          row={row}
          label={t('The other conversation')}
          picked={other?.id ?? null}
          onPick={(f) => {
            setOther(f);
            setKeep(null);
          }}
          may={() => true}
        />
        {other && own && theirs ? (
          <>
            <fieldset className="stays">
              <legend className="xs ink3">{t('Which one stays')}</legend>
              {[theirs.conversation, own.conversation].map((one) => (
                <Stays key={one.id} row={one} on={stays === one.id} pick={() => setKeep(one.id)} />
              ))}
            </fieldset>
            {apart ? (
              <div className="said info">
                {t('They are from different customers, who will see each other’s replies from then on.')}
              </div>
            ) : null}
            <Together both={[own, theirs]} />
          </>
        ) : other && found.isPending ? (
          <SkeletonRows count={2} />
        ) : null}
        <FormError error={form.error ?? (found.isError ? found.error : null)} />
        <div className="feet">
          <span className="xs ink3 grow">{t('It can be taken back.')}</span>
          <button type="button" className="btn quiet" onClick={closeBond}>
            {t('Cancel')}
          </button>
          <button
            type="submit"
            className={`btn primary${form.busy ? ' busy' : ''}`}
            disabled={!own || !theirs}
            aria-busy={form.busy || undefined}
          >
            {t('Merge')}
          </button>
        </div>
      </form>
    </Dialog>
  );
};

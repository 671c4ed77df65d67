import type { SpamFilter } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { Blocked } from '../chats/Blocked.tsx';
import { levels } from '../conversations/spam.ts';
import { Senders } from '../customers/Senders.tsx';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { Check } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';

const Strictness = ({ filter }: { filter: SpamFilter }) => {
  const may = useMay()('workspace.write');
  const client = useQueryClient();
  const set = async (threshold: number, undo = true): Promise<void> => {
    const before = filter.threshold;
    client.setQueryData(['spam'], { ...filter, threshold });
    try {
      client.setQueryData(['spam'], await api('PATCH /spam', { body: { threshold } }));
      if (undo)
        tell(t('Saved. It counts from the next mail on.'), { label: t('Undo'), run: () => void set(before, false) });
    } catch (error) {
      client.setQueryData(['spam'], filter);
      tellProblem(error);
    }
  };
  const own = levels.every((level) => level.threshold !== filter.threshold);
  return (
    <fieldset className="card pad form" disabled={!may} style={{ border: 0, margin: 0 }}>
      <legend className="sr">{t('How strict')}</legend>
      {levels.map((level) => (
        <Check
          key={level.threshold}
          type="radio"
          name="threshold"
          value={String(level.threshold)}
          checked={filter.threshold === level.threshold}
          onChange={() => void set(level.threshold)}
          label={t('{label}, from {threshold} points', { label: level.label, threshold: level.threshold })}
          help={level.help}
        />
      ))}
      {own ? (
        <Check
          type="radio"
          name="threshold"
          checked
          label={t('From {threshold} points, set through the API', { threshold: filter.threshold })}
        />
      ) : null}
    </fieldset>
  );
};

const mails = (n: number): string => `${n} ${n === 1 ? 'conversation' : 'conversations'}`;
const Learned = ({ filter }: { filter: SpamFilter }) => {
  const may = useMay()('workspace.write');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { spam, good, enough } = filter;
  const lacking = [
    spam < enough ? t('{enough} more marked as spam', { enough: enough - spam }) : null,
    good < enough ? t('{enough} more answered', { enough: enough - good }) : null,
  ].filter(Boolean);
  const forget = async () => {
    try {
      client.setQueryData(['spam'], await api('DELETE /spam/learned'));
      tell(t('Forgotten. It learns anew from now on.'));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section style={{ display: 'grid', gap: 12 }} aria-label={t('What it has learned')}>
      <div>
        <h2>{t('What it has learned')}</h2>
        <p className="lead">
          {t(
            'Marking as spam (!), “Not spam” and every answer you send teach it which words are wanted here, in any language. Taken back, they are unlearned.',
          )}
        </p>
      </div>
      <div className="card pad form">
        <dl className="learned">
          <div>
            <dt>{t('Marked as spam')}</dt>
            <dd className="num">{spam}</dd>
          </div>
          <div>
            <dt>{t('Answered, or taken out of spam')}</dt>
            <dd className="num">{good}</dd>
          </div>
        </dl>
        <p className="ink2">
          {lacking.length === 0
            ? t('Words count now. They were learned from {mails}.', { mails: mails(spam + good) })
            : t('Words don’t count yet: a few mails teach prejudice. Needed are {lacking}.', {
                lacking: lacking.join(' and '),
              })}
        </p>
        {may && spam + good > 0 ? (
          <div className="feet">
            <button type="button" className="btn danger" onClick={() => setAsking(true)}>
              {t('Forget what was learned')}
            </button>
          </div>
        ) : null}
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('Forget what was learned?')}
        yes={t('Forget it')}
        onYes={() => void forget()}
      >
        {t('What {mails} taught is gone for good. Conversations stay where they are, and so do the lists below.', {
          mails: mails(spam + good),
        })}
      </Confirm>
    </section>
  );
};

export const Spam = () => {
  useTitle(t('Spam'));
  const query = useQuery({ queryKey: ['spam'], queryFn: () => api('GET /spam') });
  return (
    <>
      <Head
        title={t('Spam')}
        lead={t(
          'Every mail gets points for what speaks for spam. With enough of them, what opens a conversation lies in the spam folder, with the reasons: it tells nobody, is answered by nothing and waits for nobody. Who takes part in a conversation, or was written to before, is not hidden.',
        )}
        help={t(
          'How strict the filter is, what it has learned, and whom you block or allow. Stricter means that more lies in the spam folder, where you can look at any time; nothing is ever deleted because of it. A change counts from the next mail on and can be taken back.',
        )}
      />
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data ? (
        <>
          <Strictness filter={query.data} />
          <Learned filter={query.data} />
        </>
      ) : null}
      <Senders kind="blocked" />
      <Senders kind="allowed" />
      <Blocked />
    </>
  );
};

import type { SpamFilter } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { levels } from '../conversations/spam.ts';
import { Senders } from '../customers/Senders.tsx';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { Check } from '../ui/form.tsx';
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
      if (undo) tell('Saved. It counts from the next mail on.', { label: 'Undo', run: () => void set(before, false) });
    } catch (error) {
      client.setQueryData(['spam'], filter);
      tellProblem(error);
    }
  };
  const own = levels.every((level) => level.threshold !== filter.threshold);
  return (
    <fieldset className="card pad form" disabled={!may} style={{ border: 0, margin: 0 }}>
      <legend className="sr">How strict</legend>
      {levels.map((level) => (
        <Check
          key={level.threshold}
          type="radio"
          name="threshold"
          value={String(level.threshold)}
          checked={filter.threshold === level.threshold}
          onChange={() => void set(level.threshold)}
          label={`${level.label}, from ${level.threshold} points`}
          help={level.help}
        />
      ))}
      {own ? (
        <Check type="radio" name="threshold" checked label={`From ${filter.threshold} points, set through the API`} />
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
    spam < enough ? `${enough - spam} more marked as spam` : null,
    good < enough ? `${enough - good} more answered` : null,
  ].filter(Boolean);
  const forget = async () => {
    try {
      client.setQueryData(['spam'], await api('DELETE /spam/learned'));
      tell('Forgotten. It learns anew from now on.');
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section style={{ display: 'grid', gap: 12 }} aria-label="What it has learned">
      <div>
        <h2>What it has learned</h2>
        <p className="lead">
          Marking as spam (!), “Not spam” and every answer you send teach it which words are wanted here, in any
          language. Taken back, they are unlearned.
        </p>
      </div>
      <div className="card pad form">
        <dl className="learned">
          <div>
            <dt>Marked as spam</dt>
            <dd className="num">{spam}</dd>
          </div>
          <div>
            <dt>Answered, or taken out of spam</dt>
            <dd className="num">{good}</dd>
          </div>
        </dl>
        <p className="ink2">
          {lacking.length === 0
            ? `Words count now. They were learned from ${mails(spam + good)}.`
            : `Words don’t count yet: a few mails teach prejudice. Needed are ${lacking.join(' and ')}.`}
        </p>
        {may && spam + good > 0 ? (
          <div className="feet">
            <button type="button" className="btn danger" onClick={() => setAsking(true)}>
              Forget what was learned
            </button>
          </div>
        ) : null}
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Forget what was learned?"
        yes="Forget it"
        onYes={() => void forget()}
      >
        What {mails(spam + good)} taught is gone for good. Conversations stay where they are, and so do the lists below.
      </Confirm>
    </section>
  );
};

export const Spam = () => {
  useTitle('Spam');
  const query = useQuery({ queryKey: ['spam'], queryFn: () => api('GET /spam') });
  return (
    <>
      <div>
        <h1>Spam</h1>
        <p className="lead">
          Every mail gets points for what speaks for spam. With enough of them, what opens a conversation lies in the
          spam folder, with the reasons: it tells nobody, is answered by nothing and waits for nobody. Who takes part in
          a conversation, or was written to before, is not hidden.
        </p>
      </div>
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
    </>
  );
};

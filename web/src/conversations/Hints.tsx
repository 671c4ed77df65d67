import type { Opened, Person } from '@hearten/contract';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { t } from '../language/index.ts';
import { Said } from '../ui/kit.tsx';
import { newerThan } from './sending.ts';
import { mentionsTeam } from './text.ts';
import type { Written } from './useDraft.ts';

const Hint = ({ children }: { children: ReactNode }) => (
  <div className="hint" role="status">
    <TriangleAlert className="i s14" />
    <span className="grow">{children}</span>
  </div>
);
type Props = {
  opened: Opened;
  written: Written;
  people: Person[] | undefined;
  me: string;
  saw: string | undefined;
  error: unknown;
  makeNote: () => void;
};

/** What one should know before sending: something newer came, a colleague is named to a customer, or it did not work. */
export const Hints = ({ opened, written, people, me, saw, error, makeNote }: Props) => {
  const note = written.kind === 'note';
  const mentioned = note ? null : mentionsTeam(written.text, people?.map((p) => p.name) ?? []);
  const newer =
    written.text.trim() !== '' && !note ? newerThan(opened.items, saw).filter((m) => m.authorId !== me) : [];
  const blank = note ? undefined : /\{\{[^{}\n]{1,80}\}\}/.exec(written.text)?.[0];
  return (
    <>
      {newer.length > 0 ? (
        <Hint>
          {t(
            '{count, plural, one {A message arrived since you began. Read before you send.} other {# messages arrived since you began. Read before you send.}}',
            { count: newer.length },
          )}
        </Hint>
      ) : null}
      {mentioned ? (
        <Hint>
          {t('Mentions are for the team only: {mentioned} is not told of an answer.', { mentioned })}{' '}
          <button type="button" className="btn link" onClick={makeNote}>
            {t('Switch to a note')}
          </button>
        </Hint>
      ) : null}
      {blank ? <Hint>{t('{blank} is not filled in yet.', { blank })}</Hint> : null}
      {error ? (
        <div className="hint">
          <Said error={error} />
        </div>
      ) : null}
    </>
  );
};

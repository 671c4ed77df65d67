import type { Behind, Cluster } from '@hearten/contract';
import { Link } from '@tanstack/react-router';
import { BookmarkCheck, TrendingDown, TrendingUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { t } from '../language/index.ts';
import { Face } from '../mood/Face.tsx';
import { moodWord } from '../mood/words.ts';
import { date } from '../ui/time.ts';

/** A number, and the conversations that it counts. */
const To = ({
  one,
  of,
  now,
  children,
}: {
  one: Cluster;
  of: Behind;
  now?: Behind | undefined;
  children: ReactNode;
}) => (
  <Link
    className="link"
    to="/problems/found/$id"
    params={{ id: one.id }}
    search={of === 'all' ? {} : { of }}
    aria-current={now === of ? 'page' : undefined}
  >
    {children}
  </Link>
);

const Trend = ({ one }: { one: Cluster }) => {
  if (one.lately === one.before) return null;
  const [Icon, words] =
    one.lately > one.before
      ? ([TrendingUp, t('More than before')] as const)
      : ([TrendingDown, t('Fewer than before')] as const);
  return (
    <span title={words}>
      <Icon className="i s13" aria-hidden="true" />
      <span className="sr">{words}</span>
    </span>
  );
};

/** Who asked, how often lately, and how they felt; each number leads to what it counts. */
export const Numbers = ({ one, now }: { one: Cluster; now?: Behind }) => (
  <span className="sm ink2 foundnumbers">
    <To one={one} of="customers" now={now}>
      {t('{n, plural, one {# customer} other {# customers}}', { n: one.customers })}
    </To>
    <To one={one} of="all" now={now}>
      {t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}
    </To>
    <span className="row">
      <Trend one={one} />
      <To one={one} of="lately" now={now}>
        {t('{n} in four weeks', { n: one.lately })}
      </To>
    </span>
    <To one={one} of="before" now={now}>
      {t('{n} in the four before', { n: one.before })}
    </To>
    {one.mood !== null ? (
      <span className="row">
        <Face value={Math.round(one.mood)} read size={16} />
        <span className="sr">{moodWord(Math.round(one.mood))}</span>
        <To one={one} of="unhappy" now={now}>
          {t('{n} unhappy', { n: one.unhappy })}
        </To>
        <To one={one} of="felt" now={now}>
          {t('of {n} whose mood is known', { n: one.felt })}
        </To>
      </span>
    ) : null}
  </span>
);

/** What is known to answer it: a saved answer and how often it was sent since, or that there is none. */
export const Known = ({ one, now }: { one: Cluster; now?: Behind }) => {
  const { answer } = one;
  if (answer && !answer.alone)
    return (
      <span className="sm ink2 foundnumbers">
        <span className="row">
          <BookmarkCheck className="i s14 known" aria-hidden="true" />
          {answer.name === null ? (
            t('A saved answer of a team')
          ) : (
            <Link className="link" to="/settings/snippets/$id" params={{ id: answer.id }}>
              <span className="sr">{t('Saved answer')}</span> <bdi dir="auto">{answer.name}</bdi>
            </Link>
          )}
        </span>
        <To one={one} of="used" now={now}>
          {t('sent in {n, plural, one {# conversation} other {# conversations}} since {date}', {
            n: one.used,
            date: date(one.linkedAt ?? one.createdAt),
          })}
        </To>
      </span>
    );
  if (!one.gap) return null;
  return (
    <span className="sm ink2 foundnumbers">
      <span className="chip risk">{answer ? t('Saved for one person only') : t('No saved answer yet')}</span>
      <To one={one} of="by hand" now={now}>
        {t('{n} written by hand', { n: one.byHand })}
      </To>
      <To one={one} of="answered" now={now}>
        {t('of {n} that were answered', { n: one.answered })}
      </To>
      {one.differ ? <span>{t('Several people gave different answers.')}</span> : null}
    </span>
  );
};

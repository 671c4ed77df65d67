import type { Reply } from '@hearten/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { api } from '../api.ts';
import { channelName } from '../conversations/channels.ts';
import { t } from '../language/index.ts';
import { Face } from '../mood/Face.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { calendarDay, date } from '../ui/time.ts';
import { resultsQuery, stateWords, surveyQuery, WEEKS, ways, whyWords } from './data.ts';
import { type Turns as Behind, WITH_WORDS } from './turns.ts';
import '../home/home.css';
import './surveys.css';
import { More } from '../ui/More.tsx';

type Page = Reply<'GET /surveys/:id/turns'>;
const Turn = ({ one, faces }: { one: Page['items'][number]; faces: boolean }) => (
  <Link to="/c/$number" params={{ number: String(one.number) }} className="behind">
    {faces && one.score ? (
      <Face value={one.score} size={24} />
    ) : (
      <span className="surveyscore" aria-hidden={one.score === null}>
        {one.score ?? ''}
      </span>
    )}
    <span className="grow behindlines">
      {one.words ? (
        <bdi dir="auto" className="verbatim">
          {one.words}
        </bdi>
      ) : null}
      {(one.score === null ? one.answers : one.answers.slice(1)).map(({ text, answer }) => (
        <span key={text} className="xs ink2">
          <bdi dir="auto">{text}</bdi> <bdi className="strong">{answer}</bdi>
        </span>
      ))}
      <span className="xs ink3">
        <bdi>{one.customer}</bdi> · <bdi dir="auto">{one.subject || `#${one.number}`}</bdi> ·{' '}
        {one.why ? whyWords[one.why] : stateWords[one.state]}
      </span>
    </span>
    <span className="xs ink3">{date(one.answeredAt ?? one.at)}</span>
  </Link>
);

/** The turns behind a number, and what customers said in words, the newest first. */
export const Turns = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const asked: Behind = useSearch({ from: '/app/surveys/$id/turns' });
  const navigate = useNavigate();
  const survey = useQuery(surveyQuery(id));
  const results = useQuery(resultsQuery(id));
  const title = asked.words
    ? t('What they said in words')
    : asked.why
      ? stateWords['not asked']
      : stateWords[asked.state ?? 'turn'];
  useTitle(title);
  const query = useInfiniteQuery({
    queryKey: ['surveys', 'turns', id, asked],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Page> =>
      api('GET /surveys/:id/turns', {
        params: { id },
        query: { weeks: String(WEEKS), ...asked, cursor: pageParam, limit: '50' },
      }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const narrow = (next: Behind): void =>
    void navigate({ to: '/surveys/$id/turns', params: { id }, search: { ...asked, ...next }, replace: true });
  const first = results.data?.spreads[0];
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <div>
            <Link to="/surveys/$id" params={{ id }} className="link xs row">
              <ArrowLeft className="i s14 flip" /> <bdi dir="auto">{survey.data?.name ?? t('Survey')}</bdi>
            </Link>
            <h1>{title}</h1>
            <p className="lead">
              {asked.week
                ? t('Week of {day}', { day: calendarDay(asked.week) })
                : t('{n, plural, one {In the last week} other {In the last # weeks}}', { n: WEEKS })}
              {asked.channel ? ` · ${channelName(asked.channel)}` : ''}
              {asked.way ? ` · ${ways[asked.way].label}` : ''}
              {asked.why ? ` · ${whyWords[asked.why as keyof typeof whyWords]}` : ''}
            </p>
          </div>
          {asked.state === 'answered' && first ? (
            <div className="row wraps">
              <select
                className="input narrow"
                aria-label={t('Answer')}
                value={asked.question === first.question ? (asked.value ?? '') : ''}
                onChange={(e) =>
                  narrow({
                    question: e.target.value ? first.question : undefined,
                    value: e.target.value || undefined,
                  })
                }
              >
                <option value="">{t('Every answer')}</option>
                {first.values.map((one) => (
                  <option key={one.value} value={one.value}>
                    {one.label}
                  </option>
                ))}
              </select>
              <label className="check">
                <input
                  type="checkbox"
                  checked={Boolean(asked.words)}
                  onChange={(e) => narrow({ words: e.target.checked ? WITH_WORDS : undefined })}
                />
                <span>{t('Only with words')}</span>
              </label>
            </div>
          ) : null}
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.data && items.length === 0 ? <Empty title={t('Nothing is behind this')} /> : null}
          {items.length ? (
            <div className="card rowsof">
              {items.map((one) => (
                <Turn key={one.id} one={one} faces={survey.data?.kind === 'csat'} />
              ))}
            </div>
          ) : null}
          <More of={query} />
        </div>
      </main>
    </div>
  );
};

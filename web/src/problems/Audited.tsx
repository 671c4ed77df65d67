import type { AuditedFiling, AuditResult, Reply } from '@hearten/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Empty, useTitle } from '../ui/kit.tsx';
import { Page } from '../ui/Page.tsx';
import { date } from '../ui/time.ts';
import { auditQuery, kinds, saidKinds } from './data.ts';
import { percent } from './told.ts';
import './problems.css';
import { More } from '../ui/More.tsx';

type Figures = Reply<'GET /filing-audit'>;
type Answers = Reply<'GET /filing-audit/answers'>;
const results: Record<AuditResult, string> = {
  right: t('Said alike'),
  wrong: t('Said otherwise'),
  unclear: t('Could not tell'),
};

/** The share with its interval and how many it rests on, or why there is none yet. */
export const accuracyOf = (of: Figures): string => {
  const n = of.right + of.wrong;
  return of.accuracy
    ? t('Filed as a second person would: {share} ({low} to {high} with 95 % certainty, {n} looked at)', {
        share: percent(of.accuracy.share),
        low: percent(of.accuracy.low),
        high: percent(of.accuracy.high),
        n,
      })
    : t('Whether a second person would file alike shows once {least} are looked at; {n} are', { n, least: of.least });
};

const Item = ({ one, by }: { one: AuditedFiling; by: string | undefined }) => {
  const filed = one.filed.problem?.name ?? kinds[one.filed.kind as keyof typeof kinds];
  const said = one.said.problem?.name ?? saidKinds[one.said.kind as keyof typeof saidKinds];
  return (
    <Link to="/c/$number" params={{ number: String(one.number) }}>
      <span className="grow problemline">
        <bdi dir="auto" className="strong">
          {one.subject || `#${one.number}`}
        </bdi>
        <span className="sm ink2">
          {t('Filed as: {what}', { what: filed })}
          {one.result === 'right' ? null : (
            <>
              {' · '}
              {t('Second look: {what}', { what: said })}
            </>
          )}
        </span>
        <span className="xs ink3">
          <bdi>{one.customer}</bdi>
          {by ? (
            <>
              {' · '}
              {t('looked at by {name}', { name: by })}
            </>
          ) : null}
        </span>
      </span>
      <span className={`chip ${{ right: 'ok', wrong: 'risk', unclear: '' }[one.result]}`}>{results[one.result]}</span>
      <span className="xs ink3 wide-only">{date(one.answeredAt)}</span>
    </Link>
  );
};

/** What a second person looked at, and what came of it: the conversations behind the figure. */
export const Audited = () => {
  useTitle(t('What was looked at'));
  const { result } = useSearch({ from: '/app/problems/audited' });
  const figures = useQuery(auditQuery);
  const may = useMay();
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const query = useInfiniteQuery({
    queryKey: ['problems', 'audited', result ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Answers> =>
      api('GET /filing-audit/answers', {
        query: { cursor: pageParam, limit: '50', ...(result ? { result } : {}) },
      }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const all = figures.data ? figures.data.right + figures.data.wrong + figures.data.unclear : 0;
  return (
    <Page
      of={query}
      head={
        <>
          <div>
            <Link to="/problems" className="link xs row">
              <ArrowLeft className="i s14 flip" /> {t('Problems')}
            </Link>
            <h1>{t('What was looked at')}</h1>
            {figures.data ? <p className="lead">{accuracyOf(figures.data)}</p> : null}
          </div>
          {figures.data ? (
            <nav className="row wraps" aria-label={t('What came of it')}>
              <Link to="/problems/audited" search={{}} className={`chip${result ? '' : ' accent'}`}>
                {t('All')} {all}
              </Link>
              {(Object.keys(results) as AuditResult[]).map((one) => (
                <Link
                  key={one}
                  to="/problems/audited"
                  search={{ result: one }}
                  className={`chip${result === one ? ' accent' : ''}`}
                >
                  {results[one]} {figures.data[one]}
                </Link>
              ))}
            </nav>
          ) : null}
        </>
      }
    >
      {query.data && items.length === 0 ? (
        <Empty title={t('Nothing is behind this')}>
          {t('Only what was answered in the last 90 days stands here.')}
        </Empty>
      ) : null}
      {items.length ? (
        <div className="card rowsof">
          {items.map((one) => (
            <Item key={one.id} one={one} by={people?.find((p) => p.id === one.answeredBy)?.name} />
          ))}
        </div>
      ) : null}
      <More of={query} />
    </Page>
  );
};

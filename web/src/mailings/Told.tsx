import type { ListedMailing, MailingKind, Reply } from '@hearten/contract';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ArrowLeft, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Empty, useTitle } from '../ui/kit.tsx';
import { More } from '../ui/More.tsx';
import { Page } from '../ui/Page.tsx';
import { date, number } from '../ui/time.ts';
import { kindWords, leftWords, stateWords } from './data.ts';
import './mailings.css';

type Mailings = Reply<'GET /mailings'>;

/** The two pages about what was told to many: what it was, and who wants none of it. */
export const Head = ({ at, kind }: { at: 'told' | 'unsubscribed'; kind?: MailingKind | undefined }) => {
  const title = at === 'told' ? t('Mailings') : t('Who wants no news of fixes');
  useTitle(title);
  const chip = (on: boolean): string => `chip${on ? ' accent' : ''}`;
  return (
    <>
      <div>
        <Link to="/problems" className="link xs row">
          <ArrowLeft className="i s14 flip" /> {t('Problems')}
        </Link>
        <h1>{title}</h1>
        <p className="lead">
          {at === 'told'
            ? t('What was told to everyone who has a problem, over all problems.')
            : t('Who ended the news that something is fixed. Answers to what they write come in any case.')}
        </p>
      </div>
      <nav className="row wraps" aria-label={t('Mailings')}>
        <Link to="/mailings" search={{}} className={chip(at === 'told' && !kind)} activeOptions={{ exact: true }}>
          {t('All')}
        </Link>
        {(Object.keys(kindWords) as MailingKind[]).map((one) => (
          <Link key={one} to="/mailings" search={{ kind: one }} className={chip(kind === one)}>
            {kindWords[one]}
          </Link>
        ))}
        <Link to="/mailings/unsubscribed" className={chip(at === 'unsubscribed')}>
          {t('Who wants no news of fixes')}
        </Link>
      </nav>
    </>
  );
};

/** What is typed narrows the list below it. */
export const Find = ({
  label,
  like,
  text,
  find,
}: {
  label: string;
  like: string;
  text: string;
  find: (text: string) => void;
}) => (
  <div className="search">
    <Search className="i" />
    <input
      className="input"
      type="search"
      dir="auto"
      maxLength={200}
      aria-label={label}
      placeholder={like}
      value={text}
      onChange={(e) => find(e.target.value)}
    />
  </div>
);

const Row = ({ one }: { one: ListedMailing }) => (
  <li>
    <span className="grow mailingline">
      <span className="row wraps">
        <Link className="link strong" to="/mailings/$id" params={{ id: one.id }}>
          {kindWords[one.kind]}
        </Link>
        <span className={`chip ${one.state === 'done' ? 'ok' : one.state === 'stopped' ? 'risk' : ''}`}>
          {stateWords[one.state]}
        </span>
      </span>
      <Link className="link" to="/problems/$id" params={{ id: one.problem.id }} search={{}}>
        <bdi dir="auto">{one.problem.name}</bdi>
      </Link>
      <span className="xs ink3">
        <bdi>{one.person.name}</bdi> · {date(one.startedAt ?? one.createdAt)}
      </span>
      {one.leftOut.length > 0 ? (
        <span className="xs ink3">{t('Left out: {whom}', { whom: leftWords(one.leftOut) })}</span>
      ) : null}
    </span>
    <span className="mailingtold">
      <b>{t('{told} of {people} told', { told: number(one.told), people: number(one.people) })}</b>
      {one.undone ? <span className="xs ink3">{t('{n} taken back', { n: number(one.undone) })}</span> : null}
    </span>
  </li>
);

/** Everything that was told to many, what began last first. */
export const Told = () => {
  const { kind } = useSearch({ from: '/app/mailings' });
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const query = useInfiniteQuery({
    queryKey: ['problems', 'told', kind ?? null, q],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }): Promise<Mailings> =>
      api('GET /mailings', { query: { cursor: pageParam, ...(kind ? { kind } : {}), ...(q ? { q } : {}) }, signal }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      of={query}
      head={
        <>
          <Head at="told" kind={kind} />
          {items.length > 0 || q ? (
            <Find label={t('Find a mailing')} like={t('A problem, or words of the mail')} text={text} find={setText} />
          ) : null}
        </>
      }
    >
      {query.data && items.length === 0 && q ? (
        <Empty title={t('No mailing says “{q}”', { q })}>{t('Try fewer words.')}</Empty>
      ) : null}
      {query.data && items.length === 0 && kind && !q ? (
        <Empty
          title={t('There is none of this kind yet')}
          action={
            <Link className="btn" to="/mailings" search={{}}>
              {t('Show all')}
            </Link>
          }
        />
      ) : null}
      {query.data && items.length === 0 && !kind && !q ? (
        <Empty title={t('Nothing was told to many yet')} sun>
          {t('On the page of a problem you answer everyone who waits, and tell everyone once it is fixed.')}
        </Empty>
      ) : null}
      {items.length > 0 ? (
        <ul className="card rowsof mailinglist">
          {items.map((one) => (
            <Row key={one.id} one={one} />
          ))}
        </ul>
      ) : null}
      <More of={query} />
    </Page>
  );
};

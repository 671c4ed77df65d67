import type { KnownMailing, Reply } from '@hearten/contract';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Send, Square, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { number } from '../ui/time.ts';
import { tellProblem } from '../ui/toast.tsx';
import { mailingQuery, moves, reasons, stateWords, titles, written } from './data.ts';
import './mailings.css';
import { More } from '../ui/More.tsx';

const peopleWords = (n: number) => t('{n, plural, one {# person} other {# people}}', { n });

const useDo = (id: string) => {
  const client = useQueryClient();
  return async (what: 'send' | 'stop' | 'undo'): Promise<void> => {
    try {
      client.setQueryData(mailingQuery(id).queryKey, await api(`POST /mailings/:id/${what}`, { params: { id } }));
      await client.invalidateQueries({ queryKey: ['problems'] });
    } catch (error) {
      tellProblem(error);
    }
  };
};

const Acts = ({ one }: { one: KnownMailing }) => {
  const may = useMay();
  const mine = useMe().person.id === one.personId;
  const run = useDo(one.id);
  const [asked, setAsked] = useState(false);
  if (!may('conversation.write')) return null;
  const waits = one.people - one.told - one.undone - one.left;
  const sends = (one.state === 'preview' || one.state === 'stopped') && mine && waits > 0;
  return (
    <div className="row wraps">
      {sends ? (
        <button type="button" className="btn primary" onClick={() => setAsked(true)}>
          <Send className="i s14" /> {t('{n, plural, one {Send to # person} other {Send to # people}}', { n: waits })}
        </button>
      ) : null}
      {one.state === 'preview' ? (
        <Link
          className="btn quiet"
          to="/problems/$id/tell/$kind"
          params={{ id: one.problemId, kind: one.kind }}
          onClick={() => written.set(`${one.problemId} ${one.kind}`, { text: one.text, confirmed: one.confirmed })}
        >
          {t('Change the text')}
        </Link>
      ) : null}
      {one.state === 'running' ? (
        <button type="button" className="btn" onClick={() => void run('stop')}>
          <Square className="i s14" /> {t('Stop')}
        </button>
      ) : null}
      {one.takesBack && one.state !== 'undoing' ? (
        <button type="button" className="btn" onClick={() => void run('undo')}>
          <Undo2 className="i s14 flip" /> {t('Undo')}
        </button>
      ) : null}
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title={titles[one.kind]}
        yes={t('Send')}
        danger={false}
        onYes={() => {
          setAsked(false);
          void run('send');
        }}
      >
        {t('{people} get exactly what stands here, each once. What has left cannot be taken back.', {
          people: peopleWords(waits),
        })}
      </Confirm>
    </div>
  );
};

type Page = Reply<'GET /mailings/:id/people'>;
const People = ({ one, state }: { one: KnownMailing; state: 'todo' | 'sent' | 'left' }) => {
  const query = useInfiniteQuery({
    queryKey: ['problems', 'people', one.id, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Page> =>
      api('GET /mailings/:id/people', { params: { id: one.id }, query: { state, limit: 25, cursor: pageParam } }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      <ul className="mailed">
        {items.map((item, n) => (
          <li key={item.id}>
            {state === 'todo' ? (
              <details open={n === 0}>
                <summary>
                  <bdi dir="auto">{item.customer}</bdi>{' '}
                  <bdi dir="ltr" className="xs ink3">
                    #{item.number}
                  </bdi>
                  {item.provisional ? <span className="chip">{t('provisional')}</span> : null}
                </summary>
                <dl className="mailhead xs">
                  <dt>{t('From')}</dt>
                  <dd>
                    <bdi>{item.from}</bdi>
                  </dd>
                  <dt>{t('To')}</dt>
                  <dd>
                    <bdi dir="ltr">{item.to}</bdi>
                  </dd>
                  <dt>{t('Subject')}</dt>
                  <dd>
                    <bdi dir="auto">{item.subject}</bdi>
                  </dd>
                </dl>
                <div className="mailwords" dir="auto">
                  {item.words}
                </div>
              </details>
            ) : (
              <div className="row">
                {item.number === null ? (
                  <span className="grow ink3">{t('Erased')}</span>
                ) : (
                  <Link className="link cut grow" to="/c/$number" params={{ number: String(item.number) }}>
                    <bdi dir="ltr">#{item.number}</bdi> <bdi dir="auto">{item.customer}</bdi>
                  </Link>
                )}
                {item.reason ? <span className="xs ink3">{reasons[item.reason]}</span> : null}
              </div>
            )}
          </li>
        ))}
      </ul>
      <More of={query} />
    </>
  );
};

const LeftOutOnes = ({ one }: { one: KnownMailing }) => {
  const [open, setOpen] = useState(false);
  if (one.leftOut.length === 0) return null;
  return (
    <section className="card pad">
      <h2>{t('Left out')}</h2>
      <ul className="mailed">
        {one.leftOut.map(({ reason, people, conversations }) => (
          <li key={reason} className="row">
            <span className="grow">{reasons[reason]}</span>
            <b>
              {reason === 'newer'
                ? t('{n, plural, one {# conversation} other {# conversations}}', { n: conversations })
                : peopleWords(people)}
            </b>
          </li>
        ))}
      </ul>
      <button type="button" className="btn quiet sm" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? t('Hide each of them') : t('Show each of them')}
      </button>
      {open ? <People one={one} state="left" /> : null}
    </section>
  );
};

const Known = ({ one }: { one: KnownMailing }) => {
  const at = one.state === 'undoing' ? one.undone : one.told + one.left;
  return (
    <>
      <div className="row wraps">
        <h1 className="grow">{titles[one.kind]}</h1>
        <span className={`chip ${one.state === 'done' ? 'ok' : ''}`}>{stateWords[one.state]}</span>
      </div>
      <p className="lead" role="status">
        {one.state === 'preview'
          ? t('{n, plural, one {# person gets it.} other {# people get it.}} Nothing is sent yet.', { n: one.people })
          : t('{told} of {people} told', { told: number(one.told), people: number(one.people) })}
        {one.undone ? ` · ${t('{n} taken back', { n: number(one.undone) })}` : ''}
        {one.left ? ` · ${t('{n} left out on the way', { n: number(one.left) })}` : ''}
      </p>
      {moves(one.state) ? (
        <progress className="bulkbar" value={at} max={one.people} aria-label={t('Progress')} />
      ) : null}
      {one.joined ? (
        <p className="card pad row wraps">
          <span className="grow">
            {t(
              '{n, plural, one {# more person is not among them, and is not told:} other {# more people are not among them, and are not told:}} they came since the preview, or wrote.',
              { n: one.joined },
            )}
          </span>
          <Link className="btn sm" to="/problems/$id/tell/$kind" params={{ id: one.problemId, kind: one.kind }}>
            {t('Make a new preview')}
          </Link>
        </p>
      ) : null}
      {one.state === 'preview' && one.provisional ? (
        <p className="ink2">
          {t(
            '{n, plural, one {Of # nobody confirmed that it is about this problem.} other {Of # nobody confirmed that they are about this problem.}}',
            { n: one.provisional },
          )}
        </p>
      ) : null}
      <Acts one={one} />
      {one.state === 'preview' && one.people ? (
        <section className="card pad">
          <h2>{t('Exactly this is sent')}</h2>
          <People one={one} state="todo" />
        </section>
      ) : null}
      <LeftOutOnes one={one} />
      {one.told && !moves(one.state) ? (
        <section className="card pad">
          <h2>{t('Told')}</h2>
          <People one={one} state="sent" />
        </section>
      ) : null}
    </>
  );
};

/** One mailing: what is sent to whom before it is, and what became of it. */
export const MailingPage = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(mailingQuery(id));
  const one = query.data;
  useTitle(one ? titles[one.kind] : t('Preview'));
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          {one ? (
            <Link to="/problems/$id" params={{ id: one.problemId }} className="link row">
              <ArrowLeft className="i s14 flip" /> {t('Problem')}
            </Link>
          ) : null}
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {one ? <Known one={one} /> : null}
        </div>
      </main>
    </div>
  );
};

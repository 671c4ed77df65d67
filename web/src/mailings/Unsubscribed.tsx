import type { Reply, Unsubscription } from '@hearten/contract';
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { goOn } from '../ui/goOn.ts';
import { Empty } from '../ui/kit.tsx';
import { More } from '../ui/More.tsx';
import { Page } from '../ui/Page.tsx';
import { date } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { kindWords } from './data.ts';
import { Find, Head } from './Told.tsx';
import './mailings.css';

type Ended = Reply<'GET /unsubscriptions'>;
const called = (one: Unsubscription): string => one.customer || one.address || t('No name yet');

/** Who is asked about, and the button that asked: from there the keyboard goes on. */
type Taking = { one: Unsubscription; from: HTMLElement };
const Row = ({
  one,
  busy,
  take,
}: {
  one: Unsubscription;
  busy: boolean;
  take: ((taking: Taking) => void) | undefined;
}) => (
  <li>
    <span className="grow mailingline">
      <Link className="link strong" to="/customers/$id" params={{ id: one.customerId }}>
        <bdi dir="auto">{called(one)}</bdi>
      </Link>
      {one.address && one.address !== called(one) ? (
        <bdi dir="ltr" className="sm ink2">
          {one.address}
        </bdi>
      ) : null}
      <span className="xs ink3 row wraps">
        {date(one.at)}
        {one.mailing ? (
          <Link className="link" to="/mailings/$id" params={{ id: one.mailing.id }}>
            {kindWords[one.mailing.kind]}: <bdi dir="auto">{one.mailing.problem}</bdi>
          </Link>
        ) : null}
      </span>
    </span>
    {take ? (
      <button
        type="button"
        className={`btn sm${busy ? ' busy' : ''}`}
        aria-busy={busy || undefined}
        onClick={(e) => (busy ? undefined : take({ one, from: e.currentTarget }))}
      >
        {t('Wants it again')}
      </button>
    ) : null}
  </li>
);

/** Who wants no news that something is fixed; and the way back for those who ask for it. */
export const Unsubscribed = () => {
  const client = useQueryClient();
  const can = useMay()('problem.write');
  const [taking, setTaking] = useState<Taking | null>(null);
  const [busy, setBusy] = useState<Unsubscription | null>(null);
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const query = useInfiniteQuery({
    queryKey: ['problems', 'unsubscribed', q],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }): Promise<Ended> =>
      api('GET /unsubscriptions', { query: { cursor: pageParam, ...(q ? { q } : {}) }, signal }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const take = async ({ one, from }: Taking): Promise<void> => {
    setTaking(null);
    setBusy(one);
    const on = goOn(from);
    try {
      await api('DELETE /unsubscriptions/:id', { params: { id: one.customerId } });
      await client.invalidateQueries({ queryKey: ['problems', 'unsubscribed'] });
      tell(t('{name} gets this news again', { name: called(one) }));
      on();
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <Page
      of={query}
      head={
        <>
          <Head at="unsubscribed" />
          {items.length > 0 || q ? (
            <Find label={t('Find a customer')} like={t('A name or an address')} text={text} find={setText} />
          ) : null}
        </>
      }
      over={
        <Confirm
          open={taking !== null}
          onClose={() => setTaking(null)}
          title={t('Did they ask for it?')}
          yes={t('Yes, they asked')}
          danger={false}
          onYes={() => (taking ? void take(taking) : undefined)}
        >
          {t(
            '{name} ended this news. They may be written to only if they asked for it themselves. Surveys and the question how it went may come again, too. The audit log says that you did it.',
            { name: taking ? called(taking.one) : '' },
          )}
        </Confirm>
      }
    >
      {query.data && items.length === 0 && q ? (
        <Empty title={t('Nobody called “{q}”', { q })}>{t('Try a part of the name or of the address.')}</Empty>
      ) : null}
      {query.data && items.length === 0 && !q ? (
        <Empty title={t('Nobody ended this news')} sun>
          {t('Each mail that tells of a fix has a link that ends such news.')}
        </Empty>
      ) : null}
      {items.length > 0 ? (
        <ul className="card rowsof mailinglist">
          {items.map((one) => (
            <Row
              key={`${one.customerId} ${one.address} ${one.at}`}
              one={one}
              busy={busy?.customerId === one.customerId}
              take={can ? setTaking : undefined}
            />
          ))}
        </ul>
      ) : null}
      <More of={query} />
    </Page>
  );
};

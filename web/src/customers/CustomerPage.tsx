import type { WholeCustomer } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Ban, Merge } from 'lucide-react';
import { api } from '../api.ts';
import { fetchMore, listQuery, nextOf, rows } from '../conversations/data.ts';
import { statusOf } from '../conversations/views.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMay, useMe } from '../me.ts';
import { Avatar, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { age } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { About } from './About.tsx';
import { Duplicates } from './Duplicates.tsx';
import { change, customerQuery } from './data.ts';
import { Handles } from './Handles.tsx';
import { InPlace } from './InPlace.tsx';
import { openMerge } from './merging.ts';
import { Notes } from './Notes.tsx';
import { ErasureBanner, PrivacyMenu } from './Privacy.tsx';
import { Visits } from './Visits.tsx';

/** One customer: who they are, what the team noted, and everything they wrote about. */
export const CustomerPage = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(customerQuery(id));
  const c = query.data;
  useTitle(c?.name || t('Customer'));
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          {query.isPending ? <SkeletonRows count={3} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {c ? (
            <>
              <Head key={`head ${c.id}`} customer={c} />
              {c.mergedInto === null ? <Duplicates customer={c} /> : null}
              <div className="facts">
                <section className="card pad">
                  <Handles key={`handles ${c.id}`} customer={c} />
                  <About key={`about ${c.id}`} customer={c} />
                </section>
                <div className="card pad notes">
                  <Notes key={c.id} customer={c} level="h2" />
                </div>
              </div>
              <Conversations id={c.mergedInto ?? id} />
              <Visits key={id} id={id} />
            </>
          ) : null}
        </div>
      </main>
    </div>
  );
};

const Head = ({ customer: c }: { customer: WholeCustomer }) => {
  const may = useMay();
  const client = useQueryClient();
  const name = c.name || (c.handles[0]?.value ?? '');
  const block = async () => {
    const address = c.handles.find((h) => h.kind === 'email')?.value;
    if (!address) return;
    try {
      const { id } = await api('POST /blocked-senders', { body: { pattern: address } });
      await client.invalidateQueries({ queryKey: ['customer', c.id] });
      tell(t('New mail from {address} goes to spam', { address }), {
        label: t('Undo'),
        run: () =>
          void api('DELETE /blocked-senders/:id', { params: { id } }).then(
            () => client.invalidateQueries({ queryKey: ['customer', c.id] }),
            tellProblem,
          ),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
  const can = may('customer.write') && c.mergedInto === null;
  return (
    <>
      <div className="row customer-head" style={{ gap: 14 }}>
        <Avatar name={name} id={c.id} size={48} />
        <h1 className="grow">
          <InPlace
            label={t('Name')}
            can={can}
            value={c.name}
            shown={<bdi dir="auto">{name}</bdi>}
            save={async (text) => (text ? change(client, c, { name: text }) : undefined)}
          />
        </h1>
        {can ? (
          <button type="button" className="btn" onClick={() => openMerge(null, c.id)}>
            <Merge className="i s14" /> {t('Merge')}
          </button>
        ) : null}
        {may('conversation.write') && !c.blocked && c.mergedInto === null ? (
          <button type="button" className="btn danger" onClick={() => void block()}>
            <Ban className="i s14" /> {t('Block')}
          </button>
        ) : null}
        <PrivacyMenu customer={c} />
      </div>
      <ErasureBanner customer={c} />
      {c.mergedInto ? (
        <div className="said info">
          <Merge className="i" />
          <span>
            <Said
              id="This customer was merged into another. <0>Open that one</0>; the merge can be taken back there."
              components={[<Link key="0" className="link" to="/customers/$id" params={{ id: c.mergedInto }} />]}
            />
          </span>
        </div>
      ) : null}
      {c.blocked ? (
        <div className="said">
          <Ban className="i" />
          <span>
            <Said
              id="Blocked: new mail goes to spam. <0>Blocked senders</0>"
              components={[<Link key="0" className="link" to="/settings/spam" />]}
            />
          </span>
        </div>
      ) : null}
    </>
  );
};

const Conversations = ({ id }: { id: string }) => {
  const me = useMe().person.id;
  const client = useQueryClient();
  const theirs = { view: 'all', customerId: id } as const;
  const list = useQuery(listQuery(theirs, me));
  return (
    <section>
      <h2>{t('Conversations')}</h2>
      {list.isPending ? <SkeletonRows count={3} /> : null}
      {list.isError ? <Failed error={list.error} retry={() => void list.refetch()} /> : null}
      {rows(list.data).map((row) => {
        const status = statusOf(row);
        return (
          <Link
            key={row.id}
            to="/inbox/$view/$number"
            params={{ view: 'all', number: String(row.number) }}
            className="hit"
          >
            <span className="row">
              <bdi dir="auto" className={`cut ${row.unread ? 'strong' : 'medium'}`}>
                {row.subject || t('No subject')}
              </bdi>
              <span className={`chip ${status.tone}`}>{status.label}</span>
              <time className="age">{age(row.lastAt)}</time>
            </span>
            <bdi dir="auto" className="xs ink3 cut">
              {row.snippet}
            </bdi>
          </Link>
        );
      })}
      {list.isSuccess && rows(list.data).length === 0 ? (
        <p className="ink3">{t('None that is in the inbox.')}</p>
      ) : null}
      {nextOf(list.data) ? (
        <button type="button" className="btn" onClick={() => void fetchMore(client, theirs, me)}>
          {t('Older ones')}
        </button>
      ) : null}
    </section>
  );
};

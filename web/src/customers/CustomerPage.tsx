import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Ban, Pencil } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { listQuery, rows } from '../conversations/data.ts';
import { statusOf } from '../conversations/views.ts';
import { useMay, useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Avatar, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { Languages, Zones } from '../ui/places.tsx';
import { age } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Facts } from './CustomerPanel.tsx';

/** One customer: who they are and everything they wrote about. */
export const CustomerPage = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const me = useMe().person.id;
  const may = useMay();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['customer', id], queryFn: () => api('GET /customers/:id', { params: { id } }) });
  const list = useInfiniteQuery(listQuery({ view: 'all', customerId: id }, me));
  const [editing, setEditing] = useState(false);
  const c = query.data;
  useTitle(c?.name || 'Customer');
  const form = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? '').trim();
    await api('PATCH /customers/:id', {
      params: { id },
      body: { name: text('name'), language: text('language') || null, timeZone: text('timeZone') || null },
    });
    setEditing(false);
    await Promise.all([
      client.invalidateQueries({ queryKey: ['customer', id] }),
      client.invalidateQueries({ queryKey: ['list'] }),
      client.invalidateQueries({ queryKey: ['conversation'] }),
    ]);
  });
  const block = async () => {
    const address = c?.handles.find((h) => h.kind === 'email')?.value;
    if (!address) return;
    try {
      await api('POST /blocked-senders', { body: { pattern: address } });
      await client.invalidateQueries({ queryKey: ['customer', id] });
      tell(`New mail from ${address} goes to spam`);
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          {query.isPending ? <SkeletonRows count={3} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {c ? (
            <>
              <div className="row" style={{ gap: 14 }}>
                <Avatar name={c.name || (c.handles[0]?.value ?? '')} id={c.id} size={48} />
                <h1 className="grow cut">
                  <bdi dir="auto">{c.name || c.handles[0]?.value}</bdi>
                </h1>
                {may('customer.write') ? (
                  <button type="button" className="btn" onClick={() => setEditing(true)}>
                    <Pencil className="i s14" /> Change
                  </button>
                ) : null}
                {may('conversation.write') && !c.blocked ? (
                  <button type="button" className="btn danger" onClick={() => void block()}>
                    <Ban className="i s14" /> Block
                  </button>
                ) : null}
              </div>
              {c.blocked ? (
                <div className="said">
                  <Ban className="i" />
                  <span>
                    Blocked: new mail goes to spam.{' '}
                    <Link className="link" to="/settings/spam">
                      Blocked senders
                    </Link>
                  </span>
                </div>
              ) : null}
              <div className="card pad">
                <Facts customer={c} />
              </div>
            </>
          ) : null}
          <section>
            <h2>Conversations</h2>
            {list.isPending ? <SkeletonRows count={3} /> : null}
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
                      {row.subject || 'No subject'}
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
            {list.isSuccess && rows(list.data).length === 0 ? <p className="ink3">None that is in the inbox.</p> : null}
            {list.hasNextPage ? (
              <button type="button" className="btn" onClick={() => void list.fetchNextPage()}>
                Older ones
              </button>
            ) : null}
          </section>
        </div>
      </main>
      {c && editing ? (
        <Dialog open onClose={() => setEditing(false)} title="Change what is known">
          <form className="form" onSubmit={(e) => void form.submit(e)}>
            <Field label="Name" error={form.fields.name}>
              <input className="input" name="name" dir="auto" defaultValue={c.name} required />
            </Field>
            <Field label="Language" optional>
              <Languages name="language" value={c.language ?? ''} none="Not known" />
            </Field>
            <Field label="Time zone" optional>
              <Zones name="timeZone" value={c.timeZone ?? ''} none="Not known" />
            </Field>
            <FormError error={form.error} fields={['name']} />
            <div className="feet">
              <button type="button" className="btn quiet" onClick={() => setEditing(false)}>
                Cancel
              </button>
              <Submit busy={form.busy}>Save</Submit>
            </div>
          </form>
        </Dialog>
      ) : null}
    </div>
  );
};

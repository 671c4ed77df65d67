import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ban } from 'lucide-react';
import { api } from '../api.ts';
import { useMay } from '../me.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { date } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

export const Blocked = () => {
  useTitle('Blocked senders');
  const may = useMay();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['blocked'], queryFn: async () => (await api('GET /blocked-senders')).items });
  const again = () => client.invalidateQueries({ queryKey: ['blocked'] });
  const form = useSubmit(async (data) => {
    await api('POST /blocked-senders', { body: { pattern: String(data.get('pattern')).trim() } });
    await again();
  });
  const unblock = async (id: string, pattern: string) => {
    try {
      await api('DELETE /blocked-senders/:id', { params: { id } });
      await again();
      tell(`${pattern} may write again`);
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <>
      <div>
        <h1>Blocked senders</h1>
        <p className="lead">Their mail is kept, but goes to spam and tells nobody.</p>
      </div>
      {may('conversation.write') ? (
        <form className="form" onSubmit={(e) => void form.submit(e)}>
          <Field
            label="Address or whole domain"
            help="claire@example.com, or @example.com for everyone there."
            error={form.fields.pattern}
          >
            <input className="input" name="pattern" required dir="ltr" />
          </Field>
          <FormError error={form.error} fields={['pattern']} />
          <div className="feet">
            <Submit busy={form.busy}>Block</Submit>
          </div>
        </form>
      ) : null}
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? <Empty title="Nobody is blocked" /> : null}
      {query.data && query.data.length > 0 ? (
        <div className="card rowsof">
          {query.data.map((b) => (
            <div key={b.id}>
              <Ban className="i ink3" />
              <bdi className="grow medium" dir="ltr">
                {b.pattern}
              </bdi>
              <span className="xs ink3">since {date(b.createdAt)}</span>
              {may('conversation.write') ? (
                <button type="button" className="btn sm" onClick={() => void unblock(b.id, b.pattern)}>
                  Unblock
                </button>
              ) : null}
            </div>
          ))}
        </div>
      ) : null}
    </>
  );
};

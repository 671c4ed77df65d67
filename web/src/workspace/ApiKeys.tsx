import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { Confirm, Dialog } from '../ui/float.tsx';
import { Check, CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago, date } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

const scopes = [
  ['read', 'Read', 'Conversations, customers, settings.'],
  ['write', 'Write', 'Answer, note, assign, resolve.'],
  ['admin', 'Administer', 'People, inboxes, the workspace.'],
] as const;

const NewKey = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const [token, setToken] = useState<string | null>(null);
  const form = useSubmit(async (data) => {
    const chosen = scopes.map(([s]) => s).filter((s) => data.get(s) === 'on');
    if (chosen.length === 0) throw new Error('Choose at least one thing it may do.');
    const until = String(data.get('until') ?? '');
    const key = await api('POST /api-keys', {
      body: {
        name: String(data.get('name')).trim(),
        scopes: chosen,
        ...(until ? { expiresAt: new Date(`${until}T23:59:59`).toISOString() } : {}),
      },
    });
    setToken(key.token ?? '');
    await client.invalidateQueries({ queryKey: ['api-keys'] });
  });
  if (token !== null)
    return (
      <Dialog open onClose={onClose} title="Copy the key now">
        <p className="ink2">It is shown this once. Hearten keeps only a fingerprint of it.</p>
        <CopyLine value={token} label="API key" />
        <div className="feet">
          <button type="button" className="btn primary" onClick={onClose}>
            I have it
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog open onClose={onClose} title="New API key">
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label="What it is for" error={form.fields.name}>
          <input className="input" name="name" dir="auto" required placeholder="Order system" />
        </Field>
        <fieldset>
          <legend>What it may do</legend>
          {scopes.map(([name, label, help]) => (
            <Check key={name} name={name} label={label} help={help} defaultChecked={name === 'read'} />
          ))}
        </fieldset>
        <Field label="Until" optional help="Empty: until you revoke it.">
          <input className="input" type="date" name="until" style={{ maxInlineSize: 180 }} />
        </Field>
        <FormError error={form.error} fields={['name']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            Cancel
          </button>
          <Submit busy={form.busy}>Create</Submit>
        </div>
      </form>
    </Dialog>
  );
};

export const ApiKeys = () => {
  useTitle('API keys');
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['api-keys'], queryFn: async () => (await api('GET /api-keys')).items });
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<{ id: string; name: string } | null>(null);
  const revoke = async (id: string) => {
    try {
      await api('DELETE /api-keys/:id', { params: { id } });
      await client.invalidateQueries({ queryKey: ['api-keys'] });
      tell('Revoked: it opens nothing from now on');
    } catch (error) {
      tellProblem(error);
    }
  };
  const add = (
    <button type="button" className="btn primary" onClick={() => setMaking(true)}>
      <Plus className="i" /> New key
    </button>
  );
  return (
    <>
      <div className="row">
        <div className="grow">
          <h1>API keys</h1>
          <p className="lead">For your own programs. Everything the app does, the API does too.</p>
        </div>
        {query.data?.length ? add : null}
      </div>
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? (
        <Empty title="No keys yet" action={add}>
          A key acts for the workspace, never for a person.
        </Empty>
      ) : null}
      {query.data && query.data.length > 0 ? (
        <div className="card rowsof">
          {query.data.map((k) => (
            <div key={k.id}>
              <KeyRound className="i ink3" />
              <span className="grow">
                <bdi className="strong">{k.name}</bdi>
                <span className="xs ink2 row">
                  since {date(k.createdAt)} · {k.lastUsedAt ? `used ${ago(k.lastUsedAt)}` : 'never used'}
                  {k.expiresAt ? ` · until ${date(k.expiresAt)}` : ''}
                </span>
              </span>
              {k.scopes.map((s) => (
                <span className="chip" key={s}>
                  {s}
                </span>
              ))}
              <button type="button" className="btn sm danger" onClick={() => setRevoking(k)}>
                Revoke
              </button>
            </div>
          ))}
        </div>
      ) : null}
      {making ? <NewKey onClose={() => setMaking(false)} /> : null}
      <Confirm
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        title={`Revoke ${revoking?.name ?? ''}?`}
        yes="Revoke"
        onYes={() => revoking && void revoke(revoking.id)}
      >
        Whatever uses it stops working at once. This can’t be taken back.
      </Confirm>
    </>
  );
};

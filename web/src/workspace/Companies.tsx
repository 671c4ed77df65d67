import type { SignInProvider, SignInRules } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Building2, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { roles } from '../people/roles.ts';
import { Confirm, Dialog } from '../ui/float.tsx';
import { Check, CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed } from '../ui/kit.tsx';
import { ago } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

type Role = SignInProvider['role'];
const ofPeople = roles.filter((one) => one.role !== 'owner') as { role: Role; label: string }[];
/** `support-leads = lead`, one a line. */
const mapping = (text: string): SignInProvider['roles'] =>
  text.split('\n').flatMap((line) => {
    const [value = '', role = ''] = line.split('=').map((part) => part.trim());
    const found = ofPeople.find((one) => one.role === role || one.label.toLowerCase() === role.toLowerCase());
    if (!value && !role) return [];
    if (!value || !found) throw new Error(t('“{line}” is no role. Write it like: support-leads = lead', { line }));
    return [{ value, role: found.role }];
  });

const Edit = ({ one, done }: { one: SignInProvider | null; done: (kept?: SignInProvider) => void }) => {
  const [creates, setCreates] = useState(one?.creates ?? false);
  const form = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? '').trim();
    const body = {
      name: text('name'),
      issuer: text('issuer'),
      clientId: text('clientId'),
      domains: text('domains')
        .split(/[\s,]+/)
        .filter(Boolean),
      creates,
      trusted: data.get('trusted') === 'on',
      role: (text('role') || 'representative') as Role,
      claim: text('claim'),
      roles: mapping(text('roles')),
      ...(text('clientSecret') ? { clientSecret: text('clientSecret') } : {}),
    };
    done(
      one
        ? await api('PATCH /sign-in-providers/:id', { params: { id: one.id }, body })
        : await api('POST /sign-in-providers', { body }),
    );
  });
  return (
    <Dialog open onClose={() => done()} title={one ? one.name : t('A sign-in of your company')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        {one ? <CopyLine value={one.redirectUri} label={t('Redirect URI')} /> : null}
        <Field label={t('Name on the button')} error={form.fields.name}>
          <input className="input" name="name" dir="auto" maxLength={60} defaultValue={one?.name} required />
        </Field>
        <Field
          label={t('Issuer')}
          help={t('The address below which its OpenID configuration is.')}
          error={form.fields.issuer}
        >
          <input className="input" name="issuer" type="url" dir="ltr" defaultValue={one?.issuer} required />
        </Field>
        <div className="form two">
          <Field label={t('Client ID')} error={form.fields.clientId}>
            <input
              className="input"
              name="clientId"
              dir="ltr"
              defaultValue={one?.clientId}
              required
              autoComplete="off"
            />
          </Field>
          <Field
            label={t('Client secret')}
            help={one?.hasSecret ? t('Empty: stays as it is.') : undefined}
            error={form.fields.clientSecret}
          >
            <input className="input" name="clientSecret" type="password" dir="ltr" autoComplete="off" />
          </Field>
        </div>
        <Field
          label={t('Domains of your addresses')}
          help={t('Whoever types one sees the button.')}
          error={form.fields.domains}
        >
          <input className="input" name="domains" dir="ltr" defaultValue={one?.domains.join(' ')} />
        </Field>
        <Check
          label={t('Who is new here becomes a person')}
          help={t('With a verified address of these domains.')}
          checked={creates}
          onChange={setCreates}
        />
        <Check
          name="trusted"
          label={t('Its addresses are verified')}
          help={t('For a provider that does not say so itself.')}
          defaultChecked={one?.trusted ?? false}
        />
        <div className="form two">
          <Field label={t('Role of new people')}>
            <select className="input" name="role" defaultValue={one?.role ?? 'representative'}>
              {ofPeople.map(({ role, label }) => (
                <option key={role} value={role}>
                  {label}
                </option>
              ))}
            </select>
          </Field>
          <Field label={t('Claim with the role')} optional>
            <input className="input" name="claim" dir="ltr" defaultValue={one?.claim} />
          </Field>
        </div>
        <Field label={t('Which value means which role')} optional help={t('One a line, like: support-leads = lead')}>
          <textarea
            className="input"
            name="roles"
            rows={3}
            dir="ltr"
            defaultValue={one?.roles.map(({ value, role }) => `${value} = ${role}`).join('\n')}
          />
        </Field>
        <FormError error={form.error} fields={['name', 'issuer', 'clientId', 'clientSecret', 'domains']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={() => done()}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Save')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

/** The company's own sign-ins, and whether they are the only ones. */
export const Companies = ({
  rules,
  owner,
  kept,
}: {
  rules: SignInRules;
  owner: boolean;
  kept: (next: SignInRules) => void;
}) => {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['sign-in-providers'],
    queryFn: async () => (await api('GET /sign-in-providers')).items,
  });
  const [editing, setEditing] = useState<SignInProvider | 'new' | null>(null);
  const [removing, setRemoving] = useState<SignInProvider | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ['sign-in-providers'] });
  const attempt = async (what: () => Promise<unknown>) => {
    try {
      await what();
    } catch (error) {
      tellProblem(error);
    }
    await again();
  };
  const only = async (onlyCompany: boolean) =>
    attempt(async () => kept(await api('PUT /workspace/sign-in', { body: { onlyCompany } })));
  return (
    <section className="form card pad">
      <h2>{t('Your company’s sign-in')}</h2>
      <p className="ink2">
        {t('Any provider that speaks OpenID Connect. Whoever comes by it is let into this workspace, and no other.')}
      </p>
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data && query.data.length > 0 ? (
        <div className="rowsof">
          {query.data.map((one) => (
            <div key={one.id}>
              <Building2 className="i ink3" />
              <span className="grow">
                <bdi className="medium">{one.name}</bdi>
                <span className="xs ink2 row">
                  {one.lastUsedAt
                    ? t('{issuer} · used {when}', { issuer: one.issuer, when: ago(one.lastUsedAt) })
                    : t('{issuer} · never used', { issuer: one.issuer })}
                </span>
              </span>
              {owner ? (
                <>
                  <button type="button" className="btn sm" onClick={() => setEditing(one)}>
                    {t('Change {name}', { name: one.name })}
                  </button>
                  <button type="button" className="btn sm danger" onClick={() => setRemoving(one)}>
                    {t('Remove {name}', { name: one.name })}
                  </button>
                </>
              ) : null}
            </div>
          ))}
        </div>
      ) : null}
      {owner ? (
        <div className="row">
          <button type="button" className="btn" onClick={() => setEditing('new')}>
            <Plus className="i" /> {t('Add your company’s sign-in')}
          </button>
        </div>
      ) : null}
      {query.data && query.data.length > 0 ? (
        <Check
          label={t('Only this way in')}
          help={t('Passwords and passkeys open this workspace to owners only.')}
          checked={rules.onlyCompany}
          disabled={!owner}
          onChange={(on) => void only(on)}
        />
      ) : null}
      {editing ? (
        <Edit
          one={editing === 'new' ? null : editing}
          done={(saved) => {
            // Its redirect URI is the next thing needed.
            setEditing(saved && editing === 'new' ? saved : null);
            if (saved) tell(t('Saved'));
            void again();
          }}
        />
      ) : null}
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('Remove {name}?', { name: removing?.name ?? '' })}
        yes={t('Remove')}
        onYes={() =>
          removing && void attempt(() => api('DELETE /sign-in-providers/:id', { params: { id: removing.id } }))
        }
      >
        {t('Whoever came by it is signed out, and links anew if it is added again.')}
      </Confirm>
    </section>
  );
};

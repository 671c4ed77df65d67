import type { Passkey } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { canHavePasskeys, makePasskey } from '../setup/passkeys.ts';
import { Confirm, Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed } from '../ui/kit.tsx';
import { ago, date } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { browser } from './browser.ts';

/** Asks the browser for a new passkey and gives it the name of this device; it can be called otherwise later. */
export const AddPasskey = ({ possible, added }: { possible: boolean; added: () => void }) => {
  const [busy, setBusy] = useState(false);
  const add = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const { options } = await api('POST /me/passkeys/begin');
      const answer = await makePasskey(options);
      if (!answer) return;
      await api('POST /me/passkeys', { body: { name: browser(navigator.userAgent), answer } });
      tell(t('Passkey added'));
      added();
    } catch (error) {
      // The browser's own word for "this device has one already".
      if (error instanceof Error && error.name === 'InvalidStateError')
        tell(t('This device has a passkey here already.'));
      else tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  if (!possible || !canHavePasskeys())
    return <p className="ink2">{t('Passkeys need an https address with a name; at this one browsers have none.')}</p>;
  return (
    <button
      type="button"
      className={`btn${busy ? ' busy' : ''}`}
      aria-busy={busy || undefined}
      onClick={() => void add()}
    >
      <Fingerprint className="i" /> {t('Add a passkey')}
    </button>
  );
};

const Rename = ({ one, done }: { one: Passkey; done: () => void }) => {
  const form = useSubmit(async (data) => {
    await api('PATCH /me/passkeys/:id', { params: { id: one.id }, body: { name: String(data.get('name')).trim() } });
    done();
  });
  return (
    <Dialog open onClose={done} title={t('Rename the passkey')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('Name')} error={form.fields.name}>
          <input className="input" name="name" dir="auto" defaultValue={one.name} maxLength={60} required />
        </Field>
        <FormError error={form.error} fields={['name']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={done}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Save')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

/** The passkeys of the one who is signed in. */
export const Passkeys = () => {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['ways'], queryFn: () => api('GET /me/sign-in') });
  const [renaming, setRenaming] = useState<Passkey | null>(null);
  const [removing, setRemoving] = useState<Passkey | null>(null);
  const again = () =>
    Promise.all(['ways', 'me', 'sessions'].map((name) => client.invalidateQueries({ queryKey: [name] })));
  const remove = async (one: Passkey) => {
    try {
      await api('DELETE /me/passkeys/:id', { params: { id: one.id } });
      tell(t('Passkey removed'));
    } catch (error) {
      tellProblem(error);
    }
    await again();
  };
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  const passkeys = query.data?.passkeys ?? [];
  return (
    <section className="stack tight">
      <h2>{t('Passkeys')}</h2>
      <p className="ink2">
        {t('Sign in with finger, face or PIN of your device: nothing to type, and nothing that can be stolen.')}
      </p>
      {passkeys.length > 0 ? (
        <div className="card rowsof">
          {passkeys.map((one) => (
            <div key={one.id}>
              <Fingerprint className="i ink3" />
              <span className="grow">
                <bdi className="medium">{one.name}</bdi>
                <span className="xs ink2 row">
                  {one.host === query.data?.passkeyHost
                    ? one.lastUsedAt
                      ? t('since {when} · used {when2}', { when: date(one.createdAt), when2: ago(one.lastUsedAt) })
                      : t('since {when} · never used', { when: date(one.createdAt) })
                    : t('made for {host}, opens nothing here', { host: one.host })}
                </span>
              </span>
              <button
                type="button"
                className="btn sm quiet"
                aria-label={t('Rename {name}', { name: one.name })}
                onClick={() => setRenaming(one)}
              >
                {t('Rename')}
              </button>
              <button
                type="button"
                className="btn sm"
                aria-label={t('Remove {name}', { name: one.name })}
                onClick={() => setRemoving(one)}
              >
                {t('Remove')}
              </button>
            </div>
          ))}
        </div>
      ) : null}
      {query.data ? (
        <div className="row">
          <AddPasskey possible={query.data.passkeyHost !== null} added={() => void again()} />
        </div>
      ) : null}
      {renaming ? (
        <Rename
          one={renaming}
          done={() => {
            setRenaming(null);
            void again();
          }}
        />
      ) : null}
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('Remove {name}?', { name: removing?.name ?? '' })}
        yes={t('Remove')}
        onYes={() => removing && void remove(removing)}
      >
        {t('It opens nothing here from then on. What your device keeps of it can be deleted there.')}
      </Confirm>
    </section>
  );
};

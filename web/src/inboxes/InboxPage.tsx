import type { Inbox } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, KeyRound, Plug, Unplug } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../api.ts';
import { inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Findings } from './Findings.tsx';
import { Habits, PracticeInbox, practises } from './Habits.tsx';
import { ImportsSection } from './Imports.tsx';
import { InboxState } from './Inboxes.tsx';
import { Mailbox } from './Mailbox.tsx';
import { MailHosts } from './MailHosts.tsx';
import { PostingSection } from './Posting.tsx';
import { CameBack, useCameBack } from './SignIn.tsx';
import { guess, habitsOf, readSettings } from './settings.ts';
import { useTrial } from './trial.ts';

const Back = () => (
  <Link className="btn quiet sm" to="/settings/inboxes">
    <ArrowLeft className="i s14 flip" /> {t('Inboxes')}
  </Link>
);

const Form = ({ inbox }: { inbox?: Inbox }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay()('inbox.write');
  const form = useRef<HTMLFormElement>(null);
  const came = useCameBack();
  const brought = !inbox && came.signIn?.state === 'ready' ? came.signIn : null;
  const signIn = inbox ? inbox.settings.signIn : brought;
  const [typed, setAddress] = useState<string | null>(inbox?.address ?? null);
  const address = typed ?? brought?.account ?? '';
  const trial = useTrial();
  // What was tried does not work: who knows better may keep it all the same.
  const [against, setAgainst] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [key, setKey] = useState<string | null>(null);
  const guessed = guess(address);
  const s = inbox?.settings;
  const saving = useSubmit(async (data) => {
    const settings = { ...readSettings(data), ...habitsOf(s) };
    const sure = data.has('sure');
    setAgainst(false);
    // A sign-in that was only just brought is tried by whoever gave it.
    if (!brought && !sure && !(await trial.works({ id: inbox?.id, address: address.trim(), settings })))
      return setAgainst(true);
    const body = { name: String(data.get('name')).trim() || address, address: address.trim(), settings };
    if (inbox)
      await api('PATCH /inboxes/:id', {
        params: { id: inbox.id },
        // Its name is kept by itself. It was tried above, where one sees what was found.
        body: { address: body.address, settings, untested: true },
      });
    else
      await api('POST /inboxes', {
        body: {
          ...body,
          untested: true,
          signIn: brought ? { id: brought.id, otherAccount: data.get('otherAccount') === 'on' } : undefined,
        },
      });
    await client.invalidateQueries({ queryKey: ['inboxes'] });
    tell(
      inbox
        ? t('Saved')
        : settings.imap || brought
          ? t('Connected. The first mail appears in a moment.')
          : t('Connected. Mail appears as soon as it is delivered here.'),
    );
    if (!inbox) await navigate({ to: '/settings/inboxes' });
  });
  const test = async () => {
    if (!form.current?.reportValidity()) return;
    setAgainst(false);
    const settings = { ...readSettings(new FormData(form.current)), ...habitsOf(s) };
    await trial.look({ id: inbox?.id, address: address.trim(), settings });
  };
  const disconnect = async () => {
    if (!inbox) return;
    try {
      await api('DELETE /inboxes/:id', { params: { id: inbox.id } });
      await client.invalidateQueries({ queryKey: ['inboxes'] });
      tell(t('{name} is disconnected; its conversations stay', { name: inbox.name }));
      await navigate({ to: '/settings/inboxes' });
    } catch (error) {
      tellProblem(error);
    }
  };
  const newKey = async () => {
    if (!inbox) return;
    try {
      setKey((await api('POST /inboxes/:id/intake-key', { params: { id: inbox.id } })).key);
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <>
      {inbox ? <Habits inbox={inbox} may={may} /> : null}
      {inbox ? (
        <div>
          <h2>{t('Connection')}</h2>
          <p className="ink2">
            {t(
              'Servers, users and passwords belong together, so they are kept together, with a button: half a change would break the connection.',
            )}
          </p>
        </div>
      ) : null}
      <form className="form" ref={form} onSubmit={(e) => void saving.submit(e)} style={{ gap: 24 }}>
        <fieldset disabled={!may} className="card pad">
          <legend className="sr">{t('Address')}</legend>
          <div className="two" style={{ display: 'grid', gap: 16 }}>
            <Field
              label={t('Address customers write to')}
              error={saving.fields.address}
              help={(!signIn && guessed.hint) || undefined}
            >
              <input
                className="input"
                type="email"
                required
                dir="ltr"
                autoComplete="off"
                placeholder={t('support@example.com')}
                value={address}
                onChange={(e) => setAddress(e.target.value)}
              />
            </Field>
            {inbox ? null : (
              <Field label={t('Name customers see as the sender')} error={saving.fields.name}>
                <input
                  className="input"
                  name="name"
                  dir="auto"
                  placeholder={address || t('Northwind Lamps')}
                  maxLength={200}
                />
              </Field>
            )}
          </div>
        </fieldset>
        <Mailbox may={may} inbox={inbox} brought={brought} address={address} guessed={guessed} errors={saving.fields} />
        <MailHosts inbox={inbox} may={may} />
        {trial.found ? <Findings {...trial.found} /> : null}
        {against ? (
          <p className="help err" role="alert">
            {inbox
              ? t(
                  'It does not work like this, as written above. Nothing was changed; mend it, or save it all the same.',
                )
              : t(
                  'It does not work like this yet, as written above. Nothing was connected; mend it, or connect it all the same: it is tried again and again.',
                )}
          </p>
        ) : null}
        <FormError error={saving.error} fields={['address', 'name', 'settings.imap.host', 'settings.smtp.host']} />
        {may ? (
          <div className="feet">
            <Submit busy={saving.busy}>{inbox ? t('Save the connection') : t('Connect')}</Submit>
            {against ? (
              <button type="submit" className="btn" name="sure" value="yes">
                {inbox ? t('Save all the same') : t('Connect all the same')}
              </button>
            ) : null}
            {brought ? null : (
              <button
                type="button"
                className={`btn${trial.going && !saving.busy ? ' busy' : ''}`}
                onClick={() => void test()}
              >
                <Plug className="i s14" /> {t('Test connection')}
              </button>
            )}
            {inbox ? (
              <button type="button" className="btn danger end" onClick={() => setLeaving(true)}>
                <Unplug className="i s14" /> {t('Disconnect')}
              </button>
            ) : null}
          </div>
        ) : null}
      </form>
      {inbox ? <PostingSection inboxId={inbox.id} /> : null}
      {inbox ? <ImportsSection inboxId={inbox.id} address={inbox.address} /> : null}
      {inbox && may ? (
        <section className="card pad stack">
          <div>
            <h2>{t('Delivery by your own systems')}</h2>
            <p className="ink2">{t('Hand raw mail over by signed HTTP instead of IMAP. The key is shown once.')}</p>
          </div>
          {key ? (
            <CopyLine value={key} label={t('Delivery key')} />
          ) : (
            <div>
              <button type="button" className="btn" onClick={() => void newKey()}>
                <KeyRound className="i s14" /> {t('New delivery key')}
              </button>
            </div>
          )}
        </section>
      ) : null}
      <Confirm
        open={leaving}
        onClose={() => setLeaving(false)}
        title={t('Disconnect {name}?', { name: inbox?.name ?? '' })}
        yes={t('Disconnect')}
        onYes={() => void disconnect()}
      >
        {t(
          'No more mail is fetched or sent through it. Its conversations stay, and the mailbox itself is not touched.',
        )}
      </Confirm>
    </>
  );
};

export const NewInbox = () => {
  useTitle(t('Connect a mailbox'));
  return (
    <>
      <div>
        <Back />
      </div>
      <Head
        title={t('Connect a mailbox')}
        lead={t(
          'Hearten reads the folder and leaves everything in it as it is. Connecting never sends anything to anyone.',
        )}
        help={t(
          'Sign in with Google or Microsoft, or give the servers of your mail host with a user and a password. Test tries both ways and says in plain words what is wrong. Passwords are sealed before they are kept and never shown again. From now on means that old mail stays where it is.',
        )}
        action={
          <Link className="btn" to="/inbox/$view" params={{ view: 'open' }}>
            {t('Later')}
          </Link>
        }
      />
      <CameBack />
      <Form />
    </>
  );
};

export const EditInbox = () => {
  const may = useMay()('inbox.write');
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(inboxesQuery);
  const inbox = query.data?.find((i) => i.id === id);
  useTitle(inbox?.name ?? t('Inbox'));
  if (query.isPending) return <SkeletonRows count={3} />;
  if (inbox?.channel === 'chat') return <Navigate to="/settings/chats/$id" params={{ id }} replace />;
  if (!inbox) return <Failed error={query.error ?? new Error(t('There is no such inbox any more.'))} />;
  return (
    <>
      <div>
        <Back />
      </div>
      <Head
        title={<bdi>{inbox.name}</bdi>}
        lead={
          inbox.state.text
            ? `${reasonWords(inbox.state)}${inbox.state.at ? ` (${full(inbox.state.at)})` : ''}`
            : undefined
        }
        help={t(
          'An inbox is one address that customers write to. How it writes is kept as you go, each field by itself, and counts from the next answer on. How it is connected is kept with a button, because servers, users and passwords belong together. Disconnecting it deletes nothing.',
        )}
        action={<InboxState inbox={inbox} />}
      />
      <CameBack inbox={inbox} />
      {practises(inbox.address) ? (
        <PracticeInbox inbox={inbox} may={may} />
      ) : (
        <Form key={`${inbox.id} ${inbox.settings.signIn?.at ?? ''}`} inbox={inbox} />
      )}
    </>
  );
};

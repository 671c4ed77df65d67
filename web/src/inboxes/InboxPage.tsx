import type { Finding, Inbox } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, KeyRound, Plug, Unplug } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../api.ts';
import { inboxesQuery } from '../conversations/data.ts';
import { useMay } from '../me.ts';
import { said } from '../problem.ts';
import { Confirm } from '../ui/float.tsx';
import { Check, CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Findings } from './Findings.tsx';
import { ImportsSection } from './Imports.tsx';
import { InboxState } from './Inboxes.tsx';
import { Mailbox } from './Mailbox.tsx';
import { MailHosts } from './MailHosts.tsx';
import { PostingSection } from './Posting.tsx';
import { CameBack, useCameBack } from './SignIn.tsx';
import { guess, readSettings } from './settings.ts';

const Back = () => (
  <Link className="btn quiet sm" to="/settings/inboxes">
    <ArrowLeft className="i s14 flip" /> Inboxes
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
  const [found, setFound] = useState<{ findings: Finding[]; count: number | null } | null>(null);
  const [testing, setTesting] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [key, setKey] = useState<string | null>(null);
  const guessed = guess(address);
  const s = inbox?.settings;
  const saving = useSubmit(async (data) => {
    const settings = readSettings(data);
    const body = { name: String(data.get('name')).trim() || address, address: address.trim(), settings };
    if (inbox)
      await api('PATCH /inboxes/:id', {
        params: { id: inbox.id },
        body: { ...body, enabled: data.get('enabled') === 'on' },
      });
    else
      await api('POST /inboxes', {
        body: {
          ...body,
          signIn: brought ? { id: brought.id, otherAccount: data.get('otherAccount') === 'on' } : undefined,
        },
      });
    await client.invalidateQueries({ queryKey: ['inboxes'] });
    tell(inbox ? 'Saved' : 'Connected. The first mail appears in a moment.');
    if (!inbox) await navigate({ to: '/settings/inboxes' });
  });
  const test = async () => {
    if (!form.current?.reportValidity()) return;
    setTesting(true);
    setFound(null);
    try {
      setFound(
        await api('POST /inboxes/test', {
          body: { id: inbox?.id, address: address.trim(), settings: readSettings(new FormData(form.current)) },
        }),
      );
    } catch (error) {
      setFound({ findings: [{ step: 'test', ok: false, text: said(error) }], count: null });
    } finally {
      setTesting(false);
    }
  };
  const disconnect = async () => {
    if (!inbox) return;
    try {
      await api('DELETE /inboxes/:id', { params: { id: inbox.id } });
      await client.invalidateQueries({ queryKey: ['inboxes'] });
      tell(`${inbox.name} is disconnected; its conversations stay`);
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
      <form className="form" ref={form} onSubmit={(e) => void saving.submit(e)} style={{ gap: 24 }}>
        <fieldset disabled={!may} className="card pad">
          <legend className="sr">Address</legend>
          <div className="two" style={{ display: 'grid', gap: 16 }}>
            <Field
              label="Address customers write to"
              error={saving.fields.address}
              help={(!signIn && guessed.hint) || undefined}
            >
              <input
                className="input"
                type="email"
                required
                dir="ltr"
                autoComplete="off"
                placeholder="support@example.com"
                value={address}
                onChange={(e) => setAddress(e.target.value)}
              />
            </Field>
            <Field label="Name customers see as the sender" error={saving.fields.name}>
              <input
                className="input"
                name="name"
                dir="auto"
                defaultValue={inbox?.name ?? ''}
                placeholder={address || 'Northwind Lamps'}
                maxLength={200}
              />
            </Field>
          </div>
        </fieldset>
        <Mailbox may={may} inbox={inbox} brought={brought} address={address} guessed={guessed} errors={saving.fields} />
        <fieldset disabled={!may} className="card pad">
          <legend className="sr">Answers</legend>
          <h2>Answers</h2>
          <Field label="Signature below every answer" optional>
            <textarea
              className="input"
              name="signature"
              rows={3}
              dir="auto"
              defaultValue={s?.signature ?? ''}
              maxLength={4000}
            />
          </Field>
          <Field label="Time to take an answer back" help="Seconds between Send and leaving; 0 sends at once.">
            <input
              className="input"
              name="undoSeconds"
              type="number"
              min={0}
              max={60}
              required
              defaultValue={s?.undoSeconds ?? 10}
              style={{ maxInlineSize: 120 }}
            />
          </Field>
          <Check
            name="quoteHistory"
            defaultChecked={s?.quoteHistory ?? false}
            label="Quote what was said before below each answer"
          />
          <Check
            name="acknowledge"
            defaultChecked={s?.acknowledge ?? false}
            label="Acknowledge the first mail of a conversation"
            help="One short mail at most; never to machines, lists or loops."
          />
          <Check
            name="plusAddress"
            defaultChecked={s?.plusAddress ?? true}
            label="Let answers come back to a plus address"
            help="support+…@ names the conversation. Off for mail servers that know no plus addresses."
          />
          {inbox ? <Check name="enabled" defaultChecked={inbox.enabled} label="Fetch mail from this mailbox" /> : null}
        </fieldset>
        <MailHosts inbox={inbox} may={may} />
        {found ? <Findings {...found} /> : null}
        <FormError error={saving.error} fields={['address', 'name', 'settings.imap.host', 'settings.smtp.host']} />
        {may ? (
          <div className="feet">
            <Submit busy={saving.busy}>{inbox ? 'Save' : 'Connect'}</Submit>
            {brought ? null : (
              <button type="button" className={`btn${testing ? ' busy' : ''}`} onClick={() => void test()}>
                <Plug className="i s14" /> Test connection
              </button>
            )}
            {inbox ? (
              <button type="button" className="btn danger end" onClick={() => setLeaving(true)}>
                <Unplug className="i s14" /> Disconnect
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
            <h2>Delivery by your own systems</h2>
            <p className="ink2">Hand raw mail over by signed HTTP instead of IMAP. The key is shown once.</p>
          </div>
          {key ? (
            <CopyLine value={key} label="Delivery key" />
          ) : (
            <div>
              <button type="button" className="btn" onClick={() => void newKey()}>
                <KeyRound className="i s14" /> New delivery key
              </button>
            </div>
          )}
        </section>
      ) : null}
      <Confirm
        open={leaving}
        onClose={() => setLeaving(false)}
        title={`Disconnect ${inbox?.name ?? ''}?`}
        yes="Disconnect"
        onYes={() => void disconnect()}
      >
        No more mail is fetched or sent through it. Its conversations stay, and the mailbox itself is not touched.
      </Confirm>
    </>
  );
};

export const NewInbox = () => {
  useTitle('Connect a mailbox');
  return (
    <>
      <div>
        <Back />
        <h1 style={{ marginBlockStart: 8 }}>Connect a mailbox</h1>
        <p className="lead">
          Hearten reads the folder and leaves everything in it as it is. Connecting never sends anything to anyone.
        </p>
      </div>
      <CameBack />
      <Form />
    </>
  );
};

export const EditInbox = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(inboxesQuery);
  const inbox = query.data?.find((i) => i.id === id);
  useTitle(inbox?.name ?? 'Inbox');
  if (query.isPending) return <SkeletonRows count={3} />;
  if (!inbox) return <Failed error={query.error ?? new Error('There is no such inbox any more.')} />;
  return (
    <>
      <div>
        <Back />
        <div className="row" style={{ marginBlockStart: 8 }}>
          <h1>
            <bdi>{inbox.name}</bdi>
          </h1>
          <InboxState inbox={inbox} />
        </div>
        {inbox.state.text ? (
          <p className="lead">
            {inbox.state.text}
            {inbox.state.at ? ` (${full(inbox.state.at)})` : ''}
          </p>
        ) : null}
      </div>
      <CameBack inbox={inbox} />
      <Form key={`${inbox.id} ${inbox.settings.signIn?.at ?? ''}`} inbox={inbox} />
    </>
  );
};

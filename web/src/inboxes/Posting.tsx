import type { Posting, PostingName } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CloudDownload, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { ago, full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { postingQuery } from './data.ts';

/** What is to be done at each provider, in the words of its own pages. */
const known: Record<PostingName, { name: string; steps: string[] }> = {
  mailgun: {
    name: 'Mailgun',
    steps: [
      t('Receiving, Routes: make a route for this address with forward("the address above").'),
      t('Leave the end of the address as it is: only what ends with “mime” gets the whole mail.'),
      t(
        'For bounces and complaints, Webhooks: the same address without “/mime”, for permanent failure and spam complaint.',
      ),
    ],
  },
  postmark: {
    name: 'Postmark',
    steps: [
      t('Inbound stream, Settings: enter the address above as the webhook.'),
      t('Switch on “Include raw email content in JSON payload”.'),
      t('For bounces and complaints, Webhooks of the sending stream: the same address, with the bounce’s content.'),
    ],
  },
  sendgrid: {
    name: 'SendGrid',
    steps: [
      t('Settings, Inbound Parse: enter the address above, and tick “POST the raw, full MIME message”.'),
      t(
        'Attach a security policy with signatures to it, and enter its public key here. Without one, the address above carries a password.',
      ),
      t('For bounces and complaints, Mail Settings, Event Webhook: the same address, signed.'),
    ],
  },
  ses: {
    name: t('Amazon SES'),
    steps: [
      t('Amazon SNS: subscribe the address above to the topic, with the protocol HTTPS. It is confirmed by itself.'),
      t(
        'SES, Email receiving: a rule that publishes to the topic, encoded in Base64. That hands over mail up to 150 kB; for larger mail let the rule put it into S3 and name the topic there.',
      ),
      t('For bounces and complaints, Configuration sets: publish them to a topic that is entered here.'),
    ],
  },
};
const names = Object.keys(known) as PostingName[];

/** Mail that a provider receives and posts to us: which, how, and whether it works. */
export const PostingSection = ({ inboxId }: { inboxId: string }) => {
  const query = useQuery(postingQuery(inboxId));
  const may = useMay()('inbox.write');
  const [open, setOpen] = useState(false);
  if (!may && !query.data) return null;
  return (
    <section className="card pad stack" aria-labelledby="posting">
      <div>
        <h2 id="posting">{t('Receiving through a provider')}</h2>
        <p className="ink2">{t('Mailgun, Postmark, SendGrid or Amazon SES receive the mail and hand it over.')}</p>
      </div>
      {query.isPending ? <SkeletonRows count={1} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data ? <Working posting={query.data} /> : null}
      {query.isSuccess && may ? (
        query.data || open ? (
          <Setting key={query.data?.name ?? 'none'} inboxId={inboxId} posting={query.data} />
        ) : (
          <div>
            <button type="button" className="btn" onClick={() => setOpen(true)}>
              <CloudDownload className="i s14" /> {t('Receive through a provider')}
            </button>
          </div>
        )
      ) : null}
    </section>
  );
};

const Working = ({ posting }: { posting: Posting }) => (
  <div className="stack tight" role="status">
    <p>
      <span className="strong">{known[posting.name].name}</span>{' '}
      {posting.since ? (
        <span className="chip ok">
          {posting.lastAt
            ? t('Works since {when} · last {when2}', { when: full(posting.since), when2: ago(posting.lastAt) })
            : t('Works since {when}', { when: full(posting.since) })}
        </span>
      ) : (
        <span className="chip">{t('Waiting for the first mail')}</span>
      )}
    </p>
    {posting.trouble ? (
      <p className="help err wrap">
        {reasonWords(posting.trouble)} ({full(posting.trouble.at)})
      </p>
    ) : null}
  </div>
);

const Setting = ({ inboxId, posting }: { inboxId: string; posting: Posting | null }) => {
  const client = useQueryClient();
  const [name, setName] = useState<PostingName>(posting?.name ?? 'mailgun');
  const [once, setOnce] = useState<string | null>(null);
  const [leaving, setLeaving] = useState(false);
  const [saved, setSaved] = useState(0); // what was typed is not left standing
  const mine = posting?.name === name ? posting : null;
  const put = async (body: Record<string, unknown>) => {
    const { url } = await api('PUT /inboxes/:id/provider', { params: { id: inboxId }, body: { name, ...body } });
    setOnce(url);
    setSaved((n) => n + 1);
    await client.invalidateQueries({ queryKey: postingQuery(inboxId).queryKey });
  };
  const saving = useSubmit(async (data) => {
    const typed = (field: string) => String(data.get(field) ?? '').trim();
    const given = (field: string) => (typed(field) === '' ? {} : { [field]: typed(field) });
    await put({
      ...given('signingKey'),
      ...given('verificationKey'),
      ...given('accessKeyId'),
      ...given('secretAccessKey'),
      ...(name === 'ses' ? { topics: typed('topics').split(/\s+/).filter(Boolean) } : {}),
    });
    tell(t('Saved. It waits for the first mail.'));
  });
  const anew = () => put({ newPassword: true }).catch(tellProblem);
  const remove = async () => {
    try {
      await api('DELETE /inboxes/:id/provider', { params: { id: inboxId } });
      await client.invalidateQueries({ queryKey: postingQuery(inboxId).queryKey });
      tell(t('Nothing is taken from the provider any more'));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <form className="form" onSubmit={(e) => void saving.submit(e)} style={{ gap: 16 }}>
      <Field label={t('Provider')}>
        <select
          className="input"
          value={name}
          onChange={(e) => {
            setName(e.target.value as PostingName);
            setOnce(null);
          }}
        >
          {names.map((one) => (
            <option key={one} value={one}>
              {known[one].name}
            </option>
          ))}
        </select>
      </Field>
      <Secrets key={`${name} ${saved}`} name={name} mine={mine} errors={saving.fields} />
      {once || mine ? (
        <div className="stack tight">
          <span className="label">{t('Address for {name}', { name: known[name].name })}</span>
          <CopyLine value={once ?? mine?.url ?? ''} label={t('Address for {name}', { name: known[name].name })} />
          {once ? (
            <p className="help">{t('It carries a password and is shown this once. Enter it there now.')}</p>
          ) : null}
          {!once && mine?.password ? (
            <p className="help">
              {t('The password before the @ is not shown again.')}{' '}
              <button type="button" className="btn sm" onClick={() => void anew()}>
                <RotateCw className="i s14" /> {t('Make a new password')}
              </button>
            </p>
          ) : null}
        </div>
      ) : (
        <p className="help">{t('Its address stands here once this is saved.')}</p>
      )}
      <ol className="todo ink2">
        {known[name].steps.map((step) => (
          <li key={step} className="wrap">
            {step}
          </li>
        ))}
      </ol>
      <FormError error={saving.error} fields={['signingKey', 'verificationKey', 'topics']} />
      <div className="row" style={{ flexWrap: 'wrap' }}>
        <Submit busy={saving.busy} className="btn">
          {mine ? t('Save') : t('Receive through {name}', { name: known[name].name })}
        </Submit>
        {posting ? (
          <button type="button" className="btn danger end" onClick={() => setLeaving(true)}>
            {t('Stop receiving through {name}', { name: known[posting.name].name })}
          </button>
        ) : null}
      </div>
      <Confirm
        open={leaving}
        onClose={() => setLeaving(false)}
        title={
          posting
            ? t('Stop receiving through {name}?', { name: known[posting.name].name })
            : t('Stop receiving through ?')
        }
        yes={t('Stop')}
        onYes={() => void remove()}
      >
        {t(
          'Its address takes nothing from then on; the provider keeps what it can’t hand over for some hours. What came in stays.',
        )}
      </Confirm>
    </form>
  );
};

const Secrets = ({
  name,
  mine,
  errors,
}: {
  name: PostingName;
  mine: Posting | null;
  errors: Record<string, string>;
}) => {
  const kept = t('There is one. Leave empty to keep it.');
  const secret = (field: string, has: boolean) => (
    <input
      className="input"
      name={field}
      type="password"
      dir="ltr"
      autoComplete="off"
      placeholder={has ? '••••••••' : ''}
    />
  );
  if (name === 'mailgun')
    return (
      <Field
        label={t('HTTP webhook signing key')}
        error={errors.signingKey}
        help={mine?.has.signingKey ? kept : t('In Mailgun under Settings, API security.')}
      >
        {secret('signingKey', mine?.has.signingKey ?? false)}
      </Field>
    );
  if (name === 'sendgrid')
    return (
      <Field
        label={t('Verification key')}
        optional
        error={errors.verificationKey}
        help={
          mine?.has.verificationKey
            ? kept
            : t('The public key of a security policy with signatures (it begins with MFkw).')
        }
      >
        <input
          className="input"
          name="verificationKey"
          dir="ltr"
          autoComplete="off"
          placeholder={mine?.has.verificationKey ? '••••••••' : ''}
        />
      </Field>
    );
  if (name === 'postmark')
    return <p className="ink2">{t('Postmark signs nothing, so its address carries a password that we make.')}</p>;
  return (
    <>
      <Field
        label={t('SNS topics')}
        error={errors.topics}
        help={t('Their names (ARN), a line each. Only messages of these topics are believed.')}
      >
        <textarea
          className="input"
          name="topics"
          rows={2}
          dir="ltr"
          defaultValue={mine?.topics.join('\n') ?? ''}
          placeholder={t('arn:aws:sns:eu-west-1:123456789012:support')}
        />
      </Field>
      <div
        className="two"
        style={{ display: 'grid', gap: 16, gridTemplateColumns: 'repeat(auto-fit, minmax(190px, 1fr))' }}
      >
        <Field label={t('Access key ID')} optional help={t('Only for mail that lies in S3; it needs s3:GetObject.')}>
          <input
            className="input"
            name="accessKeyId"
            dir="ltr"
            autoComplete="off"
            placeholder={mine?.has.accessKey ? '••••••••' : ''}
          />
        </Field>
        <Field label={t('Secret access key')} optional help={mine?.has.accessKey ? kept : undefined}>
          {secret('secretAccessKey', mine?.has.accessKey ?? false)}
        </Field>
      </div>
    </>
  );
};

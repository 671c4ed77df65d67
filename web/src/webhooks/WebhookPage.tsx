import type { Webhook, WebhookType } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Check } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { useTitle } from '../ui/kit.tsx';
import { DeleteIt, OneOf } from '../ui/listed.tsx';
import { SavedCheck, SavedText, useSaved } from '../ui/saved.tsx';
import { full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Deliveries } from './Deliveries.tsx';
import { Delivery } from './Delivery.tsx';
import { deliveryQuery, keepWebhook, nameOf, webhookQuery } from './data.ts';
import { Headers } from './Headers.tsx';
import { Secret } from './Secret.tsx';
import { stateOf, typeNames, types } from './words.ts';
import './webhooks.css';

/** Everything, those that come later too; or some. */
const Types = ({ one }: { one: Webhook }) => {
  const client = useQueryClient();
  const saved = useSaved<WebhookType[]>({
    label: t('What it is told of'),
    value: one.types,
    save: (next) => keepWebhook(client, one.id, { types: next }),
  });
  const every = one.types.length === 0;
  const has = (type: WebhookType) => every || one.types.includes(type);
  const toggle = (type: WebhookType, on: boolean) => {
    const next = typeNames.filter((name) => (name === type ? on : has(name)));
    if (next.length === 0) saved.setError(t('Choose one at least, or switch the webhook off.'));
    else void saved.keep(next.length === typeNames.length ? [] : next);
  };
  return (
    <fieldset className="saved hooktypes">
      <legend>{t('What it is told of')}</legend>
      <Check
        label={t('Everything')}
        help={t('Also what a later version adds.')}
        checked={every}
        onChange={(on) => void saved.keep(on ? [] : ['message.received'])}
      />
      <div className="two">
        {typeNames.map((type) => (
          <label className="check" key={type}>
            <input type="checkbox" checked={has(type)} onChange={(e) => toggle(type, e.target.checked)} />
            <span>
              {types[type]}
              <span className="help">
                <code dir="ltr">{type}</code>
              </span>
            </span>
          </label>
        ))}
      </div>
      {saved.error ? (
        <span className="help err" role="alert">
          {saved.error}
        </span>
      ) : null}
    </fieldset>
  );
};

const trouble = (one: Webhook): string | null =>
  one.inward
    ? t(
        'This address lies in a network of your own, and Hearten sends nothing there until whoever runs it allows that: OUTBOUND_ALLOW={host}',
        { host: URL.parse(one.address)?.hostname ?? '' },
      )
    : one.disabled === 'gone'
      ? t('It answered 410: it wants to hear nothing more. Switched off {when}.', { when: full(one.disabledAt ?? '') })
      : one.disabled === 'failing'
        ? t('For three days nothing reached it. Switched off {when}.', { when: full(one.disabledAt ?? '') })
        : one.failingSince
          ? t('Nothing reaches it since {when}. Hearten keeps trying.', { when: full(one.failingSince) })
          : null;

const Page = ({ one }: { one: Webhook }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [testing, setTesting] = useState(false);
  const underWay = useRef(false); // of two presses the second comes before anything is drawn
  const [shown, setShown] = useState<string | null>(null);
  const on = one.active && one.disabled === null;
  const save = (body: Parameters<typeof keepWebhook>[2]) => keepWebhook(client, one.id, body);
  const state = stateOf(one);
  const wrong = trouble(one);
  const test = async () => {
    if (underWay.current) return;
    underWay.current = true;
    setTesting(true);
    try {
      const sent = await api('POST /webhooks/:id/test', { params: { id: one.id } });
      client.setQueryData(deliveryQuery(sent.id).queryKey, sent);
      setShown(sent.id);
      await Promise.all([
        client.invalidateQueries({ queryKey: ['webhooks', 'deliveries', one.id] }),
        client.invalidateQueries({ queryKey: ['webhooks', 'one', one.id] }),
      ]);
    } catch (error) {
      tellProblem(error);
    } finally {
      underWay.current = false;
      setTesting(false);
    }
  };
  const remove = async () => {
    try {
      await api('DELETE /webhooks/:id', { params: { id: one.id } });
      await navigate({ to: '/settings/webhooks' });
      await client.invalidateQueries({ queryKey: ['webhooks'] });
      tell(t('Deleted: nothing is sent there any more'));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <>
      <Head
        title={<bdi>{nameOf(one)}</bdi>}
        lead={
          <span className={`chip ${state.tone}`}>
            <state.icon className="i s13" />
            {state.label}
          </span>
        }
        help={t(
          'Only an answer of 2xx counts, within 20 seconds; redirects are not followed. Each try has the same webhook-id and a signature of its own. Up to three are under way at once, so a later one may arrive first: the version of the conversation says which is newer. Notes are told of without their words.',
        )}
        action={
          <button type="button" className={`btn${testing ? ' busy' : ''}`} onClick={() => void test()}>
            <Send className="i s14 flip" /> {t('Send a test')}
          </button>
        }
      />
      {wrong ? (
        <p className={`hooktrouble ${one.disabled ? 'off' : ''}`} role="status">
          {wrong}
        </p>
      ) : null}
      <div className="card pad form">
        <SavedCheck
          label={t('Switched on')}
          help={t('While it is off nothing is sent: what waits goes out later, what happens is not told.')}
          value={on}
          save={(next) => save({ active: next })}
        />
        <SavedText
          label={t('Address')}
          name="address"
          value={one.address}
          save={(address) => save({ address: address.trim() })}
        >
          <input className="input" type="url" dir="ltr" autoComplete="off" />
        </SavedText>
        <SavedText
          label={t('What it is for')}
          optional
          name="description"
          value={one.description}
          save={(description) => save({ description: description.trim() })}
        >
          <input className="input" dir="auto" maxLength={200} />
        </SavedText>
        <Types one={one} />
      </div>
      <Secret one={one} />
      <Headers one={one} />
      <Deliveries one={one} show={setShown} />
      <DeleteIt
        label={t('Delete this webhook')}
        quiet={false}
        title={t('Delete {name}?', { name: nameOf(one) })}
        yes={t('Delete')}
        onYes={() => void remove()}
      >
        {t('Its secret and the list of what was sent go with it. This can’t be taken back.')}
      </DeleteIt>
      {shown ? <Delivery id={shown} onClose={() => setShown(null)} /> : null}
    </>
  );
};

export const WebhookPage = () => {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery(webhookQuery(id));
  useTitle(query.data ? nameOf(query.data) : t('Webhook'));
  return (
    <OneOf to="/settings/webhooks" all={t('Webhooks')} query={query} count={4}>
      {(one) => <Page key={one.id} one={one} />}
    </OneOf>
  );
};

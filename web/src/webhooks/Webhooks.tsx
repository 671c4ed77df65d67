import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, Webhook as Icon, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { Feet, Field, FormError, useSubmit } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { useTitle } from '../ui/kit.tsx';
import { Listed } from '../ui/listed.tsx';
import { ago } from '../ui/time.ts';
import { nameOf, webhooksQuery } from './data.ts';
import { stateOf } from './words.ts';
import './webhooks.css';

const NewWebhook = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useSubmit(async (data) => {
    const made = await api('POST /webhooks', {
      body: { address: String(data.get('address')).trim(), description: String(data.get('description')).trim() },
    });
    await client.invalidateQueries({ queryKey: ['webhooks'] });
    await navigate({ to: '/settings/webhooks/$id', params: { id: made.id } });
  });
  return (
    <Dialog open onClose={onClose} title={t('New webhook')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field
          label={t('Address')}
          error={form.fields.address}
          help={t('Where Hearten posts to. It is told of everything until you choose.')}
        >
          <input
            className="input"
            name="address"
            type="url"
            dir="ltr"
            required
            autoComplete="off"
            placeholder="https://hooks.example.com/hearten"
          />
        </Field>
        <Field label={t('What it is for')} optional error={form.fields.description}>
          <input className="input" name="description" dir="auto" maxLength={200} placeholder={t('Order system')} />
        </Field>
        <FormError error={form.error} fields={['address', 'description']} />
        <Feet busy={form.busy} onClose={onClose}>
          {t('Create')}
        </Feet>
      </form>
    </Dialog>
  );
};

export const Webhooks = () => {
  useTitle(t('Webhooks'));
  const query = useQuery(webhooksQuery);
  const [making, setMaking] = useState(false);
  const items = query.data?.items;
  const add = (
    <button type="button" className="btn primary" onClick={() => setMaking(true)}>
      <Plus className="i" /> {t('New webhook')}
    </button>
  );
  return (
    <>
      <Head
        title={t('Webhooks')}
        lead={t('Your other systems hear at once what happens here.')}
        help={t(
          'Hearten posts JSON to an address of yours when something happens, signed as Standard Webhooks say. What is not answered with 2xx comes again: after five seconds, five minutes, and so on for three days. Then the webhook is switched off and the owners get a mail. What was sent is kept here for two weeks and can be sent again.',
        )}
        action={items?.length ? add : null}
      />
      <Listed
        query={query}
        count={3}
        none={t('Nobody is told yet')}
        add={add}
        empty={t('Connect an order system, a chat or a workflow tool: it is told, and need not ask.')}
      >
        {(one) => {
          const state = stateOf(one);
          return (
            <Link key={one.id} to="/settings/webhooks/$id" params={{ id: one.id }}>
              <Icon className="i ink3" />
              <span className="grow hookline">
                <span className="row wraps">
                  <bdi className="strong cut">{nameOf(one)}</bdi>
                  <span className={`chip ${state.tone}`}>
                    <state.icon className="i s13" />
                    {state.label}
                  </span>
                </span>
                <span className="xs ink2 cut">
                  <bdi dir="ltr">{one.address}</bdi>
                </span>
                <span className="xs ink3">
                  {[
                    one.types.length === 0
                      ? t('Everything')
                      : t('{n, plural, one {# kind of event} other {# kinds of events}}', { n: one.types.length }),
                    one.lastAt ? t('last {when}', { when: ago(one.lastAt) }) : t('nothing sent yet'),
                    ...(one.failed > 0 ? [t('{n} failed', { n: one.failed })] : []),
                  ].join(' · ')}
                </span>
              </span>
              <ChevronRight className="i ink3 flip" />
            </Link>
          );
        }}
      </Listed>
      {making ? <NewWebhook onClose={() => setMaking(false)} /> : null}
    </>
  );
};

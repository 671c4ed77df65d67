import type { Form } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, FileText, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { byMail, inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Feet, Field, FormError, useSubmit } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { useTitle } from '../ui/kit.tsx';
import { Listed } from '../ui/listed.tsx';
import { ago } from '../ui/time.ts';
import { formNow, formsQuery } from './data.ts';

const NewForm = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: inboxes } = useQuery(inboxesQuery);
  const form = useSubmit(async (data) => {
    const made = await api('POST /forms', {
      body: { name: String(data.get('name')).trim(), inboxId: String(data.get('inboxId')) },
    });
    await formNow(client, made);
    await navigate({ to: '/settings/forms/$id', params: { id: made.id } });
  });
  return (
    <Dialog open onClose={onClose} title={t('New web form')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('Name')} error={form.fields.name} help={t('For your team. Customers don’t see it.')}>
          <input className="input" name="name" dir="auto" required maxLength={120} placeholder={t('Contact')} />
        </Field>
        <Field
          label={t('Inbox')}
          error={form.fields.inboxId}
          help={t('What is sent stands there, and answers leave from its address.')}
        >
          <select className="input" name="inboxId" required>
            {byMail(inboxes).map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </Field>
        <FormError error={form.error} fields={['name', 'inboxId']} />
        <Feet busy={form.busy} onClose={onClose}>
          {t('Create')}
        </Feet>
      </form>
    </Dialog>
  );
};

const cameBy = (one: Form): string =>
  one.lastAt
    ? t('{n, plural, one {# message in 30 days} other {# messages in 30 days}}, last {when}', {
        n: one.received,
        when: ago(one.lastAt),
      })
    : t('Nothing came by it in 30 days');

export const Forms = () => {
  useTitle(t('Web forms'));
  const query = useQuery(formsQuery);
  const { data: inboxes } = useQuery(inboxesQuery);
  const may = useMay()('inbox.write');
  const [making, setMaking] = useState(false);
  const items = query.data?.items;
  const add =
    may && byMail(inboxes).length > 0 ? (
      <button type="button" className="btn primary" onClick={() => setMaking(true)}>
        <Plus className="i" /> {t('New web form')}
      </button>
    ) : null;
  return (
    <>
      <Head
        title={t('Web forms')}
        lead={t('On your website or by itself: what is sent comes to an inbox and is answered by mail.')}
        help={t(
          'Whoever writes types their own address, so nothing proves whose it is: their message stands as that of a sender who is not proven. Spam is kept away without anybody else: a field that only programs fill in, how fast it was sent, and a little work that each browser does.',
        )}
        action={items?.length ? add : null}
      />
      <Listed
        query={query}
        none={t('No web form yet')}
        add={add}
        empty={
          inboxes && byMail(inboxes).length === 0
            ? t('A form needs an inbox that answers leave from. Connect one first, under Inboxes.')
            : t('It can stand on any page of your website, and has an address of its own.')
        }
      >
        {(one) => (
          <Link key={one.id} to="/settings/forms/$id" params={{ id: one.id }}>
            <FileText className="i ink3" />
            <span className="grow stack" style={{ gap: 2 }}>
              <span className="row wraps">
                <bdi className="strong cut">{one.name}</bdi>
                {one.enabled ? null : <span className="chip">{t('Off')}</span>}
              </span>
              <span className="xs ink2">
                <bdi>{inboxes?.find(({ id }) => id === one.inboxId)?.name}</bdi> · {cameBy(one)}
              </span>
            </span>
            <ChevronRight className="i ink3 flip" />
          </Link>
        )}
      </Listed>
      {making ? <NewForm onClose={() => setMaking(false)} /> : null}
    </>
  );
};

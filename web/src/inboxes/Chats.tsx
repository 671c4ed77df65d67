import type { ChatInbox } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, CirclePause, MessageCircle, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Feet, Field, FormError, useSubmit } from '../ui/form.tsx';
import { freeName, listed } from '../ui/names.ts';
import { chatsQuery } from './chats.ts';

const Chat = ({ chat }: { chat: ChatInbox }) => (
  <Link to="/settings/chats/$id" params={{ id: chat.id }}>
    <MessageCircle className="i ink3" />
    <span className="grow">
      <span className="row">
        <bdi className="strong cut">{chat.name}</bdi>
        {chat.enabled ? null : (
          <span className="chip">
            <CirclePause className="i s13" />
            {t('Paused')}
          </span>
        )}
      </span>
      <span className="xs ink2 wrap">
        <bdi>{chat.settings.domains.length > 0 ? listed(chat.settings.domains) : t('On every page with its line')}</bdi>
      </span>
    </span>
    <ChevronRight className="i ink3 flip" />
  </Link>
);

/** Live chats beside the mailboxes; each has a page of its own. */
export const Chats = () => {
  const may = useMay()('inbox.write');
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery(chatsQuery);
  const { data: inboxes } = useQuery(inboxesQuery);
  const [naming, setNaming] = useState(false);
  const saving = useSubmit(async (form) => {
    const made = await api('POST /chats', { body: { name: String(form.get('name')).trim() } });
    await client.invalidateQueries({ queryKey: ['inboxes'] });
    await navigate({ to: '/settings/chats/$id', params: { id: made.id } });
  });

  if (!data || (data.length === 0 && !may)) return null;
  return (
    <section className="inboxkind">
      <h2>{t('Live chat')}</h2>
      <p className="ink2">{t('A bubble on your own pages, answered here.')}</p>
      {data.length > 0 ? (
        <div className="card rowsof">
          {data.map((chat) => (
            <Chat key={chat.id} chat={chat} />
          ))}
        </div>
      ) : null}
      {may ? (
        <div>
          <button type="button" className="btn" onClick={() => setNaming(true)}>
            <Plus className="i" /> {t('Open a live chat')}
          </button>
        </div>
      ) : null}
      <Dialog open={naming} onClose={() => setNaming(false)} title={t('Open a live chat')}>
        <form className="form" onSubmit={(e) => void saving.submit(e)}>
          <Field
            label={t('Name')}
            help={t('Your team reads it in lists and filters; visitors read the name of your company.')}
            error={saving.fields.name}
          >
            <input
              className="input"
              name="name"
              dir="auto"
              maxLength={200}
              required
              defaultValue={freeName(
                t('Live chat'),
                (inboxes ?? []).map((one) => one.name),
              )}
            />
          </Field>
          <FormError error={saving.error} fields={['name']} />
          <Feet busy={saving.busy} onClose={() => setNaming(false)}>
            {t('Open it')}
          </Feet>
        </form>
      </Dialog>
    </section>
  );
};

import type { ChatInbox, ChatKey } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Confirm, Dialog } from '../ui/float.tsx';
import { CopyLine, Feet, Field, FormError, useSubmit } from '../ui/form.tsx';
import { ago } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

/** A shared secret is made here and shown once; of a pair only the public half ever comes here. */
const Add = ({ chat, onClose }: { chat: ChatInbox; onClose: () => void }) => {
  const client = useQueryClient();
  const [algorithm, setAlgorithm] = useState<ChatKey['algorithm']>('HS256');
  const [secret, setSecret] = useState<string | null>(null);
  const form = useSubmit(async (data) => {
    const publicKey = String(data.get('publicKey') ?? '').trim();
    const made = await api('POST /chats/:id/keys', {
      params: { id: chat.id },
      body: { name: String(data.get('name')).trim(), algorithm, ...(publicKey ? { publicKey } : {}) },
    });
    await client.invalidateQueries({ queryKey: ['inboxes', 'chats'] });
    if (made.secret === null) onClose();
    else setSecret(made.secret);
  });
  if (secret !== null)
    return (
      <Dialog open onClose={onClose} title={t('Copy the secret now')}>
        <p className="ink2">{t('It is shown this once. Keep it on your server, never in a page.')}</p>
        <CopyLine value={secret} label={t('Secret')} />
        <div className="feet">
          <button type="button" className="btn primary" onClick={onClose}>
            {t('I have it')}
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog open onClose={onClose} title={t('Add a key')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('What it is for')} {...(form.fields.name ? { error: form.fields.name } : {})}>
          <input className="input" name="name" dir="auto" required maxLength={100} />
        </Field>
        <Field label={t('Kind')}>
          <select
            className="input"
            value={algorithm}
            onChange={(e) => setAlgorithm(e.target.value as ChatKey['algorithm'])}
          >
            <option value="HS256">{t('HS256: a secret that is made here')}</option>
            <option value="ES256">{t('{kind}: the public half of yours', { kind: 'ES256' })}</option>
            <option value="RS256">{t('{kind}: the public half of yours', { kind: 'RS256' })}</option>
          </select>
        </Field>
        {algorithm === 'HS256' ? null : (
          <Field
            label={t('Public key')}
            help={t('From BEGIN PUBLIC KEY to END PUBLIC KEY.')}
            {...(form.fields.publicKey ? { error: form.fields.publicKey } : {})}
          >
            <textarea className="input" name="publicKey" rows={5} dir="ltr" spellCheck={false} required />
          </Field>
        )}
        <FormError error={form.error} fields={['name', 'publicKey']} />
        <Feet busy={form.busy} onClose={onClose}>
          {t('Add a key')}
        </Feet>
      </form>
    </Dialog>
  );
};

/** With what the company's own server vouches for whoever is signed in on its site. */
export const ChatKeys = ({ chat, may }: { chat: ChatInbox; may: boolean }) => {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<ChatKey | null>(null);
  const end = async (key: ChatKey) => {
    setEnding(null);
    try {
      await api('DELETE /chat-keys/:id', { params: { id: key.id } });
      await client.invalidateQueries({ queryKey: ['inboxes', 'chats'] });
      tell(t('Revoked: {name}', { name: key.name }));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section className="form">
      <h2>{t('Who a visitor is')}</h2>
      <p className="ink2">
        {t(
          'Your own server can say who is signed in on your site: with a JWT that names user_id and exp and is signed with one of these keys. Without it, what visitors say of themselves is shown as unproven.',
        )}
      </p>
      {chat.keys.length > 0 ? (
        <div className="card rowsof">
          {chat.keys.map((key) => (
            <div key={key.id}>
              <KeyRound className="i ink3" />
              <span className="grow">
                <bdi className="strong cut">{key.name}</bdi>
                <span className="xs ink2">
                  {key.algorithm}
                  {key.usedAt ? ` · ${t('used {when}', { when: ago(key.usedAt) })}` : ''}
                </span>
              </span>
              {may ? (
                <button type="button" className="btn sm" onClick={() => setEnding(key)}>
                  {t('Revoke')}
                </button>
              ) : null}
            </div>
          ))}
        </div>
      ) : null}
      {may ? (
        <div>
          <button type="button" className="btn" onClick={() => setAdding(true)}>
            <Plus className="i" /> {t('Add a key')}
          </button>
        </div>
      ) : null}
      {adding ? <Add chat={chat} onClose={() => setAdding(false)} /> : null}
      <Confirm
        danger
        open={ending !== null}
        onClose={() => setEnding(null)}
        title={t('Revoke {name}?', { name: ending?.name ?? '' })}
        yes={t('Revoke')}
        onYes={() => ending && void end(ending)}
      >
        {t('Everyone it vouched for is signed out of the chat until your site vouches for them with another key.')}
      </Confirm>
    </section>
  );
};

import type { ConversationRow } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { show } from './act.ts';
import { LetterField } from './compose/LetterField.tsx';
import { blank, leftAt } from './compose/left.ts';
import { sendOnce } from './compose/once.ts';
import { useLetter } from './compose/useLetter.ts';
import { byMail, inboxesQuery } from './data.ts';
import { sendsByKeys } from './sendsByKeys.ts';

type Rest = { inbox: string; to: string; subject: string };

/** Writing to someone first. */
export const Write = ({ onClose, onSent }: { onClose: () => void; onSent: (row: ConversationRow) => void }) => {
  const me = useMe().person.id;
  const may = useMay();
  const client = useQueryClient();
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const place = `${me} write`;
  const [before] = useState(() => leftAt<Rest>(place));
  const [rest, setRest] = useState<Rest>(before?.rest ?? { inbox: '', to: '', subject: '' });
  const letter = useLetter({ place, begun: before?.letter ?? blank, rest });
  const set = (change: Partial<Rest>) => setRest((now) => ({ ...now, ...change }));
  const able = byMail(inboxes).filter((one) => one.enabled);
  const form = useSubmit(async () => {
    const body = {
      inboxId: rest.inbox || (able[0]?.id ?? ''),
      to: rest.to.trim(),
      subject: rest.subject.trim(),
      ...letter.body(),
    };
    const { conversation, message } = await sendOnce(place, body, (once) => api('POST /conversations', { body, once }));
    letter.sent();
    show(client, me, conversation, [message]);
    void client.invalidateQueries({ queryKey: ['list'] });
    onClose();
    onSent(conversation);
  });
  return (
    <Dialog open onClose={onClose} title={t('Write to someone')} wide>
      <form className="form" onSubmit={(e) => void form.submit(e)} onKeyDown={sendsByKeys}>
        <div className="form two">
          <Field label={t('From')} error={form.fields.inboxId}>
            <select
              className="input"
              required
              value={rest.inbox || (able[0]?.id ?? '')}
              onChange={(e) => set({ inbox: e.target.value })}
            >
              {able.map((i) => (
                <option key={i.id} value={i.id}>
                  {i.name} ({i.address})
                </option>
              ))}
            </select>
          </Field>
          <Field label={t('To')} error={form.fields.to}>
            <input
              className="input"
              type="email"
              required
              autoComplete="off"
              placeholder={t('claire@example.com')}
              value={rest.to}
              onChange={(e) => set({ to: e.target.value })}
            />
          </Field>
        </div>
        <Field label={t('Subject')} error={form.fields.subject}>
          <input
            className="input"
            dir="auto"
            required
            maxLength={500}
            value={rest.subject}
            onChange={(e) => set({ subject: e.target.value })}
          />
        </Field>
        <LetterField
          letter={letter}
          label={t('Text')}
          placeholder={t('Write what you want to say')}
          opened={null}
          busy={form.busy}
        />
        {inboxes?.length === 0 ? (
          <div className="said info">{t('Connect a mailbox first: a mail needs an address it comes from.')}</div>
        ) : null}
        <FormError error={form.error} fields={['inboxId', 'to', 'subject']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Send')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

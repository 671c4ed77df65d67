import type { ConversationRow } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Paperclip, X } from 'lucide-react';
import { useState } from 'react';
import { api, type Upload } from '../api.ts';
import { useMay, useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { show } from './act.ts';
import { inboxesQuery } from './data.ts';
import { useFiles } from './useFiles.ts';

/** Writing to someone first. */
export const Write = ({ onClose, onSent }: { onClose: () => void; onSent: (row: ConversationRow) => void }) => {
  const me = useMe().person.id;
  const may = useMay();
  const client = useQueryClient();
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const [attached, setAttached] = useState<Upload[]>([]);
  const files = useFiles((f) => setAttached((a) => [...a, f]));
  const form = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? '').trim();
    const { conversation, message } = await api('POST /conversations', {
      body: {
        inboxId: text('inbox'),
        to: text('to'),
        subject: text('subject'),
        text: text('text'),
        attachments: attached.map((f) => f.id),
      },
    });
    show(client, me, conversation, [message]);
    void client.invalidateQueries({ queryKey: ['list'] });
    onClose();
    onSent(conversation);
  });
  return (
    <Dialog open onClose={onClose} title="Write to someone" wide>
      <form className="form" onSubmit={(e) => void form.submit(e)} {...files.on}>
        <div className="form two">
          <Field label="From" error={form.fields.inboxId}>
            <select className="input" name="inbox" required>
              {inboxes
                ?.filter((i) => i.enabled)
                .map((i) => (
                  <option key={i.id} value={i.id}>
                    {i.name} ({i.address})
                  </option>
                ))}
            </select>
          </Field>
          <Field label="To" error={form.fields.to}>
            <input
              className="input"
              name="to"
              type="email"
              required
              autoComplete="off"
              placeholder="claire@example.com"
            />
          </Field>
        </div>
        <Field label="Subject" error={form.fields.subject}>
          <input className="input" name="subject" dir="auto" required maxLength={500} />
        </Field>
        <Field label="Text" error={form.fields.text}>
          <textarea className="input" name="text" rows={8} dir="auto" required />
        </Field>
        {attached.length > 0 ? (
          <div className="files">
            {attached.map((f) => (
              <span className="file" key={f.id}>
                <Paperclip className="i s14 ink3" />
                <bdi className="cut">{f.filename}</bdi>
                <button
                  type="button"
                  className="x"
                  aria-label={`Remove ${f.filename}`}
                  onClick={() => setAttached(attached.filter((x) => x !== f))}
                >
                  <X className="i s13" />
                </button>
              </span>
            ))}
          </div>
        ) : null}
        {inboxes?.length === 0 ? (
          <div className="said info">Connect a mailbox first: a mail needs an address it comes from.</div>
        ) : null}
        <FormError error={form.error} fields={['inboxId', 'to', 'subject', 'text']} />
        <div className="feet">
          <label className="btn quiet">
            <Paperclip className="i" /> Attach
            <input type="file" multiple className="sr" onChange={(e) => files.pick(e.currentTarget)} />
          </label>
          <span className="grow" />
          <button type="button" className="btn quiet" onClick={onClose}>
            Cancel
          </button>
          <Submit busy={form.busy || files.going.length > 0}>Send</Submit>
        </div>
      </form>
    </Dialog>
  );
};

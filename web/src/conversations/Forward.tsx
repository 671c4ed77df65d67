import type { Message, Opened } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Paperclip } from 'lucide-react';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { api, type Upload } from '../api.ts';
import { useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { bytes, full } from '../ui/time.ts';
import { Attached } from './Attached.tsx';
import { show } from './act.ts';
import { closeForward, type Forwarding, forwarding, rememberForward } from './forwarding.ts';
import { oursAmong } from './ours.ts';
import { Recipients } from './Recipients.tsx';
import { firstLine } from './text.ts';
import { useFiles } from './useFiles.ts';

const isSaid = (i: Opened['items'][number]): i is Message =>
  (i.type === 'in' || i.type === 'out') && i.plan === null && i.state !== 'cancelled';
const keyOf = (m: Message, part: number): string => `${m.id} ${part}`;

/** Passing messages on to a third person, or answering them: what they write comes back here, and the customer sees nothing of it. */
const ForwardForm = ({ opened, given }: { opened: Opened; given: Forwarding }) => {
  const client = useQueryClient();
  const me = useMe().person.id;
  const ours = useMemo(() => oursAmong(opened.ours), [opened.ours]);
  const [to, setTo] = useState(given.to);
  const [cc, setCc] = useState(given.cc);
  const [whole, setWhole] = useState(given.whole);
  const [text, setText] = useState(given.text);
  const [own, setOwn] = useState<Upload[]>([]);
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const files = useFiles((f) => setOwn((a) => [...a, f]));
  const said = opened.items.filter(isSaid);
  const about = said.find((m) => m.id === given.about);
  const passed = given.about === null ? [] : whole ? said.filter((m) => !m.aside) : about ? [about] : [];
  const attached = passed.flatMap((m) => m.attachments.map((file) => ({ key: keyOf(m, file.part), m, file })));
  const form = useSubmit(async () => {
    const going = attached.filter((a) => !without.has(a.key));
    const out = await api('POST /conversations/:id/forwards', {
      params: { id: opened.conversation.id },
      body: {
        to,
        cc,
        text,
        messages: passed.map((m) => m.id),
        files: going.map(({ m, file }) => ({ messageId: m.id, part: file.part })),
        attachments: own.map((f) => f.id),
      },
    });
    rememberForward(out.message.id, { ...given, to, cc, text, whole });
    closeForward();
    show(client, me, out.conversation, [out.message]);
  });
  const title = given.about === null ? `Write to ${given.to[0]?.name || given.to[0]?.address}` : 'Forward';
  return (
    <Dialog open onClose={closeForward} title={title} wide>
      <form
        className="form"
        onSubmit={(e) => void form.submit(e)}
        {...files.on}
        onKeyDown={(e) => {
          if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return;
          e.preventDefault();
          e.currentTarget.requestSubmit();
        }}
      >
        <div className="people-edit">
          <Recipients label="To" value={to} onChange={setTo} ours={ours} />
          <Recipients label="Cc" value={cc} onChange={setCc} ours={ours} />
        </div>
        <Field label="Your words" optional={given.about !== null} error={form.fields.text}>
          <textarea
            className="input"
            rows={4}
            dir="auto"
            value={text}
            onChange={(e) => setText(e.target.value)}
            required={given.about === null}
          />
        </Field>
        {about ? (
          <fieldset className="passed">
            <legend className="sr">What is passed on</legend>
            <label className="check">
              <input type="radio" name="scope" checked={!whole} onChange={() => setWhole(false)} />
              <span>
                This message: <bdi>{about.from?.name || about.from?.address || 'ours'}</bdi>, {full(about.at)}
                <bdi className="xs ink3 cut" dir="auto">
                  {firstLine(about.text) || about.subject}
                </bdi>
              </span>
            </label>
            <label className="check">
              <input type="radio" name="scope" checked={whole} onChange={() => setWhole(true)} />
              <span>
                The whole conversation on screen (messages: {said.filter((m) => !m.aside).length}; notes of the team
                stay here)
              </span>
            </label>
          </fieldset>
        ) : null}
        {attached.length > 0 ? (
          <fieldset className="passed">
            <legend className="xs ink3">Files that go along</legend>
            {attached.map(({ key, file }) => (
              <label className="check" key={key}>
                <input
                  type="checkbox"
                  checked={!without.has(key)}
                  onChange={(e) => {
                    const next = new Set(without);
                    if (e.target.checked) next.delete(key);
                    else next.add(key);
                    setWithout(next);
                  }}
                />
                <span>
                  <bdi>{file.filename || file.contentType}</bdi> <bdi className="ink3 num">{bytes(file.size)}</bdi>
                </span>
              </label>
            ))}
          </fieldset>
        ) : null}
        <Attached files={own} going={files.going} remove={(f) => setOwn(own.filter((x) => x !== f))} />
        <p className="xs ink3">
          The customer sees nothing of this. An answer comes back into this conversation, marked as from them.
        </p>
        <FormError error={form.error} fields={['text']} />
        <div className="feet">
          <label className="btn quiet">
            <Paperclip className="i" /> Attach
            <input type="file" multiple className="sr" onChange={(e) => files.pick(e.currentTarget)} />
          </label>
          <span className="grow" />
          <button type="button" className="btn quiet" onClick={closeForward}>
            Cancel
          </button>
          <Submit busy={form.busy || files.going.length > 0}>{given.about === null ? 'Send' : 'Forward'}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

/** The dialog, while something of this conversation is passed on. */
export const Forward = ({ opened }: { opened: Opened }) => {
  const given = useSyncExternalStore(forwarding.watch, forwarding.get);
  return given?.conversationId === opened.conversation.id ? <ForwardForm opened={opened} given={given} /> : null;
};

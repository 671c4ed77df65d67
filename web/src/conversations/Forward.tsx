import type { Address, Message, Opened } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { FormError, Submit, useSubmit } from '../ui/form.tsx';
import { bytes, full } from '../ui/time.ts';
import { show } from './act.ts';
import { LetterField } from './compose/LetterField.tsx';
import { leftAt } from './compose/left.ts';
import { sendOnce } from './compose/once.ts';
import { useLetter } from './compose/useLetter.ts';
import { closeForward, type Forwarding, forwarding, rememberForward } from './forwarding.ts';
import { oursAmong } from './ours.ts';
import { Recipients } from './Recipients.tsx';
import { sendsByKeys } from './sendsByKeys.ts';
import { firstLine } from './text.ts';
import { MOST_BYTES } from './useFiles.ts';

const isSaid = (i: Opened['items'][number]): i is Message =>
  (i.type === 'in' || i.type === 'out') && i.plan === null && i.state !== 'cancelled';
type Rest = { to: Address[]; cc: Address[]; whole: boolean };
const keyOf = (m: Message, part: number): string => `${m.id} ${part}`;

/** Passing messages on to a third person, or answering them: what they write comes back here, and the customer sees nothing of it. */
const ForwardForm = ({ opened, given }: { opened: Opened; given: Forwarding }) => {
  const client = useQueryClient();
  const me = useMe().person.id;
  const ours = useMemo(() => oursAmong(opened.ours), [opened.ours]);
  const place = `${me} forward ${opened.conversation.id} ${given.about ?? given.to[0]?.address}`;
  // What was taken back comes first, then what was closed unsent.
  const [before] = useState(() => (given.again ? undefined : leftAt<Rest>(place)));
  const [to, setTo] = useState(before?.rest.to ?? given.to);
  const [cc, setCc] = useState(before?.rest.cc ?? given.cc);
  const [whole, setWhole] = useState(before?.rest.whole ?? given.whole);
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const said = opened.items.filter(isSaid);
  const about = said.find((m) => m.id === given.about);
  const passed = given.about === null ? [] : whole ? said.filter((m) => !m.aside) : about ? [about] : [];
  // What stands in a message goes with it.
  const attached = passed.flatMap((m) =>
    m.attachments.flatMap((file) => (file.inline ? [] : [{ key: keyOf(m, file.part), m, file }])),
  );
  const going = attached.filter((a) => !without.has(a.key));
  const letter = useLetter({
    place,
    begun: before?.letter ?? given.letter,
    rest: { to, cc, whole } satisfies Rest,
    along: going.map(({ file }) => file),
  });
  const form = useSubmit(async () => {
    const body = {
      ...letter.body({ wordless: given.about !== null }),
      to,
      cc,
      messages: passed.map((m) => m.id),
      files: going.map(({ m, file }) => ({ messageId: m.id, part: file.part })),
    };
    const params = { id: opened.conversation.id };
    const out = await sendOnce(place, body, (once) => api('POST /conversations/:id/forwards', { params, body, once }));
    rememberForward(out.message.id, { ...given, to, cc, whole, letter: letter.now(), again: true });
    letter.sent();
    closeForward();
    show(client, me, out.conversation, [out.message]);
  });
  const weight = [...letter.own, ...letter.files.going, ...going.map((a) => a.file)].reduce(
    (sum, f) => sum + f.size,
    0,
  );
  const title =
    given.about === null ? t('Write to {name}', { name: given.to[0]?.name || given.to[0]?.address }) : t('Forward');
  return (
    <Dialog open onClose={closeForward} title={title} wide>
      <form className="form" onSubmit={(e) => void form.submit(e)} onKeyDown={sendsByKeys}>
        <div className="people-edit">
          <Recipients label={t('To')} value={to} onChange={setTo} ours={ours} />
          <Recipients label={t('Cc')} value={cc} onChange={setCc} ours={ours} />
        </div>
        <LetterField
          letter={letter}
          label={t('Your words')}
          placeholder={given.about === null ? t('Write what you want to say') : t('Your words (optional)')}
          opened={opened}
          busy={form.busy}
        />
        {about ? (
          <fieldset className="passed">
            <legend className="sr">{t('What is passed on')}</legend>
            <label className="check">
              <input type="radio" name="scope" checked={!whole} onChange={() => setWhole(false)} />
              <span>
                <Said
                  id="This message: <0>{name}</0>, {when}<1>{firstLine}</1>"
                  values={{
                    name: about.from?.name || about.from?.address || t('We'),
                    when: full(about.at),
                    firstLine: firstLine(about.text) || about.subject,
                  }}
                  components={[<bdi key="0" />, <bdi key="1" className="xs ink3 cut" dir="auto" />]}
                />
              </span>
            </label>
            <label className="check">
              <input type="radio" name="scope" checked={whole} onChange={() => setWhole(true)} />
              <span>
                {t('The whole conversation on screen (messages: {count}; notes of the team stay here)', {
                  count: said.filter((m) => !m.aside).length,
                })}
              </span>
            </label>
          </fieldset>
        ) : null}
        {attached.length > 0 ? (
          <fieldset className="passed">
            <legend className="xs ink3">
              {t('Files that go along: {size} of {most}', { size: bytes(weight), most: bytes(MOST_BYTES) })}
            </legend>
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
        {weight > MOST_BYTES ? (
          <div className="said" role="alert">
            {t('These files are too large for one mail. Leave some out; nothing of your words is lost.')}
          </div>
        ) : null}
        <p className="xs ink3">
          {t('The customer sees nothing of this. An answer comes back into this conversation, marked as from them.')}
        </p>
        <FormError error={form.error} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={closeForward}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{given.about === null ? t('Send') : t('Forward')}</Submit>
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

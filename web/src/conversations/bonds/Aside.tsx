import type { ConversationRow } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { t } from '../../language/index.ts';
import { useMe } from '../../me.ts';
import { Dialog } from '../../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../../ui/form.tsx';
import { bytes, said } from '../../ui/time.ts';
import { useActions } from '../act.ts';
import { closeBond, type Aside as Given, isSaid } from '../bond.ts';
import { LetterField } from '../compose/LetterField.tsx';
import { blank, leftAt } from '../compose/left.ts';
import { useLetter } from '../compose/useLetter.ts';
import { openedQuery } from '../data.ts';
import { oursAmong } from '../ours.ts';
import { Recipients } from '../Recipients.tsx';
import { sendsByKeys } from '../sendsByKeys.ts';
import { firstLine } from '../text.ts';
import { MOST_BYTES } from '../useFiles.ts';

type Rest = Omit<Given, 'letter'>;
const toggled = (set: ReadonlySet<string>, id: string, on: boolean): ReadonlySet<string> => {
  const next = new Set(set);
  if (on) next.add(id);
  else next.delete(id);
  return next;
};

/** Writing to a third person: what they read of this conversation is chosen message by message, and nothing is chosen at first. */
export const Aside = ({ row, given }: { row: ConversationRow; given: Given | undefined }) => {
  const me = useMe().person.id;
  const act = useActions();
  const { data: opened } = useQuery(openedQuery(row.id, me));
  const ours = useMemo(() => oursAmong(opened?.ours ?? []), [opened?.ours]);
  const place = `${me} aside ${row.id}`;
  // What was taken back comes first, then what was closed unsent.
  const [before] = useState(() => (given ? undefined : leftAt<Rest>(place)));
  const [to, setTo] = useState(given?.to ?? before?.rest.to ?? []);
  const [cc, setCc] = useState(given?.cc ?? before?.rest.cc ?? []);
  const [subject, setSubject] = useState(given?.subject ?? before?.rest.subject ?? row.subject);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(given?.messages ?? before?.rest.messages));
  const [files, setFiles] = useState<ReadonlySet<string>>(new Set());
  const messages = (opened?.items ?? []).filter(isSaid);
  const along = messages.flatMap((m) =>
    m.attachments.flatMap((file) => (files.has(`${m.id} ${file.part}`) ? [{ m, file }] : [])),
  );
  const letter = useLetter({
    place,
    begun: given?.letter ?? before?.letter ?? blank,
    rest: { to, cc, subject, messages: [...chosen] } satisfies Rest,
    along: along.map(({ file }) => file),
  });
  const weight = [...letter.own, ...letter.files.going, ...along.map((a) => a.file)].reduce(
    (sum, f) => sum + f.size,
    0,
  );
  const theirs = [row.customer.address, ...(opened?.customer.handles.map((h) => h.value) ?? [])];
  const customer = [...to, ...cc].find((a) => theirs.some((one) => one.toLowerCase() === a.address.toLowerCase()));
  const form = useSubmit(async () => {
    if (to.length === 0) throw new Error(t('There is nobody to send this to. Write an address first.'));
    const body = letter.body();
    const about = { to, cc, subject, messages: messages.filter((m) => chosen.has(m.id)).map((m) => m.id) };
    await act.writeAside(
      row,
      { ...about, letter: letter.now() },
      { ...body, files: along.map(({ m, file }) => ({ messageId: m.id, part: file.part })) },
    );
    letter.sent();
    closeBond();
  });
  return (
    <Dialog open onClose={closeBond} title={t('Write to someone about #{number}', { number: row.number })} wide>
      <form className="form" onSubmit={(e) => void form.submit(e)} onKeyDown={sendsByKeys}>
        <div className="people-edit">
          <Recipients label={t('To')} value={to} onChange={setTo} ours={ours} />
          <Recipients label={t('Cc')} value={cc} onChange={setCc} ours={ours} />
        </div>
        {customer ? (
          <div className="said" role="alert">
            {t('{address} is the customer’s own address. Take it out: this is said beside them.', {
              address: customer.address,
            })}
          </div>
        ) : null}
        <Field
          label={t('Subject')}
          error={form.fields.subject}
          help={t('They read it. It need not be the customer’s.')}
        >
          <input
            className="input"
            dir="auto"
            required
            maxLength={500}
            value={subject}
            onChange={(e) => setSubject(e.target.value)}
          />
        </Field>
        <LetterField
          letter={letter}
          label={t('Your words')}
          placeholder={t('Write what you want to say')}
          opened={opened ?? null}
          busy={form.busy}
        />
        {messages.length > 0 ? (
          <fieldset className="passed chosen">
            <legend className="xs ink3">
              {t(
                '{n, plural, =0 {What they read of this conversation: nothing} one {They read # message of this conversation} other {They read # messages of this conversation}}',
                {
                  n: chosen.size,
                },
              )}
            </legend>
            {messages.map((m) => (
              <div key={m.id}>
                <label className="check">
                  <input
                    type="checkbox"
                    checked={chosen.has(m.id)}
                    onChange={(e) => setChosen(toggled(chosen, m.id, e.target.checked))}
                  />
                  <span className="cut">
                    <bdi className="medium">{m.type === 'out' ? t('We') : m.from?.name || m.from?.address}</bdi>{' '}
                    <span className="ink3">{said(m.at)}</span>{' '}
                    <bdi dir="auto" className="ink2">
                      {firstLine(m.text) || m.subject}
                    </bdi>
                  </span>
                </label>
                {m.attachments
                  .filter((file) => !file.inline)
                  .map((file) => (
                    <label className="check inner" key={file.part}>
                      <input
                        type="checkbox"
                        checked={files.has(`${m.id} ${file.part}`)}
                        onChange={(e) => setFiles(toggled(files, `${m.id} ${file.part}`, e.target.checked))}
                      />
                      <span>
                        <bdi>{file.filename || file.contentType}</bdi>{' '}
                        <bdi className="ink3 num">{bytes(file.size)}</bdi>
                      </span>
                    </label>
                  ))}
              </div>
            ))}
          </fieldset>
        ) : null}
        {weight > MOST_BYTES ? (
          <div className="said" role="alert">
            {t('These files are too large for one mail. Leave some out; nothing of your words is lost.')}
          </div>
        ) : null}
        <p className="xs ink3">
          {t('The customer sees nothing of this. Answers come back here, in a thread of their own.')}
        </p>
        <FormError error={form.error} fields={['subject']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={closeBond}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Send')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

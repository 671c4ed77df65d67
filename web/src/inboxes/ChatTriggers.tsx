import type { ChatInbox, ChatTrigger } from '@hearten/contract';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { Feet, Field, FormError, useSubmit } from '../ui/form.tsx';
import { RowTools } from '../ui/RowTools.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';

const MOST = 10;
const pages = [
  ['any', t('On every page')],
  ['contains', t('The address contains')],
  ['starts', t('The address begins with')],
  ['is', t('The address is, with * for anything')],
] as const;
const waits = (seconds: number): string =>
  t('{n, plural, =0 {at once} one {after # second} other {after # seconds}}', { n: seconds });

/** When and to whom a greeting shows itself, in one line. */
const ruleOf = (one: ChatTrigger): string =>
  [
    one.page.how === 'any' || !one.page.value ? t('every page') : `\u2066${one.page.value}\u2069`,
    waits(one.seconds),
    one.visits > 1 ? t('from visit {n} on', { n: one.visits }) : '',
    one.openOnly ? t('while you are there') : '',
    one.enabled ? '' : t('switched off'),
  ]
    .filter(Boolean)
    .join(' · ');

type Keep = (next: ChatTrigger[]) => Promise<unknown>;
const Edit = ({
  all,
  one,
  keep,
  onClose,
}: {
  all: ChatTrigger[];
  one: ChatTrigger | null;
  keep: Keep;
  onClose: () => void;
}) => {
  const [how, setHow] = useState(one?.page.how ?? 'any');
  const [text, setText] = useState(one?.text ?? '');
  const form = useSubmit(async (data) => {
    const of = (name: string): string => String(data.get(name) ?? '').trim();
    const next: ChatTrigger = {
      id: one?.id ?? crypto.randomUUID(),
      text: of('text'),
      page: { how, value: how === 'any' ? '' : of('value') },
      seconds: Number(of('seconds')),
      visits: Number(of('visits')),
      openOnly: data.get('openOnly') !== null,
      enabled: data.get('enabled') !== null,
    };
    await keep(one ? all.map((other) => (other.id === one.id ? next : other)) : [...all, next]);
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={one ? t('Change the greeting') : t('Add a greeting')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('What it says')}>
          <input
            className="input"
            name="text"
            dir="auto"
            required
            maxLength={160}
            value={text}
            onChange={(e) => setText(e.target.value)}
          />
        </Field>
        <div className="greetface">
          <span dir="auto">{text || t('What it says')}</span>
          <X className="i s14" aria-hidden="true" />
        </div>
        <Field label={t('Where')}>
          <select className="input" value={how} onChange={(e) => setHow(e.target.value as typeof how)}>
            {pages.map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </Field>
        {how === 'any' ? null : (
          <Field label={t('Address')} help={t('A path such as /pricing, or a whole address with https://.')}>
            <input
              className="input"
              name="value"
              dir="ltr"
              required
              maxLength={200}
              spellCheck={false}
              defaultValue={one?.page.value ?? ''}
            />
          </Field>
        )}
        <div className="form two">
          <Field label={t('After how many seconds')}>
            <input
              className="input"
              name="seconds"
              type="number"
              required
              min={0}
              max={3600}
              defaultValue={one?.seconds ?? 20}
            />
          </Field>
          <Field
            label={t('From which visit on')}
            help={t('Visits are known of who opened the chat, is signed in or agreed; everyone else is on the first.')}
          >
            <input
              className="input"
              name="visits"
              type="number"
              required
              min={1}
              max={100}
              defaultValue={one?.visits ?? 1}
            />
          </Field>
        </div>
        <label className="check">
          <input type="checkbox" name="openOnly" defaultChecked={one?.openOnly ?? true} />
          <span>{t('Only while you are there, by your hours')}</span>
        </label>
        <label className="check">
          <input type="checkbox" name="enabled" defaultChecked={one?.enabled ?? true} />
          <span>{t('Switched on')}</span>
        </label>
        <FormError error={form.error} />
        <Feet busy={form.busy} onClose={onClose}>
          {t('Save')}
        </Feet>
      </form>
    </Dialog>
  );
};

/** Greetings that show themselves beside the bubble. The first whose rule is met is shown, so their order counts. */
export const ChatTriggers = ({ chat, may, keep }: { chat: ChatInbox; may: boolean; keep: Keep }) => {
  const [editing, setEditing] = useState<ChatTrigger | 'new' | null>(null);
  const all = chat.settings.triggers;
  const put = (next: ChatTrigger[], said: string) =>
    void keep(next).then(
      () => tell(said, { label: t('Undo'), run: () => void keep(all).catch(tellProblem) }),
      tellProblem,
    );
  const move = (at: number, by: number) => {
    const next = [...all];
    next.splice(at + by, 0, ...next.splice(at, 1));
    put(next, t('Moved'));
  };
  return (
    <section className="form">
      <h2>{t('Greetings by page')}</h2>
      <p className="ink2">
        {t(
          'A line beside the bubble, shown once to a visitor while they are on your site. It is decided in their browser: nothing of it is stored or sent before they answer.',
        )}
      </p>
      {all.length > 0 ? (
        <ul className="card rowsof">
          {all.map((one, at) => (
            <li key={one.id} className={one.enabled ? '' : 'is-off'}>
              <span className="grow">
                <bdi className="medium greetline">{one.text}</bdi>
                <span className="xs ink2 greetline">{ruleOf(one)}</span>
              </span>
              {may ? (
                <RowTools
                  name={one.text}
                  up={at === 0 ? null : () => move(at, -1)}
                  down={at === all.length - 1 ? null : () => move(at, 1)}
                  edit={() => setEditing(one)}
                  remove={() =>
                    put(
                      all.filter((other) => other.id !== one.id),
                      t('Removed: {what}', { what: one.text }),
                    )
                  }
                />
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {may && all.length < MOST ? (
        <div>
          <button type="button" className="btn" onClick={() => setEditing('new')}>
            <Plus className="i" /> {t('Add a greeting')}
          </button>
        </div>
      ) : null}
      {editing ? (
        <Edit all={all} one={editing === 'new' ? null : editing} keep={keep} onClose={() => setEditing(null)} />
      ) : null}
    </section>
  );
};

import type { JSX } from 'preact';
import { whyNot } from './ask.ts';
import { asked, begin, introduce, mailMe, retry } from './doing.ts';
import { answer, current, trouble, visitor, waiting } from './state.ts';
import { t } from './words/index.ts';

async function keep(form: HTMLFormElement): Promise<void> {
  const given = new FormData(form);
  const text = (name: string): string => String(given.get(name) ?? '').trim();
  try {
    await begin();
    const [name, email] = [text('name') || undefined, text('email') || undefined];
    if (name || email) await introduce({ name, email });
    trouble.value = '';
  } catch (error) {
    trouble.value = whyNot(error);
    return;
  }
  if (current()) return;
  answer.value = text('answer');
  // What was written before more was asked waits for it no longer.
  for (const one of waiting.value) if (one.failed && !one.chat) retry(one.clientId);
}

/** What a site wants to know before somebody writes, of what it does not know yet. */
export function About(): JSX.Element {
  const { name, email, question, answer: need } = asked();
  const field = (called: string, label: string, need: string, more: JSX.IntrinsicElements['input']): JSX.Element => (
    <label>
      <span dir="auto">{label}</span>
      <input
        name={called}
        required={need === 'required'}
        placeholder={need === 'required' ? '' : t('optional')}
        maxLength={200}
        {...more}
      />
    </label>
  );
  return (
    <form
      class="about"
      onSubmit={(event) => {
        event.preventDefault();
        keep(event.currentTarget);
      }}
    >
      {name !== 'no' && !visitor.value.name && field('name', t('name'), name, { autocomplete: 'name' })}
      {email !== 'no' &&
        !visitor.value.email &&
        field('email', t('mail'), email, { type: 'email', autocomplete: 'email', maxLength: 254 })}
      {question && field('answer', question, need, { dir: 'auto', maxLength: 1000 })}
      <button type="submit" class="button">
        {t('begin')}
      </button>
    </form>
  );
}

/** After the first words, where an answer may go that nobody here would read; or where this chat shall be sent. */
export function AskMail({ chat, onSent }: { chat?: string; onSent: (to: string) => void }): JSX.Element {
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        if (chat) mailTo(chat, String(new FormData(form).get('email')).trim(), onSent);
        else keep(form).then(() => onSent(visitor.value.email));
      }}
    >
      <label>
        {t(chat ? 'mailWhere' : 'where')}
        <span class="row">
          <input name="email" type="email" autocomplete="email" required placeholder={t('mail')} maxLength={254} />
          <button type="submit" class="button">
            {t(chat ? 'send' : 'keep')}
          </button>
        </span>
      </label>
    </form>
  );
}
export const mailTo = (chat: string, email?: string, onSent?: (to: string) => void): Promise<void> =>
  mailMe(chat, email).then(
    (to) => {
      trouble.value = '';
      onSent?.(to);
    },
    (error: unknown) => {
      trouble.value = whyNot(error);
    },
  );

import type { JSX } from 'preact';
import { begin, introduce, mailMe } from './doing.ts';
import { facts } from './facts.ts';
import { trouble, visitor } from './state.ts';
import { t } from './words/index.ts';

async function keep(form: HTMLFormElement): Promise<void> {
  const given = new FormData(form);
  const text = (name: string): string | undefined => String(given.get(name) ?? '').trim() || undefined;
  try {
    await begin();
    await introduce({ name: text('name'), email: text('email') });
    trouble.value = '';
  } catch (error) {
    trouble.value = error instanceof Error ? error.message : t('failed');
  }
}

/** What a site wants to know before somebody writes. */
export function About(): JSX.Element {
  return (
    <form
      class="about"
      onSubmit={(event) => {
        event.preventDefault();
        keep(event.currentTarget);
      }}
    >
      {facts.askName !== 'no' && (
        <label>
          {t('name')}
          <input
            name="name"
            autocomplete="name"
            required={facts.askName === 'required'}
            defaultValue={visitor.value.name}
            maxLength={200}
          />
        </label>
      )}
      {facts.askEmail !== 'no' && (
        <label>
          {t('mail')}
          <input
            name="email"
            type="email"
            autocomplete="email"
            required={facts.askEmail === 'required'}
            defaultValue={visitor.value.email}
            maxLength={254}
          />
        </label>
      )}
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
      trouble.value = error instanceof Error ? error.message : t('failed');
    },
  );

import type { JSX } from 'preact';
import { whyNot } from './ask.ts';
import { openChat } from './doing.ts';
import { facts } from './facts.ts';
import { Icon, IconButton, Person } from './parts.tsx';
import { chats, greeting, online, screen, trouble } from './state.ts';
import { dated, dayOf, longOf, momentOf, t, timeOf } from './words/index.ts';

/** Today at so late an hour; on another day with the day. */
const whenOf = (at: string): string => (dayOf(at) === dayOf(new Date().toISOString()) ? timeOf(at) : momentOf(at));

/** What is true now: until when somebody is there and how soon they answer, or when they are again. A chat without hours promises none. */
export function Hours(): JSX.Element {
  const { hours, usual, there, mail } = facts;
  const closed = hours && !hours.open;
  // Before a time can be said its place is kept, so that nothing moves when it comes.
  const soon = !dated.value && (hours || usual !== null);
  const at = (of: (at: string) => string, time: string): string =>
    soon ? `${new Date(time).getDate() === new Date().getDate() ? '' : '00000000 '}00:00` : of(time);
  const says = [
    closed ? hours.opens && t('opensAt', { time: at(momentOf, hours.opens) }) : '',
    !closed && there !== 'away' && hours?.until && `${t('openUntil', { time: at(whenOf, hours.until) })}.`,
    closed
      ? ''
      : there === 'free'
        ? usual === null
          ? t('isNew')
          : t('usual', { time: soon ? '00 00000' : longOf(usual) })
        : t(there === 'full' ? 'queued' : 'away'),
    mail && (closed || there === 'away') && t('writeNow'),
  ];
  return <p class={soon ? 'hours soon' : 'hours'}>{says.filter(Boolean).join(' ')}</p>;
}

const write = (): void => {
  greeting.value = { id: '', text: '' };
  screen.value = 'new';
};

export function Home({ onClose }: { onClose: () => void }): JSX.Element {
  return (
    <div class="home">
      <header class="top">
        <div class="bar">
          <strong>{facts.name}</strong>
          <IconButton of="close" name={t('close')} onClick={onClose} />
        </div>
        <h1 dir="auto">{facts.greeting || t('hello')}</h1>
      </header>
      <div class="cards">
        <div class="card">
          <Hours />
          <button type="button" class="button" onClick={write}>
            <Icon of="chat" />
            {t('write')}
          </button>
          <Person />
        </div>
        {chats.value.length > 0 && (
          <section class="card" aria-label={t('yours')}>
            <h2>{t('yours')}</h2>
            <ul class="list">
              {chats.value.map((chat) => (
                <li key={chat.id}>
                  <button
                    type="button"
                    onClick={() =>
                      openChat(chat.id).catch((error: unknown) => (trouble.value = whyNot(error, 'trouble')))
                    }
                  >
                    <span class="subject" dir="auto">
                      {chat.subject}
                    </span>
                    <time dateTime={chat.lastAt}>
                      {dayOf(chat.lastAt) === dayOf(new Date().toISOString())
                        ? timeOf(chat.lastAt)
                        : dayOf(chat.lastAt)}
                    </time>
                    <span class="snippet" dir="auto">
                      {chat.snippet}
                    </span>
                    {chat.unread > 0 && (
                      <b>
                        <span aria-hidden="true">{chat.unread}</span>
                        <span class="sr">{t('unread', { n: String(chat.unread) })}</span>
                      </b>
                    )}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        {(trouble.value || !online.value) && (
          <p class={trouble.value ? 'note bad' : 'note'} role="alert">
            {trouble.value || t('offline')}
          </p>
        )}
      </div>
    </div>
  );
}

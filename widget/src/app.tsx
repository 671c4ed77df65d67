import { render } from 'preact';
import { Refused, whyNot } from './ask.ts';
import { Chat } from './Chat.tsx';
import { begin, goOn, leave, onTold, page, refresh, reopen, who } from './doing.ts';
import { alone, facts } from './facts.ts';
import { Home } from './Home.tsx';
import { keepWords } from './keep-words.ts';
import { look } from './line.ts';
import { focus } from './parts.tsx';
import { along, draft, greeting, onChange, open, screen, trouble, unread } from './state.ts';
import { consent, track } from './visits.ts';
import { locale, speak, t } from './words/index.ts';
import './app.css';

/** The page around us, as the script there says: whatever we tell goes to it alone, and no other is heard. */
const around = location.hash.slice(1);
// A link of a mail is in no history and no address that is copied.
if (alone) history.replaceState(null, '', location.pathname);
function tell(what: string, value?: unknown): void {
  if (mayHear(around)) window.parent.postMessage({ hearten: 1, do: what, value }, around);
}
/** Whether a page may speak to us: the browser keeps others from holding this frame, and this says it again. */
function mayHear(origin: string): boolean {
  if (!/^https?:\/\//.test(origin)) return false;
  if (facts.domains.length === 0 || origin === location.origin) return true;
  const { host, hostname } = new URL(origin);
  return facts.domains.some((one) =>
    one.startsWith('*.') ? hostname.endsWith(one.slice(1)) : one === host || one === hostname,
  );
}
const hide = (): void => tell('hide');

type Told = {
  do: string;
  jwt?: unknown;
  locale?: unknown;
  name?: unknown;
  email?: unknown;
  url?: unknown;
  title?: unknown;
  referrer?: unknown;
  text?: unknown;
  consent?: unknown;
  context?: unknown;
  greeting?: unknown;
  words?: unknown;
  meta?: unknown;
  at?: unknown;
};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** No more of what a page tells than the team can look at: the server would cut it, too, and much more than that would not get there. */
const bounded = (told: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(told)
      .slice(0, 20)
      .map(([name, value]) => [
        name.slice(0, 60),
        typeof value === 'string' || Object(value) === value
          ? (text(value) || JSON.stringify(value)).slice(0, 500)
          : value,
      ]),
  );
let round = 0;
const doing: Record<string, (told: Told) => unknown> = {
  boot: async (told) => {
    const mine = round;
    await speak(text(told.locale) || navigator.language);
    await consent(told.consent);
    if (mine !== round) return;
    await who({
      jwt: text(told.jwt) || null,
      name: text(told.name),
      email: text(told.email),
      url: text(told.url),
      title: text(told.title),
      referrer: text(told.referrer),
    });
  },
  show: async (told) => {
    open.value = true;
    if (told.context && typeof told.context === 'object') along.context = bounded(told.context);
    await begin();
    refresh();
    look();
    focus('.row textarea', '.button');
  },
  hide: () => {
    open.value = false;
  },
  list: () => {
    screen.value = 'home';
  },
  new: (told) => {
    screen.value = 'new';
    if (told.text) draft.value = text(told.text);
    greeting.value = { id: text(told.greeting), text: text(told.words) };
  },
  page: (told) => page(text(told.url), text(told.title)),
  track: (told) => track({ name: text(told.name), meta: told.meta ?? {}, at: new Date(Number(told.at)).toISOString() }),
  shutdown: () => {
    leave();
    tell('left');
  },
};
// One after the other: a page that boots and shows at once is shown to whom it booted for. Signing out waits for nothing, and nothing that was
// told before it is done after.
let before: Promise<unknown> = Promise.resolve();
addEventListener('message', (event: MessageEvent) => {
  if (event.source !== window.parent || event.origin !== around || event.data?.hearten !== 1 || !mayHear(around))
    return;
  const told = event.data as Told;
  const mine = told.do === 'shutdown' ? ++round : round;
  if (told.do === 'shutdown') before = Promise.resolve();
  before = before
    .then(() => mine === round && doing[told.do]?.(told))
    .catch((error: unknown) => (error instanceof Refused && error.status === 0) || console.error(error));
});

const root = document.documentElement;
root.dataset.theme = facts.theme;
root.classList.toggle('alone', alone);
root.style.setProperty('--c', facts.colour);
root.style.setProperty('--on', facts.ink);

onTold(tell);
document.addEventListener('visibilitychange', () => {
  look();
  reopen();
});
addEventListener('online', reopen);
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.isComposing) hide();
});

/** Pressed by a hand: programs that look at the links of mails open pages, too, and would use the link up. */
function GoOn() {
  return (
    <div class="home">
      <header class="top">
        <strong>{facts.name}</strong>
      </header>
      <div class="cards">
        <div class="card">
          <button
            type="button"
            class="button"
            autofocus
            onClick={() => goOn(around).catch((error: unknown) => (trouble.value = whyNot(error, 'trouble')))}
          >
            {t('goOn')}
          </button>
          {trouble.value && (
            <p class="bad" role="alert">
              {trouble.value}
            </p>
          )}
        </div>
      </div>
    </div>
  );
}
function App() {
  return (
    <div class="all" role="dialog" aria-label={facts.name} lang={locale.value}>
      {screen.value === 'home' ? alone ? <GoOn /> : <Home onClose={hide} /> : <Chat onClose={hide} />}
    </div>
  );
}
speak(navigator.language).then(() =>
  // Not in one go with reading the program: each by itself is short on a slow phone.
  setTimeout(() => {
    let told = 0;
    onChange(() => {
      keepWords();
      render(<App />, document.body);
      const now = unread();
      if (told !== now) tell('unread', now);
      told = now;
    });
    tell('ready');
  }),
);

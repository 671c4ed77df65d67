import { type Bubble, makeBubble } from './bubble.ts';
import { agreed, appId, facts, isRightToLeft, kept, locale } from './facts.ts';
import { keepShown, waitFor } from './greet.ts';

export type Options = {
  /** A token of your own server that says who this is: `user_id` and `exp` in it. */
  user_jwt?: string | null;
  locale?: string;
  language_override?: string;
  alignment?: 'left' | 'right' | 'start' | 'end';
  horizontal_padding?: number;
  vertical_padding?: number;
  hide_default_launcher?: boolean;
  /** What opens the chat on the page besides the bubble. */
  custom_launcher_selector?: string;
  z_index?: number;
  /** Whether they agreed to be counted (pages, visits, events), or refused. */
  consent?: boolean;
  /** What is merely said of the visitor; shown to the team as such. */
  name?: string;
  email?: string;
};
type Listener = (value?: unknown) => void;
type Call = [what: string, ...args: unknown[]];
type Queue = ((...call: Call) => unknown) & { q?: IArguments[] | Call[]; id?: string };
declare global {
  interface Window {
    Hearten?: Queue;
    heartenSettings?: Options;
  }
}

const listeners = new Set<[event: string, listener: Listener]>();
let options: Options = {};
let bubble: Bubble | null = null;
let frame: HTMLIFrameElement | null = null;
let ready = false;
let open = false;
/** Where the keys went before the chat was opened. */
let from: Element | null = null;
let unread = 0;
let visits = 1;
/** Kept in the memory of the page until the chat is opened, and never more events than forty. */
const waiting: Record<string, unknown>[] = [];

/** The language the page asks for, or is written in, or the browser's; `de_DE` is `de-DE`. */
const language = (): string =>
  (options.locale || options.language_override || document.documentElement.lang || navigator.language || 'en').replace(
    '_',
    '-',
  );
/** Left and right are those of the screen, whichever way is written. */
const side = (): string => {
  const wanted = options.alignment;
  if (!wanted) return facts.side;
  return wanted === 'start' || wanted === (isRightToLeft(language()) ? 'right' : 'left') ? 'start' : 'end';
};
const draw = (): void => {
  bubble?.show(open, unread, language(), side(), options);
  if (frame) frame.hidden = !open;
};
const tell = (event: string, value?: unknown): void => {
  for (const [name, listener] of listeners) if (name === event) listener(value);
};

/** What a page hands over may be anything: an error and an element are what they are called, and what can't be said at all is left out. */
const said = (message: Record<string, unknown>): string => {
  try {
    return JSON.stringify(message, (_, value) =>
      value instanceof Error || value instanceof Node ? `${value}` : value,
    );
  } catch (error) {
    console.warn(error); // it goes round in circles
    return said({ do: message.do });
  }
};
/** To the frame and to nobody else: what it is told may hold who the visitor is. */
function send(given: Record<string, unknown>): void {
  const message = JSON.parse(said(given));
  if (ready) (frame as HTMLIFrameElement).contentWindow?.postMessage({ hearten: 1, ...message }, facts.origin);
  else if (message.do !== 'track' || waiting.length < 40) waiting.push(message);
}
const told = (): Record<string, unknown> => ({
  do: 'boot',
  ...{ jwt: options.user_jwt, locale: language(), name: options.name, email: options.email },
  consent: options.consent,
  ...{ url: location.href, title: document.title, referrer: document.referrer },
});

function makeFrame(): void {
  if (frame || !bubble) return;
  const made = document.createElement('iframe');
  frame = made;
  let times = 0;
  const load = (): void => {
    made.src = `${facts.origin}/chat/${facts.id}?${times++}#${location.origin}`;
  };
  // Something of it did not come. Firefox and Safari keep that for as long as a document is there, so it is begun anew, under another address:
  // what it was told meanwhile waits here, and nothing was said by it yet.
  made.onload = () => setTimeout(() => ready || load(), 1000 * 4 ** times);
  load();
  made.title = facts.name;
  made.hidden = !open;
  bubble.root.prepend(made);
}

/** Pages that exchange all they consist of take the bubble along, and it comes back; whoever keeps taking it away is let have it so. */
let backs = 0;
const watched = new MutationObserver(putBack);
function putBack(): void {
  if (!bubble) return;
  for (const node of [document, document.documentElement]) watched.observe(node, { childList: true });
  if (bubble.host.isConnected || backs > 20) return;
  backs++;
  document.documentElement.append(bubble.host);
  ready = false; // what was taken out and put back is loaded anew, and knows nothing
}

const who = (): string => said(told());
/** Said again, it says what has changed. */
function boot(given?: Options): void {
  const was = who();
  options = { ...options, ...given };
  if (!bubble) {
    bubble = makeBubble();
    bubble.button.onclick = () => (open ? hide() : show());
    // Loaded when a hand comes near, so that it is there when it is pressed; nothing is asked in the visitor's name before that.
    bubble.button.onpointerenter = bubble.button.onfocus = makeFrame;
    watch();
  }
  putBack();
  const { consent } = options;
  // Somebody who wrote before or agreed to be counted comes back: then, when the page says who it is, and when there is something to be forgotten,
  // the frame is there before it is asked for.
  const mark = kept('');
  const returns = mark || (consent === false && kept(':g'));
  if (consent ? !mark : consent === false && (mark ?? '2') > '1') kept('', consent ? '2' : null);
  if (ready && was !== who()) send(told());
  if (options.user_jwt || consent || returns) makeFrame();
  draw();
}
/** Greets while the chat is closed, the bubble in sight and nothing else said beside it; an answer begins with it. */
const watch = (): void =>
  waitFor(visits, ({ i, t }) => {
    if (open || !bubble?.greeting.hidden || options.hide_default_launcher) return false;
    bubble.greet(t, () => showWith({ do: 'new', greeting: i, words: t }));
    return true;
  });
/** `context`: what the page wants the team to see with the visitor's next words. */
function show(given?: { context?: unknown }): void {
  if (!bubble?.host.isConnected) boot();
  if (!open) from = document.activeElement;
  open = true;
  keepShown(1);
  makeFrame();
  send({ do: 'show', context: given?.context });
  bubble?.greet('');
  draw();
  // A frame that is still being loaded, and is given the focus, may change its process meanwhile: Chromium then sends
  // whatever is typed into it nowhere. It is given the focus when it is there.
  if (ready) frame?.focus();
  tell('show');
}
function showWith(message: Record<string, unknown>): void {
  show();
  send(message);
}
function hide(): void {
  if (!open) return;
  open = false;
  send({ do: 'hide' });
  draw();
  ((options.hide_default_launcher ? from : bubble?.button) as HTMLElement | null)?.focus();
  tell('hide');
}
/** What the frame keeps is forgotten in there: until it says so this stands here, for the next page too, should this one be left before. */
function shutdown(): void {
  const known = frame || kept('') || kept(':g');
  kept('', null);
  waiting.length = 0;
  open = false;
  if (known) {
    kept('', '0');
    makeFrame();
    if (ready) send({ do: 'shutdown' }); // else before anything else, when it is
  }
  options = { ...options, user_jwt: '', name: '', email: '', consent: undefined };
  count(0);
}
function count(now: number): void {
  const was = unread;
  unread = now;
  draw();
  if (was !== now) tell('unread', now);
}

/** Tells what is so already at once, however late one asks. */
function on(event: string, listener: Listener): () => boolean {
  const one: [string, Listener] = [event, listener];
  listeners.add(one);
  const now = { ready, show: open, unread }[event];
  if (now) listener(now);
  return () => listeners.delete(one);
}
const calls: Record<string, ((...args: never[]) => unknown) | null> = {
  __proto__: null, // what every object can is no call
  boot,
  update: (more?: Options) => {
    boot(more);
    page();
  },
  shutdown,
  show,
  hide,
  showMessages: () => showWith({ do: 'list' }),
  showNewMessage: (text?: string) => showWith({ do: 'new', text }),
  /** Sent only of somebody who opened the chat, is signed in, or agreed; of everyone else it stays in the page's memory. */
  trackEvent: (name: string, meta?: unknown) => send({ do: 'track', name, meta, at: Date.now() }),
  consent: (consent: boolean) => {
    if (bubble) boot({ consent });
    else options.consent = consent;
  },
  on,
  onReady: on.bind(null, 'ready'),
  onShow: on.bind(null, 'show'),
  onHide: on.bind(null, 'hide'),
  onUnreadCountChange: on.bind(null, 'unread'),
};
function call(...[what, ...args]: Call): unknown {
  const does = calls[what];
  return does ? does(...(args as never[])) : console.warn('Hearten?', what);
}

/** Pages that change without loading: where the visitor is goes along. */
function page(): void {
  if (ready) send({ ...told(), do: 'page' });
}
let last = location.href;
const moved = (): void => {
  if (location.href === last) return;
  last = location.href;
  page();
  if (bubble) {
    bubble.greet('');
    watch();
  }
};
function heard(event: MessageEvent): void {
  // Only our own frame, and only while it shows our own page.
  if (event.source !== frame?.contentWindow || event.origin !== facts.origin || event.data.hearten !== 1) return;
  const { do: what, value } = event.data as { do: string; value: number };
  if (what === 'ready') {
    ready = true;
    if (kept('') === '0') send({ do: 'shutdown' });
    [told(), ...waiting.splice(0)].map(send);
    if (open) {
      frame?.focus();
      send({ do: 'show' });
    }
    tell('ready');
  } else if (what === 'unread') {
    count(value);
  } else if (what === 'visits') {
    visits = value;
    watch();
  } else if (what === 'hide') hide();
  else if (what === 'began') kept('', '1');
  else if (what === 'left') kept('', null);
}

function start(): void {
  const given = window.heartenSettings;
  if (appId || given)
    window.Hearten?.('boot', {
      ...(locale && { locale }),
      ...(agreed && { consent: agreed !== 'false' }),
      ...given,
    });
}
// A page that exchanges its body runs what stands there once more: it is one chat all the same.
if (window.Hearten?.id === facts.id) start();
else {
  for (const name of ['pushState', 'replaceState'] as const) {
    const before = history[name];
    history[name] = function (this: History, ...args: Parameters<History['pushState']>) {
      before.apply(this, args);
      moved();
    };
  }
  addEventListener('popstate', moved);
  // Routers that are told by the browser itself call neither.
  (window as { navigation?: EventTarget }).navigation?.addEventListener('currententrychange', moved);
  addEventListener('message', heard);
  addEventListener('click', ({ target }) => {
    const chosen = options.custom_launcher_selector;
    if (chosen && (target as Element).closest?.(chosen)) show();
  });
  const queue = window.Hearten?.q ?? [];
  window.Hearten = Object.assign(call, { id: facts.id });
  start();
  for (const one of queue) call(...(one as Call));
}

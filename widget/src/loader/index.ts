import { type Bubble, makeBubble } from './bubble.ts';
import { agreed, appId, facts, kept, locale, localeOf } from './facts.ts';
import { keepShown, waitFor } from './greet.ts';

type Options = {
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

const listeners = new Map<string, Set<Listener>>();
let options: Options = {};
let bubble: Bubble | null = null;
let frame: HTMLIFrameElement | null = null;
let ready = false;
let open = false;
let unread = 0;
let visits = 1;
/** Kept in the memory of the page until the chat is opened, and never more of it than forty. */
const waiting: unknown[] = [];

const side = (): string => {
  const wanted = options.alignment;
  return wanted ? (/left|start/.test(wanted) ? 'start' : 'end') : facts.side;
};
const language = (): string => localeOf(options.locale || options.language_override);
const draw = (): void => {
  bubble?.show({
    open,
    unread,
    hidden: options.hide_default_launcher === true,
    locale: language(),
    side: side(),
    sizes: [options.horizontal_padding, options.vertical_padding, options.z_index],
  });
  if (frame) frame.hidden = !open;
};
const tell = (event: string, value?: unknown): void => {
  for (const one of listeners.get(event) ?? []) one(value);
};

/** To the frame and to nobody else: what it is told may hold who the visitor is. */
function send(message: Record<string, unknown>): void {
  if (ready) frame?.contentWindow?.postMessage({ hearten: 1, ...message }, facts.origin);
  else if (waiting.length < 40) waiting.push(message);
}
const told = (): Record<string, unknown> => ({
  do: 'boot',
  ...{ jwt: options.user_jwt ?? null, locale: language(), name: options.name, email: options.email },
  consent: options.consent,
  ...{ url: location.href, title: document.title, referrer: document.referrer },
});

function makeFrame(): void {
  if (frame || !bubble) return;
  frame = document.createElement('iframe');
  let times = 0;
  const load = (): void => {
    if (frame) frame.src = `${facts.origin}/chat/${facts.id}?${times++}#${location.origin}`;
  };
  // Something of it did not come. Firefox and Safari keep that for as long as a document is there, so it is begun anew, under another address:
  // what it was told meanwhile waits here, and nothing was said by it yet.
  frame.onload = () => setTimeout(() => ready || load(), 1000 * 4 ** times);
  load();
  frame.title = facts.name;
  frame.hidden = !open;
  bubble.root.prepend(frame);
  send(told());
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
  if (!frame) return;
  // What was taken out and put back is loaded anew, and knows nothing.
  ready = false;
  waiting.length = 0;
  send(told());
}

const who = (): string => JSON.stringify(told());
/** Said again, it says what has changed. */
function boot(given: Options = {}): void {
  const was = who();
  options = { ...options, ...given };
  if (!bubble) {
    bubble = makeBubble();
    bubble.button.onclick = () => (open ? hide() : show());
    // Loaded when a hand comes near, so that it is there when it is pressed; nothing is asked in the visitor's name before that.
    bubble.button.onpointerenter = makeFrame;
    bubble.button.onfocus = makeFrame;
    watch();
  }
  putBack();
  const { consent } = options;
  // Somebody who wrote before or agreed to be counted comes back: then, and when the page says who it is, the frame is there before it is asked for.
  const returns = kept('');
  if (consent ? !returns : consent === false && returns === '2') kept('', consent ? '2' : null);
  if (frame && was !== who()) send(told());
  if (options.user_jwt || kept('')) makeFrame();
  draw();
}
/** Greets while the chat is closed, the bubble in sight and nothing else said beside it; an answer begins with it. */
const watch = (): void =>
  waitFor(visits, ({ i, t }) => {
    if (open || !bubble?.greeting.hidden || options.hide_default_launcher) return false;
    bubble.greet(t, () => {
      show();
      send({ do: 'new', text: '', greeting: i, words: t });
    });
    return true;
  });
/** `context`: what the page wants the team to see with the visitor's next words. */
function show(given?: { context?: unknown }): void {
  if (!bubble?.host.isConnected) boot();
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
function hide(): void {
  if (!open) return;
  open = false;
  send({ do: 'hide' });
  draw();
  bubble?.button.focus();
  tell('hide');
}
function shutdown(): void {
  send({ do: 'shutdown' });
  const gone = frame;
  // The frame has a moment to forget what it holds; after that nothing of it is left.
  setTimeout(() => gone?.remove(), 2000);
  if (gone) gone.hidden = true;
  kept('', null);
  frame = null;
  ready = false;
  waiting.length = 0;
  open = false;
  options = {};
  count(0);
}
function count(now: number): void {
  if (now !== unread) tell('unread', now);
  unread = now;
  draw();
}

function on(event: string, listener: Listener): () => void {
  listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
  return () => listeners.get(event)?.delete(listener);
}
const calls: Record<string, (...args: never[]) => unknown> = {
  boot,
  update: (more: Options = {}) => {
    boot(more);
    page();
  },
  shutdown,
  show,
  hide,
  showMessages: () => {
    show();
    send({ do: 'list' });
  },
  showNewMessage: (text?: string) => {
    show();
    send({ do: 'new', text: text ?? '' });
  },
  /** Sent only of somebody who opened the chat, is signed in, or agreed; of everyone else it stays in the page's memory. */
  trackEvent: (name: string, meta = {}) => send({ do: 'track', name, meta, at: Date.now() }),
  consent: (consent: boolean) => {
    if (bubble) boot({ consent });
    else options.consent = consent;
  },
  on,
  onShow: on.bind(null, 'show'),
  onHide: on.bind(null, 'hide'),
  onUnreadCountChange: on.bind(null, 'unread'),
};
function call(...[what, ...args]: Call): unknown {
  if (Object.hasOwn(calls, what)) return calls[what]?.(...(args as never[]));
}

/** Pages that change without loading: where the visitor is goes along. */
function page(): void {
  if (frame && ready) send({ do: 'page', url: location.href, title: document.title });
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
  if (!frame || event.source !== frame.contentWindow || event.origin !== facts.origin || event.data?.hearten !== 1)
    return;
  const { do: what, value } = event.data as { do: string; value?: unknown };
  if (what === 'ready') {
    ready = true;
    for (const message of waiting.splice(0)) send(message as Record<string, unknown>);
    if (open) {
      frame.focus();
      send({ do: 'show' });
    }
    tell('ready');
  } else if (what === 'unread') {
    count(Number(value));
  } else if (what === 'visits') {
    visits = Number(value);
    watch();
  } else if (what === 'hide') hide();
  else if (what === 'began') kept('', '1');
}
function pressed({ target }: Event): void {
  const chosen = options.custom_launcher_selector;
  if (chosen && target instanceof Element && target.closest(chosen)) show();
}

function begin(): void {
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
  addEventListener('click', pressed);
  const queue = window.Hearten?.q ?? [];
  window.Hearten = Object.assign(call, { id: facts.id });
  start();
  for (const one of queue) call(...(Array.from(one as ArrayLike<unknown>) as Call));
}
function start(): void {
  const given = window.heartenSettings;
  if (appId || given)
    window.Hearten?.('boot', {
      ...(locale ? { locale } : {}),
      ...(agreed ? { consent: agreed !== 'false' } : {}),
      ...given,
    });
}
// A page that exchanges its body runs what stands there once more: it is one chat all the same.
if (window.Hearten?.id === facts.id) start();
else begin();

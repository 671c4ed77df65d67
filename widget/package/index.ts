/** What may be said of the visitor and of the bubble. Keys are named as other chats name theirs, so that moving here is renaming. */
export type Options = {
  /** A token of your own server that says who the visitor is: `user_id` and `exp` in it. `null` once nobody is signed in. */
  user_jwt?: string | null | undefined;
  /** Merely said of the visitor, and shown to the team as such. */
  name?: string | undefined;
  email?: string | undefined;
  /** Such as `pt-BR`; left out, that of the page, or else the browser's. `language_override` is the same. */
  locale?: string | undefined;
  language_override?: string | undefined;
  alignment?: 'left' | 'right' | 'start' | 'end' | undefined;
  /** In pixels, from the edges of the window. */
  horizontal_padding?: number | undefined;
  vertical_padding?: number | undefined;
  z_index?: number | undefined;
  hide_default_launcher?: boolean | undefined;
  /** What opens the chat on your page besides the bubble: `.help, #contact`. */
  custom_launcher_selector?: string | undefined;
  /** Whether they agreed to be counted (pages, visits, events), or refused. */
  consent?: boolean | undefined;
};
/** Where the chat is: the address of your desk, and the id in the line that Settings shows. */
export type Place = {
  desk: string;
  app_id: string;
  /** Of the page's Content-Security-Policy, where scripts need one. */
  nonce?: string | undefined;
};
export type Metadata = Record<string, string | number | boolean | null>;
export type Off = () => void;
type Told = { ready: []; show: []; hide: []; unread: [count: number] };
type Call = (...call: unknown[]) => unknown;

const inBrowser = typeof document !== 'undefined';
/** What is called before the script is there waits for it, in order. On a server nothing is done. */
function call(...said: unknown[]): unknown {
  if (!inBrowser) return;
  const page = window as { Hearten?: Call & { q?: unknown[] } };
  if (!page.Hearten) {
    const waiting: unknown[] = [];
    page.Hearten = Object.assign((...waits: unknown[]) => void waiting.push(waits), { q: waiting });
  }
  return page.Hearten(...said);
}

/** Puts the chat on this page: its script once, and the bubble. Called again, it is `boot`. */
export function hearten({ desk, app_id, nonce, ...options }: Place & Options): void {
  if (!inBrowser) return;
  const address = new URL(`/chat/${encodeURIComponent(app_id)}.js`, desk).href;
  if (![...document.scripts].some((one) => one.src === address)) {
    const script = document.createElement('script');
    script.async = true;
    if (nonce) script.nonce = nonce;
    script.src = trusted(address);
    document.head.append(script);
  }
  boot(options);
}
/** A page that takes no plain text for the address of a script takes one that a policy has seen; ours is called `hearten`. */
function trusted(address: string): string {
  type Policies = { createPolicy: (name: string, rules: object) => { createScriptURL: (text: string) => string } };
  const { trustedTypes } = window as { trustedTypes?: Policies };
  return (
    trustedTypes?.createPolicy('hearten', { createScriptURL: (text: string) => text }).createScriptURL(address) ??
    address
  );
}

export const boot = (options: Options = {}): void => void call('boot', options);
export const update = (options: Options = {}): void => void call('update', options);
/** Forgets the visitor, here and on the desk: to be called when somebody signs out. */
export const shutdown = (): void => void call('shutdown');
/** Opens the chat; `context` goes along, such as the order or the error that it is about. */
export const show = (about?: { context?: Metadata }): void => void call('show', about);
export const hide = (): void => void call('hide');
export const showMessages = (): void => void call('showMessages');
/** Opens an empty message, or one that begins with these words; sending it is the visitor's. */
export const showNewMessage = (text = ''): void => void call('showNewMessage', text);
/** What the visitor agreed to, or refused, since. */
export const consent = (agreed: boolean): void => void call('consent', agreed);
/** Something the visitor did. */
export const trackEvent = (name: string, metadata?: Metadata): void => void call('trackEvent', name, metadata);

/** Calls `heard` whenever it happens, and at once where it is so already, until what it gives back is called. */
export function on<E extends keyof Told>(event: E, heard: (...told: Told[E]) => void): Off {
  let wanted = true;
  const off = call('on', event, (...told: Told[E]) => {
    if (wanted) heard(...told);
  });
  return () => {
    wanted = false;
    if (typeof off === 'function') off();
  };
}
/** The chat itself is there: it comes when it is opened, when a hand comes near, or with the page of who is known; the bubble comes before. */
export const onReady = (heard: () => void): Off => on('ready', heard);
export const onShow = (heard: () => void): Off => on('show', heard);
export const onHide = (heard: () => void): Off => on('hide', heard);
export const onUnreadCountChange = (heard: (count: number) => void): Off => on('unread', heard);

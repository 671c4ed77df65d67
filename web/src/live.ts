import type { ConversationRow, Frame, Opened, Reply, Said } from '@hearten/contract';
import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import { pause, remember } from './frames.ts';
import { type Asked, patchList, patchOpened, patchPart } from './patch.ts';
import { makeStore } from './ui/store.ts';

export type Page = Reply<'GET /conversations'>;
export type Line = 'connecting' | 'open' | 'lost';

const state = makeStore<Line>('connecting');
/** For `useSyncExternalStore`: is the line up? */
export const line = { get: state.get, watch: state.watch };
let speak: ((text: string) => void) | null = null;
/** Says something to the server for as long as the line is up; what is said without one is not heard, and that is right. */
export const say = (word: Said) => speak?.(JSON.stringify(word));
const told = new Set<(frame: Frame) => void>();
/** Hear every frame, beside the caches being patched. */
export const listen = (then: (frame: Frame) => void) => {
  told.add(then);
  return () => {
    told.delete(then);
  };
};

/** Loaded pages with one frame applied; page borders stay, the first page grows or shrinks. */
export const patchPages = (
  asked: Asked,
  data: InfiniteData<Page, string | null>,
  frame: Frame,
  me: string,
): InfiniteData<Page, string | null> => {
  const before = data.pages.flatMap((p) => p.items);
  const list = { asked, items: before, next: data.pages.at(-1)?.next ?? null };
  const after = patchList(list, frame, me);
  if (after === list) return data;
  let from = 0;
  const pages = data.pages.map((page, i) => {
    const to =
      i === data.pages.length - 1
        ? after.items.length
        : Math.max(from, from + page.items.length + (i === 0 ? after.items.length - before.length : 0));
    const items = after.items.slice(from, to);
    from = to;
    return { ...page, items };
  });
  return { ...data, pages };
};

/** Of what was told lately how far: a frame that comes late must not bring back what a newer one took out. Late is seconds, not days. */
const versions = new Map<string, number>();
const LATELY = 2_000;
const note = (id: string, version: number) => {
  versions.delete(id);
  versions.set(id, version);
  for (const oldest of versions.keys()) {
    if (versions.size <= LATELY) return;
    versions.delete(oldest);
  }
};
const topics: Record<Extract<Frame, { type: 'touched' }>['what'], string[]> = {
  // One's own role, name and keys among them.
  people: ['people', 'me'],
  teams: ['teams'],
  inboxes: ['inboxes', 'domains', 'mail-providers'],
  quarantine: ['quarantine'],
  workspace: ['me', 'ages'],
  customer: ['customer', 'customers', 'customer-fields', 'companies', 'senders', 'conversation', 'list', 'part'],
  conversation: ['conversation'],
  tags: ['tags'],
  spam: ['spam'],
  views: ['saved-views', 'views'],
  bulk: ['bulk'],
  snippets: ['snippets'],
  hours: ['hours'],
  problems: ['problems'],
  forms: ['forms'],
  attendance: ['attendance'],
  notifications: ['notifications'],
};

/** What a frame changed is shown; that it must be asked for again, because frames were missed, is not forgotten by that. */
const put = <T>(client: QueryClient, key: QueryKey, data: T) => {
  const missed = client.getQueryState(key)?.isInvalidated;
  client.setQueryData(key, data);
  if (missed) client.getQueryCache().find({ queryKey: key })?.invalidate();
};

let counting = false;
/** Counts are asked for again, but at most every second and a half however busy the inbox is. */
const recount = (client: QueryClient) => {
  if (counting) return;
  counting = true;
  setTimeout(() => {
    counting = false;
    void client.invalidateQueries({ queryKey: ['views'] });
    void client.invalidateQueries({ queryKey: ['risen'] });
  }, 1500);
};

/** One frame into every cache that shows something of it. */
export const receive = (client: QueryClient, frame: Frame, me: string) => {
  remember(frame);
  if (frame.type === 'reset') void client.invalidateQueries();
  if (frame.type === 'gone') for (const id of frame.conversationIds) note(id, Number.POSITIVE_INFINITY);
  if (frame.type === 'change' || frame.type === 'seen' || frame.type === 'draft' || frame.type === 'gone') {
    const stale = frame.type === 'change' && frame.conversation.version < (versions.get(frame.conversation.id) ?? 0);
    if (frame.type === 'change' && !stale) note(frame.conversation.id, frame.conversation.version);
    if (!stale)
      for (const [key, data] of client.getQueriesData<InfiniteData<Page, string | null>>({ queryKey: ['list'] })) {
        const next = data && patchPages(key[1] as Asked, data, frame, me);
        if (next !== data) put(client, key, next);
      }
    for (const [key, data] of client.getQueriesData<ConversationRow[]>({ queryKey: ['part'] })) {
      const next = data && patchPart(key[1] as Asked, data, frame, me);
      if (next !== data) put(client, key, next);
    }
    for (const [key, data] of client.getQueriesData<Opened>({ queryKey: ['conversation'] })) {
      const next = data && patchOpened(data, frame, me);
      if (next !== data) put(client, key, next);
    }
    if (frame.type === 'change' || frame.type === 'gone') recount(client);
  }
  // What is unread again may belong into a list of unread ones that does not know it.
  if (frame.type === 'seen' && frame.unread)
    void client.invalidateQueries({
      predicate: ({ queryKey: [name, asked] }) => name === 'list' && !!(asked as Asked)?.unread,
    });
  // An open one says so itself when it is asked for again.
  if (frame.type === 'gone')
    for (const id of frame.conversationIds) void client.invalidateQueries({ queryKey: ['conversation', id] });
  if (frame.type === 'notify') void client.invalidateQueries({ queryKey: ['notifications'] });
  if (frame.type === 'touched')
    for (const topic of topics[frame.what]) void client.invalidateQueries({ queryKey: [topic] });
  for (const tell of told) tell(frame);
};

/** Keeps one socket open for this tab. After every reconnect what is on screen is fetched again. Returns the way to stop. */
export const connect = (client: QueryClient, me: string): (() => void) => {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let over = false;
  let heard = Date.now();
  let silence = 20_000;

  const again = () => {
    if (over) return;
    clearTimeout(timer);
    timer = setTimeout(open, pause(failures++));
  };
  const open = () => {
    clearTimeout(timer);
    if (over || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return;
    heard = Date.now();
    const own = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`);
    socket = own;
    own.onmessage = (e) => {
      if (socket !== own) return;
      heard = Date.now();
      const frame = JSON.parse(String(e.data)) as Frame;
      if (frame.type === 'beat') return;
      if (frame.type === 'hello') {
        failures = 0;
        silence = 2.5 * frame.beat;
        speak = (text) => own.readyState === WebSocket.OPEN && own.send(text);
        state.set('open');
        // What was fetched before the line stood may lack what happened in between.
        void client.invalidateQueries();
        return;
      }
      if (frame.type === 'reconnect') {
        // Planned, and soon enough: nobody is shown a lost line for it.
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (socket !== own) return;
          socket = undefined;
          own.close();
          open();
        }, Math.random() * frame.within);
        return;
      }
      receive(client, frame, me);
    };
    own.onclose = (e) => {
      if (socket !== own) return;
      lose();
      // The session may have ended: then the answer to "who am I" leads to the sign-in.
      if (e.code === 4401 || failures === 1) void client.invalidateQueries({ queryKey: ['me'] });
      again();
    };
  };
  const lose = () => {
    speak = null;
    state.set('lost');
  };
  // A host that died, or a network that was changed, closes nothing: such a line is only silent.
  const watch = setInterval(() => {
    if (!socket || socket.readyState > WebSocket.OPEN || Date.now() - heard < silence) return;
    const dead = socket;
    socket = undefined;
    lose();
    dead.close();
    open();
  }, 2_000);
  // A laptop that wakes up should not sit out a long pause.
  const now = () => {
    if (document.visibilityState === 'visible' && navigator.onLine && state.get() !== 'open') {
      failures = 0;
      open();
    }
  };
  addEventListener('online', now);
  document.addEventListener('visibilitychange', now);
  open();
  return () => {
    over = true;
    clearTimeout(timer);
    clearInterval(watch);
    removeEventListener('online', now);
    document.removeEventListener('visibilitychange', now);
    socket?.close();
    speak = null;
    state.set('connecting');
  };
};

import type { Frame, Opened, Reply } from '@hearten/contract';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { pause, remember } from './frames.ts';
import { type Asked, patchList, patchOpened } from './patch.ts';
import { makeStore } from './ui/store.ts';

export type Page = Reply<'GET /conversations'>;
export type Line = 'connecting' | 'open' | 'lost';

const state = makeStore<Line>('connecting');
/** For `useSyncExternalStore`: is the line up? */
export const line = { get: state.get, watch: state.watch };
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

const versions = new Map<string, number>();
const topics: Record<Extract<Frame, { type: 'touched' }>['what'], string[]> = {
  // One's own role, name and keys among them.
  people: ['people', 'me'],
  teams: ['teams'],
  inboxes: ['inboxes', 'domains', 'mail-providers'],
  quarantine: ['quarantine'],
  workspace: ['me', 'ages'],
  customer: ['customer', 'customers', 'senders', 'conversation', 'list'],
  conversation: ['conversation'],
  tags: ['tags'],
  spam: ['spam'],
  views: ['saved-views', 'views'],
  bulk: ['bulk'],
  notifications: ['notifications'],
};

let counting = false;
/** Counts are asked for again, but at most every second and a half however busy the inbox is. */
const recount = (client: QueryClient) => {
  if (counting) return;
  counting = true;
  setTimeout(() => {
    counting = false;
    void client.invalidateQueries({ queryKey: ['views'] });
  }, 1500);
};

/** One frame into every cache that shows something of it. */
export const receive = (client: QueryClient, frame: Frame, me: string) => {
  remember(frame);
  if (frame.type === 'reset') void client.invalidateQueries();
  if (frame.type === 'gone') for (const id of frame.conversationIds) versions.set(id, Number.POSITIVE_INFINITY);
  if (frame.type === 'change' || frame.type === 'seen' || frame.type === 'draft' || frame.type === 'gone') {
    const stale = frame.type === 'change' && frame.conversation.version < (versions.get(frame.conversation.id) ?? 0);
    if (frame.type === 'change' && !stale) versions.set(frame.conversation.id, frame.conversation.version);
    if (!stale)
      for (const [key, data] of client.getQueriesData<InfiniteData<Page, string | null>>({ queryKey: ['list'] }))
        if (data) client.setQueryData(key, patchPages(key[1] as Asked, data, frame, me));
    for (const [key, data] of client.getQueriesData<Opened>({ queryKey: ['conversation'] }))
      if (data) client.setQueryData(key, patchOpened(data, frame, me));
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
  for (const t of told) t(frame);
};

/** Keeps one socket open for this tab. After every reconnect what is on screen is fetched again. Returns the way to stop. */
export const connect = (client: QueryClient, me: string): (() => void) => {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let over = false;

  const again = () => {
    if (over) return;
    clearTimeout(timer);
    timer = setTimeout(open, pause(failures++));
  };
  const open = () => {
    clearTimeout(timer);
    if (over || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return;
    const own = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`);
    socket = own;
    own.onmessage = (e) => {
      const frame = JSON.parse(String(e.data)) as Frame;
      if (frame.type === 'hello') {
        failures = 0;
        state.set('open');
        // What was fetched before the line stood may lack what happened in between.
        void client.invalidateQueries();
        return;
      }
      receive(client, frame, me);
    };
    own.onclose = (e) => {
      if (socket !== own) return;
      state.set('lost');
      // The session may have ended: then the answer to "who am I" leads to the sign-in.
      if (e.code === 4401 || failures === 1) void client.invalidateQueries({ queryKey: ['me'] });
      again();
    };
  };
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
    removeEventListener('online', now);
    document.removeEventListener('visibilitychange', now);
    socket?.close();
    state.set('connecting');
  };
};

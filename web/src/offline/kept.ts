import type { ConversationRow, Frame, Me, Opened } from '@hearten/contract';
import { hashKey, type QueryClient } from '@tanstack/react-query';
import { patchListing, patchOpened } from '../patch.ts';
import { ofPerson, within } from './store.ts';

declare const __CONTRACT__: string;
/** What another contract wrote may not be readable, and is as good as nothing. */
const contract = typeof __CONTRACT__ === 'string' ? __CONTRACT__ : '';

type Kept<T> = { who: string; key: string; contract: string; at: number; data: T; asked?: readonly unknown[] };
const lastWho = 'hearten.who';
/** What the first screen needs stands under `start:`, threads under `thread:`, rows in `rows`. */
const threadOf = (id: string): string => `thread:${id}`;
const most = { rows: 200, lists: 8, thread: 600_000 };

export const whoOf = (me: Me): string => `${me.workspace.id}.${me.person.id}`;
let who: string | null = null;

const read = async <T>(key: string): Promise<T | undefined> => {
  const person = who ?? localStorage.getItem(lastWho);
  if (!person) return undefined;
  const kept = (await within('kept', 'readonly', (s) => s.get([person, key]))) as Kept<T> | undefined;
  return kept?.contract === contract ? kept.data : undefined;
};
const write = async (entries: Omit<Kept<unknown>, 'who' | 'contract'>[]): Promise<void> => {
  const person = who;
  if (!person || entries.length === 0) return;
  await within('kept', 'readwrite', (s) => {
    // Signed out meanwhile, here or in another tab: the mark goes before the store is emptied.
    if (localStorage.getItem(lastWho) === person)
      for (const entry of entries) s.put({ ...entry, who: person, contract });
    return undefined;
  });
};

/** Puts what the first screen needs into the caches, as old as it is: shown at once, and asked for anew behind it. */
export const restore = async (client: QueryClient, trust: (me: Me) => Me): Promise<void> => {
  const person = localStorage.getItem(lastWho);
  if (!person) return;
  const all = ((await within('kept', 'readonly', (s) => s.getAll(ofPerson(person, 'start:')))) ??
    []) as Kept<unknown>[];
  for (const { contract: of, asked, data, at } of all) {
    if (of !== contract || !asked) continue;
    if (asked[0] === 'me') trust(data as Me);
    client.setQueryData(asked, data, { updatedAt: at });
  }
};

const starts = new Set(['me', 'list', 'views', 'people', 'teams', 'tags', 'inboxes', 'saved-views', 'notifications']);
const pagesOf = (data: unknown): { pages: unknown[]; pageParams: unknown[] } | null =>
  typeof data === 'object' && data !== null && 'pages' in data
    ? (data as { pages: unknown[]; pageParams: unknown[] })
    : null;

let rows: ConversationRow[] = [];
/** The rows this device has, newest first: for lists nobody looked at while there was a connection. */
export const keptRows = async (): Promise<ConversationRow[]> =>
  rows.length > 0 ? rows : ((await read<ConversationRow[]>('rows').catch(() => undefined)) ?? []);
export const keptThread = (id: string): Promise<Opened | undefined> =>
  read<Opened>(threadOf(id)).catch(() => undefined);

/** Follows the caches and the live frames, and keeps on this device what its reader would want without a connection. */
export const keepReading = (client: QueryClient, me: Me, listen: (then: (frame: Frame) => void) => () => void) => {
  who = whoOf(me);
  const person = who;
  localStorage.setItem(lastWho, person);
  addEventListener('storage', hearLeft);
  const dirty = new Map<string, readonly unknown[]>();
  const frames: Frame[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const save = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const entries: Omit<Kept<unknown>, 'who' | 'contract'>[] = [];
    for (const [hash, asked] of dirty) {
      const state = client.getQueryState(asked);
      if (!state || state.data === undefined) continue;
      const pages = pagesOf(state.data);
      // Of a long list the first page is enough to begin with.
      const data = pages ? { pages: pages.pages.slice(0, 1), pageParams: pages.pageParams.slice(0, 1) } : state.data;
      const key = asked[0] === 'conversation' ? threadOf(String(asked[1])) : `start:${hash}`;
      entries.push({ key, at: state.dataUpdatedAt, data, asked });
    }
    dirty.clear();
    const told = frames.splice(0);
    if (told.length > 0) entries.push({ key: 'rows', at: Date.now(), data: rows });
    await write(entries);
    await patchThreads(client, told, me.person.id);
  };
  const soon = (): void => {
    timer ??= setTimeout(() => void save().catch(() => undefined), 1000);
  };
  const cache = client.getQueryCache().subscribe(({ type, query }) => {
    const [name, id] = query.queryKey as [string, unknown];
    if (type !== 'updated' || query.state.status !== 'success') return;
    if (!starts.has(name) && !(name === 'conversation' && typeof id === 'string')) return;
    dirty.set(hashKey(query.queryKey), query.queryKey);
    // Who one is, and with which keys and look, is what the next start begins with: it waits for nothing.
    if (name === 'me') void save().catch(() => undefined);
    else soon();
  });
  const live = listen((frame) => {
    if (frame.type === 'change')
      rows = patchListing(
        { asked: { view: 'all' }, items: rows, next: 'more' },
        frame.conversation,
        me.person.id,
      ).items;
    else if (frame.type === 'gone') rows = rows.filter((row) => !frame.conversationIds.includes(row.id));
    else return;
    frames.push(frame);
    soon();
  });
  // Its own data is in the cache by now, and was before anyone listened.
  dirty.set(hashKey(['me']), ['me']);
  soon();
  return {
    /** The newest rows, as the server has them; older threads make room. */
    keepRows: async (next: ConversationRow[]): Promise<ConversationRow[]> => {
      rows = next.slice(0, most.rows);
      await write([{ key: 'rows', at: Date.now(), data: rows }]);
      const keys = (await within('kept', 'readonly', (s) => s.getAllKeys(ofPerson(person, 'thread:')))) ?? [];
      const wanted = new Set(rows.map((row) => threadOf(row.id)));
      const starting = (await within('kept', 'readonly', (s) => s.getAllKeys(ofPerson(person, 'start:["list"')))) ?? [];
      await within('kept', 'readwrite', (s) => {
        for (const key of keys as [string, string][]) if (!wanted.has(key[1])) s.delete(key);
        for (const key of starting.slice(0, Math.max(0, starting.length - most.lists))) s.delete(key);
        return undefined;
      });
      return rows;
    },
    keepThread: async (opened: Opened): Promise<void> => {
      if (JSON.stringify(opened).length > most.thread) return;
      await write([{ key: threadOf(opened.conversation.id), at: Date.now(), data: opened }]);
    },
    stop: () => {
      removeEventListener('storage', hearLeft);
      cache();
      live();
      clearTimeout(timer);
      rows = [];
      who = null;
    },
  };
};

/** Threads that are kept but not open hear what happened in them, too. */
const patchThreads = async (client: QueryClient, told: Frame[], me: string): Promise<void> => {
  const person = who;
  if (!person) return;
  const ids = new Set(told.flatMap((frame) => (frame.type === 'change' ? [frame.conversation.id] : [])));
  for (const id of ids) {
    if (client.getQueryData(['conversation', id])) continue;
    const thread = await read<Opened>(threadOf(id));
    if (thread)
      await write([{ key: threadOf(id), at: Date.now(), data: told.reduce((t, f) => patchOpened(t, f, me), thread) }]);
  }
  const gone = told.flatMap((frame) => (frame.type === 'gone' ? frame.conversationIds : []));
  if (gone.length === 0) return;
  // Lists that are open were patched, and are kept anew; what is kept of others may still name what is gone.
  const lists = ((await within('kept', 'readonly', (s) => s.getAllKeys(ofPerson(person, 'start:["list"')))) ?? []) as [
    string,
    string,
  ][];
  const open = new Set(
    client
      .getQueryCache()
      .findAll({ queryKey: ['list'] })
      .map((query) => `start:${query.queryHash}`),
  );
  await within('kept', 'readwrite', (s) => {
    for (const id of gone) s.delete([person, threadOf(id)]);
    for (const key of lists) if (!open.has(key[1])) s.delete(key);
    return undefined;
  });
};

const empty = () => within('kept', 'readwrite', (s) => s.clear() as unknown as IDBRequest<undefined>);
/** Another tab signed out: what this one wrote before it heard of that goes, too. */
const hearLeft = (e: StorageEvent): void => {
  if (e.key !== lastWho || localStorage.getItem(lastWho) !== null) return;
  rows = [];
  // A browser that keeps nothing here has nothing to forget.
  void empty().catch(() => undefined);
};

/** Nothing of anybody's mail stays on this device. What one wrote and could not send is not touched. */
export const forgetReading = async (): Promise<void> => {
  rows = [];
  localStorage.removeItem(lastWho);
  const worker = await navigator.serviceWorker?.getRegistration();
  worker?.active?.postMessage({ type: 'forget' });
  await empty();
};

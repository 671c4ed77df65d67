import type { Draft, Key, Message, Reply } from '@hearten/contract';
import { type Ask, api } from '../api.ts';
import { pause } from '../frames.ts';
import { t } from '../language/index.ts';
import { isOutOfDate, isUnreachable, Problem, said } from '../problem.ts';
import { makeStore } from '../ui/store.ts';
import { within } from './store.ts';

/** What a person has to know to recognise it. */
export type About = {
  conversationId: string;
  number: number;
  subject: string;
  kind: 'reply' | 'note' | 'change';
  /** What it was written from, to go on with when it is taken back. */
  draft?: Draft;
};
/** A write that could not reach the server, in the order in which it was meant. `once` makes it happen once, however often it is sent. */
export type Waiting = {
  n: number;
  who: string;
  once: string;
  at: string;
  key: Key;
  ask: { params?: Record<string, string>; body?: Record<string, unknown> };
  about: About;
  /** When it was first sent without hearing what became of it. */
  tried: string | null;
  /** The server said no, or a newer message came: a person decides. */
  held: { said: string; newer: Message | null } | null;
};

/** What was written, as text. */
export const wordsOf = ({ about, ask }: Waiting): string =>
  about.draft?.text ?? (typeof ask.body?.text === 'string' ? ask.body.text : '');

const own = makeStore<Waiting[]>([]);
export const waiting = { get: own.get, watch: own.watch };
/** Told when one was sent, with what the server answered. */
let sent: (one: Waiting, reply: unknown) => void = () => undefined;
let who: string | null = null;
const told = typeof BroadcastChannel === 'function' ? new BroadcastChannel('hearten.waiting') : undefined;

const reload = async (): Promise<void> => {
  const all = ((await within('waiting', 'readonly', (s) => s.getAll())) ?? []) as Waiting[];
  own.set(all.filter((one) => one.who === who));
};
const changed = async (): Promise<void> => {
  await reload();
  told?.postMessage(null);
};
const put = async (one: Waiting): Promise<void> => {
  await within('waiting', 'readwrite', (s) => s.put(one));
  await changed();
};

/** The server forgets after a day which writes it has done: what may have arrived longer ago is not sent again unasked. */
const remembered = 20 * 3_600_000;
/** Long enough for any answer; then the line is taken for dead. */
const patience = 20_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let failures = 0;
const later = (ms: number): void => {
  clearTimeout(timer);
  timer = setTimeout(() => void sendWaiting(), ms);
};

/** The next that may go: what belongs to a conversation never overtakes what waits there before it. */
export const nextOf = (all: Waiting[]): Waiting | undefined => {
  const stuck = new Set<string>();
  for (const one of all) {
    const behind = stuck.has(one.about.conversationId) && one.about.kind !== 'note';
    if (!one.held && !behind) return one;
    // What is only said to the team depends on nothing, and nothing on it.
    if (one.about.kind !== 'note') stuck.add(one.about.conversationId);
  }
  return undefined;
};

/** Sends one; false when the line is still down. */
const sendOne = async (one: Waiting): Promise<boolean> => {
  if (one.tried && Date.now() - Date.parse(one.tried) > remembered) {
    await put({ ...one, held: { said: '', newer: null } });
    return true;
  }
  const tried = one.tried ?? new Date().toISOString();
  // Taken out in another tab meanwhile: it is not sent, and not put back.
  const there = await within('waiting', 'readwrite', (s) => {
    const asked: IDBRequest<Waiting | undefined> = s.get(one.n);
    asked.onsuccess = () => {
      if (asked.result) s.put({ ...one, tried });
    };
    return asked;
  });
  if (!there) {
    await reload();
    return true;
  }
  let reply: unknown;
  try {
    const ask = { ...one.ask, once: one.once, signal: AbortSignal.timeout(patience) } as unknown as Ask<Key>;
    reply = await (api as (key: Key, ask: Ask<Key>) => Promise<unknown>)(one.key, ask);
  } catch (error) {
    if (isUnreachable(error)) return false;
    const problem = error instanceof Problem ? error : null;
    if (problem && (problem.status === 429 || problem.status === 401 || isOutOfDate(problem))) return false;
    const newer = problem?.type.endsWith('newer-message')
      ? ((problem.body.message as Message | undefined) ?? null)
      : null;
    // It was refused, so it did not happen: another try is another write.
    await put({ ...one, tried: null, once: crypto.randomUUID(), held: { said: said(error), newer } });
    return true;
  }
  // It happened: whatever goes wrong from here on, it is never offered again under another key.
  await within('waiting', 'readwrite', (s) => s.delete(one.n) as unknown as IDBRequest<undefined>);
  await changed();
  failures = 0;
  sent(one, reply);
  return true;
};

/** Sends what waits, in order, in one tab only. */
export const sendWaiting = async (): Promise<void> => {
  if (who === null || !navigator.onLine || !nextOf(own.get())) return;
  const work = async (): Promise<void> => {
    await reload();
    for (let one = nextOf(own.get()); one; one = nextOf(own.get())) {
      if (await sendOne(one)) continue;
      later(pause(failures++));
      return;
    }
  };
  if (!navigator.locks) return work();
  await navigator.locks.request('hearten.waiting', { ifAvailable: true }, (lock) => (lock ? work() : later(2_000)));
};

const putAside = async (one: Omit<Waiting, 'n' | 'who' | 'at' | 'held'>): Promise<void> => {
  if (who === null) throw new Error('Nobody is signed in.');
  await within('waiting', 'readwrite', (s) => s.add({ ...one, who, at: new Date().toISOString(), held: null }));
  await changed();
  later(pause(failures++));
};

/**
 * Sends a write, or keeps it on this device until it can be sent: then the answer is null. What belongs to a conversation in which
 * something waits already waits behind it. Rejects as `api` does when the server says no.
 */
export const sendOrKeep = async <K extends Key>(key: K, ask: Ask<K>, about: About): Promise<Reply<K> | null> => {
  const once = ask.once ?? crypto.randomUUID();
  const { params, body } = ask as unknown as Waiting['ask'];
  const kept = { once, key, ask: { params, body }, about } as const;
  if (!navigator.onLine || own.get().some((one) => one.about.conversationId === about.conversationId)) {
    await putAside({ ...kept, tried: null });
    return null;
  }
  const signal = AbortSignal.timeout(patience);
  try {
    return await (api as (key: K, ask: Ask<K>) => Promise<Reply<K>>)(key, {
      ...ask,
      once,
      signal,
    });
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    await putAside({ ...kept, tried: new Date().toISOString() });
    return null;
  }
};

/** While nothing is on its way: what is taken back then is not sent beside it. False when it has left meanwhile. */
export const undisturbed = async (one: Waiting, run: () => Promise<void>): Promise<boolean> => {
  const work = async (): Promise<boolean> => {
    await reload();
    if (!own.get().some(({ n }) => n === one.n)) return false;
    await run();
    return true;
  };
  return navigator.locks ? navigator.locks.request('hearten.waiting', work) : work();
};
/** A person looked at what was held: it is sent after all, maybe changed. */
export const sendAfterAll = async (one: Waiting, body: Record<string, unknown> = {}): Promise<void> => {
  await put({ ...one, held: null, tried: null, ask: { ...one.ask, body: { ...one.ask.body, ...body } } });
  void sendWaiting();
};
/** Taken out; what it was can be put back by `putBack`. */
export const takeOut = async (one: Waiting): Promise<void> => {
  await within('waiting', 'readwrite', (s) => s.delete(one.n) as unknown as IDBRequest<undefined>);
  await changed();
};
/** The words are written anew: what was to happen after them is not done by itself. */
export const takeOutWords = async (one: Waiting): Promise<void> => {
  const behind = own
    .get()
    .filter(
      (next) => next.n > one.n && next.about.conversationId === one.about.conversationId && next.about.kind !== 'note',
    );
  const held = { said: t('You did this after an answer that you took back.'), newer: null };
  await within('waiting', 'readwrite', (s) => {
    for (const next of behind) s.put({ ...next, held: next.held ?? held });
    return s.delete(one.n) as unknown as IDBRequest<undefined>;
  });
  await changed();
};
export const putBack = (one: Waiting): Promise<void> => put(one);

/** From now on what waits is this person's; it is sent when the line is up. Returns the way to stop. */
export const beginWaiting = (person: string, whenSent: typeof sent): (() => void) => {
  who = person;
  sent = whenSent;
  failures = 0;
  const now = () => void sendWaiting();
  const heard = () => void reload().then(now, () => undefined);
  // No store on this device: nothing waits, and `sendOrKeep` says so when it would have to.
  heard();
  addEventListener('online', now);
  told?.addEventListener('message', heard);
  return () => {
    removeEventListener('online', now);
    told?.removeEventListener('message', heard);
    clearTimeout(timer);
    who = null;
    own.set([]);
  };
};

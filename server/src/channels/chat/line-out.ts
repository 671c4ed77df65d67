import type { ChatFrame, ChatSummary } from '@hearten/contract';
import type { WebSocket } from 'ws';
import type { Db } from '../../base/db.ts';
import type { Language } from '../../base/words.ts';
import { newsOf, type Seeing } from './lines.ts';

/**
 * One open widget. An idle one holds no more than this: ten thousand of them cost a process what a few hundred tabs of the team do, so
 * whatever is not needed before the first message is null until then.
 */
export type Peer = {
  socket: WebSocket;
  workspaceId: string;
  inboxId: string;
  visitorId: string;
  /** Of which machine; what it says costs that one too. */
  machine: string;
  /** The one chat it may see, where a link began its visit; and which visit it is. */
  only: string | null;
  visit: string;
  /** In which it is told what went wrong. */
  language: Language;
  /** Up to which number it has each chat that it shows; of the others, up to which it was told that there is more. */
  shown: Map<string, number> | null;
  told: Map<string, number> | null;
  /** Of which it was told that they wait for somebody with room. */
  queued: Set<string> | null;
  /** Of which it was told that they are over. */
  closed: Set<string> | null;
  /** Up to which number it was told that each is read: what another tab reads is read in this one. */
  read: Map<string, number> | null;
  /** Under which conversations and customers it is found. */
  keys: readonly string[];
  /** It said where it is; before that it is told nothing. */
  resumed: boolean;
  busy: boolean;
  again: boolean;
  words: number;
  /** The last message of its own: it has looked since that was kept, and need not look again when the event says so. */
  own: string | null;
};

export const seeing = ({ visitorId, only }: Peer): Seeing => ({ id: visitorId, only });
const NONE: readonly string[] = [];
export const peerOf = (
  socket: WebSocket,
  { workspaceId, id }: { workspaceId: string; id: string },
  { id: visitorId, only }: Seeing,
  machine: string,
  visit: string,
  language: Language,
): Peer => ({
  ...{
    socket,
    workspaceId,
    inboxId: id,
    visitorId,
    machine,
    only,
    visit,
    language,
    shown: null,
    told: null,
    queued: null,
    closed: null,
    read: null,
  },
  ...{ keys: NONE, resumed: false, busy: false, again: false, words: 0, own: null },
});

const SLOW = 1_000_000; // bytes waiting for one socket: a reader that stopped is let go, and resumes where it was

export function tell(peer: Peer, frame: ChatFrame): void {
  const { socket } = peer;
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > SLOW) socket.terminate();
  else socket.send(JSON.stringify(frame));
}

export const summaryOf = ({ conversationId: _, ...summary }: ChatSummary & { conversationId: string }): ChatSummary =>
  summary;

/**
 * Sends a widget all it has not got, in order, and remembers how far that is. It asks by number, so nothing is left out and nothing is said
 * twice, however often and by whomever this is called; two calls at once become one after the other.
 */
export async function catchUp(db: Db, peer: Peer, found: (peer: Peer, keys: string[]) => void): Promise<void> {
  if (!peer.resumed) return;
  if (peer.busy) {
    peer.again = true;
    return;
  }
  peer.busy = true;
  try {
    do {
      peer.again = false;
      await once(db, peer, found);
    } while (peer.again && peer.socket.readyState === peer.socket.OPEN);
  } finally {
    peer.busy = false;
  }
}

const FULL = SLOW / 4; // with one more page it is no megabyte
const PATIENCE = 20_000; // ms
const slow = new WeakMap<Peer, { since: number; again: NodeJS.Timeout | null }>();
/**
 * Whether much waits for this widget already: it gets the next page when it has read on, and nobody else waits for that. One that does not
 * read at all is let go.
 */
function readsSlowly(db: Db, peer: Peer, found: (peer: Peer, keys: string[]) => void): boolean {
  const { socket } = peer;
  if (socket.bufferedAmount <= FULL) {
    slow.delete(peer);
    return false;
  }
  const one = slow.get(peer) ?? { since: Date.now(), again: null };
  slow.set(peer, one);
  if (Date.now() - one.since > PATIENCE) socket.terminate();
  else
    one.again ??= setTimeout(() => {
      one.again = null;
      catchUp(db, peer, found).catch(() => socket.terminate()); // it opens another line, and resumes where it was
    }, 100);
  return true;
}

async function once(db: Db, peer: Peer, found: (peer: Peer, keys: string[]) => void): Promise<void> {
  if (readsSlowly(db, peer, found)) return;
  const news = await newsOf(db, peer.workspaceId, seeing(peer), Object.fromEntries(peer.shown ?? []));
  found(
    peer,
    news.map((chat) => chat.conversationId),
  );
  for (const { news: fresh, ...chat } of news) {
    const { lines, more } = fresh;
    const at = peer.shown?.get(chat.id);
    const otherwise =
      chat.queued !== (peer.queued?.has(chat.id) ?? false) ||
      (chat.status === 'closed') !== (peer.closed?.has(chat.id) ?? false) ||
      chat.readSeq > (peer.read?.get(chat.id) ?? 0);
    if (!otherwise && chat.lastSeq <= (at ?? peer.told?.get(chat.id) ?? 0)) continue;
    if (peer.socket.bufferedAmount > FULL) {
      peer.again = true;
      return;
    }
    const last = lines.at(-1);
    if (last) peer.shown?.set(chat.id, last.seq);
    else if (!peer.shown?.has(chat.id)) {
      peer.told ??= new Map();
      peer.told.set(chat.id, chat.lastSeq);
    } else if (!otherwise) continue;
    note(peer, chat);
    tell(peer, { type: 'lines', chat: summaryOf(chat), lines, more });
    if (more) peer.again = true;
  }
}

/** What happens to a conversation and is nothing to its visitor: nobody looks for them because of it. */
export const betweenUs = ({ name }: { name: string }): boolean =>
  /^(notification|draft|problem)\.|^conversation\.(mood|context|greeted)$|^message\.noted$/.test(name);

/** Remembers of which chats a widget knows that they wait or are over, and how far they are read. */
export function note(
  peer: Peer,
  { id, queued, status, readSeq }: Pick<ChatSummary, 'id' | 'queued' | 'status' | 'readSeq'>,
): void {
  if (readSeq > 0) peer.read = (peer.read ?? new Map()).set(id, readSeq);
  if (queued) peer.queued = (peer.queued ?? new Set()).add(id);
  else peer.queued?.delete(id);
  if (status === 'closed') peer.closed = (peer.closed ?? new Set()).add(id);
  else peer.closed?.delete(id);
}

export const put = (map: Map<string, Set<Peer>>, key: string, peer: Peer): void => {
  const some = map.get(key);
  if (some) some.add(peer);
  else map.set(key, new Set([peer]));
};
export const drop = (map: Map<string, Set<Peer>>, key: string, peer: Peer): void => {
  const some = map.get(key);
  some?.delete(peer);
  if (some?.size === 0) map.delete(key);
};

import type { Status } from '@hearten/contract';
import { plainAddress, type Recognised } from '../customers/index.ts';
import type { Incoming } from './channel.ts';
import { isSpam, spare, type Verdict } from './spam/judge.ts';
import { type Found, namedBy } from './thread.ts';
import { type Entry, isPast, othersOn } from './write.ts';

/** A conversation as this batch knows it by now. */
type Here = {
  id: string;
  status: Status;
  folder: Entry['folder'];
  customerId: string;
  addresses: Set<string>;
  /** Who was asked beside the customer. */
  consulted: Set<string>;
  /** An answer waits for its time here. */
  planned: boolean;
  /** What it stands beside, when it is a side conversation. */
  beside: string | null;
  last: number;
};
/** What a batch knows: what was there, and what it itself has placed. */
export type Known = {
  found: Found;
  /** What each mail of the batch looks like, and whose mail is not hidden however it looks. */
  verdicts: Map<string, Verdict>;
  friends: Set<string>;
  /** Conversations in which thanks are an answer: we asked something there, and wait. */
  asking: Set<string>;
  /** Every id of the batch: one that is still to be placed is no stranger. */
  ids: Set<string>;
  homes: Map<string, Here>;
  /** By the ids of placed messages, and by those they name without anybody having seen them. */
  placed: Map<string, Entry[]>;
  named: Map<string, Entry[]>;
  /** By what makes a mail the same. */
  twins: Map<string, Entry[]>;
};
export type Placed = { entry: Entry } | { duplicateOf: string | null };

export const knowing = (
  found: Found,
  verdicts: Map<string, Verdict>,
  friends: Set<string>,
  asking: Set<string>,
  batch: Incoming[],
): Known => ({
  found,
  verdicts,
  friends,
  asking,
  ids: new Set(batch.flatMap((one) => (one.externalId ? [one.externalId] : []))),
  homes: new Map(),
  placed: new Map(),
  named: new Map(),
  twins: new Map(),
});

/** A batch with what is answered before its answer; mail servers hand out mail in the order it came, and that is not always the same. */
export function inOrder(batch: Incoming[]): Incoming[] {
  const byId = new Map(batch.flatMap((one) => (one.externalId ? [[one.externalId, one] as const] : [])));
  const out = new Set<Incoming>();
  const under = new Set<Incoming>();
  const visit = (one: Incoming): void => {
    if (out.has(one) || under.has(one)) return;
    under.add(one);
    for (const id of namedBy(one)) {
      const answered = byId.get(id);
      if (answered) visit(answered);
    }
    out.add(one);
  };
  for (const one of batch) visit(one);
  return [...out];
}

/** At most so many ids are kept of what a mail names and nobody has seen: what it answers, and where the thread began. */
const NAMES = 5;
const put = (map: Map<string, Entry[]>, key: string, entry: Entry) => map.set(key, [...(map.get(key) ?? []), entry]);

/**
 * Decides where one message belongs, and when it came. Mail that is new to us comes after all that is there, even if its server had it
 * earlier: what was answered or read before it was here must not hide it. History keeps its own time and wakes nobody.
 */
export function place(one: Incoming, sender: Recognised, known: Known): Placed {
  const twins = known.found.twinsOf(one);
  const hex = one.dedupe.toString('hex');
  const here = known.twins.get(hex) ?? [];
  const again = twins.find((t) => t.same && t.inbox_id === one.inboxId);
  // Our own answer that came back to us, through an alias or a list that one of our inboxes is on.
  const echo = twins.find((t) => t.ours !== null && plainAddress(t.ours) === plainAddress(one.from.address));
  if (again ?? echo) return { duplicateOf: (again ?? echo)?.id ?? null };
  const before = here.find((e) => e.incoming.inboxId === one.inboxId);
  if (before) return { duplicateOf: before.incoming.id };

  const names = namedBy(one).filter((id) => !known.found.knows(id) && !known.ids.has(id));
  const { home, maybe } = homeOf(one, sender, known);
  const elsewhere = [
    ...here.map((e) => ({ id: e.incoming.id, conversationId: e.conversationId })),
    ...twins.filter((t) => t.same && t.ours === null),
  ];
  const told = home && elsewhere.find((t) => t.conversationId === home.id);
  if (told) return { duplicateOf: told.id };

  const sameId = twins.find((t) => !t.same && t.ours === null);
  const verdict = known.verdicts.get(one.id) as Verdict;
  const quietly = one.automatic || one.kind === 'auto_reply' || (one.thanks && !(home && known.asking.has(home.id)));
  const about = {
    incoming: one,
    customer: sender,
    names: isSpam(verdict)
      ? []
      : names.length <= NAMES
        ? names
        : [...names.slice(0, NAMES - 1), names.at(-1) as string],
    sameId: sameId !== undefined,
  };
  // What is closed is followed up; what was thrown away stays there, and the customer is heard anew.
  if (home && home.status !== 'closed' && home.folder !== 'trash') {
    const spam = home.folder === 'spam' ? verdict : spare(one, verdict, 'takes-part');
    const silent = quietly || isSpam(spam) || home.folder === 'spam' || isPast(one);
    const received = Date.parse(one.receivedAt);
    const at = one.historic ? received : Math.max(received, home.last + 1);
    const newest = at > home.last;
    const listedAt = Math.max(at, cameOf(one));
    const from = plainAddress(one.from.address);
    const asked = home.consulted.has(from) && !home.addresses.has(from);
    return remember(
      known,
      { ...home, last: Math.max(listedAt, home.last) },
      {
        ...about,
        conversationId: home.id,
        opens: false,
        reopens: newest && !silent && home.status !== 'open',
        quietly: silent || !newest,
        folder: home.folder,
        follows: null,
        link: null,
        spam,
        aside: home.customerId !== sender.customerId && (asked || known.found.answersAside(one)),
        planned: home.planned,
        beside: home.beside,
        proved: known.found.proved(one, home.id),
        at: new Date(at).toISOString(),
        listedAt: new Date(listedAt).toISOString(),
      },
    );
  }
  const spam = known.friends.has(sender.customerId)
    ? spare(one, verdict, 'written-before')
    : home && home.folder !== 'spam'
      ? spare(one, verdict, 'took-part')
      : verdict;
  const folder = isSpam(spam) ? 'spam' : 'inbox';
  const twin = elsewhere.find((t) => t.conversationId !== null)?.conversationId;
  const unsure =
    maybe?.id ??
    (sameId?.sender && plainAddress(sameId.sender) === plainAddress(one.from.address) ? sameId.conversationId : null);
  return remember(
    known,
    {
      id: one.id,
      status: 'open',
      folder,
      customerId: sender.customerId,
      addresses: new Set(),
      consulted: new Set(),
      planned: false,
      beside: null,
      last: Math.max(Date.parse(one.receivedAt), cameOf(one)),
    },
    {
      ...about,
      conversationId: one.id,
      opens: true,
      reopens: false,
      quietly,
      folder,
      follows: home?.id ?? null,
      link: twin
        ? { otherId: twin, why: 'same_mail' }
        : unsure && !home && folder === 'inbox'
          ? { otherId: unsure, why: 'maybe' }
          : null,
      spam,
      aside: false,
      planned: false,
      beside: null,
      proved: [],
      at: one.receivedAt,
      listedAt: one.historic ? one.receivedAt : (one.cameAt ?? one.receivedAt),
    },
  );
}
const cameOf = (one: Incoming): number => (one.cameAt && !one.historic ? Date.parse(one.cameAt) : 0);

/** Of this batch or from before it; the conversation of what is answered comes first, whichever of the two it is in. */
function homeOf(one: Incoming, sender: Recognised, known: Known): { home: Here | null; maybe: { id: string } | null } {
  const from = plainAddress(one.from.address);
  let maybe: { id: string } | null = null;
  const among = (entries: Entry[] | undefined): Here | null => {
    const near = [...(entries ?? [])].sort(
      (a, b) => Number(b.incoming.inboxId === one.inboxId) - Number(a.incoming.inboxId === one.inboxId),
    );
    for (const { conversationId } of near) {
      const home = known.homes.get(conversationId) as Here;
      if (home.customerId === sender.customerId || home.addresses.has(from)) return home;
      maybe ??= home;
    }
    return null;
  };
  for (const id of namedBy(one)) {
    const home = among(known.placed.get(id));
    if (home) return { home, maybe: null };
  }
  const before = known.found.homeOf(one, sender);
  if (before.home) {
    const {
      id,
      status,
      folder,
      customer_id,
      customer_address,
      participants,
      consulted,
      scheduled_at,
      last_at,
      parent_id,
      parent_kind,
    } = before.home;
    const home = known.homes.get(id) ?? {
      id,
      status,
      folder,
      customerId: customer_id,
      addresses: new Set([customer_address, ...participants.map((p) => p.address)].map(plainAddress)),
      consulted: new Set(consulted.map((p) => plainAddress(p.address))),
      planned: scheduled_at !== null,
      beside: parent_kind === 'side' ? parent_id : null,
      last: Date.parse(last_at),
    };
    return { home, maybe: null };
  }
  for (const id of [...namedBy(one), ...(one.externalId ? [one.externalId] : [])]) {
    const home = among(known.named.get(id));
    if (home) return { home, maybe: null };
  }
  return { home: null, maybe: maybe ?? before.maybe };
}

function remember(known: Known, home: Here, entry: Entry): Placed {
  const { incoming } = entry;
  // Whom a third person puts in copy may be the customer: that is decided with the rows.
  if (!entry.aside && !entry.beside)
    for (const other of othersOn(entry)) home.addresses.add(plainAddress(other.address));
  known.homes.set(home.id, home);
  if (incoming.externalId) put(known.placed, incoming.externalId, entry);
  for (const id of entry.names) put(known.named, id, entry);
  put(known.twins, incoming.dedupe.toString('hex'), entry);
  return { entry };
}

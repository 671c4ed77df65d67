import type { ConversationRow, Filter, Frame, Item, Opened, View } from '@hearten/contract';

/** A list on screen: what was asked for, and the part of the answer that is loaded. `next` is null when all of it is. */
export type Asked = Filter;
export type Listing = { asked: Asked; items: ConversationRow[]; next: string | null };
/** Everything on screen that frames may change. */
export type Screen = { me: string; lists: Listing[]; opened: Opened[]; versions: Record<string, number> };

// What is said beside a conversation is shown in it, and nowhere else.
const inInbox = (row: ConversationRow) => row.folder === 'inbox' && row.parent?.kind !== 'side';
const active = (row: ConversationRow) => inInbox(row) && row.status === 'open';
/** Which rows a view holds; says the same as the server's views. */
const views: Record<View, (row: ConversationRow, me: string) => boolean> = {
  open: active,
  mine: (row, me) => active(row) && row.assigneeId === me,
  unassigned: (row) => active(row) && row.assigneeId === null,
  mentions: (row, me) => inInbox(row) && row.mentioned.includes(me),
  waiting: (row) => inInbox(row) && row.status === 'waiting',
  snoozed: (row) => inInbox(row) && row.status === 'snoozed',
  scheduled: (row) => inInbox(row) && row.scheduledAt !== null,
  resolved: (row) => inInbox(row) && (row.status === 'resolved' || row.status === 'closed'),
  all: inInbox,
  spam: (row) => row.folder === 'spam',
  trash: (row) => row.folder === 'trash',
};

const hours: Record<string, number> = { h: 1, d: 24, w: 168 };
const reach = (since: string): number => Number(since.slice(0, -1)) * (hours[since.slice(-1)] ?? 24) * 3_600_000;
const whom = (asked: string | undefined, is: string | null, me: string): boolean =>
  asked === undefined || (asked === 'none' ? is === null : is === (asked === 'me' ? me : asked));

/** Does this row stand in the list that was asked for? Says the same as the server's `matching`. */
export const belongs = (asked: Asked, row: ConversationRow, me: string): boolean =>
  row.mergedInto === null &&
  views[asked.view ?? 'all'](row, me) &&
  (asked.status === undefined || row.status === asked.status) &&
  (asked.channel === undefined || row.channel === asked.channel) &&
  (asked.inboxId === undefined || row.inboxId === asked.inboxId) &&
  whom(asked.teamId, row.teamId, me) &&
  whom(asked.assigneeId, row.assigneeId, me) &&
  (asked.customerId === undefined || row.customer.id === asked.customerId) &&
  (asked.tag === undefined || row.tags.includes(asked.tag)) &&
  (asked.priority === undefined || row.priority === asked.priority) &&
  (asked.mood === undefined || (asked.mood === 'either' ? row.mood !== null : row.mood === asked.mood)) &&
  (asked.unread === undefined || row.unread) &&
  (asked.from === undefined ||
    `${row.customer.name} ${row.customer.address}`.toLowerCase().includes(asked.from.toLowerCase())) &&
  (asked.since === undefined || Date.parse(row.lastAt) >= Date.now() - reach(asked.since)) &&
  (asked.before === undefined || Date.parse(row.lastAt) < Date.parse(asked.before)) &&
  (asked.after === undefined || Date.parse(row.lastAt) >= Date.parse(asked.after));

/** Postgres tells time to the microsecond, a Date only to the millisecond: what is left decides. */
const micros = (at: string): number => Number((/\.(\d{1,6})/.exec(at)?.[1] ?? '').padEnd(6, '0').slice(3));
const compare = (a: { at: string; id: string }, b: { at: string; id: string }): number =>
  Date.parse(a.at) - Date.parse(b.at) || micros(a.at) - micros(b.at) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const place = (row: ConversationRow) => ({ at: row.lastAt, id: row.id });
/** Newest first; the id decides between equals, as on the server. */
export const before = (a: ConversationRow, b: ConversationRow): boolean => compare(place(a), place(b)) > 0;

/** Puts a newer row in its place, or takes it out. A row below what is loaded is left for the next page to bring. */
export const patchListing = (list: Listing, row: ConversationRow, me: string): Listing => {
  const had = list.items.findIndex((i) => i.id === row.id);
  const old = list.items[had];
  if (old && old.version > row.version) return list;
  const fits = belongs(list.asked, row, me);
  if (!old && !fits) return list;
  const end = list.items.at(-1);
  const items = list.items.filter((i) => i.id !== row.id);
  const loaded =
    list.next === null || (end !== undefined && (end.id === row.id ? !before(end, row) : before(row, end)));
  if (fits && loaded) {
    const at = items.findIndex((i) => before(row, i));
    items.splice(at === -1 ? items.length : at, 0, row);
  }
  return { ...list, items };
};

const placed = (items: Item[], item: Item): Item[] => {
  const at = items.findIndex((i) => i.id === item.id);
  if (at === -1) {
    // The timeline runs oldest first; almost always the new one is the last.
    const from = items.findLastIndex((i) => compare(i, item) < 0);
    return items.toSpliced(from + 1, 0, item);
  }
  const old = items[at];
  if (old && 'version' in old && 'version' in item && old.version > item.version) return items;
  // An answer that waited for its time is said when it leaves, after all that was said meanwhile.
  if (old && old.at !== item.at) return placed(items.toSpliced(at, 1), item);
  return items.toSpliced(at, 1, item);
};

type Change = Extract<Frame, { type: 'change' }>;
/** How many of the customer's other conversations are shown beside one. */
const beside = 10;
const patchOthers = (opened: Opened, row: ConversationRow): Opened => {
  const others = opened.others.filter((o) => o.id !== row.id);
  const known = others.length < opened.others.length;
  if (!known && row.customer.id !== opened.customer.id) return opened;
  const { id, number, subject, status, folder, mergedInto, lastAt } = row;
  const at = others.findIndex((o) => compare({ at: o.lastAt, id: o.id }, place(row)) < 0);
  return {
    ...opened,
    others: others
      .toSpliced(at === -1 ? others.length : at, 0, { id, number, subject, status, folder, mergedInto, lastAt })
      .slice(0, beside),
  };
};
/** What stands above and below one, and what it is linked with. */
const patchBonds = (opened: Opened, row: ConversationRow): Opened => {
  const { parent } = opened;
  const old = opened.children.find((c) => c.id === row.id);
  const below = row.parent?.id === opened.conversation.id && row.mergedInto === null && row.folder !== 'trash';
  const rest = opened.children.filter((c) => c !== old);
  const children =
    (!old && !below) || (old && old.version > row.version)
      ? opened.children
      : below
        ? [...rest, row].sort((a, b) => a.number - b.number)
        : rest;
  return {
    ...opened,
    parent: parent?.id === row.id && row.version >= parent.version ? row : parent,
    children,
    links: opened.links.map((l) => (l.id === row.id ? { ...l, subject: row.subject, status: row.status } : l)),
  };
};
const patchChanged = (opened: Opened, frame: Change, me: string): Opened => {
  const { conversation: row } = frame;
  if (opened.conversation.id !== row.id) return patchBonds(patchOthers(opened, row), row);
  const first = opened.items[0];
  const loaded = (item: Item) => opened.earlier === null || first === undefined || compare(item, first) >= 0;
  const kept = opened.items.filter((i) => !frame.gone.includes(i.id));
  const items = frame.items.filter((i) => loaded(i) || kept.some((k) => k.id === i.id)).reduce(placed, kept);
  // What I wrote became a message: its draft is gone, on every tab of mine.
  const mine = frame.items.some((i) => 'authorId' in i && i.authorId === me);
  const sent = mine && (frame.event === 'message.replied' || frame.event === 'message.scheduled');
  return {
    ...opened,
    seenUpTo: frame.seenUpTo === undefined ? opened.seenUpTo : frame.seenUpTo,
    ...(row.version >= opened.conversation.version
      ? { conversation: row, participants: frame.participants ?? opened.participants }
      : {}),
    items,
    draft: sent ? null : opened.draft,
    noteDraft: mine && frame.event === 'message.noted' ? null : opened.noteDraft,
  };
};

/** Who has begun to write in a conversation: the list says so, and the conversation itself. */
const patchWriters = (row: ConversationRow, frame: Extract<Frame, { type: 'draft' }>): ConversationRow => {
  const others = row.drafts.filter((id) => id !== frame.personId);
  return { ...row, drafts: frame.updatedAt === null ? others : [...others, frame.personId].sort() };
};

/** What stood below a conversation that was deleted for good stands below nothing. */
const orphaned = (row: ConversationRow, gone: string[]): ConversationRow =>
  row.parent && gone.includes(row.parent.id) ? { ...row, parent: null } : row;

/** One row, wherever it stands in an opened conversation: it is the one itself, or stands above or below it. */
const everywhere = (opened: Opened, id: string, change: (row: ConversationRow) => ConversationRow): Opened => {
  const to = (row: ConversationRow) => (row.id === id ? change(row) : row);
  if (opened.conversation.id === id) return { ...opened, conversation: change(opened.conversation) };
  if (opened.parent?.id !== id && !opened.children.some((c) => c.id === id)) return opened;
  return { ...opened, parent: opened.parent && to(opened.parent), children: opened.children.map(to) };
};

/** One opened conversation after one frame. */
export const patchOpened = (opened: Opened, frame: Frame, me: string): Opened => {
  if (frame.type === 'change') return patchChanged(opened, frame, me);
  if (frame.type === 'gone')
    return {
      ...opened,
      conversation: orphaned(opened.conversation, frame.conversationIds),
      others: opened.others.filter((o) => !frame.conversationIds.includes(o.id)),
      links: opened.links.filter((l) => !frame.conversationIds.includes(l.id)),
      parent: opened.parent && (frame.conversationIds.includes(opened.parent.id) ? null : opened.parent),
      children: opened.children.filter((c) => !frame.conversationIds.includes(c.id)),
    };
  if (frame.type === 'seen')
    return {
      ...everywhere(opened, frame.conversationId, (row) => ({ ...row, unread: frame.unread })),
      ...(frame.upTo && frame.conversationId === opened.conversation.id ? { seenUpTo: frame.upTo } : {}),
    };
  if (frame.type === 'draft') {
    const known = everywhere(opened, frame.conversationId, (row) => patchWriters(row, frame));
    // What I write myself is in my own field already.
    if (frame.personId === me || frame.conversationId !== opened.conversation.id) return known;
    const drafts = opened.drafts.filter((d) => d.personId !== frame.personId);
    return {
      ...known,
      drafts: frame.updatedAt === null ? drafts : [...drafts, { personId: frame.personId, updatedAt: frame.updatedAt }],
    };
  }
  return opened;
};

/** One list after one frame. */
export const patchList = (list: Listing, frame: Frame, me: string): Listing => {
  if (frame.type === 'change') return patchListing(list, frame.conversation, me);
  if (
    frame.type === 'gone' &&
    list.items.some((i) => frame.conversationIds.some((id) => id === i.id || id === i.parent?.id))
  )
    return {
      ...list,
      items: list.items
        .filter((i) => !frame.conversationIds.includes(i.id))
        .map((i) => orphaned(i, frame.conversationIds)),
    };
  if (frame.type === 'seen' && list.items.some((i) => i.id === frame.conversationId && i.unread !== frame.unread))
    return {
      ...list,
      items: list.items.map((i) => (i.id === frame.conversationId ? { ...i, unread: frame.unread } : i)),
    };
  if (frame.type === 'draft' && list.items.some((i) => i.id === frame.conversationId))
    return {
      ...list,
      items: list.items.map((i) => (i.id === frame.conversationId ? patchWriters(i, frame) : i)),
    };
  return list;
};

/** A part from the middle of a list after one frame: what moves up leaves it, and what stands between its ends stays in its place. */
export const patchPart = (asked: Asked, items: ConversationRow[], frame: Frame, me: string): ConversationRow[] => {
  const [first, end] = [items[0], items.at(-1)];
  if (frame.type !== 'change') return patchList({ asked, items, next: 'more' }, frame, me).items;
  const row = frame.conversation;
  const within = first && end && !before(row, first) && !before(end, row);
  if (!within && !items.some((i) => i.id === row.id)) return items;
  const next = patchListing({ asked, items, next: 'more' }, row, me).items;
  return within ? next : next.filter((i) => i.id !== row.id);
};

/** The screen after one frame: for every sequence of frames this equals what a fresh load would show. */
export const patch = (screen: Screen, frame: Frame): Screen => {
  if (frame.type === 'change') {
    const { id, version } = frame.conversation;
    const newer = version >= (screen.versions[id] ?? 0);
    return {
      ...screen,
      // A frame that arrives late must not bring back a row that a newer one took out.
      lists: newer ? screen.lists.map((l) => patchList(l, frame, screen.me)) : screen.lists,
      opened: screen.opened.map((o) => patchOpened(o, frame, screen.me)),
      versions: newer ? { ...screen.versions, [id]: version } : screen.versions,
    };
  }
  const gone = frame.type === 'gone' ? frame.conversationIds : [];
  return {
    ...screen,
    lists: screen.lists.map((l) => patchList(l, frame, screen.me)),
    opened: screen.opened.filter((o) => !gone.includes(o.conversation.id)).map((o) => patchOpened(o, frame, screen.me)),
    // Whatever is still told of it comes too late.
    versions: { ...screen.versions, ...Object.fromEntries(gone.map((id) => [id, Number.POSITIVE_INFINITY])) },
  };
};

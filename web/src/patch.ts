import type { ConversationRow, Frame, Item, Opened, View } from '@hearten/contract';

/** A list on screen: what was asked for, and the part of the answer that is loaded. `next` is null when all of it is. */
export type Asked = {
  view?: View;
  inboxId?: string;
  teamId?: string;
  assigneeId?: string;
  customerId?: string;
  tag?: string;
};
export type Listing = { asked: Asked; items: ConversationRow[]; next: string | null };
/** Everything on screen that frames may change. */
export type Screen = { me: string; lists: Listing[]; opened: Opened[]; versions: Record<string, number> };

const inInbox = (row: ConversationRow) => row.folder === 'inbox';
const active = (row: ConversationRow) => inInbox(row) && row.status === 'open';
/** Which rows a view holds; says the same as the server's views. */
const views: Record<View, (row: ConversationRow, me: string) => boolean> = {
  open: active,
  mine: (row, me) => active(row) && row.assigneeId === me,
  unassigned: (row) => active(row) && row.assigneeId === null,
  waiting: (row) => inInbox(row) && row.status === 'waiting',
  snoozed: (row) => inInbox(row) && row.status === 'snoozed',
  resolved: (row) => inInbox(row) && (row.status === 'resolved' || row.status === 'closed'),
  all: inInbox,
  spam: (row) => row.folder === 'spam',
  trash: (row) => row.folder === 'trash',
};

/** Does this row stand in the list that was asked for? */
export const belongs = (asked: Asked, row: ConversationRow, me: string): boolean =>
  row.mergedInto === null &&
  views[asked.view ?? 'open'](row, me) &&
  (asked.inboxId === undefined || row.inboxId === asked.inboxId) &&
  (asked.teamId === undefined || row.teamId === asked.teamId) &&
  (asked.assigneeId === undefined || row.assigneeId === asked.assigneeId) &&
  (asked.customerId === undefined || row.customer.id === asked.customerId) &&
  (asked.tag === undefined || row.tags.includes(asked.tag));

/** Newest first; the id decides between equals, as on the server. */
export const before = (a: ConversationRow, b: ConversationRow): boolean => {
  const [x, y] = [Date.parse(a.lastAt), Date.parse(b.lastAt)];
  return x === y ? a.id > b.id : x > y;
};

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
    const from = items.findLastIndex(
      (i) => Date.parse(i.at) < Date.parse(item.at) || (Date.parse(i.at) === Date.parse(item.at) && i.id < item.id),
    );
    return [...items.slice(0, from + 1), item, ...items.slice(from + 1)];
  }
  const old = items[at];
  if (old && 'version' in old && 'version' in item && old.version > item.version) return items;
  return items.toSpliced(at, 1, item);
};

type Change = Extract<Frame, { type: 'change' }>;
const patchChanged = (opened: Opened, frame: Change): Opened => {
  const { conversation: row } = frame;
  if (opened.conversation.id !== row.id) {
    // One of the customer's other conversations, shown beside this one.
    const other = opened.others.findIndex((o) => o.id === row.id);
    if (other === -1 || opened.others[other]?.status === undefined) return opened;
    const { id, number, subject, status, lastAt } = row;
    return { ...opened, others: opened.others.toSpliced(other, 1, { id, number, subject, status, lastAt }) };
  }
  const first = opened.items[0];
  const loaded = (item: Item) =>
    opened.earlier === null || first === undefined || Date.parse(item.at) >= Date.parse(first.at);
  const items = frame.items
    .filter((i) => loaded(i) || opened.items.some((o) => o.id === i.id))
    .reduce(
      placed,
      opened.items.filter((i) => !frame.gone.includes(i.id)),
    );
  return { ...opened, conversation: row.version >= opened.conversation.version ? row : opened.conversation, items };
};

/** One opened conversation after one frame. */
export const patchOpened = (opened: Opened, frame: Frame, me: string): Opened => {
  if (frame.type === 'change') return patchChanged(opened, frame);
  if (frame.type === 'seen' && frame.conversationId === opened.conversation.id)
    return { ...opened, conversation: { ...opened.conversation, unread: frame.unread } };
  if (frame.type === 'draft' && frame.conversationId === opened.conversation.id && frame.personId !== me) {
    const drafts = opened.drafts.filter((d) => d.personId !== frame.personId);
    return {
      ...opened,
      drafts: frame.updatedAt === null ? drafts : [...drafts, { personId: frame.personId, updatedAt: frame.updatedAt }],
    };
  }
  return opened;
};

/** One list after one frame. */
export const patchList = (list: Listing, frame: Frame, me: string): Listing => {
  if (frame.type === 'change') return patchListing(list, frame.conversation, me);
  if (frame.type === 'seen' && list.items.some((i) => i.id === frame.conversationId && i.unread !== frame.unread))
    return {
      ...list,
      items: list.items.map((i) => (i.id === frame.conversationId ? { ...i, unread: frame.unread } : i)),
    };
  return list;
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
  return {
    ...screen,
    lists: screen.lists.map((l) => patchList(l, frame, screen.me)),
    opened: screen.opened.map((o) => patchOpened(o, frame, screen.me)),
  };
};

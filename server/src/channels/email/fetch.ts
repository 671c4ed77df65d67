import type { ImapFlow } from 'imapflow';
import { clock } from '../../base/clock.ts';
import { arrive } from './arrive.ts';
import { type Box, bodies, type Seen } from './bodies.ts';
import { ranges } from './imap.ts';
import type { Raw } from './incoming.ts';
import {
  cameLater,
  historyDownTo,
  knownUids,
  type Mailbox,
  openMailbox,
  readToTheEnd,
  readUpTo,
  swept,
} from './mailbox.ts';
import { inPace } from './pace.ts';
import { withoutFormer } from './renumbered.ts';
import type { Room } from './room.ts';
import { dueAgain, freePlaces, setAside } from './set-aside.ts';

const BATCH = 50;
const BATCH_BYTES = 12 * 1024 * 1024;
const LOOK = 1000; // sizes are asked for this many mails at a time
const LISTS = 80 * 1024; // bytes that a list of numbers or sizes may have before it counts as too slow

type Order = 'new' | 'history' | 'swept';

/** Opens the folder and reads everything that is due. Returns what to call when the server says there is more. */
export async function openFolder(room: Room, client: ImapFlow, box: Box): Promise<() => Promise<void>> {
  const opened = await client.mailboxOpen(box.place.folder);
  const nextUid = opened.uidNext || ((await uidsOf(client, '1:*')).at(-1) ?? 0) + 1;
  const history = box.place.all || box.place.since !== null;
  const mailbox = await room.db.tx(box.workspaceId, (tx) =>
    openMailbox(tx, box.inboxId, box.place.folder, { uidvalidity: Number(opened.uidValidity), nextUid, history }),
  );
  let last = mailbox.last_uid;

  /** Reads what is new; says when it began to look, for all that was there then is read now. */
  const catchUp = async (): Promise<string> => {
    const began = new Date(clock()).toISOString();
    const uids = (await uidsOf(client, `${last + 1}:*`)).filter((uid) => uid > last);
    await readAll(room, client, box, mailbox, uids, 'new');
    last = Math.max(last, ...uids.slice(-1));
    mailbox.read_at = began;
    return began;
  };
  return async () => {
    const began = await catchUp();
    const due = await room.db.tx(box.workspaceId, (tx) => readToTheEnd(tx, box.inboxId, mailbox, began));
    mailbox.history_uid = due.history_uid;
    await readHistory(room, client, box, mailbox, catchUp);
    if (due.sweep) await sweep(room, client, box, mailbox);
  };
}

const uidsOf = async (client: ImapFlow, range: string, since?: Date): Promise<number[]> => {
  const found = await inPace(client, LISTS, client.search({ uid: range, ...(since ? { since } : {}) }, { uid: true }));
  if (!Array.isArray(found)) throw new Error('The mail server would not say what is in the folder.');
  return found.sort((a, b) => a - b);
};

/** What was there before, newest first, new mail always before it. */
async function readHistory(
  room: Room,
  client: ImapFlow,
  box: Box,
  mailbox: Mailbox,
  catchUp: () => Promise<string>,
): Promise<void> {
  if (mailbox.history_uid === 0) return;
  const since = box.place.all || !box.place.since ? undefined : new Date(box.place.since);
  const uids = (await uidsOf(client, `1:${mailbox.history_uid}`, since))
    .filter((uid) => uid <= mailbox.history_uid)
    .reverse();
  for (let i = 0; i < uids.length; i += LOOK) {
    await readAll(room, client, box, mailbox, uids.slice(i, i + LOOK), 'history', uids.length - i);
    await catchUp();
  }
  await room.db.tx(box.workspaceId, (tx) => historyDownTo(tx, box.inboxId, mailbox, 0, 0));
  mailbox.history_uid = 0;
}

/** What was there before and is wanted; nothing while it is still being read. */
async function historyOf(client: ImapFlow, box: Box, mailbox: Mailbox): Promise<number[]> {
  if (mailbox.first_uid <= 1 || mailbox.history_uid > 0 || !(box.place.all || box.place.since)) return [];
  const since = box.place.all || !box.place.since ? undefined : new Date(box.place.since);
  return (await uidsOf(client, `1:${mailbox.first_uid - 1}`, since)).filter((uid) => uid < mailbox.first_uid);
}

/** Once a day: everything in the folder against everything with a row, whatever the high-water mark says. */
async function sweep(room: Room, client: ImapFlow, box: Box, mailbox: Mailbox): Promise<void> {
  const uids = await uidsOf(client, `${Math.max(1, mailbox.first_uid)}:*`);
  box.again = await dueAgain(room, box, mailbox, new Set(uids));
  const due = [...(await historyOf(client, box, mailbox)), ...uids.filter((uid) => uid >= mailbox.first_uid)];
  for (let i = 0; i < due.length; i += 10 * LOOK)
    await readAll(room, client, box, mailbox, due.slice(i, i + 10 * LOOK), 'swept');
  await room.db.tx(box.workspaceId, (tx) => swept(tx, box.inboxId, mailbox));
}

async function readAll(
  room: Room,
  client: ImapFlow,
  box: Box,
  mailbox: Mailbox,
  all: number[],
  order: Order,
  behind = 0,
): Promise<void> {
  let uids = all;
  if (order !== 'new' && all.length > 0) {
    const known = await room.db.tx(box.workspaceId, (tx) => knownUids(tx, box.inboxId, mailbox, all));
    uids = all.filter((uid) => !known.has(uid) || box.again.has(uid));
  }
  for (let i = 0; i < uids.length; i += LOOK) {
    const some = uids.slice(i, i + LOOK);
    const seen = new Map<number, Seen>();
    const listed = client.fetchAll(
      ranges(some.toSorted((a, b) => a - b)),
      { uid: true, size: true, internalDate: true },
      { uid: true },
    );
    for (const mail of await inPace(client, LISTS, listed))
      seen.set(mail.uid, { uid: mail.uid, size: mail.size ?? 0, at: received(mail.internalDate) });
    // Who is gone since the search is skipped; nobody can hand it out any more.
    const batches = split(
      some.flatMap((uid) => seen.get(uid) ?? []),
      box,
    );
    // The next batch is on its way from the server while this one is being written.
    let next = batches[0] ? bodies(room, client, box, batches[0]) : null;
    for (const [n, batch] of batches.entries()) {
      const fetched = await (next as Promise<Raw[]>);
      const after = batches[n + 1];
      next = after ? bodies(room, client, box, after) : null;
      next?.catch(() => undefined); // told when it is awaited
      const waiting = Math.max(behind, uids.length - i) - batches.slice(0, n + 1).reduce((sum, b) => sum + b.length, 0);
      await write(room, box, mailbox, fetched, batch, order, Math.max(0, waiting));
      if (order === 'new') await markSeen(room, client, fetched);
    }
  }
}

const received = (date: Date | string | undefined): string => {
  const at = date ? new Date(date).getTime() : Number.NaN;
  return new Date(Number.isFinite(at) ? Math.min(at, clock()) : clock()).toISOString();
};

function split(mails: Seen[], box: Box): Seen[][] {
  // After a mail that broke the connection, go one by one until it is known which.
  const most = box.trips.times > 0 ? 1 : BATCH;
  const out: Seen[][] = [];
  let bytes = 0;
  for (const mail of mails) {
    const last = out.at(-1);
    if (last && last.length < most && bytes + mail.size <= BATCH_BYTES) last.push(mail);
    else {
      out.push([mail]);
      bytes = 0;
    }
    bytes += mail.size;
  }
  return out;
}

async function write(
  room: Room,
  box: Box,
  mailbox: Mailbox,
  fetched: Raw[],
  batch: Seen[],
  order: Order,
  waiting: number,
): Promise<void> {
  for (const raw of fetched) {
    raw.uidvalidity = mailbox.uidvalidity;
    raw.historic = (raw.uid ?? 0) < mailbox.first_uid;
    if (!raw.historic && cameLater(mailbox, raw.receivedAt)) raw.cameAt = new Date(clock()).toISOString();
  }
  const stand = (tx: Parameters<typeof readUpTo>[0], uids: number[]): Promise<void> =>
    order === 'new'
      ? readUpTo(tx, box.inboxId, mailbox, Math.max(...uids), waiting)
      : order === 'history'
        ? historyDownTo(tx, box.inboxId, mailbox, Math.min(...uids) - 1, waiting)
        : Promise.resolve();
  const lost = fetched.filter((raw) => raw.bytes.length === 0);
  const fresh = await withoutFormer(
    room,
    box,
    mailbox,
    fetched.filter((raw) => raw.bytes.length > 0),
  );
  await setAside(room, box.workspaceId, lost);
  await freePlaces(room, box, mailbox, fresh);
  await arrive(room, box.workspaceId, fresh, (tx, raws) =>
    stand(
      tx,
      raws.map((raw) => raw.uid ?? 0),
    ),
  );
  // Those that need no message (gone, known, or set aside) are behind us too.
  if (batch.length > 0 && fresh.length < batch.length)
    await room.db.tx(box.workspaceId, (tx) =>
      stand(
        tx,
        batch.map((mail) => mail.uid),
      ),
    );
}

/** A courtesy to other mail programs; nothing depends on it. */
async function markSeen(room: Room, client: ImapFlow, raws: Raw[]): Promise<void> {
  if (raws.length === 0) return;
  try {
    await client.messageFlagsAdd(ranges(raws.map((raw) => raw.uid ?? 0)), ['\\Seen'], { uid: true, silent: true });
  } catch (error) {
    room.log.debug('Mails that are stored could not be marked as read', { error });
  }
}

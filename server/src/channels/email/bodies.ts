import type { ImapFlow } from 'imapflow';
import { isRefusedAs } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { type ImapPlace, ranges } from './imap.ts';
import type { Raw } from './incoming.ts';
import { inPace } from './pace.ts';
import type { Room } from './room.ts';
import { headOf, stubText } from './stub.ts';

const PERSISTENT = 3; // tries before one mail that the server can't hand out is set aside
const HEADERS = 1024 * 1024; // bytes at most, of a mail whose body is not fetched

/** `short` tells that the line held, and the mail was much shorter than its server had said. */
type Trips = { uid: number; times: number; short: boolean };
const well = (): Trips => ({ uid: 0, times: 0, short: false });

/**
 * One inbox's folder on its server, for as long as it is listened to. `trips` counts how often one mail broke the connection;
 * `guesses` says that this server only guesses how large its mails are.
 */
export type Box = {
  workspaceId: string;
  inboxId: string;
  address: string;
  place: ImapPlace;
  trips: Trips;
  guesses: boolean;
  /** What it would not hand out before and is asked for again, by number. */
  again: Set<number>;
};
export type Seen = { uid: number; size: number; at: string };

/** The bytes of a batch. Of a mail above the limit only its headers are fetched. */
export async function bodies(room: Room, client: ImapFlow, box: Box, batch: Seen[]): Promise<Raw[]> {
  const most = room.config.MAX_MAIL_MB * 1024 * 1024;
  const raw = (mail: Seen, bytes: Buffer, stub: string | null): Raw => ({
    id: newId(),
    inboxId: box.inboxId,
    source: 'imap',
    bytes,
    size: mail.size,
    receivedAt: mail.at,
    historic: false,
    folder: box.place.folder,
    uidvalidity: null,
    uid: mail.uid,
    envelope: {},
    stub,
  });
  const [first] = batch;
  if (!first) return [];
  const last = batch.length === 1 && box.trips.uid === first.uid && box.trips.times >= PERSISTENT;
  if (last && !box.trips.short) {
    box.trips = well();
    return [
      raw(
        first,
        Buffer.alloc(0),
        'The mail server breaks off whenever this mail is fetched. It is still in the mailbox; read it there.',
      ),
    ];
  }
  const out: Raw[] = [];
  try {
    const small = batch.filter((mail) => mail.size <= most);
    const sources = await whole(client, box, small, last);
    for (const mail of small) {
      const bytes = sources.get(mail.uid);
      if (bytes) out.push(raw(mail, bytes, null));
    }
    for (const mail of batch.filter((one) => one.size > most)) {
      const asked = client.fetchOne(String(mail.uid), { uid: true, headers: true }, { uid: true });
      const fetched = await inPace(client, HEADERS, asked);
      const headers = fetched === false ? undefined : fetched?.headers;
      const told = stubText(mail.size, room.config.MAX_MAIL_MB, 'The whole mail is still in the mailbox.');
      if (headers) out.push(raw(mail, headOf(headers), told));
    }
  } catch (error) {
    // A server that is slow with everything says nothing about this one mail.
    if (!isRefusedAs(error, 'unavailable')) {
      const again = batch.length === 1 && box.trips.uid === first.uid;
      box.trips = { uid: first.uid, times: again ? box.trips.times + 1 : 1, short: error === SHORT };
    }
    throw error;
  }
  if (batch.length > 1 || first.uid === box.trips.uid) box.trips = well();
  return out.sort((a, b) => (a.uid ?? 0) - (b.uid ?? 0));
}

const SHORT = new Error('The mail server handed out less of a mail than it announced.');
const aLittle = (size: number): number => Math.max(512, size * 0.05);

/**
 * What the server hands out of these mails. One that is missing, or shorter than was announced, is asked for once more by itself. Gone is
 * gone; a little less, twice the same, is a server that only guesses the size of its mails. Much less is taken for cut off: the line is
 * given up and begun anew, and only what comes so each time (`last`) is what the server has.
 */
async function whole(client: ImapFlow, box: Box, mails: Seen[], last: boolean): Promise<Map<number, Buffer>> {
  const sources = await sourcesOf(client, mails);
  const isShort = ({ uid, size }: Seen): boolean => {
    const missing = size - (sources.get(uid)?.length ?? 0);
    return missing > (box.guesses ? aLittle(size) : 0);
  };
  for (const mail of mails) {
    if (!isShort(mail)) continue; // asked one by one: what the first of them teaches holds for the rest
    const before = sources.get(mail.uid);
    const again = (await sourcesOf(client, [mail])).get(mail.uid) ?? Buffer.alloc(0);
    if (again.length === 0 && !(await isThere(client, mail.uid))) continue;
    if (again.length >= (before?.length ?? 0)) sources.set(mail.uid, again);
    if (!isShort(mail) || last) continue;
    if (mail.size - again.length > aLittle(mail.size)) throw SHORT;
    if (before?.equals(again)) box.guesses = true;
  }
  return sources;
}

const isThere = async (client: ImapFlow, uid: number): Promise<boolean> =>
  (await inPace(client, 0, client.fetchAll(String(uid), { uid: true, size: true }, { uid: true }))).length > 0;

async function sourcesOf(client: ImapFlow, mails: Seen[]): Promise<Map<number, Buffer>> {
  if (mails.length === 0) return new Map();
  const wanted = ranges(mails.map((mail) => mail.uid).sort((a, b) => a - b));
  const bytes = mails.reduce((sum, mail) => sum + mail.size, 0);
  const fetched = await inPace(client, bytes, client.fetchAll(wanted, { uid: true, source: true }, { uid: true }));
  return new Map(fetched.flatMap((mail) => (mail.source ? [[mail.uid, mail.source] as const] : [])));
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Reason } from '@hearten/contract';
import { isMeeting, NOWHERE, sql, type Tx } from '../../base/db.ts';
import { isRefusedAs, NotFound, textOf } from '../../base/errors.ts';
import { emit, system } from '../../base/events.ts';
import { reasonIn } from '../../base/reasons.ts';
import type { Fate } from './arrive.ts';
import { checkerOf } from './authentication/check.ts';
import { checkLater } from './authentication/later.ts';
import { type Raw, toIncoming, unplaceable } from './incoming.ts';
import { changes } from './mailboxes.ts';
import { because, fit, keepMails, noteDoubles } from './mails.ts';
import { ourAddresses, place } from './placed.ts';
import { read } from './read.ts';
import type { Room } from './room.ts';

/** Keeps a mail and leaves the reading to the worker: for those who only have a moment (the pipe). */
export async function store(room: Room, workspaceId: string, raw: Raw): Promise<void> {
  const stored = await room.files.put([raw.bytes]);
  await room.db.tx(workspaceId, async (tx) => {
    await room.files.keep(tx, stored);
    await keepMails(tx, [
      {
        raw,
        hash: stored[0]?.hash ?? null,
        state: 'stored',
        reason: raw.stub ?? '',
        from: raw.envelope.from ?? '',
        subject: '',
        messageId: null,
      },
    ]);
    await room.jobs.add(tx, 'read-mail', { mailId: raw.id }, { key: `read-mail:${raw.id}` });
  });
}

type Row = {
  id: string;
  inbox_id: string;
  source: Raw['source'];
  folder: string;
  uidvalidity: number | null;
  uid: number | null;
  raw_hash: Buffer | null;
  size: number;
  envelope: Raw['envelope'];
  state: string;
  reason: string;
  sender: string;
  subject: string;
  received_at: string;
  historic: boolean;
};
const open = (tx: Tx, id: string, lock = false) =>
  tx.first<Row>(sql`
    select id, inbox_id, source, folder, uidvalidity, uid, raw_hash, size, envelope, state, reason, sender, subject, received_at,
      source = 'import' or coalesce((select r.uid < b.first_uid from mailbox b where b.workspace_id = r.workspace_id and b.inbox_id = r.inbox_id and b.folder = r.folder and b.uidvalidity = r.uidvalidity), false) as historic
    from inbound_mail r
    where workspace_id = ${tx.workspaceId} and id = ${id} and state in ('stored', 'quarantined') ${lock ? sql`for update` : sql``}`);

/** Reads a mail that is stored or in quarantine, and makes it a message if that can be done now. Safe to repeat. */
export async function readStored(room: Room, workspaceId: string, mailId: string): Promise<Fate> {
  const row = await room.db.tx(workspaceId, (tx) => open(tx, mailId));
  if (!row) throw NotFound('This mail is not waiting any more; it may have been read meanwhile.');
  if (!row.raw_hash) return fetchAgain(room, workspaceId, row);
  const bytes = await room.files.get(room.db, workspaceId, row.raw_hash);
  const [one] = await read([bytes]);
  const mail = one && 'mail' in one ? one.mail : null;
  const trouble = one && 'mail' in one ? unplaceable(one.mail) : (one?.unreadable ?? ({ code: 'unreadable' } as const));
  const raw: Raw = {
    id: row.id,
    inboxId: row.inbox_id,
    source: row.source,
    bytes,
    size: row.size,
    receivedAt: row.received_at,
    historic: row.historic,
    folder: row.folder,
    uidvalidity: row.uidvalidity,
    uid: row.uid,
    envelope: row.envelope,
    stub: row.state === 'stored' && row.reason !== '' ? row.reason : null,
  };
  const ours = row.source === 'import' ? await ourAddresses(room, workspaceId) : undefined;
  const write = (incoming: ReturnType<typeof toIncoming> | null, why: Reason | null): Promise<Fate> =>
    room.db.tx(workspaceId, async (tx) => {
      if (!(await open(tx, mailId, true))) throw NotFound('This mail was read meanwhile.');
      const received = incoming ? await place(tx, [incoming], ours) : [];
      if (incoming) await checkLater(tx, [incoming]);
      const state = incoming ? 'processed' : 'quarantined';
      const reason = why ? reasonIn(why, 'en') : '';
      await tx.run(sql`
        update inbound_mail set state = ${state}, reason = ${reason}, why = ${why && JSON.stringify(why)}::jsonb, attempts = attempts + 1, message_id = ${incoming ? row.id : null},
          sender = ${fit(mail?.from?.address ?? row.sender, 320)}, subject = ${fit(mail?.subject ?? row.subject, 500)}
        where workspace_id = ${workspaceId} and id = ${mailId}`);
      const others = received.filter((other) => other.outcome === 'duplicate' || other.outcome === 'bounce');
      if (others.length > 0) await noteDoubles(tx, others);
      if (!incoming || row.state === 'quarantined')
        await emit(tx, [
          {
            name: incoming ? 'quarantine.released' : 'quarantine.added',
            actor: system,
            data: { mailId, inboxId: row.inbox_id, reason },
          },
        ]);
      return { state, reason, ...(why ? { why } : {}) };
    });
  if (!mail || trouble) return write(null, trouble);
  const verdictOn = await checkerOf(room).atOnce(workspaceId, [raw]);
  for (let attempt = 1; ; attempt++) {
    try {
      return await write(toIncoming(room.seal, workspaceId, raw, mail, row.raw_hash, verdictOn), null);
    } catch (error) {
      if (isMeeting(error) && attempt < 5) {
        await sleep(attempt * 15);
        continue;
      }
      if (isRefusedAs(error, 'unavailable') || isRefusedAs(error, 'conflict') || isRefusedAs(error, 'not-found'))
        throw error;
      room.log.error('A stored mail could not be made into a message', { error, mailId });
      return write(null, { code: 'no-message', values: { error: textOf(error) } });
    }
  }
}

/** A mail that its server would not hand out: its place is freed and the folder is looked through again. */
async function fetchAgain(room: Room, workspaceId: string, row: Row): Promise<Fate> {
  await room.db.tx(workspaceId, async (tx) => {
    await tx.run(
      sql`delete from inbound_mail where workspace_id = ${workspaceId} and id = ${row.id} and raw_hash is null`,
    );
    await tx.run(
      sql`update mailbox set swept_at = null, history_uid = case when ${row.uid}::bigint < first_uid then greatest(history_uid, ${row.uid}::bigint) else history_uid end
          where workspace_id = ${workspaceId} and inbox_id = ${row.inbox_id} and folder = ${row.folder}`,
    );
    tx.after(() => changes.emit('look'));
    await emit(tx, [
      { name: 'quarantine.released', actor: system, data: { mailId: row.id, inboxId: row.inbox_id, reason: '' } },
    ]);
  });
  return { state: 'processed', ...because({ code: 'fetched-again' }) };
}

/** Mail that was stored but not read, because whoever should have done it died. */
export async function readLeft(room: Room): Promise<number> {
  const left = await room.db.read<{ workspace_id: string; mail_id: string }>(
    NOWHERE,
    sql`select * from mail_left(100)`,
  );
  for (const { workspace_id, mail_id } of left)
    try {
      await readStored(room, workspace_id, mail_id);
    } catch (error) {
      if (isRefusedAs(error, 'unavailable')) throw error;
      // Not its words but its bytes are the trouble (a damaged disk): it is shown, and does not hold up the others.
      if (!isRefusedAs(error, 'not-found')) await setAside(room, workspace_id, mail_id, textOf(error));
    }
  return left.length;
}

async function setAside(room: Room, workspaceId: string, mailId: string, reason: string): Promise<void> {
  await room.db.tx(workspaceId, async (tx) => {
    await tx.run(
      sql`update inbound_mail set state = 'quarantined', reason = ${reason}, attempts = attempts + 1 where workspace_id = ${workspaceId} and id = ${mailId} and state = 'stored'`,
    );
    await emit(tx, [{ name: 'quarantine.added', actor: system, data: { mailId, reason } }]);
  });
}

import { clock } from '../../base/clock.ts';
import { sql } from '../../base/db.ts';
import { emit, system } from '../../base/events.ts';
import { firstIdOf } from '../../base/ids.ts';
import type { Box } from './bodies.ts';
import type { Raw } from './incoming.ts';
import type { Mailbox } from './mailbox.ts';
import { because, keepMails } from './mails.ts';
import type { Room } from './room.ts';

const LEFT_ALONE = 20 * 3_600_000;

/** Mails that their server would not hand out: they stand in quarantine without bytes, and the others go on. */
export async function setAside(room: Room, workspaceId: string, lost: Raw[]): Promise<void> {
  if (lost.length === 0) return;
  await room.db.tx(workspaceId, async (tx) => {
    const rows = lost.map((raw) => ({
      raw,
      hash: null,
      state: 'quarantined' as const,
      ...(raw.stub ? { reason: raw.stub, why: null } : because({ code: 'nothing-handed-out' })),
      from: '',
      subject: '',
      messageId: null,
    }));
    const fresh = await keepMails(tx, rows);
    // It stands there already: nobody hears of the same mail each day.
    const again = lost.filter((raw) => !fresh.has(raw.id));
    for (const raw of again)
      await tx.run(sql`
        update inbound_mail set asked_at = now(), attempts = attempts + 1
        where workspace_id = ${workspaceId} and inbox_id = ${raw.inboxId} and folder = ${raw.folder} and uidvalidity = ${raw.uidvalidity} and uid = ${raw.uid} and raw_hash is null`);
    await emit(
      tx,
      rows
        .filter(({ raw }) => fresh.has(raw.id))
        .map(({ raw, reason }) => ({
          name: 'quarantine.added',
          actor: system,
          data: { mailId: raw.id, inboxId: raw.inboxId, reason },
        })),
    );
  });
}

const theirs = (box: Box, mailbox: Mailbox) => sql`
  inbox_id = ${box.inboxId} and folder = ${mailbox.folder} and uidvalidity = ${mailbox.uidvalidity}
    and state = 'quarantined' and raw_hash is null`;

/**
 * Once a day, with the look through the whole folder: which of them are asked for again, for the trouble may have been the line's. What
 * is not in the folder any more (`there`) can be read nowhere, and leaves the quarantine.
 */
export async function dueAgain(room: Room, box: Box, mailbox: Mailbox, there: Set<number>): Promise<Set<number>> {
  return room.db.tx(box.workspaceId, async (tx) => {
    const rows = await tx.many<{ id: string; uid: number }>(sql`
      select id, uid from inbound_mail where workspace_id = ${box.workspaceId} and ${theirs(box, mailbox)} and uid >= ${mailbox.first_uid} and id < ${firstIdOf(clock() - LEFT_ALONE)}
        and (asked_at is null or asked_at < ${new Date(clock() - LEFT_ALONE).toISOString()}::timestamptz)`);
    const gone = rows.filter((row) => !there.has(row.uid)).map((row) => row.id);
    if (gone.length > 0)
      await tx.run(
        sql`delete from inbound_mail where workspace_id = ${box.workspaceId} and id = any (${gone}::uuid[])`,
      );
    return new Set(rows.filter((row) => there.has(row.uid)).map((row) => row.uid));
  });
}

/** What the server hands out after all comes as any mail does. Should we die in between, it is unknown, and fetched once more. */
export async function freePlaces(room: Room, box: Box, mailbox: Mailbox, fetched: Raw[]): Promise<void> {
  const uids = fetched.flatMap((raw) => (raw.uid !== null && box.again.has(raw.uid) ? [raw.uid] : []));
  if (uids.length === 0) return;
  await room.db.tx(box.workspaceId, (tx) =>
    tx.run(
      sql`delete from inbound_mail where workspace_id = ${box.workspaceId} and ${theirs(box, mailbox)} and uid = any (${uids}::bigint[])`,
    ),
  );
  for (const uid of uids) box.again.delete(uid);
}

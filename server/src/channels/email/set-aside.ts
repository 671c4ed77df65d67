import { sql } from '../../base/db.ts';
import { emit, system } from '../../base/events.ts';
import { firstIdOf } from '../../base/ids.ts';
import type { Box } from './bodies.ts';
import type { Raw } from './incoming.ts';
import type { Mailbox } from './mailbox.ts';
import { keepMails } from './mails.ts';
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
      reason: raw.stub ?? 'The mail server handed out nothing.',
      from: '',
      subject: '',
      messageId: null,
    }));
    const fresh = await keepMails(tx, rows);
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

/** Once a day, with the look through the whole folder: the trouble may have been the line's, so their places are free again. */
export async function askAgain(room: Room, box: Box, mailbox: Mailbox): Promise<void> {
  await room.db.tx(box.workspaceId, (tx) =>
    tx.run(sql`
      delete from inbound_mail where workspace_id = ${box.workspaceId} and inbox_id = ${box.inboxId} and folder = ${mailbox.folder} and uidvalidity = ${mailbox.uidvalidity}
        and state = 'quarantined' and raw_hash is null and uid >= ${mailbox.first_uid} and id < ${firstIdOf(Date.now() - LEFT_ALONE)}`),
  );
}

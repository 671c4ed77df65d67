import { sql, type Tx } from '../../base/db.ts';
import { textOf } from '../../base/errors.ts';
import type { EventRow } from '../../base/events.ts';
import { jobs } from '../../base/jobs.ts';
import { arrived, inboxById } from '../../conversations/index.ts';
import { imapClient } from './imap.ts';
import { type Room, settingsOf } from './room.ts';
import { proofOf } from './sign-in/proof.ts';

/** Seconds after it became unknown: a mail server may need a while until it shows what it sent. */
const LOOKS = [10, 120, 900, 7200];
const PATIENCE = 30_000;

const look = (tx: Tx, messageId: string, round: number): Promise<void> =>
  jobs.add(
    tx,
    'look-sent',
    { messageId, round },
    { at: new Date(Date.now() + (LOOKS[round] ?? 0) * 1000), key: `look-sent:${messageId}`, tries: 3 },
  );

/** Nobody knows whether a message left: its mail server may, where it keeps what it sends. */
export async function wonder(tx: Tx, event: EventRow): Promise<void> {
  if (event.message_id) await look(tx, event.message_id, 0);
}

/** Looks for one message in the Sent folder, by its Message-ID; found, it left. Not found says nothing: it is looked for a few times more. */
export async function lookSent(room: Room, workspaceId: string, messageId: string, round: number): Promise<void> {
  const asked = await room.db.tx(workspaceId, async (tx) => {
    const row = await tx.first<{ external_id: string; inbox_id: string }>(
      sql`select external_id, inbox_id from message where workspace_id = ${workspaceId} and id = ${messageId} and state = 'unknown' and external_id is not null`,
    );
    if (!row) return null;
    const known = await tx.first(
      sql`select 1 from inbox where workspace_id = ${workspaceId} and id = ${row.inbox_id} and deleted_at is null`,
    );
    return known ? { externalId: row.external_id, inbox: await inboxById(tx, row.inbox_id) } : null;
  });
  if (!asked || !settingsOf(asked.inbox).imap) return;
  const found = await isInSent(room, asked.inbox, asked.externalId).catch((error) => {
    room.log.warn('The Sent folder could not be looked through', { error: textOf(error), inboxId: asked.inbox.id });
    return false;
  });
  await room.db.tx(workspaceId, async (tx) => {
    if (found) await arrived(tx, null, messageId, 'in the Sent folder');
    else if (round + 1 < LOOKS.length) await look(tx, messageId, round + 1);
  });
}

async function isInSent(
  room: Room,
  inbox: Awaited<ReturnType<typeof inboxById>>,
  externalId: string,
): Promise<boolean> {
  const { imap } = settingsOf(inbox);
  if (!imap) return false;
  const client = imapClient(imap, inbox.address, await proofOf(room, inbox, 'imap'));
  const enough = setTimeout(() => client.close(), PATIENCE);
  try {
    await client.connect();
    const folders = await client.list();
    const sent = folders.filter((folder) => folder.specialUse === '\\Sent').slice(0, 2);
    for (const { path } of sent) {
      await client.mailboxOpen(path, { readOnly: true });
      const uids = await client.search({ header: { 'message-id': `<${externalId}>` } }, { uid: true });
      if (Array.isArray(uids) && uids.length > 0) return true;
    }
    return false;
  } finally {
    clearTimeout(enough);
    client.close();
  }
}

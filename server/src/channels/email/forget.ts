import { sql, type Tx } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { eraseLater, type Files, holdBytes } from '../../base/files.ts';
import { given, speaksOf } from '../../base/named.ts';
import type { Incoming } from '../../conversations/index.ts';
import { forgetStrangers, plainAddress } from '../../customers/index.ts';

/**
 * A conversation was deleted for good: its mails' rows keep their number and their hash, by which a mailbox knows them again, and no
 * word. Bytes that nothing else of the workspace needs are given up, and overwritten by a job.
 */
export async function forgetMails(tx: Tx, files: Files, event: EventRow): Promise<void> {
  const { messages, hashes } = event.data as { messages: string[]; hashes: string[] };
  await tx.run(sql`
    update inbound_mail set message_id = null, sender = '', subject = '', envelope = '{}', state = 'ignored', reason = 'Its conversation was deleted for good.', why = null
    where workspace_id = ${tx.workspaceId} and (inbox_id, raw_hash) in (select i.id, h from inbox i, unnest(${hashes.map((h) => Buffer.from(h, 'hex'))}::bytea[]) h where i.workspace_id = ${tx.workspaceId})
      and (message_id = any (${messages}::uuid[]) or (state = 'ignored' and message_id is null))`);
  await giveUp(
    tx,
    files,
    hashes.map((h) => Buffer.from(h, 'hex')),
  );
}

/** Files of old messages went, the messages stay. */
export const forgetFiles = (tx: Tx, files: Files, event: EventRow): Promise<void> =>
  giveUp(
    tx,
    files,
    (event.data.hashes as string[]).map((h) => Buffer.from(h, 'hex')),
  );

/** Bytes that nothing else of the workspace needs are given up, and overwritten by a job. */
async function giveUp(tx: Tx, files: Files, hashes: Buffer[]): Promise<void> {
  if (hashes.length === 0) return;
  await holdBytes(tx, hashes);
  const unused = await tx.many<{ hash: Buffer }>(sql`
    select h as hash from unnest(${hashes}::bytea[]) h
    where not exists (select 1 from upload u where u.workspace_id = ${tx.workspaceId} and u.hash = h)
      and not exists (select 1 from brand b where b.workspace_id = ${tx.workspaceId} and b.logo_hash = h)
      and not exists (select 1 from data_export_piece p where p.workspace_id = ${tx.workspaceId} and p.hash = h)
      and not exists (select 1 from inbox i join inbound_mail m on m.workspace_id = i.workspace_id and m.inbox_id = i.id and m.raw_hash = h
        where i.workspace_id = ${tx.workspaceId} and (m.state in ('stored', 'quarantined') or exists (select 1 from message o where o.workspace_id = m.workspace_id and o.id = m.message_id and o.raw_hash = h)))`);
  const places = await files.giveUp(
    tx,
    unused.map((row) => row.hash),
  );
  for (const place of places) await eraseLater(tx, place);
}

/**
 * What was deleted for good, or is of one who was erased, came once more, from a mailbox or an archive. Its row keeps its number and its
 * hash, by which it is known the next time; its words and bytes go, and whoever it would have made known.
 */
export async function forgetAgain(
  tx: Tx,
  files: Files,
  mails: { id: string; hash: Buffer; incoming: Incoming }[],
): Promise<void> {
  await tx.run(sql`
    update inbound_mail set sender = '', subject = '', envelope = '{}', state = 'ignored', message_id = null, reason = 'It was deleted for good.', why = null
    where workspace_id = ${tx.workspaceId} and id = any (${mails.map((mail) => mail.id)}::uuid[])`);
  await forgetStrangers(
    tx,
    mails.flatMap(({ incoming: one }) => [one.from, ...one.to, ...one.cc].map((who) => plainAddress(who.address))),
  );
  await giveUp(
    tx,
    files,
    mails.map((mail) => mail.hash),
  );
}

/** Of an erased person: mails that became no message (in quarantine, set aside), pictures that were allowed, receipts that were sent. */
export async function eraseMails(tx: Tx, files: Files, theirAddresses: string[]): Promise<number> {
  const addresses = given(theirAddresses);
  const theirs = await tx.many<{ hash: Buffer | null }>(sql`
    update inbound_mail set sender = '', subject = '', envelope = '{}', state = 'ignored', message_id = null, reason = 'Whose it was, was erased.', why = null
    where workspace_id = ${tx.workspaceId} and (lower(sender) = any (${addresses}::text[]) or lower(envelope->>'from') = any (${addresses}::text[]))
      and not exists (select 1 from message m where m.workspace_id = inbound_mail.workspace_id and m.id = inbound_mail.message_id) returning raw_hash as hash`);
  await giveUp(
    tx,
    files,
    theirs.flatMap((row) => (row.hash ? [row.hash] : [])),
  );
  await tx.run(
    sql`delete from acknowledged where workspace_id = ${tx.workspaceId} and address = any (${addresses}::text[])`,
  );
  await tx.run(
    sql`delete from picture_sender where workspace_id = ${tx.workspaceId} and address = any (${addresses}::text[])`,
  );
  await tx.run(sql`
    delete from practice_mail where workspace_id = ${tx.workspaceId} and ${speaksOf(`lower(sender || ' ' || text)`, addresses)}`);
  return theirs.length;
}

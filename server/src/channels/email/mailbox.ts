import { sql, type Tx } from '../../base/db.ts';

/** How far one folder of one inbox is read (see migration 0002). */
export type Mailbox = {
  folder: string;
  uidvalidity: number;
  last_uid: number;
  first_uid: number;
  history_uid: number;
  renumbered_below: number;
  connected_at: string;
  /** When it was last read to its end; null before the first time. */
  read_at: string | null;
};
const columns = sql`folder, uidvalidity, last_uid, first_uid, history_uid, renumbered_below, connected_at, read_at`;

/**
 * Where reading stands, as the server numbers its mail now. At the first connection everything there is "before": skipped, unless history
 * is wanted. When the server has numbered anew, all is looked at again, and known again by its bytes.
 */
export async function openMailbox(
  tx: Tx,
  inboxId: string,
  folder: string,
  now: { uidvalidity: number; nextUid: number; history: boolean },
): Promise<Mailbox> {
  const row = await tx.first<Mailbox>(sql`
    insert into mailbox as m (workspace_id, inbox_id, folder, uidvalidity, last_uid, first_uid, history_uid)
    values (${tx.workspaceId}, ${inboxId}, ${folder}, ${now.uidvalidity}, ${now.nextUid - 1}, ${now.nextUid}, ${now.history ? now.nextUid - 1 : 0})
    on conflict (workspace_id, inbox_id, folder) do update set
      last_uid = case when m.uidvalidity = excluded.uidvalidity then m.last_uid else 0 end,
      first_uid = case when m.uidvalidity = excluded.uidvalidity then m.first_uid else 0 end,
      history_uid = case when m.uidvalidity = excluded.uidvalidity then m.history_uid else 0 end,
      renumbered_below = case when m.uidvalidity = excluded.uidvalidity then m.renumbered_below else ${now.nextUid} end,
      uidvalidity = excluded.uidvalidity
    returning ${columns}`);
  return row as Mailbox;
}

/** Reading never goes back: a slow process that comes late changes nothing. */
export async function readUpTo(tx: Tx, inboxId: string, box: Mailbox, uid: number, waiting: number): Promise<void> {
  await tx.run(sql`
    update mailbox set last_uid = greatest(last_uid, ${uid}::bigint), waiting = ${waiting}
    where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} and folder = ${box.folder} and uidvalidity = ${box.uidvalidity}`);
}
export async function historyDownTo(
  tx: Tx,
  inboxId: string,
  box: Mailbox,
  uid: number,
  waiting: number,
): Promise<void> {
  await tx.run(sql`
    update mailbox set history_uid = least(history_uid, ${uid}::bigint), waiting = ${waiting}
    where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} and folder = ${box.folder} and uidvalidity = ${box.uidvalidity}`);
}
/**
 * Notes that everything that was there at that moment is read, and says what is due besides new mail: history not yet read, and the look
 * through the whole folder, once a day and when somebody asks.
 */
export async function readToTheEnd(
  tx: Tx,
  inboxId: string,
  box: Mailbox,
  at: string,
): Promise<{ history_uid: number; sweep: boolean }> {
  const row = await tx.first<{ history_uid: number; sweep: boolean }>(sql`
    update mailbox set read_at = greatest(read_at, ${at}::timestamptz)
    where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} and folder = ${box.folder} and uidvalidity = ${box.uidvalidity}
    returning history_uid, coalesce(swept_at < now() - interval '1 day', true) as sweep`);
  return row ?? { history_uid: 0, sweep: false };
}

const CLOCKS = 2 * 60_000; // ms by which a mail server's clock may be behind ours

/** Whether a mail was put into the folder after its time: it was looked through since, and the mail was not there. */
export const cameLater = (box: Mailbox, receivedAt: string): boolean =>
  box.read_at !== null && Date.parse(receivedAt) < Date.parse(box.read_at) - CLOCKS;
export async function swept(tx: Tx, inboxId: string, box: Mailbox): Promise<void> {
  await tx.run(
    sql`update mailbox set swept_at = now() where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} and folder = ${box.folder}`,
  );
}

/** Which of these numbers have a row already. */
export async function knownUids(tx: Tx, inboxId: string, box: Mailbox, uids: number[]): Promise<Set<number>> {
  const rows = await tx.many<{ uid: number }>(sql`
    select uid from inbound_mail where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} and folder = ${box.folder} and uidvalidity = ${box.uidvalidity} and uid = any (${uids}::bigint[])`);
  return new Set(rows.map((row) => row.uid));
}
/** Which of these bytes this inbox has had before, under whatever number. */
export async function knownBytes(tx: Tx, inboxId: string, hashes: Buffer[]): Promise<Map<string, string | null>> {
  const rows = await tx.many<{ raw_hash: Buffer; message_id: string | null }>(sql`
    select distinct on (raw_hash) raw_hash, message_id from inbound_mail where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} and raw_hash = any (${hashes}::bytea[])
    order by raw_hash, message_id nulls last`);
  return new Map(rows.map((row) => [row.raw_hash.toString('hex'), row.message_id]));
}

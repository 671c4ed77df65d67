import type { Query, Reply } from '@hearten/contract';
import { none, sql, type Tx } from '../../base/db.ts';
import { Invalid, NotFound } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { isId } from '../../base/ids.ts';
import { actorOf, type Who } from '../../base/module.ts';

type Row = {
  id: string;
  inbox_id: string;
  source: string;
  sender: string;
  subject: string;
  reason: string;
  why: { code: string } | null;
  size: number;
  received_at: string;
  attempts: number;
  has_raw: boolean;
};

function after(cursor: string | undefined) {
  if (!cursor) return none;
  const [at, id] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (!at || Number.isNaN(Date.parse(at)) || !isId(id))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  return sql`and (received_at, id) < (${at}::timestamptz, ${id}::uuid)`;
}

/** Mail that could not be read, newest first. */
export async function listQuarantine(tx: Tx, query: Query<'GET /quarantine'>): Promise<Reply<'GET /quarantine'>> {
  const most = query.limit ?? 50;
  const rows = await tx.many<Row>(sql`
    select id, inbox_id, source, sender, subject, reason, why, size, received_at, attempts, raw_hash is not null as has_raw from inbound_mail
    where workspace_id = ${tx.workspaceId} and state = 'quarantined' ${after(query.cursor)} order by received_at desc, id desc limit ${most}`);
  const last = rows.length === most ? rows.at(-1) : undefined;
  return {
    items: rows.map((row) => ({
      id: row.id,
      inboxId: row.inbox_id,
      source: row.source,
      from: row.sender,
      subject: row.subject,
      reason: row.reason,
      ...(row.why ? { why: row.why } : {}),
      size: row.size,
      receivedAt: row.received_at,
      attempts: row.attempts,
      hasRaw: row.has_raw,
    })),
    next: last ? Buffer.from(`${last.received_at}|${last.id}`).toString('base64url') : null,
  };
}

/** Set aside for good. Its row and bytes stay: nothing is dropped. */
export async function ignore(tx: Tx, who: Who, id: string): Promise<void> {
  const done = await tx.run(
    sql`update inbound_mail set state = 'ignored' where workspace_id = ${tx.workspaceId} and id = ${id} and state = 'quarantined'`,
  );
  if (done === 0) throw NotFound('This mail is not in quarantine any more.');
  await emit(tx, [{ name: 'quarantine.ignored', actor: actorOf(who), data: { mailId: id } }]);
}

export async function rawHashOf(tx: Tx, id: string): Promise<Buffer> {
  const row = await tx.first<{ raw_hash: Buffer | null }>(
    sql`select raw_hash from inbound_mail where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!row?.raw_hash) throw NotFound('There is no raw file of this mail.');
  return row.raw_hash;
}

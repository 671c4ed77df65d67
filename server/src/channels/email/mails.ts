import type { Reason } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { reasonIn } from '../../base/reasons.ts';
import { cut } from '../../base/text.ts';
import type { Received } from '../../conversations/index.ts';
import type { Raw } from './incoming.ts';

/** Why a mail is not read, as its row keeps it. */
export const because = (why: Reason): { reason: string; why: Reason } => ({ reason: reasonIn(why, 'en'), why });

/** A row for every mail that ever reached us, with its outcome. */
export type Kept = {
  raw: Raw;
  hash: Buffer | null;
  state: 'stored' | 'processed' | 'quarantined' | 'ignored';
  reason: string;
  why?: Reason | null;
  from: string;
  subject: string;
  messageId: string | null;
};

/** Writes the rows; those of a mailbox that are there already (same folder, numbering and number) are left out. */
export async function keepMails(tx: Tx, rows: Kept[]): Promise<Set<string>> {
  const data = rows.map(({ raw, hash, state, reason, why, from, subject, messageId }) => ({
    id: raw.id,
    inbox_id: raw.inboxId,
    source: raw.source,
    folder: raw.folder,
    uidvalidity: raw.uidvalidity,
    uid: raw.uid,
    hash: hash?.toString('hex') ?? null,
    size: raw.size,
    envelope: {
      ...(raw.envelope.from === undefined ? {} : { from: fit(raw.envelope.from, 320) }),
      ...(raw.envelope.ip ? { ip: fit(raw.envelope.ip, 45), helo: fit(raw.envelope.helo ?? '', 255) } : {}),
      ...(raw.envelope.direct ? { direct: true } : {}),
      ...(raw.envelope.to ? { to: raw.envelope.to.slice(0, 200).map((to) => fit(to, 320)) } : {}),
    },
    state,
    reason: fit(reason, 2000),
    why: why ?? null,
    sender: fit(from, 320),
    subject: fit(subject, 500),
    message_id: messageId,
    received_at: raw.receivedAt,
  }));
  const fresh = await tx.many<{ id: string }>(sql`
    insert into inbound_mail (workspace_id, id, inbox_id, source, folder, uidvalidity, uid, raw_hash, size, envelope, state, reason, why, sender, subject, message_id, attempts, received_at)
    select ${tx.workspaceId}, id, inbox_id, source, folder, uidvalidity, uid, decode(hash, 'hex'), size, envelope, state, reason, why, sender, subject, message_id, 1, received_at
    from jsonb_to_recordset(${JSON.stringify(data)}::jsonb) as m (id uuid, inbox_id uuid, source text, folder text, uidvalidity bigint, uid bigint, hash text, size bigint,
      envelope jsonb, state text, reason text, why jsonb, sender text, subject text, message_id uuid, received_at timestamptz)
    on conflict (workspace_id, inbox_id, folder, uidvalidity, uid) where uid is not null do nothing
    returning id`);
  return new Set(fresh.map((row) => row.id));
}
export const fit = (text: string, most: number): string => cut(text.replaceAll('\0', ''), most);

/** Mails that became no message of their own: the same one again, or a bounce, which is noted at the message it is about. */
export async function noteDoubles(tx: Tx, others: Received[]): Promise<void> {
  const data = others.map(({ id, outcome, of }) => ({ id, double: outcome === 'duplicate', of: of ?? null }));
  await tx.run(sql`
    update inbound_mail i set state = case when o.double then 'ignored' else i.state end,
      reason = case when o.double then 'The same mail is here already.' else 'It came back for one of our messages, and is noted there.' end,
      message_id = o.of
    from jsonb_to_recordset(${JSON.stringify(data)}::jsonb) as o (id uuid, double boolean, of uuid)
    where i.workspace_id = ${tx.workspaceId} and i.id = o.id`);
}

/** Thrown to roll back when some of a batch are here already; `fresh` are the others. */
export const Known = (fresh: Set<string>): Error =>
  Object.assign(new Error('Some of these mails are here already.'), { fresh });
export const isKnown = (error: unknown): error is Error & { fresh: Set<string> } =>
  error instanceof Error && 'fresh' in error;

/** Like Promise.all, but leaves nothing running behind when one fails. */
export async function settle<T extends readonly unknown[]>(
  work: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(work);
  return (await Promise.all(work)) as unknown as T;
}

import { sql, type Tx } from '../../base/db.ts';
import type { Hearten } from '../../base/module.ts';
import { filesOf, type Outgoing } from '../../conversations/index.ts';

type Line = { seq: number; age: number; carrier: string | null; state: string | null };
export type Share = { way: 'carries' | 'with another' | 'unknown' } | { way: 'waits'; seconds: number };
const PATIENCE = 5; // times the delay that answers which follow each other hold each other up
const ORDER = 900; // seconds for which an answer lets what was said before it leave first, also when that was put off or its process was killed

/**
 * Several answers that nobody read go in one mail, with the last of them. Which mail carries which line is written under the lock of the
 * chat before anything leaves: a process killed at any moment leaves each line to the mail it was given to, and none to two.
 */
export async function shareMail(tx: Tx, chatId: string, messageId: string, delay: number): Promise<Share> {
  const w = tx.workspaceId;
  await tx.run(sql`select 1 from chat where workspace_id = ${w} and id = ${chatId} for update`);
  const mine = await tx.first<Line>(sql`
    select l.seq::int as seq, extract(epoch from now() - m.at)::float8 as age, l.mailed_with as carrier, (select o.state from message o where o.workspace_id = l.workspace_id and o.id = l.mailed_with) as state
    from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id where l.workspace_id = ${w} and l.chat_id = ${chatId} and l.message_id = ${messageId}`);
  if (!mine) throw new Error('an answer has no line in its chat');
  const { carrier, state } = mine;
  if (carrier === messageId) return { way: 'carries' };
  if (carrier !== null && state === 'sent') return { way: 'with another' };
  if (carrier !== null && ['queued', 'sending', 'deferred'].includes(state ?? '')) return { way: 'waits', seconds: 3 };
  if (carrier === null && mine.age < Math.max(delay * PATIENCE, ORDER)) {
    const seconds = await heldUpFor(tx, chatId, mine.seq, mine.age < delay * PATIENCE);
    if (seconds !== null) return { way: 'waits', seconds };
  }
  // Its own again, when the mail that it was given to came to nothing. Where that may have arrived, a person decides about both.
  const unknown = carrier !== null && state === 'unknown';
  await tx.run(sql`
    update chat_line l set mailed_with = ${messageId} from message m, chat c where l.workspace_id = ${w} and l.chat_id = ${chatId} and c.workspace_id = l.workspace_id and c.id = l.chat_id and m.workspace_id = l.workspace_id and m.id = l.message_id
      and (l.message_id = ${messageId} or ${!unknown} and l.mailed_with is null and l.seq < ${mine.seq} and l.seq > c.read_seq and not l.gone and m.type = 'out' and m.plan is null and m.fence > 0 and m.state in ('queued', 'sending', 'deferred'))`);
  return { way: unknown ? 'unknown' : 'carries' };
}

/**
 * For how long this line waits: until the last answer after it may go, if it is that `patient`; until the one before it had its turn, also when
 * that was put off before its first; and until a mail that carries one before it has left: who reads them in their mailbox reads them in order.
 */
const heldUpFor = async (tx: Tx, chatId: string, seq: number, patient: boolean): Promise<number | null> =>
  (
    await tx.first<{ seconds: number | null }>(sql`
    select extract(epoch from max(case when o.id is not null then least(greatest(o.send_at, now() + interval '2 seconds'), now() + interval '30 seconds') when l.seq > ${seq} then greatest(m.send_at, now()) else least(greatest(m.send_at, now()), now() + interval '30 seconds') end) - now())::float8 + 1 as seconds
    from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id left join message o on o.workspace_id = l.workspace_id and o.id = l.mailed_with
    where l.workspace_id = ${tx.workspaceId} and l.chat_id = ${chatId} and not l.gone and m.type = 'out' and m.plan is null
      and (${patient} and l.seq > ${seq} and l.mailed_with is null and m.state in ('queued', 'sending', 'deferred') or l.seq < ${seq} and l.mailed_with is null and m.state in ('queued', 'deferred') and m.fence = 0
        or l.seq < ${seq} and o.state in ('queued', 'sending', 'deferred'))`)
  )?.seconds ?? null;

/** The answers that this mail carries, in the order in which they were given. One that was taken back before is not among them. */
export async function answersOf(
  tx: Tx,
  hearten: Hearten,
  chatId: string,
  messageId: string,
): Promise<{ seq: number; text: string; files: Outgoing['attachments'] }[]> {
  const rows = await tx.many<{ seq: number; text: string; attachments: Parameters<typeof filesOf>[2] }>(sql`
    select l.seq::int as seq, m.text, m.attachments from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id
    where l.workspace_id = ${tx.workspaceId} and l.chat_id = ${chatId} and l.mailed_with = ${messageId} and not l.gone order by l.seq`);
  const out: { seq: number; text: string; files: Outgoing['attachments'] }[] = [];
  for (const { seq, text, attachments } of rows)
    out.push({ seq, text: text.trimEnd(), files: await filesOf(tx, hearten, attachments) });
  return out;
}

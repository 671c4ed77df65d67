import { sql, type Tx } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { missed } from '../mood/index.ts';

const told = (tx: Tx, { problem_id: problemId, mailing_id: mailingId }: Row): Promise<string[]> =>
  emit(tx, [{ name: 'problem.mailed', actor: system, data: { problemId, mailingId } }]);
type Row = { id: string; mailing_id: string; problem_id: string; address: string };

/** What was to be told to many did not reach this one: they were not told, and the next mailing may tell them. */
export async function mailMissed(tx: Tx, { message_id: messageId }: EventRow): Promise<void> {
  if (!messageId) return;
  const row = await tx.first<Row>(
    sql`select id, mailing_id, problem_id, address from mailing_person where workspace_id = ${tx.workspaceId} and message_id = ${messageId} and state = 'sent' for update`,
  );
  if (!row || !(await missed(tx, messageId, row.address))) return;
  await tx.run(
    sql`update mailing_person set state = 'left', reason = 'not-delivered' where workspace_id = ${tx.workspaceId} and id = ${row.id}`,
  );
  await told(tx, row);
}

/** Somebody sent it once more, and now it was taken. Where another mailing told them meanwhile, it is that one's. */
export async function mailArrived(tx: Tx, { message_id: messageId }: EventRow): Promise<void> {
  if (!messageId) return;
  const row = await tx.first<Row>(sql`
    update mailing_person p set state = 'sent', reason = null where p.workspace_id = ${tx.workspaceId} and p.message_id = ${messageId} and p.state = 'left' and p.reason = 'not-delivered'
      and not exists (select 1 from mailing_person o where o.workspace_id = p.workspace_id and o.customer_id = p.customer_id and o.id <> p.id
        and (o.mailing_id = p.mailing_id and o.state in ('todo', 'sent') or o.problem_id = p.problem_id and o.kind = p.kind and o.answers = p.answers and o.state = 'sent'))
    returning p.id, p.mailing_id, p.problem_id, p.address`);
  if (row) await told(tx, row);
}

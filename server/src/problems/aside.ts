import { sql, type Tx } from '../base/db.ts';

/** What is no problem has the whole of its conversation: where a problem comes to stand there, it steps aside, and is kept for the way back. */
export const stepAside = (tx: Tx, id: string): Promise<number> =>
  tx.run(sql`
    with gone as (delete from conversation_problem where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and kind <> 'problem' returning *)
    insert into filing_aside (workspace_id, conversation_id, kind, filed_by, provisional, confirmed_by, filed_at, followed_from)
    select workspace_id, conversation_id, kind, filed_by, provisional, confirmed_by, filed_at, followed_from from gone on conflict do nothing`);

/** Where nothing is filed any more, what had stepped aside stands again. */
export const standsAgain = (tx: Tx, ids: string[]): Promise<number> =>
  tx.run(sql`
    with back as (delete from filing_aside a where a.workspace_id = ${tx.workspaceId} and a.conversation_id = any (${ids}::uuid[])
      and not exists (select 1 from conversation_problem f where f.workspace_id = a.workspace_id and f.conversation_id = a.conversation_id) returning *)
    insert into conversation_problem (workspace_id, conversation_id, place, kind, filed_by, provisional, confirmed_by, filed_at, followed_from)
    select workspace_id, conversation_id, 0, kind, filed_by, provisional, confirmed_by, filed_at, followed_from from back`);

/** Somebody files anew: what stood there before is not asked for any more. */
export const forgetAside = (tx: Tx, id: string): Promise<number> =>
  tx.run(sql`delete from filing_aside where workspace_id = ${tx.workspaceId} and conversation_id = ${id}`);

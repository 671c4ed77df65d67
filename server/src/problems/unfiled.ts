import type { Query, Reply } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { lately } from './problems.ts';

/** Conversations `c` that are over and filed as nothing, of these weeks or of the last thirty days: as many as the list of problems counts. */
const overUnfiled = async (tx: Tx, weeks: number | undefined): Promise<Sql> => sql`
  c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and c.status in ('resolved', 'closed')
  and ${weeks === undefined ? sql`c.last_at > now() - interval '30 days'` : await lately(tx, weeks)}
  and not exists (select 1 from conversation_problem f where f.workspace_id = c.workspace_id and f.conversation_id = c.id)`;

/** The cursor is the number of the last conversation of the page before. */
export async function unfiled(
  tx: Tx,
  query: Query<'GET /unfiled-conversations'>,
): Promise<Reply<'GET /unfiled-conversations'>> {
  const most = query.limit ?? 50;
  const after = query.cursor ?? null;
  const items = await tx.many<Reply<'GET /unfiled-conversations'>['items'][number]>(sql`
    select c.id, c.number, c.subject, coalesce(nullif(c.customer_name, ''), c.customer_address) as customer, c.last_at as "lastAt"
    from conversation c where c.workspace_id = ${tx.workspaceId} and ${await overUnfiled(tx, query.weeks)} and (${after}::bigint is null or c.number < ${after}::bigint)
    order by c.number desc limit ${most + 1}`);
  const shown = items.slice(0, most);
  return { items: shown, next: items.length > most ? String(shown.at(-1)?.number) : null };
}

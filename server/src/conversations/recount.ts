import { sql, type Tx } from '../base/db.ts';
import { showPlans } from './plan.ts';
import { spoken } from './rows.ts';

/** After messages moved: how many there are, the last words and whose, and since when someone waits, as the messages themselves say it. */
export async function recount(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`
    update conversation c set version = version + 1,
      message_count = (select count(*) from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type <> 'note'),
      (snippet, last_from, last_at) = (select coalesce(max(left(regexp_replace(l.text, '\\s+', ' ', 'g'), 140)), c.snippet), coalesce(max(case l.type when 'in' then 'customer' else 'team' end), c.last_from), coalesce(max(l.at), c.last_at)
        from (select * from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and ${spoken} and not (m.automatic and m.type = 'out') order by m.at desc, m.id desc limit 1) l),
      waiting_since = case when c.status = 'open' and c.folder = 'inbox' then (select min(m.at) from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' and not m.aside and not m.automatic and m.kind <> 'auto_reply'
        and m.at > coalesce((select max(o.at) from message o where o.workspace_id = c.workspace_id and o.conversation_id = c.id and o.type = 'out' and o.plan is null and not o.aside and not o.automatic), '-infinity')) end
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await showPlans(tx, id);
}

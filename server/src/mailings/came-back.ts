import { sql, type Tx } from '../base/db.ts';
import { type EventRow, system } from '../base/events.ts';
import { hand } from '../conversations/index.ts';

/**
 * Whoever answers what went to many is heard by the problem's owner: they get the conversation, and are told. Where the problem has none
 * it is whoever wrote to the many. Once a colleague has answered since, the conversation is theirs; and what they write after that first word
 * is for whoever has it by then.
 */
export async function cameBack(tx: Tx, events: EventRow[]): Promise<void> {
  const came = events.filter((e) => e.data.historic !== true && e.data.automatic !== true && e.data.spam !== true);
  const ids = [...new Set(came.flatMap((event) => event.conversation_id ?? []))];
  if (ids.length === 0) return;
  const messages = came.flatMap((event) => event.message_id ?? []);
  const homes = await tx.many<{ id: string; owner: string | null; sender: string | null }>(sql`
    select c.id, o.id as owner, s.id as sender from conversation c
      left join conversation f on f.workspace_id = c.workspace_id and f.id = c.follows
        and not exists (select 1 from message x where x.workspace_id = c.workspace_id and x.conversation_id = c.id and x.type = 'out' and not x.automatic)
      cross join lateral (select m.id, m.at from message m where m.workspace_id = c.workspace_id and m.conversation_id = case when f.id is null then c.id else f.id end
        and m.type = 'out' and not m.automatic and not m.aside and m.plan is null order by m.at desc, m.id desc limit 1) last
      join mailing_person p on p.workspace_id = c.workspace_id and p.message_id = last.id and p.state = 'sent' join mailing g on g.workspace_id = p.workspace_id and g.id = p.mailing_id
      -- What the problem is part of by now, however often it was merged on.
      join lateral (with recursive up as (select p.merged_into, p.owner_id from problem p where p.workspace_id = g.workspace_id and p.id = g.problem_id
          union all select n.merged_into, n.owner_id from up u join problem n on n.workspace_id = g.workspace_id and n.id = u.merged_into) select owner_id from up where merged_into is null) b on true
      left join person o on o.workspace_id = c.workspace_id and o.id = b.owner_id and o.active
      left join person s on s.workspace_id = c.workspace_id and s.id = g.person_id and s.active
    where c.workspace_id = ${tx.workspaceId} and c.id = any (${ids}::uuid[]) and c.folder = 'inbox' and c.merged_into is null
      -- What they wrote before it went out, and is read only now, is no answer to it.
      and exists (select 1 from message i where i.workspace_id = c.workspace_id and i.id = any (${messages}::uuid[]) and i.conversation_id = c.id and i.at > last.at
        and not exists (select 1 from message e where e.workspace_id = c.workspace_id and e.conversation_id = c.id and e.type = 'in' and e.kind = 'message' and not e.automatic and not e.aside and e.at > last.at and (e.at, e.id) < (i.at, i.id))) order by c.id`);
  for (const { id, owner, sender } of homes) {
    const whose = owner ?? sender;
    if (whose) await hand(tx, id, whose, { why: 'problem', actor: system });
  }
}

import { type Sql, sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';

/** The contract's links of a conversation as JSON: what it follows and what followed it, what it was split off, where the same mail stands, where it may belong. */
export const linksJson: Sql = sql`(select coalesce(json_agg(json_build_object('id', o.id, 'number', o.number, 'why', l.why) order by o.number, l.why), '[]') from (
    select other_id as id, case why when 'split' then 'split_from' else why end as why from conversation_link where workspace_id = c.workspace_id and conversation_id = c.id
    union select conversation_id, case why when 'split' then 'split_into' when 'maybe' then 'maybe_from' else why end from conversation_link where workspace_id = c.workspace_id and other_id = c.id
    union select c.follows, 'follows' where c.follows is not null
    union select f.id, 'followed' from conversation f where f.workspace_id = c.workspace_id and f.follows = c.id) l
  join conversation o on o.workspace_id = c.workspace_id and o.id = l.id)`;

/** A person says that two have nothing to do with each other. Said already: nothing told. */
export async function unlink(tx: Tx, who: Who, id: string, otherId: string): Promise<void> {
  const both = await tx.many(
    sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = any (${[id, otherId]}::uuid[])`,
  );
  if (both.length < 2) throw NotFound('This conversation is not here.');
  const gone = await tx.run(sql`
    delete from conversation_link where workspace_id = ${tx.workspaceId} and why = 'maybe' and ((conversation_id = ${id} and other_id = ${otherId}) or (conversation_id = ${otherId} and other_id = ${id}))`);
  if (!gone) return;
  const told = (conversationId: string, other: string) => ({
    name: 'conversation.unlinked',
    actor: actorOf(who),
    conversationId,
    data: { otherId: other },
  });
  await emit(tx, [told(id, otherId), told(otherId, id)]);
}

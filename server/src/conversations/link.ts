import { type Sql, sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Json, type Who } from '../base/module.ts';
import { changedFor, lockEach } from './rows.ts';

/** The contract's links of a conversation as JSON: what it follows and what followed it, what it was split off, where the same mail stands, where it may belong, what a person said has to do with it. */
export const linksJson: Sql = sql`(select coalesce(json_agg(json_build_object('id', o.id, 'number', o.number, 'subject', o.subject, 'status', o.status, 'why', l.why) order by o.number, l.why), '[]') from (
    select other_id as id, case why when 'split' then 'split_from' else why end as why from conversation_link where workspace_id = c.workspace_id and conversation_id = c.id
    union select conversation_id, case why when 'split' then 'split_into' when 'maybe' then 'maybe_from' else why end from conversation_link where workspace_id = c.workspace_id and other_id = c.id
    union select c.follows, 'follows' where c.follows is not null
    union select f.id, 'followed' from conversation f where f.workspace_id = c.workspace_id and f.follows = c.id) l
  join conversation o on o.workspace_id = c.workspace_id and o.id = l.id)`;

/** A person says that two have to do with each other; it shows in both. Said already: nothing told. */
export async function link(tx: Tx, who: Who, id: string, otherId: string): Promise<Json> {
  if (id === otherId) throw Invalid('A conversation cannot be linked with itself. Nothing was changed.');
  await lockEach(tx, [id, otherId]);
  const known = await tx.first<{ why: string }>(sql`
    select why from conversation_link where workspace_id = ${tx.workspaceId} and (conversation_id, other_id) in ((${id}::uuid, ${otherId}::uuid), (${otherId}::uuid, ${id}::uuid)) and why <> 'maybe' limit 1`);
  if (!known) {
    // Where it was asked whether they belong together, this is the answer: not in one, but they have to do with each other.
    await tx.run(sql`
      delete from conversation_link where workspace_id = ${tx.workspaceId} and why = 'maybe' and conversation_id = any (${[id, otherId]}::uuid[]) and other_id = any (${[id, otherId]}::uuid[])`);
    await tx.run(
      sql`insert into conversation_link (workspace_id, conversation_id, other_id, why) values (${tx.workspaceId}, ${id}, ${otherId}, 'related')`,
    );
    await tellBoth(tx, who, 'conversation.linked', id, otherId, { why: 'related' });
  }
  return changedFor(tx, who.id, id);
}

/** A person says that two have nothing to do with each other. Said already: nothing told. */
export async function unlink(tx: Tx, who: Who, id: string, otherId: string): Promise<void> {
  const both = await tx.many(
    sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = any (${[id, otherId]}::uuid[])`,
  );
  if (both.length < 2) throw NotFound('This conversation is not here.');
  const gone = await tx.first<{ why: string }>(sql`
    delete from conversation_link where workspace_id = ${tx.workspaceId} and why in ('maybe', 'related') and ((conversation_id = ${id} and other_id = ${otherId}) or (conversation_id = ${otherId} and other_id = ${id})) returning why`);
  if (gone) await tellBoth(tx, who, 'conversation.unlinked', id, otherId, { why: gone.why });
}

const tellBoth = (tx: Tx, who: Who, name: string, id: string, otherId: string, data: object) =>
  emit(
    tx,
    [
      [id, otherId],
      [otherId, id],
    ].map(([conversationId, other]) => ({
      name,
      actor: actorOf(who),
      conversationId: conversationId as string,
      data: { ...data, otherId: other },
    })),
  );

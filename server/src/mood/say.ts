import type { Body } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { changedFor, lockLive, showMood } from '../conversations/index.ts';

const one = sql`json_build_object('value', m.value, 'upset', m.upset, 'stuck', m.stuck, 'source', m.source, 'confidence', m.confidence, 'why', m.why, 'byId', m.by_id, 'at', m.at)`;

/** A link that was followed without the button is provisional; several, or the one that no person sees, are nothing. */
export const endState = sql`case when a.excluded is not null then 'not asked' when a.answered_at is not null then 'answered' when cardinality(a.tapped) = 1 and a.tapped[1] <> 'none' then 'provisional' else 'silent' end`;
const ended = sql`json_build_object('state', ${endState},
  'why', a.excluded, 'compared', coalesce(a.compared, case when cardinality(a.tapped) = 1 and a.tapped[1] <> 'none' then a.tapped[1] end), 'value', a.value, 'words', a.words, 'at', coalesce(a.answered_at, a.at))`;

/** At each stage what a person said, else what a connected model read, else what was read here. */
export async function moodOf(tx: Tx, conversationId: string): Promise<Json> {
  const row = await tx.first<{ json: string }>(sql`
    select json_build_object('start', (select ${one} from mood m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${conversationId} and m.stage = 'start' order by array_position('{person,model,text}'::text[], m.source) limit 1),
      'latest', (select ${one} from mood m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${conversationId} and m.stage = 'latest' order by array_position('{person,model,text}'::text[], m.source) limit 1),
      'end', (select ${ended} from mood_ask a where a.workspace_id = ${tx.workspaceId} and a.conversation_id = ${conversationId} order by (a.answered_at is not null) desc, (a.excluded is null) desc, a.at desc limit 1))::text as json
    from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${conversationId}`);
  if (!row) throw NotFound('This conversation is not here.');
  return json(row.json);
}

/**
 * A person says how the customer felt at the start; null takes that back, and what was read holds again. The mark goes on saying how they
 * felt since, where they have written after our answer.
 */
export async function sayMood(
  tx: Tx,
  who: Who,
  id: string,
  { value, upset = value === 1, stuck = false }: Body<'PUT /conversations/:id/mood'>,
): Promise<Json> {
  const home = await lockLive(tx, id);
  const same = await tx.first(
    sql`select 1 from mood m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${home.id} and m.stage = 'start' and m.source = 'person' and m.value = ${value ?? 0} and m.upset = ${upset} and m.stuck = ${stuck}`,
  );
  if (same) return changedFor(tx, who.id, home.id);
  if (value === null) {
    const gone = await tx.run(
      sql`delete from mood where workspace_id = ${tx.workspaceId} and conversation_id = ${home.id} and stage = 'start' and source = 'person'`,
    );
    if (gone === 0) return changedFor(tx, who.id, home.id);
  } else
    await tx.run(sql`
      insert into mood (workspace_id, conversation_id, stage, source, value, upset, stuck, by_id) values (${tx.workspaceId}, ${home.id}, 'start', 'person', ${value}, ${upset}, ${stuck}, ${who.id})
      on conflict (workspace_id, conversation_id, stage, source) do update set value = excluded.value, upset = excluded.upset, stuck = excluded.stuck, by_id = excluded.by_id, at = now()`);
  const read = await tx.first<{ upset: boolean; stuck: boolean }>(sql`
    select upset, stuck from mood where workspace_id = ${tx.workspaceId} and conversation_id = ${home.id}
    order by (stage = 'latest') desc, (source = 'person') desc, (source = 'model') desc limit 1`);
  await showMood(tx, [{ conversationId: home.id, mood: read?.upset ? 'upset' : read?.stuck ? 'stuck' : null }], {
    actor: actorOf(who),
    data: { value },
  });
  return changedFor(tx, who.id, home.id);
}

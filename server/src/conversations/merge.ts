import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, type Who } from '../base/module.ts';
import { closeLater } from './change.ts';
import { showPlans } from './plan.ts';
import { changedFor, lockLive, spoken } from './rows.ts';

/** One conversation's messages go into another; what it was stands ready for the way back. */
export async function merge(tx: Tx, who: Who, id: string, into: string): Promise<Json> {
  if (id === into) throw Invalid('A conversation cannot be merged into itself. Nothing was changed.');
  // Always in order of id: two people merging the same pair the other way round wait instead of blocking each other.
  const [first, second] = id < into ? [id, into] : [into, id];
  const [a, b] = [await lockLive(tx, first as string), await lockLive(tx, second as string)];
  const [from, target] = a.id === id ? [a, b] : [b, a];
  const moved = await tx.many<{ id: string }>(
    sql`update message set conversation_id = ${into}, version = version + 1 where workspace_id = ${tx.workspaceId} and conversation_id = ${id} returning id`,
  );
  await tx.run(
    sql`update search_row set conversation_id = ${into}, bucket = ${Math.floor(target.number / 1000)} where workspace_id = ${tx.workspaceId} and conversation_id = ${id}`,
  );
  const undo = { messages: moved.map((m) => m.id), status: from.status, count: moved.length };
  await tx.run(
    sql`update conversation set merged_into = ${into}, merge_undo = ${JSON.stringify(undo)}::jsonb, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  const joins = [{ address: from.customer_address, name: from.customer_name }, ...from.participants].filter(
    (p) =>
      p.address.toLowerCase() !== target.customer_address.toLowerCase() &&
      !target.participants.some((q) => q.address.toLowerCase() === p.address.toLowerCase()),
  );
  await tx.run(sql`
    update conversation c set participants = c.participants || ${JSON.stringify(joins)}::jsonb, message_count = c.message_count + s.message_count, last_at = greatest(c.last_at, s.last_at),
      snippet = case when s.last_at > c.last_at then s.snippet else c.snippet end, last_from = case when s.last_at > c.last_at then s.last_from else c.last_from end,
      waiting_since = least(c.waiting_since, s.waiting_since), consulted = c.consulted || s.consulted, status = case when s.status = 'open' then 'open' else c.status end,
      snoozed_until = case when s.status = 'open' then null else c.snoozed_until end, resolved_at = case when s.status = 'open' then null else c.resolved_at end, version = c.version + 1
    from conversation s where s.workspace_id = c.workspace_id and s.id = ${id} and c.workspace_id = ${tx.workspaceId} and c.id = ${into}`);
  await showPlans(tx, id);
  await showPlans(tx, into);
  // What someone is writing goes along, unless they write in the other one as well.
  await tx.run(sql`
    update draft d set conversation_id = ${into} where d.workspace_id = ${tx.workspaceId} and d.conversation_id = ${id}
      and not exists (select 1 from draft o where o.workspace_id = d.workspace_id and o.conversation_id = ${into} and o.person_id = d.person_id)`);
  await emit(tx, [
    {
      name: 'conversation.merged',
      actor: actorOf(who),
      conversationId: into,
      data: { from: id, fromNumber: from.number, messages: moved.length },
    },
    { name: 'conversation.merged', actor: actorOf(who), conversationId: id, data: { into, intoNumber: target.number } },
  ]);
  return changedFor(tx, who.id, into);
}

/** Takes a merge back: the messages that came with it leave again, those written since stay. */
export async function unmerge(tx: Tx, who: Who, id: string): Promise<Json> {
  const from = await tx.first<{
    merged_into: string | null;
    merge_undo: { messages: string[]; status: string } | null;
    number: number;
    snoozed_until: string | null;
  }>(sql`
    select merged_into, merge_undo, number, snoozed_until from conversation where workspace_id = ${tx.workspaceId} and id = ${id} for update`);
  if (!from) throw NotFound('This conversation is not here.');
  if (!from.merged_into || !from.merge_undo)
    throw Conflict('This conversation is not merged into another. Nothing was changed.');
  const target = await lockLive(tx, from.merged_into);
  const ids = from.merge_undo.messages;
  await tx.run(
    sql`update message set conversation_id = ${id}, version = version + 1 where workspace_id = ${tx.workspaceId} and conversation_id = ${target.id} and id = any (${ids}::uuid[])`,
  );
  await tx.run(
    sql`update search_row set conversation_id = ${id}, bucket = ${Math.floor(from.number / 1000)} where workspace_id = ${tx.workspaceId} and conversation_id = ${target.id} and message_id = any (${ids}::uuid[])`,
  );
  for (const one of [id, target.id])
    await tx.run(sql`
      update conversation c set merged_into = case when id = ${id} then null else merged_into end, merge_undo = case when id = ${id} then null else merge_undo end,
        status = case when id = ${id} then ${from.merge_undo.status} else status end, version = version + 1,
        message_count = (select count(*) from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type <> 'note'),
        (snippet, last_from, last_at) = (select coalesce(max(left(regexp_replace(l.text, '\\s+', ' ', 'g'), 140)), c.snippet), coalesce(max(case l.type when 'in' then 'customer' else 'team' end), c.last_from), coalesce(max(l.at), c.last_at)
          from (select * from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and ${spoken} order by m.at desc, m.id desc limit 1) l)
      where workspace_id = ${tx.workspaceId} and id = ${one}`);
  await showPlans(tx, id);
  await showPlans(tx, target.id);
  // The sleep it had goes on; over meanwhile, it ends now.
  if (from.merge_undo.status === 'snoozed' && from.snoozed_until)
    await jobs.add(tx, 'wake', { conversationId: id }, { at: from.snoozed_until, key: `wake:${id}` });
  if (from.merge_undo.status === 'resolved') await closeLater(tx, id);
  await emit(tx, [
    {
      name: 'conversation.unmerged',
      actor: actorOf(who),
      conversationId: target.id,
      data: { from: id, fromNumber: from.number },
    },
    {
      name: 'conversation.unmerged',
      actor: actorOf(who),
      conversationId: id,
      data: { into: target.id, intoNumber: target.number },
    },
  ]);
  return changedFor(tx, who.id, id);
}

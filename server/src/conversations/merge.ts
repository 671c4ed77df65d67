import type { Status } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, type Who } from '../base/module.ts';
import { closeLater } from './age.ts';
import { askAsBefore, askTogether } from './asks-person.ts';
import type { ChannelOf } from './inbox-of.ts';
import { apart, idsBelow, moveBack, moveBelow } from './merge-below.ts';
import { showPlans } from './plan.ts';
import { recount } from './recount.ts';
import { type Carried, changedFor, type Locked, lockEach, lockLive, type MergeUndo } from './rows.ts';
import { takeUsesAlong } from './snippets/used.ts';

type How = { undoesSplit: boolean; joins: boolean };

/** One conversation's messages go into another; what both were stands ready for the way back. */
export async function merge(
  tx: Tx,
  who: Who,
  id: string,
  into: string,
  how: How = { undoesSplit: false, joins: true },
  channels: ChannelOf | null = null,
): Promise<Json> {
  if (id === into) throw Invalid('A conversation cannot be merged into itself. Nothing was changed.');
  const locked = await lockEach(tx, [id, into, ...(await idsBelow(tx, id))]);
  const [from, target] = [locked.get(id) as Locked, locked.get(into) as Locked];
  await apart(tx, from, target);
  await channels?.(from.channel).mayJoin?.(tx, id, into);
  const moved = await tx.many<{ id: string }>(
    sql`update message set conversation_id = ${into}, version = version + 1 where workspace_id = ${tx.workspaceId} and conversation_id = ${id} returning id`,
  );
  await tx.run(
    sql`update search_row set conversation_id = ${into}, bucket = ${Math.floor(target.number / 1000)} where workspace_id = ${tx.workspaceId} and conversation_id = ${id}`,
  );
  await takeUsesAlong(
    tx,
    moved.map((one) => one.id),
  );
  const joins = how.joins
    ? [{ address: from.customer_address, name: from.customer_name }, ...from.participants].filter(
        (p) =>
          p.address.toLowerCase() !== target.customer_address.toLowerCase() &&
          !target.participants.some((q) => q.address.toLowerCase() === p.address.toLowerCase()),
      )
    : [];
  const consults = from.consulted.filter(
    (p) => !target.consulted.some((q) => q.address.toLowerCase() === p.address.toLowerCase()),
  );
  // What someone is writing goes along, unless they write in the other one as well.
  const drafts = await tx.many<Carried>(sql`
    update draft d set conversation_id = ${into} where d.workspace_id = ${tx.workspaceId} and d.conversation_id = ${id}
      and not exists (select 1 from draft o where o.workspace_id = d.workspace_id and o.conversation_id = ${into} and o.person_id = d.person_id)
    returning d.person_id as "personId", d.updated_at::text as at`);
  const notes = await tx.many<Carried>(sql`
    update note_draft d set conversation_id = ${into} where d.workspace_id = ${tx.workspaceId} and d.conversation_id = ${id}
      and not exists (select 1 from note_draft o where o.workspace_id = d.workspace_id and o.conversation_id = ${into} and o.person_id = d.person_id)
    returning d.person_id as "personId", d.updated_at::text as at`);
  const undo: MergeUndo = {
    messages: moved.map((m) => m.id),
    status: from.status,
    count: moved.length,
    target: { status: target.status, snoozedUntil: target.snoozed_until, joins: joins.map((p) => p.address) },
    consults: consults.map((p) => p.address),
    drafts,
    notes,
    asked: await askTogether(tx, id, into),
    below: await moveBelow(tx, who, from, target),
  };
  await tx.run(
    sql`update conversation set merged_into = ${into}, merge_undo = ${JSON.stringify(undo)}::jsonb, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await tx.run(sql`
    update conversation c set participants = c.participants || ${JSON.stringify(joins)}::jsonb, message_count = c.message_count + s.message_count, last_at = greatest(c.last_at, s.last_at),
      snippet = case when s.last_at > c.last_at then s.snippet else c.snippet end, last_from = case when s.last_at > c.last_at then s.last_from else c.last_from end,
      waiting_since = least(c.waiting_since, s.waiting_since), consulted = c.consulted || ${JSON.stringify(consults)}::jsonb, mentioned = c.mentioned || array(select p from unnest(s.mentioned) p where p <> all (c.mentioned)), status = case when s.status = 'open' then 'open' else c.status end,
      snoozed_until = case when s.status = 'open' then null else c.snoozed_until end, resolved_at = case when s.status = 'open' then null else c.resolved_at end, version = c.version + 1
    from conversation s where s.workspace_id = c.workspace_id and s.id = ${id} and c.workspace_id = ${tx.workspaceId} and c.id = ${into}`);
  await showPlans(tx, id);
  await showPlans(tx, into);
  // The question where it may belong is answered.
  await tx.run(sql`
    delete from conversation_link where workspace_id = ${tx.workspaceId} and why = 'maybe' and conversation_id = any (${[id, into]}::uuid[]) and other_id = any (${[id, into]}::uuid[])`);
  const name = how.undoesSplit ? 'conversation.unsplit' : 'conversation.merged';
  const actor = actorOf(who);
  await emit(tx, [
    { name, actor, conversationId: into, data: { from: id, fromNumber: from.number, messages: moved.length } },
    { name, actor, conversationId: id, data: { into, intoNumber: target.number } },
  ]);
  return changedFor(tx, who.id, into);
}

/** Takes a merge back: the messages that came with it leave again, those written since stay. */
export async function unmerge(tx: Tx, who: Who, id: string): Promise<Json> {
  const from = await tx.first<{
    merged_into: string | null;
    merge_undo: MergeUndo | null;
    number: number;
    snoozed_until: string | null;
  }>(sql`
    select merged_into, merge_undo, number, snoozed_until from conversation where workspace_id = ${tx.workspaceId} and id = ${id} for update`);
  if (!from) throw NotFound('This conversation is not here.');
  if (!from.merged_into || !from.merge_undo)
    throw Conflict('This conversation is not merged into another. Nothing was changed.');
  const target = await lockLive(tx, from.merged_into);
  const { messages: ids, status } = from.merge_undo;
  await tx.run(
    sql`update message set conversation_id = ${id}, version = version + 1 where workspace_id = ${tx.workspaceId} and conversation_id = ${target.id} and id = any (${ids}::uuid[])`,
  );
  await tx.run(
    sql`update search_row set conversation_id = ${id}, bucket = ${Math.floor(from.number / 1000)} where workspace_id = ${tx.workspaceId} and conversation_id = ${target.id} and message_id = any (${ids}::uuid[])`,
  );
  await takeUsesAlong(tx, ids);
  await tx.run(
    sql`update conversation set merged_into = null, merge_undo = null, status = ${status} where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await asBefore(tx, target.id, id, from.merge_undo);
  await asideBefore(tx, target.id, id, from.merge_undo);
  await askAsBefore(tx, target.id, from.merge_undo.asked);
  await moveBack(tx, who, from.merge_undo.below ?? []);
  for (const one of [id, target.id]) await recount(tx, one);
  // The sleep it had goes on; over meanwhile, it ends now.
  if (status === 'snoozed' && from.snoozed_until)
    await jobs.add(tx, 'wake', { conversationId: id }, { at: from.snoozed_until, key: `wake:${id}` });
  if (status === 'resolved') await closeLater(tx, id);
  const actor = actorOf(who);
  const name = 'conversation.unmerged';
  await emit(tx, [
    { name, actor, conversationId: target.id, data: { from: id, fromNumber: from.number } },
    { name, actor, conversationId: id, data: { into: target.id, intoNumber: target.number } },
  ]);
  return changedFor(tx, who.id, id);
}

/** Who came along with the merge leaves, unless they wrote there since; and the status it had, when nothing happened since. */
async function asBefore(tx: Tx, targetId: string, id: string, undo: MergeUndo): Promise<void> {
  const before = undo.target;
  if (!before) return; // merged before this was kept
  const stays = await tx.many<{ address: string }>(sql`
    select distinct lower(sender->>'address') as address from message where workspace_id = ${tx.workspaceId} and conversation_id = ${targetId} and type = 'in'`);
  const leaving = before.joins
    .map((address) => address.toLowerCase())
    .filter((address) => !stays.some((row) => row.address === address));
  const untouched = !(await tx.first(sql`
    select 1 from event e where e.workspace_id = ${tx.workspaceId} and e.conversation_id = ${targetId} and e.name in ('message.received', 'message.replied', 'conversation.status', 'conversation.snoozed', 'conversation.merged')
      and e.id > (select max(x.id::text)::uuid from event x where x.workspace_id = e.workspace_id and x.conversation_id = ${targetId} and x.name in ('conversation.merged', 'conversation.unsplit') and x.data->>'from' = ${id}) limit 1`));
  await tx.run(sql`
    update conversation c set participants = coalesce((select jsonb_agg(p) from jsonb_array_elements(c.participants) p where lower(p->>'address') <> all (${leaving}::text[])), '[]'),
      status = case when ${untouched} then ${before.status} else status end, snoozed_until = case when ${untouched} then ${before.snoozedUntil}::timestamptz else snoozed_until end,
      resolved_at = case when ${untouched} and ${before.status} in ('resolved', 'closed') then coalesce(resolved_at, now()) else resolved_at end
    where workspace_id = ${tx.workspaceId} and id = ${targetId}`);
  if (!untouched) return;
  const status: Status = before.status;
  if (status === 'resolved') await closeLater(tx, targetId);
  if (status === 'snoozed' && before.snoozedUntil)
    await jobs.add(tx, 'wake', { conversationId: targetId }, { at: before.snoozedUntil, key: `wake:${targetId}` });
}

/** Who was asked beside the other's customer leaves with it, unless they were asked or wrote here as well; drafts that nobody went on with go back. */
async function asideBefore(tx: Tx, targetId: string, id: string, undo: MergeUndo): Promise<void> {
  if (undo.consults?.length)
    await tx.run(sql`
      update conversation c set consulted = coalesce((select jsonb_agg(p) from jsonb_array_elements(c.consulted) p
        where lower(p->>'address') <> all (${undo.consults.map((address) => address.toLowerCase())}::text[]) or exists (
          select 1 from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.aside and (lower(m.sender->>'address') = lower(p->>'address')
            or m.type = 'out' and exists (select 1 from jsonb_array_elements(coalesce(m.recipients->'to', '[]') || coalesce(m.recipients->'cc', '[]')) t where lower(t->>'address') = lower(p->>'address'))))), '[]')
      where c.workspace_id = ${tx.workspaceId} and c.id = ${targetId}`);
  const went = (carried: Carried[]) =>
    sql`jsonb_to_recordset(${JSON.stringify(carried)}::jsonb) as w ("personId" uuid, at timestamptz) where d.person_id = w."personId" and d.updated_at = w.at`;
  if (undo.drafts?.length)
    await tx.run(sql`
      update draft d set conversation_id = ${id} from ${went(undo.drafts)} and d.workspace_id = ${tx.workspaceId} and d.conversation_id = ${targetId}
        and not exists (select 1 from draft o where o.workspace_id = d.workspace_id and o.conversation_id = ${id} and o.person_id = d.person_id)`);
  if (undo.notes?.length)
    await tx.run(sql`
      update note_draft d set conversation_id = ${id} from ${went(undo.notes)} and d.workspace_id = ${tx.workspaceId} and d.conversation_id = ${targetId}
        and not exists (select 1 from note_draft o where o.workspace_id = d.workspace_id and o.conversation_id = ${id} and o.person_id = d.person_id)`);
}

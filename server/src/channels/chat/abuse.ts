import type { BlockedVisitor, Body } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../../base/db.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { actorOf, type Json, type Who } from '../../base/module.ts';
import { say } from '../../base/words.ts';
import { assign, changedFor, lockLive, note } from '../../conversations/index.ts';
import { ensureSender } from '../../customers/index.ts';
import { rolesWith } from '../../team/index.ts';
import { isHere } from './give.ts';

const PAUSE = 30; // minutes, when nothing else is said
/** What still holds: a pause that is over is none. */
const holds: Sql = sql`(b.until is null or b.until > now())`;

/**
 * Somebody is abusive: passed on to a lead, paused for a while, or blocked until somebody lets them again. Leads hear of each. Nothing
 * that was written goes away.
 */
export async function againstAbuse(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'POST /conversations/:id/abuse'>,
): Promise<Json> {
  const home = await lockLive(tx, id);
  const reason = body.reason.trim();
  const minutes = body.minutes ?? PAUSE;
  const visitors = body.do === 'pass-on' ? [] : await block(tx, who, id, body.do === 'pause' ? minutes : null, reason);
  if (body.do === 'block' && body.address && home.customer_address.includes('@'))
    await ensureSender(tx, who, 'blocked', home.customer_address);
  if (body.do === 'pass-on') {
    const leadId = await leadFor(tx, who);
    if (reason) await note(tx, who, id, { text: reason });
    await assign(tx, who, id, { assigneeId: leadId });
  }
  await emit(tx, [
    {
      ...{ name: 'conversation.abuse', actor: actorOf(who), conversationId: id },
      data: { do: body.do, reason, visitors, ...(body.do === 'pause' ? { minutes } : {}) },
    },
  ]);
  return changedFor(tx, who.id, id);
}

/** Who of the leads gets it: one who is there before one who is not, a lead before those above, and who was here last. */
async function leadFor(tx: Tx, who: Who): Promise<string> {
  const leads = rolesWith('conversation.delete').toReversed();
  const lead = await tx.first<{ id: string }>(sql`
    select p.id from person p left join attendance a on a.workspace_id = p.workspace_id and a.person_id = p.id
    where p.workspace_id = ${tx.workspaceId} and p.active and p.id <> ${who.id} and p.role = any (${leads}::text[])
    order by ${isHere} desc, a.away_since is not null, array_position(${leads}::text[], p.role), p.last_seen_at desc nulls last, p.id limit 1`);
  if (!lead)
    throw Conflict(
      'There is nobody else who leads here. Nothing was changed; pause or block the visitor, or invite a lead under Settings, People.',
    );
  return lead.id;
}

/** Nobody who is blocked for longer is let write sooner by it: a pause leaves them as they are. */
async function block(tx: Tx, who: Who, id: string, minutes: number | null, reason: string): Promise<string[]> {
  const visitors = await tx.many<{ id: string; longer: boolean }>(sql`
    select c.visitor_id as id, coalesce(bool_or(b.visitor_id is not null and ${minutes}::int is not null and (b.until is null or b.until > now() + make_interval(mins => ${minutes}::int))), false) as longer
    from chat c left join visitor_block b on b.workspace_id = c.workspace_id and b.visitor_id = c.visitor_id
    where c.workspace_id = ${tx.workspaceId} and c.conversation_id = ${id} group by c.visitor_id order by c.visitor_id`);
  if (visitors.length === 0)
    throw Invalid(
      'No visitor of a live chat takes part here. Nothing was changed; to stop mail, mark it as spam and block the sender.',
    );
  const ids = visitors.flatMap((one) => (one.longer ? [] : [one.id]));
  if (ids.length === 0)
    throw Conflict(
      'This visitor may not write for longer than that already. Nothing was changed; see Settings, Spam to let them write again.',
    );
  await tx.run(sql`
    insert into visitor_block as b (workspace_id, visitor_id, until, reason, by_id, conversation_id)
    select ${tx.workspaceId}, v.id, now() + make_interval(mins => ${minutes}::int), ${reason}, ${who.id}::uuid, ${id}::uuid from unnest(${ids}::uuid[]) v (id)
    on conflict (workspace_id, visitor_id) do update set reason = excluded.reason, by_id = excluded.by_id, conversation_id = excluded.conversation_id, created_at = now(),
      until = case when ${holds} and b.until is null then null when excluded.until is null then null else greatest(b.until, excluded.until) end`);
  return ids;
}

/** Who may not write now, the newest first. */
export const blockedVisitors = (tx: Tx): Promise<BlockedVisitor[]> =>
  tx.many(sql`
    select v.id, v.name, v.email, v.customer_id as "customerId", b.until, b.reason, b.by_id as "byId", b.created_at as "createdAt", c.number::int as number
    from visitor_block b join visitor v on v.workspace_id = b.workspace_id and v.id = b.visitor_id left join conversation c on c.workspace_id = b.workspace_id and c.id = b.conversation_id
    where b.workspace_id = ${tx.workspaceId} and ${holds} order by b.created_at desc, v.id limit 500`);

/** They may write again. */
export async function letWrite(tx: Tx, who: Who, visitorId: string): Promise<void> {
  const gone = await tx.first<{ conversation_id: string | null }>(
    sql`delete from visitor_block where workspace_id = ${tx.workspaceId} and visitor_id = ${visitorId} returning conversation_id`,
  );
  if (!gone) throw NotFound('This visitor is not blocked (any more).');
  const home = gone.conversation_id;
  const data = { do: 'allow', visitors: [visitorId] };
  await emit(tx, [
    { name: home ? 'conversation.abuse' : 'chat.allowed', actor: actorOf(who), conversationId: home, data },
  ]);
}

/** Whether a visitor may not write now, and for how long: one look by a key, before anything is kept. */
export type Block = { minutes: number | null };
export const blockOf = (tx: Tx, visitorId: string): Sql => sql`(
    select json_build_object('minutes', ceil(extract(epoch from b.until - now()) / 60)::int) from visitor_block b where b.workspace_id = ${tx.workspaceId} and b.visitor_id = ${visitorId} and ${holds})`;
export async function mayWrite(tx: Tx, visitorId: string): Promise<void> {
  mayGoOn((await tx.first<{ block: Block | null }>(sql`select ${blockOf(tx, visitorId)} as block`))?.block ?? null);
}
/** Refuses one who may not write now, kindly and plainly. */
export function mayGoOn(block: Block | null): void {
  if (!block) return;
  throw Forbidden(
    block.minutes === null
      ? 'You cannot write in this chat any more. What was said before is still here.'
      : say(
          'The team has paused this chat. You can write again in {n, plural, one {a minute} other {# minutes}}; what you wrote is kept on this page.',
          { n: block.minutes },
        ),
  );
}

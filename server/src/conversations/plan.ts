import type { Address, Plan } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { plainAddress } from '../customers/index.ts';
import { closeLater } from './age.ts';
import { type ChannelOf, inboxById } from './inbox-of.ts';
import { peopleBefore } from './people-before.ts';
import type { Recipients } from './recipients.ts';
import { lockHomeOf } from './reopen.ts';
import { lockLive, messageFor, rowFor, snippetOf } from './rows.ts';

/**
 * As it is kept: `there`, the messages that were in the conversation when it was planned, under its lock. Whatever else stands in it later
 * was not known to the planner, whenever its id was made: a mail has its id from when it was fetched, and may wait in quarantine. Plans
 * made before this was kept have only `saw`, an id of their moment.
 */
export type KeptPlan = Plan & { saw: string; there?: string[] };
const FARTHEST = 366 * 86_400_000;

/** The conversation is locked by who calls. */
export async function makePlan(
  tx: Tx,
  home: string,
  sendAt: string,
  after: Plan['after'],
  insist: boolean,
): Promise<KeptPlan> {
  const ahead = Date.parse(sendAt) - clock();
  if (ahead <= 0) throw Invalid('That moment has passed already. Nothing was sent or planned; choose a later one.');
  if (ahead > FARTHEST)
    throw Invalid('That is more than a year ahead. Nothing was sent or planned; choose an earlier moment.');
  const there = await tx.many<{ id: string }>(
    sql`select id from message where workspace_id = ${tx.workspaceId} and conversation_id = ${home} and type <> 'note'`,
  );
  return {
    at: new Date(sendAt).toISOString(),
    after,
    insist,
    heldBy: null,
    saw: newId(),
    there: there.map((row) => row.id),
  };
}

/** The list shows what is planned in each conversation: when the next answer leaves, and whether one was stopped. */
export async function showPlans(tx: Tx, conversationId: string): Promise<void> {
  await tx.run(sql`
    update conversation c set scheduled_at = p.at, held = coalesce(p.held, false), version = c.version + 1
    from (select min((m.plan->>'at')::timestamptz) as at, bool_or(m.plan->>'heldBy' is not null) as held from message m
      where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${conversationId} and m.plan is not null) p
    where c.workspace_id = ${tx.workspaceId} and c.id = ${conversationId}`);
}

export const deliverAt = (tx: Tx, messageId: string, at: string | Date, inboxId: string | undefined): Promise<void> =>
  jobs.add(tx, 'deliver', { messageId }, { at, key: `deliver:${messageId}`, tries: 12, lane: inboxId });

/** Another time for an answer that waits for its own, or, without one, now. Whoever says so has seen what is there. */
export async function replan(
  tx: Tx,
  channels: ChannelOf,
  who: Who,
  messageId: string,
  body: { sendAt?: string | undefined; insist?: boolean | undefined },
): Promise<Json> {
  const home = await lockLive(tx, await homeOrRefuse(tx, messageId));
  const planned = await tx.first<{ plan: KeptPlan; inbox_id: string }>(
    sql`select plan, inbox_id from message where workspace_id = ${tx.workspaceId} and id = ${messageId} and plan is not null and state = 'queued'`,
  );
  if (!planned) throw Conflict('This answer waits for no time: it has left, or was taken back. Nothing was changed.');
  const { plan } = planned;
  if (body.sendAt) {
    const next = await makePlan(tx, home.id, body.sendAt, plan.after, body.insist ?? plan.insist);
    await tx.run(sql`
      update message set plan = ${JSON.stringify(next)}::jsonb, send_at = ${next.at}, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${messageId}`);
    await deliverAt(tx, messageId, next.at, planned.inbox_id);
    await showPlans(tx, home.id);
    await tell(tx, 'message.scheduled', who, home.id, messageId, { at: next.at, before: plan.at });
  } else {
    const inbox = await inboxById(tx, planned.inbox_id);
    const at = new Date(clock() + channels(inbox.channel).undoSeconds(inbox) * 1000);
    await depart(tx, home.id, messageId, plan, at);
    await deliverAt(tx, messageId, at, planned.inbox_id);
    await tell(tx, 'message.left', who, home.id, messageId, { from: home.status, to: plan.after });
  }
  return json(`{"conversation":${await rowFor(tx, who.id, home.id)},"message":${await messageFor(tx, messageId)}}`);
}
const tell = (
  tx: Tx,
  name: string,
  who: Who | null,
  conversationId: string,
  messageId: string,
  data: Record<string, unknown>,
) => emit(tx, [{ name, actor: who ? actorOf(who) : system, conversationId, messageId, data }]);
async function homeOrRefuse(tx: Tx, messageId: string): Promise<string> {
  const row = await tx.first<{ id: string }>(
    sql`select conversation_id as id from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`,
  );
  if (!row) throw NotFound('This message is not here.');
  return row.id;
}

/** It is said now: at the end of the thread, and the conversation becomes what its writer wanted. */
async function depart(tx: Tx, home: string, messageId: string, plan: KeptPlan, sendAt: Date): Promise<void> {
  const said = await tx.first<{
    text: string;
    at: string;
    recipients: Recipients;
    customer: string;
    participants: Address[];
  }>(sql`
    update message m set plan = null, send_at = ${sendAt.toISOString()}, version = m.version + 1, status_before = c.status, at = greatest(now(), c.last_at + interval '1 millisecond')
    from conversation c where c.workspace_id = m.workspace_id and c.id = m.conversation_id and m.workspace_id = ${tx.workspaceId} and m.id = ${messageId} returning m.text, m.at, m.recipients, c.customer_address as customer, c.participants`);
  if (!said) return;
  const takePart = [...said.recipients.to, ...said.recipients.cc].filter(
    (a) => plainAddress(a.address) !== plainAddress(said.customer),
  );
  await tx.run(sql`
    update conversation set status = ${plan.after}, last_at = ${said.at}, last_from = 'team', snippet = ${snippetOf(said.text)}, waiting_since = null, snoozed_until = null, participants = ${JSON.stringify(takePart)}::jsonb,
      resolved_at = case when ${plan.after} = 'resolved' then now() end where workspace_id = ${tx.workspaceId} and id = ${home}`);
  const before = peopleBefore('participants', said.participants, takePart);
  if (before)
    await tx.run(
      sql`update message set people_before = ${JSON.stringify(before)}::jsonb where workspace_id = ${tx.workspaceId} and id = ${messageId}`,
    );
  await jobs.cancel(tx, `wake:${home}`);
  if (plan.after === 'resolved') await closeLater(tx, home);
  await showPlans(tx, home);
}

/** The message that stops a planned one: the customer's, or a colleague's answer, that its planner had not seen. */
const newerThan = (tx: Tx, home: string, messageId: string, plan: KeptPlan): Promise<{ id: string } | undefined> =>
  tx.first<{ id: string }>(sql`
    select n.id from message n, message m where m.workspace_id = ${tx.workspaceId} and m.id = ${messageId} and n.workspace_id = ${tx.workspaceId} and n.conversation_id = ${home}
      and ${plan.there ? sql`n.id <> all (${plan.there}::uuid[])` : sql`n.id > ${plan.saw}`} and n.id <> m.id and not n.automatic and not n.aside and n.plan is null
      and (n.type = 'in' or (n.type = 'out' and n.author_id is distinct from m.author_id)) order by n.at, n.id limit 1`);

async function hold(tx: Tx, home: string, messageId: string, plan: KeptPlan, heldBy: string): Promise<void> {
  const row = await tx.first<{ author_id: string | null }>(sql`
    update message set plan = ${JSON.stringify({ ...plan, heldBy })}::jsonb, send_at = null, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${messageId} returning author_id`);
  await jobs.cancel(tx, `deliver:${messageId}`);
  await showPlans(tx, home);
  await tell(tx, 'message.held', null, home, messageId, { heldBy, authorId: row?.author_id ?? null, at: plan.at });
}

/** Something newer came to a conversation in which an answer waits for its time: it stops, and its writer hears of it. */
export async function holdPlanned(tx: Tx, event: EventRow): Promise<void> {
  if (event.data.planned !== true || !event.message_id) return;
  const home = await lockHomeOf(tx, event.message_id);
  if (home) await holdWaiting(tx, home);
}
/** The same for one whose lock is held. */
export async function holdWaiting(tx: Tx, home: string): Promise<void> {
  const waiting = await tx.many<{ id: string; plan: KeptPlan }>(
    sql`select id, plan from message where workspace_id = ${tx.workspaceId} and conversation_id = ${home} and state = 'queued' and plan is not null and plan->>'heldBy' is null order by id`,
  );
  for (const { id, plan } of waiting) {
    const newer = plan.insist ? undefined : await newerThan(tx, home, id, plan);
    if (newer) await hold(tx, home, id, plan, newer.id);
  }
}

/** Its time has come: it leaves, unless something newer came that nobody has reacted to yet. False when nothing was planned. */
export async function leavePlanned(tx: Tx, messageId: string): Promise<boolean> {
  const due = async () =>
    (
      await tx.first<{ plan: KeptPlan }>(
        sql`select plan from message where workspace_id = ${tx.workspaceId} and id = ${messageId} and state = 'queued' and plan is not null and plan->>'heldBy' is null and send_at <= now() + interval '1 second'`,
      )
    )?.plan;
  if (!(await due())) return false;
  const home = await lockHomeOf(tx, messageId);
  const plan = await due();
  if (!home || !plan) return false;
  const before = await tx.first<{ status: string; folder: string }>(
    sql`select status, folder from conversation where workspace_id = ${tx.workspaceId} and id = ${home}`,
  );
  // Nothing leaves from what was thrown away; such an answer is held by itself.
  const stop =
    before?.folder !== 'inbox' ? messageId : plan.insist ? undefined : (await newerThan(tx, home, messageId, plan))?.id;
  if (stop) {
    await hold(tx, home, messageId, plan, stop);
    return false;
  }
  await depart(tx, home, messageId, plan, new Date(clock()));
  await tell(tx, 'message.left', null, home, messageId, { from: before?.status, to: plan.after });
  return true;
}

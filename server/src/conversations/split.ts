import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { plainAddress } from '../customers/index.ts';
import { closeLater } from './age.ts';
import { askApart } from './asks-person.ts';
import { merge } from './merge.ts';
import { recount } from './recount.ts';
import { changedFor, type Locked, lock, lockLive, rowFor } from './rows.ts';
import { takeUsesAlong } from './snippets/used.ts';
import { searchable } from './words.ts';

type Moving = {
  id: string;
  type: 'in' | 'out' | 'note';
  customer_id: string | null;
  sender: Address | null;
  recipients: { to?: Address[]; cc?: Address[] };
  subject: string;
  inbox_id: string | null;
  state: string | null;
  aside: boolean;
};

/** From this message on (or this one alone) becomes a conversation of its own; answers to what moved come to it from now on. */
export async function split(tx: Tx, who: Who, messageId: string, only: boolean): Promise<Json> {
  const home = await homeOf(tx, messageId);
  const moving = await tx.many<Moving>(sql`
    select m.id, m.type, m.customer_id, m.sender, m.recipients, m.subject, m.inbox_id, m.state, m.aside from message m join message s on s.workspace_id = m.workspace_id and s.id = ${messageId}
    where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${home.id} and ((m.at, m.id) > (s.at, s.id) and not ${only} or m.id = s.id) order by m.at, m.id`);
  await refuse(tx, home, moving);
  const ids = moving.map((m) => m.id);
  // What a third person said beside the customer makes nobody the customer.
  const heard = moving.find((m) => m.type === 'in' && !m.aside);
  const status = home.status === 'snoozed' ? 'open' : home.status;
  const id = newId();
  const { participants, consulted } = comeAlong(home, moving, heard?.sender?.address ?? home.customer_address);
  const made = await tx.first<{ number: number; subject: string }>(sql`
    with n as (update counter set conversations = conversations + 1 where workspace_id = ${tx.workspaceId} returning conversations)
    insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, folder, priority, category, assignee_id, team_id, tags, participants, consulted, resolved_at, split_undo, last_at)
    select c.workspace_id, ${id}, n.conversations, coalesce(${heard?.inbox_id ?? null}::uuid, c.inbox_id), c.channel, coalesce(p.id, c.customer_id), coalesce(p.name, c.customer_name), coalesce(${heard?.sender?.address ?? null}, c.customer_address),
      coalesce(nullif(${heard?.subject ?? ''}, ''), c.subject), ${status}, c.folder, c.priority, c.category, c.assignee_id, c.team_id, c.tags, ${JSON.stringify(participants)}::jsonb, ${JSON.stringify(consulted)}::jsonb, case when ${status} in ('resolved', 'closed') then c.resolved_at end,
      ${JSON.stringify({ from: home.id, messages: ids })}::jsonb, c.last_at
    from n, conversation c left join customer p on p.workspace_id = c.workspace_id and p.id = ${heard?.customer_id ?? null}
    where c.workspace_id = ${tx.workspaceId} and c.id = ${home.id} returning number, subject`);
  if (!made) throw NotFound('This conversation is not here.');
  await tx.run(
    sql`update message set conversation_id = ${id}, version = version + 1 where workspace_id = ${tx.workspaceId} and id = any (${ids}::uuid[])`,
  );
  await takeUsesAlong(tx, ids);
  await tx.run(sql`
    update search_row set conversation_id = ${id}, bucket = ${Math.floor(made.number / 1000)}, words = words || case when message_id = ${ids[0] as string} then to_tsvector('hearten', ${searchable(made.subject)}) else '' end
    where workspace_id = ${tx.workspaceId} and message_id = any (${ids}::uuid[])`);
  // Who had read it has read it there too.
  await tx.run(
    sql`insert into seen (workspace_id, conversation_id, person_id, up_to) select workspace_id, ${id}, person_id, up_to from seen where workspace_id = ${tx.workspaceId} and conversation_id = ${home.id}`,
  );
  await tx.run(
    sql`insert into conversation_link (workspace_id, conversation_id, other_id, why) values (${tx.workspaceId}, ${id}, ${home.id}, 'split')`,
  );
  await askApart(tx, home.id, id);
  for (const one of [home.id, id]) await recount(tx, one);
  if (status === 'resolved') await closeLater(tx, id);
  const told = (conversationId: string, otherId: string, way: string) => ({
    name: 'conversation.split',
    actor: actorOf(who),
    conversationId,
    data: { otherId, way, messages: ids.length },
  });
  await emit(tx, [told(home.id, id, 'into'), told(id, home.id, 'from')]);
  const [row, from] = [await rowFor(tx, who.id, id), await rowFor(tx, who.id, home.id)];
  return json(`{"conversation":${row},"from":${from}}`);
}

/** Takes a split back: whatever stands in the new one, also what came since, is in the first again. */
export async function unsplit(tx: Tx, who: Who, id: string): Promise<Json> {
  const asked = await tx.first<{ split_undo: { from: string; messages: string[] } | null; merged_into: string | null }>(
    sql`select split_undo, merged_into from conversation where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!asked) throw NotFound('This conversation is not here.');
  if (!asked.split_undo || asked.merged_into)
    throw Conflict('This conversation was not split off another, or is together with it again. Nothing was changed.');
  const { from, messages } = asked.split_undo;
  const there = await tx.first(sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = ${from}`);
  if (!there) throw Conflict('The conversation it was split off was deleted for good. Nothing was changed.');
  const since = await tx.first(
    sql`select 1 from message where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and id <> all (${messages}::uuid[]) limit 1`,
  );
  await merge(tx, who, id, from, { undoesSplit: true, joins: since !== undefined });
  await tx.run(sql`
    delete from conversation_link where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and other_id = ${from} and why = 'split'`);
  return changedFor(tx, who.id, from);
}

async function homeOf(tx: Tx, messageId: string): Promise<Locked> {
  const where = () =>
    tx.first<{ id: string }>(
      sql`select conversation_id as id from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`,
    );
  const before = await where();
  if (!before) throw NotFound('This message is not here.');
  await lock(tx, before.id);
  const now = await where();
  if (now?.id !== before.id)
    throw Conflict('This message was just moved to another conversation. Nothing was changed; look there.');
  return lockLive(tx, before.id);
}

async function refuse(tx: Tx, home: Locked, moving: Moving[]): Promise<void> {
  if (!moving.some((m) => m.type !== 'note'))
    throw Conflict(
      'A note alone is no conversation with anybody. Nothing was changed; split at a message of the customer or of yours.',
    );
  if (moving.every((m) => m.type === 'note' || m.aside))
    throw Conflict(
      'Only what was said to or by a third person would move, nothing of the customer’s. Nothing was changed; split at a message of the customer or at your answer to them.',
    );
  if (moving.some((m) => m.state === 'queued' || m.state === 'sending' || m.state === 'deferred'))
    throw Conflict(
      'An answer that would move has not left yet. Nothing was changed; wait until it has, or take it back.',
    );
  const stays = await tx.first(sql`
    select 1 from message where workspace_id = ${tx.workspaceId} and conversation_id = ${home.id} and type <> 'note' and not aside and id <> all (${moving.map((m) => m.id)}::uuid[]) limit 1`);
  if (!stays)
    throw Conflict('Nothing would be left here. Nothing was changed; split at a later message, or at this one alone.');
}

/**
 * Of those who take part here, whoever is on what moves. Nobody else: an unproven mail names whom it likes. Whoever was asked beside the
 * customer stays beside.
 */
function comeAlong(
  home: Locked,
  moving: Moving[],
  customer: string,
): { participants: Address[]; consulted: Address[] } {
  const on = (aside: boolean) => {
    const named = moving
      .filter((m) => m.type !== 'note' && m.aside === aside)
      .flatMap((m) => [...(m.sender ? [m.sender] : []), ...(m.recipients.to ?? []), ...(m.recipients.cc ?? [])]);
    const plain = new Set(named.map((a) => plainAddress(a.address)));
    return (a: Address): boolean => plain.has(plainAddress(a.address));
  };
  const here = [{ address: home.customer_address, name: home.customer_name }, ...home.participants];
  return {
    participants: here.filter(on(false)).filter((a) => plainAddress(a.address) !== plainAddress(customer)),
    consulted: home.consulted.filter(on(true)),
  };
}

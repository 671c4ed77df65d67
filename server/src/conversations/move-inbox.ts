import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Json, type Who } from '../base/module.ts';
import type { ChannelOf } from './inbox-of.ts';
import { changedFor, type Locked, lockLive } from './rows.ts';

/**
 * The conversation belongs to another inbox from now on: it stands in its lists, and answers leave from there. What was written before,
 * or waits to be sent, keeps the inbox it was written in. With `channels` it may go on by another way, where that way reaches the
 * customer: a mail in the chat, a chat by mail.
 */
export async function moveInbox(
  tx: Tx,
  who: Who,
  id: string,
  inboxId: string,
  channels: ChannelOf | null = null,
): Promise<Json> {
  const home = await lockLive(tx, id);
  if (home.inbox_id === inboxId) return changedFor(tx, who.id, id);
  const inboxes = await tx.many<{ id: string; name: string; channel: string; gone: boolean; enabled: boolean }>(sql`
    select id, name, channel, enabled, deleted_at is not null as gone from inbox where workspace_id = ${tx.workspaceId} and id = any (${[inboxId, home.inbox_id]}::uuid[])`);
  const [to, from] = [inboxes.find((one) => one.id === inboxId), inboxes.find((one) => one.id === home.inbox_id)];
  if (!to || to.gone) throw Invalid('This inbox is not here (any more). Nothing was changed.');
  const crosses = from !== undefined && to.channel !== from.channel;
  const way = crosses ? await wayTo(tx, home, to, channels) : null;
  await tx.run(sql`
    update conversation set inbox_id = ${inboxId}, channel = coalesce(${way?.channel ?? null}, channel), customer_address = coalesce(${way?.address ?? null}, customer_address), version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  const before = { inboxId: home.inbox_id, name: from?.name ?? '', ...(way ? { channel: home.channel } : {}) };
  const data = { inboxId, name: to.name, ...(way ? { channel: way.channel } : {}), before };
  await emit(tx, [{ name: 'conversation.rehomed', actor: actorOf(who), conversationId: id, data }]);
  return changedFor(tx, who.id, id);
}

/** By which channel it goes on, and to which address; refused where that would reach nobody. */
async function wayTo(
  tx: Tx,
  home: Locked,
  to: { id: string; channel: string; enabled: boolean },
  channels: ChannelOf | null,
): Promise<{ channel: string; address: string | null }> {
  if (home.parent_kind === 'side')
    throw Invalid('What is said beside a conversation stays with mail. Nothing was changed.');
  const channel = channels?.(to.channel);
  if (!channel?.takeOver) throw Invalid('This inbox is for other messages than these. Nothing was changed.');
  if (!to.enabled)
    throw Invalid('This inbox is switched off. Nothing was changed; switch it on under Settings, Inboxes.');
  return { channel: channel.name, address: await channel.takeOver(tx, home, to.id) };
}

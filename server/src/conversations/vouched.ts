import { sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { plainAddress, type Recognised, recognise } from '../customers/index.ts';
import type { Incoming } from './channel.ts';
import { lockHomeOf } from './reopen.ts';
import { lockLive, messageFor, rowFor } from './rows.ts';

/** Proven to be from whom it says, and a forward: only then is it asked who that is. */
export const seemsForwarded = (one: Incoming): boolean =>
  one.forwarded !== null && one.kind === 'message' && !one.automatic && one.authentication?.verdict === 'verified';

/**
 * A person of the team forwards a customer's mail to an inbox: then it is the customer's, who is answered, in a conversation of its own.
 * Only when it is proven that they sent it; else whoever knows a colleague's address could write in anybody's name.
 */
export async function vouched(tx: Tx, incoming: Incoming[]): Promise<Incoming[]> {
  const asking = incoming.filter(seemsForwarded);
  const people = await tx.many<{ email: string }>(sql`
    select lower(email) as email from person where workspace_id = ${tx.workspaceId} and active and role <> 'viewer' and lower(email) = any (${asking.map((one) => plainAddress(one.from.address))}::text[])`);
  const team = new Set(people.map((person) => person.email));
  return incoming.map((one) => {
    const by = one.from;
    if (!one.forwarded || !asking.includes(one) || !team.has(plainAddress(by.address)))
      return { ...one, forwardedBy: null };
    if (plainAddress(one.forwarded.address) === plainAddress(by.address)) return { ...one, forwardedBy: null };
    // Nothing but the words is the customer's: neither their proof nor a thread.
    return {
      ...one,
      from: one.forwarded,
      forwardedBy: by,
      replyTo: null,
      inReplyTo: null,
      references: [],
      token: null,
      authentication: null,
    };
  });
}

/** It was no forward, or not meant so: the mail is from the person who sent it, and so is the conversation that it opened. */
export async function notForwarded(tx: Tx, who: Who, messageId: string): Promise<Json> {
  const id = await lockHomeOf(tx, messageId);
  if (!id) throw NotFound('This message is not here.');
  const home = await lockLive(tx, id);
  const message = await tx.first<{
    forwarded: { by: { address: string; name: string } } | null;
    sender: { address: string };
  }>(sql`select forwarded, sender from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`);
  if (!message?.forwarded) throw Conflict('This message was not taken for a forward. Nothing was changed.');
  const { by } = message.forwarded;
  const sender = (await recognise(tx, [by])).get(plainAddress(by.address)) as Recognised;
  await tx.run(sql`
    update message set sender = ${JSON.stringify(by)}::jsonb, customer_id = ${sender.customerId}, forwarded = null, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${messageId}`);
  const theirs = plainAddress(home.customer_address) === plainAddress(message.sender.address);
  await tx.run(sql`
    update conversation set customer_id = case when ${theirs} then ${sender.customerId}::uuid else customer_id end, customer_name = case when ${theirs} then ${sender.name} else customer_name end,
      customer_address = case when ${theirs} then ${by.address} else customer_address end, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await emit(tx, [{ name: 'conversation.unforwarded', actor: actorOf(who), conversationId: id, messageId, data: {} }]);
  return json(`{"conversation":${await rowFor(tx, who.id, id)},"message":${await messageFor(tx, messageId)}}`);
}

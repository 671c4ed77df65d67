import { type Sql, sql, type Tx } from '../../base/db.ts';
import { Conflict } from '../../base/errors.ts';
import type { Channel } from '../../conversations/index.ts';
import { becameOf } from '../../customers/index.ts';

/**
 * Whether the conversation `k` is that of the visitor `p`: their customer's, or one that goes on where such a one was closed, to the same
 * address. The address alone says nothing: a visitor gives whichever they like.
 */
export const theirHome = (tx: Tx): Sql => sql`(case when k.customer_id = p.customer_id then true else exists (
  with recursive back as (select k.id, k.follows, k.customer_id
    union all select o.id, o.follows, o.customer_id from back b join conversation o on o.workspace_id = ${tx.workspaceId} and o.id = b.follows and k.customer_address <> '' and lower(o.customer_address) = lower(k.customer_address))
  select 1 from back b where ${becameOf(tx, sql`b.customer_id`)} = ${becameOf(tx, sql`p.customer_id`)}) end)`;

/** Whether what came by another way than a widget, the message `m`, is the visitor's own: their customer's, or from the address they gave. */
const theirMail = (
  tx: Tx,
): Sql => sql`(case when m.customer_id = p.customer_id then true when p.email <> '' and lower(m.sender->>'address') = lower(p.email) then true
  else ${becameOf(tx, sql`m.customer_id`)} = ${becameOf(tx, sql`p.customer_id`)} end)`;

/**
 * Asked for each row by its keys. As a join, which Postgres makes of an `exists` without it, a desk that is too young for statistics read all
 * visitors times all conversations for each answer: 7 ms with two hundred of each, and half a one so.
 */
export const rowByRow: Sql = sql`offset 0`;
/**
 * Whether a message belongs into the chat `c`: what the team says in a conversation of its visitor, and what they themselves said by mail.
 * Nothing that somebody else wrote there, who was put in copy, say. What is typed in a widget has its line from there.
 */
export const belongs = (tx: Tx, messageId: string): Sql => sql`exists (
  select 1 from visitor p, conversation k, message m where p.workspace_id = ${tx.workspaceId} and p.id = c.visitor_id and k.workspace_id = ${tx.workspaceId} and k.id = c.conversation_id
    and m.workspace_id = ${tx.workspaceId} and m.id = ${messageId} and ${theirHome(tx)} and (m.type = 'out' or ${theirMail(tx)}
      and not exists (select 1 from inbox i where i.workspace_id = ${tx.workspaceId} and i.id = m.inbox_id and i.channel = 'chat')) ${rowByRow})`;

/** Two customers are two again: a chat that came along into a conversation of the other stands where it came from, with what was said there. */
export const putBack = (tx: Tx, customerIds: unknown[]): Promise<number> =>
  tx.run(sql`
    update chat c set conversation_id = f.id from visitor p, chat o, conversation k, conversation f
    where p.workspace_id = ${tx.workspaceId} and p.customer_id = any (${customerIds}::uuid[]) and o.workspace_id = ${tx.workspaceId} and o.visitor_id = p.id and k.workspace_id = ${tx.workspaceId} and k.id = o.conversation_id
      and f.workspace_id = ${tx.workspaceId} and f.merged_into = k.id and c.workspace_id = ${tx.workspaceId} and c.id = o.id and not ${theirHome(tx)} and (k.customers_before is null or p.customer_id <> all (k.customers_before))
      and exists (select 1 from chat_line l where l.workspace_id = ${tx.workspaceId} and l.chat_id = o.id and f.merge_undo->'messages' ? l.message_id::text)`);

/** A chat never stands at the conversation of somebody else: there its visitor would read what is written to another. */
export const mayJoin: NonNullable<Channel['mayJoin']> = async (tx, id, into) => {
  const left = await tx.first(sql`
    select 1 from chat c join visitor p on p.workspace_id = c.workspace_id and p.id = c.visitor_id join conversation k on k.workspace_id = c.workspace_id and k.id = ${into}
    where c.workspace_id = ${tx.workspaceId} and c.conversation_id = ${id} and not ${theirHome(tx)} limit 1`);
  if (left)
    throw Conflict(
      'These are conversations of two customers, and the visitor of a live chat would get no more answers. Nothing was changed; where both are one person, make the customers one first, then the conversations.',
    );
};

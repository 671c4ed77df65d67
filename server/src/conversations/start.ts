import type { Address, Body } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { plainAddress, type Recognised, recognise } from '../customers/index.ts';
import { addressed, cleanAddresses, ourAddresses } from './addressed.ts';
import { type ChannelOf, inboxById } from './inbox-of.ts';
import { messageFor, rowFor, snippetOf } from './rows.ts';
import { takeUploads } from './uploads.ts';
import { searchable } from './words.ts';

/** We write first: a conversation that begins with our message and waits for the customer. */
export async function start(tx: Tx, channels: ChannelOf, who: Who, body: Body<'POST /conversations'>): Promise<Json> {
  const inbox = await inboxById(tx, body.inboxId);
  const channel = channels(inbox.channel);
  const [to, cc, bcc] = addressed(
    channel,
    await ourAddresses(tx),
    [{ address: body.to, name: body.name ?? '' }],
    cleanAddresses(body.cc),
    cleanAddresses(body.bcc),
  ) as [Address[], Address[], Address[]];
  if (to.length === 0)
    throw Invalid('This is the address of one of your own inboxes. Nothing was sent; write to the customer’s address.');
  const customer = (await recognise(tx, [{ address: body.to, name: body.name ?? '' }])).get(
    plainAddress(body.to),
  ) as Recognised;
  const files = await takeUploads(tx, who, body.attachments ?? []);
  const id = newId();
  const messageId = newId();
  const sendAt = new Date(Date.now() + channel.undoSeconds(inbox) * 1000);
  await tx.run(sql`
    with n as (update counter set conversations = conversations + 1 where workspace_id = ${tx.workspaceId} returning conversations)
    insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, participants, snippet, last_from, message_count, assignee_id)
    select ${tx.workspaceId}, ${id}, n.conversations, ${inbox.id}, ${inbox.channel}, ${customer.customerId}, ${customer.name}, ${plainAddress(body.to)}, ${body.subject}, 'waiting',
      ${JSON.stringify(cc)}::jsonb, ${snippetOf(body.text)}, 'team', 1, ${who.kind === 'person' ? who.id : null} from n`);
  await tx.run(sql`
    insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, recipients, subject, text, attachments, external_id, state, send_at, status_before)
    values (${tx.workspaceId}, ${messageId}, ${id}, ${inbox.id}, 'out', ${who.id}, ${JSON.stringify({ to, cc, bcc })}::jsonb,
      ${body.subject}, ${body.text}, ${JSON.stringify(files)}::jsonb, ${channel.externalId(messageId, inbox)}, 'queued', ${sendAt.toISOString()}, 'open')`);
  await tx.run(sql`insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
    select ${tx.workspaceId}, ${messageId}, c.id, c.number / 1000, to_tsvector('hearten', ${searchable(body.subject, customer.name, body.to, body.text)}) from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}`);
  await tx.run(
    sql`insert into seen (workspace_id, conversation_id, person_id, up_to) values (${tx.workspaceId}, ${id}, ${who.id}, now())`,
  );
  await jobs.add(tx, 'deliver', { messageId }, { at: sendAt, key: `deliver:${messageId}`, tries: 12, lane: inbox.id });
  await emit(tx, [
    {
      name: 'message.replied',
      actor: actorOf(who),
      conversationId: id,
      messageId,
      data: { opened: true, to: 'waiting' },
    },
  ]);
  return json(`{"conversation":${await rowFor(tx, who.id, id)},"message":${await messageFor(tx, messageId)}}`);
}

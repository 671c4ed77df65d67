import type { Address, Body } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { plainAddress, type Recognised, recognise } from '../customers/index.ts';
import { addressed, cleanAddresses, ourAddresses } from './addressed.ts';
import { sayWhat } from './body/index.ts';
import type { Channel, InboxRow } from './channel.ts';
import { type ChannelOf, inboxById, mayWriteFirst } from './inbox-of.ts';
import { messageFor, rowFor, snippetOf } from './rows.ts';
import { type OwnAttachment, takeUploads } from './uploads.ts';
import { searchable } from './words.ts';

/** We write first: a conversation that begins with our message and waits for the customer. */
export async function start(tx: Tx, channels: ChannelOf, who: Who, body: Body<'POST /conversations'>): Promise<Json> {
  const inbox = await inboxById(tx, body.inboxId);
  const channel = channels(inbox.channel);
  mayWriteFirst(channel);
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
  const { text, html, pictures } = sayWhat(body);
  const files = await takeUploads(tx, who, body.attachments ?? [], pictures, channel.can.maxBytes);
  const begun = await beginWithMessage(tx, who, channel, inbox, {
    ...{
      customer,
      address: plainAddress(body.to),
      subject: body.subject,
      text,
      html,
      files,
      recipients: { to, cc, bcc },
    },
    ...{ kind: 'message', quote: '', quoteHtml: null, beside: null },
  });
  return json(
    `{"conversation":${await rowFor(tx, who.id, begun.id)},"message":${await messageFor(tx, begun.messageId)}}`,
  );
}

type First = {
  customer: Recognised;
  address: string;
  subject: string;
  text: string;
  html: string | null;
  files: OwnAttachment[];
  recipients: { to: Address[]; cc: Address[]; bcc: Address[] };
  kind: 'message' | 'forward';
  /** What is passed on below our words. */
  quote: string;
  quoteHtml: string | null;
  /** The conversation that this one stands beside, with somebody whom its customer does not hear. */
  beside: string | null;
};
/** A new conversation with its first message, which is ours and leaves at the end of the undo time. Whoever writes it has it. */
export async function beginWithMessage(
  tx: Tx,
  who: Who,
  channel: Channel,
  inbox: InboxRow,
  first: First,
): Promise<{ id: string; messageId: string }> {
  const { customer, address, subject, text, recipients, beside } = first;
  const id = newId();
  const messageId = newId();
  const sendAt = new Date(clock() + channel.undoSeconds(inbox) * 1000);
  await tx.run(sql`
    with n as (update counter set conversations = conversations + 1 where workspace_id = ${tx.workspaceId} returning conversations)
    insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, participants, snippet, last_from, message_count, assignee_id, parent_id, parent_kind)
    select ${tx.workspaceId}, ${id}, n.conversations, ${inbox.id}, ${inbox.channel}, ${customer.customerId}, ${customer.name}, ${address}, ${subject}, 'waiting',
      ${JSON.stringify([...recipients.to.slice(1), ...recipients.cc])}::jsonb, ${snippetOf(text)}, 'team', 1, ${who.kind === 'person' ? who.id : null}, ${beside}, ${beside && 'side'} from n`);
  await tx.run(sql`
    insert into message (workspace_id, id, conversation_id, inbox_id, type, kind, author_id, recipients, subject, text, html, quote, quote_html, attachments, external_id, state, send_at, status_before)
    values (${tx.workspaceId}, ${messageId}, ${id}, ${inbox.id}, 'out', ${first.kind}, ${who.id}, ${JSON.stringify(first.quote ? { ...recipients, quote: false } : recipients)}::jsonb,
      ${subject}, ${text}, ${first.html}, ${first.quote}, ${first.quoteHtml}, ${JSON.stringify(first.files)}::jsonb, ${channel.externalId(messageId, inbox)}, 'queued', ${sendAt.toISOString()}, 'open')`);
  await tx.run(sql`insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
    select ${tx.workspaceId}, ${messageId}, c.id, c.number / 1000, to_tsvector('hearten', ${searchable(subject, customer.name, address, text)}) from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}`);
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
  return { id, messageId };
}

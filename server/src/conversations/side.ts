import type { Address, Body } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid } from '../base/errors.ts';
import { type EventRow, emit } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Hearten, type Json, json, type Who } from '../base/module.ts';
import { plainAddress, type Recognised, recognise } from '../customers/index.ts';
import { addressed, cleanAddresses } from './addressed.ts';
import { notTheCustomer } from './beside.ts';
import { sayWhat } from './body/index.ts';
import { type ChannelOf, disconnected, inboxOf } from './inbox-of.ts';
import { type Along, alone, goAlong, passedText, readPassed } from './passed.ts';
import { lockLive, messageFor, rowFor, snippetOf } from './rows.ts';
import { beginWithMessage } from './start.ts';
import { takeUploads } from './uploads.ts';

/**
 * Writes to a third person about a conversation: a conversation of its own, with its own subject, address and thread, that stands beside the
 * first. They read of it what was chosen, and the customer hears nothing. Who waits for whom stays as it is.
 */
export async function writeAside(
  tx: Tx,
  hearten: Hearten,
  channels: ChannelOf,
  who: Who,
  id: string,
  body: Body<'POST /conversations/:id/sides'>,
  along: Along = alone,
): Promise<Json> {
  const home = await lockLive(tx, id);
  if (home.parent_kind === 'side')
    throw Conflict('This is a side conversation already. Nothing was sent; begin another in what it stands beside.');
  if (home.folder === 'trash')
    throw Conflict('This conversation is in the trash. Nothing was sent; put it back first.');
  const inbox = await inboxOf(tx, id);
  if (!inbox) throw disconnected();
  const channel = channels(home.channel);
  const [to, cc] = addressed(channel, inbox.ours, cleanAddresses(body.to), cleanAddresses(body.cc)) as [
    Address[],
    Address[],
  ];
  const third = to[0];
  if (!third) throw Invalid('There is nobody to send this to. Nothing was sent; your own inboxes have it already.');
  await notTheCustomer(tx, id, [...to, ...cc]);
  const passed = await readPassed(tx, id, body.messages ?? []);
  const { text, html, pictures } = sayWhat(body);
  const { maxBytes } = channel.can;
  const own = await takeUploads(tx, who, body.attachments ?? [], pictures, maxBytes);
  const { files, html: look } = await goAlong(tx, hearten, who, own, passed, along, maxBytes);
  const address = plainAddress(third.address);
  const customer = (await recognise(tx, [third])).get(address) as Recognised;
  const side = await beginWithMessage(tx, who, channel, inbox, {
    ...{ customer, address, subject: body.subject, text, html, files, recipients: { to, cc, bcc: [] } },
    ...{ kind: passed.length > 0 ? 'forward' : 'message', quote: passedText(passed), quoteHtml: look, beside: id },
  });
  await emit(tx, [{ name: 'conversation.aside', actor: actorOf(who), conversationId: id, data: { otherId: side.id } }]);
  return json(
    `{"conversation":${await rowFor(tx, who.id, side.id)},"message":${await messageFor(tx, side.messageId)}}`,
  );
}

/** An answer came to a side conversation: what it stands beside is ours to act on again, and says so. A machine's or a "thank you" wakes nobody. */
export async function answeredAside(tx: Tx, event: EventRow): Promise<void> {
  if (typeof event.data.beside !== 'string' || event.data.wakes !== true || event.data.historic === true) return;
  // Whatever it stands beside by now: a merge takes it along.
  const side = await tx.first<{ parent_id: string | null; name: string; text: string }>(sql`
    select c.parent_id, coalesce(nullif(m.sender->>'name', ''), m.sender->>'address') as name, m.text from conversation c
    join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.id = ${event.message_id}
    where c.workspace_id = ${tx.workspaceId} and c.id = ${event.conversation_id} and c.parent_kind = 'side'`);
  if (!side?.parent_id) return;
  const home = await tx.first<{ id: string; was: string }>(sql`
    select id, status as was from conversation where workspace_id = ${tx.workspaceId} and id = ${side.parent_id} and folder <> 'trash' and merged_into is null for no key update`);
  if (!home) return;
  await tx.run(sql`
    update conversation set status = case when status in ('waiting', 'snoozed', 'resolved') then 'open' else status end, snoozed_until = null,
      resolved_at = case when status = 'closed' then resolved_at end, snippet = ${snippetOf(`${side.name}: ${side.text}`)}, last_at = greatest(now(), last_at + interval '1 millisecond'), version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${home.id}`);
  if (home.was === 'snoozed') await jobs.cancel(tx, `wake:${home.id}`);
  await emit(tx, [
    {
      name: 'conversation.answered_aside',
      actor: { kind: event.actor_kind, id: event.actor_id },
      conversationId: home.id,
      data: { otherId: event.conversation_id, from: side.name },
      because: event,
    },
  ]);
}

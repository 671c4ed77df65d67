import type { Address, Body } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Hearten, type Json, json, type Who } from '../base/module.ts';
import { plainAddress } from '../customers/index.ts';
import { addressed, cleanAddresses } from './addressed.ts';
import { sayWhat } from './body/index.ts';
import { type ChannelOf, disconnected, inboxOf } from './inbox-of.ts';
import { type Along, alone, goAlong, passedText, readPassed } from './passed.ts';
import { peopleBefore } from './people-before.ts';
import { deliverAt } from './plan.ts';
import { lockLive, messageFor, rowFor } from './rows.ts';
import { takeUploads } from './uploads.ts';
import { searchable } from './words.ts';

type Given = Body<'POST /conversations/:id/forwards'>;
/**
 * Passes messages on to a third person, or answers that person. It stands in the conversation; what comes back comes here too, marked as
 * theirs. The customer is told nothing of it: it changes neither their thread nor who waits for whom. Notes are never passed on.
 */
export async function forward(
  tx: Tx,
  hearten: Hearten,
  channels: ChannelOf,
  who: Who,
  id: string,
  body: Given,
  along: Along = alone,
): Promise<Json> {
  const home = await lockLive(tx, id);
  const inbox = await inboxOf(tx, id);
  if (!inbox) throw disconnected();
  if (home.folder === 'trash')
    throw Conflict('This conversation is in the trash. Nothing was sent; put it back first.');
  const channel = channels(home.channel);
  const [to, cc] = addressed(channel, inbox.ours, cleanAddresses(body.to), cleanAddresses(body.cc)) as [
    Address[],
    Address[],
  ];
  const third = [...to, ...cc];
  if (to.length === 0)
    throw Invalid('There is nobody to send this to. Nothing was sent; your own inboxes have it already.');
  if (third.some((a) => plainAddress(a.address) === plainAddress(home.customer_address)))
    throw Invalid('This is the customer’s own address. Nothing was sent; write a reply instead.');
  const passed = await readPassed(tx, id, body.messages);
  const { text, html, pictures } = sayWhat(body);
  if (passed.length === 0 && text.trim() === '') throw Invalid('There is nothing to send. Write a few words.');
  const { maxBytes } = channel.can;
  const own = await takeUploads(tx, who, body.attachments ?? [], pictures, maxBytes);
  const { files, html: look } = await goAlong(tx, hearten, who, own, passed, along, maxBytes);
  const thread = await threadWith(tx, id, third);
  const messageId = newId();
  const subject = `${passed.length ? 'Fwd' : 'Re'}: ${home.subject.replace(/^((re|fwd?):\s*)+/i, '')}`;
  const block = passedText(passed);
  const at = new Date(Math.max(clock(), Date.parse(home.last_at) + 1)).toISOString();
  const sendAt = new Date(clock() + channel.undoSeconds(inbox) * 1000);
  const asked = new Set(third.map((a) => plainAddress(a.address)));
  const consulted = [...home.consulted.filter((a) => !asked.has(plainAddress(a.address))), ...third];
  const before = peopleBefore('consulted', home.consulted, consulted);
  await tx.run(sql`
    insert into message (workspace_id, id, conversation_id, inbox_id, type, kind, aside, author_id, recipients, subject, text, html, quote, quote_html, attachments, external_id, in_reply_to, reference_ids, state, send_at, at, people_before)
    values (${tx.workspaceId}, ${messageId}, ${id}, ${inbox.id}, 'out', 'forward', true, ${who.id}, ${JSON.stringify({ to, cc, bcc: [], quote: false })}::jsonb, ${subject}, ${text}, ${html}, ${block}, ${look},
      ${JSON.stringify(files)}::jsonb, ${channel.externalId(messageId, inbox)}, ${thread.at(-1) ?? null}, ${thread}::text[], 'queued', ${sendAt.toISOString()}, ${at}, ${before && JSON.stringify(before)}::jsonb)`);
  await tx.run(sql`insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
    values (${tx.workspaceId}, ${messageId}, ${id}, ${Math.floor(home.number / 1000)}, to_tsvector('hearten', ${searchable(text, ...third.map((a) => `${a.name} ${a.address}`))}))`);
  await tx.run(sql`
    update conversation set message_count = message_count + 1, version = version + 1, consulted = ${JSON.stringify(consulted)}::jsonb
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await deliverAt(tx, messageId, sendAt, inbox.id);
  await emit(tx, [
    {
      name: 'message.forwarded',
      actor: actorOf(who),
      conversationId: id,
      messageId,
      data: { to: third.map((a) => a.address), messages: passed.length },
    },
  ]);
  return json(`{"conversation":${await rowFor(tx, who.id, id)},"message":${await messageFor(tx, messageId)}}`);
}

/** What was said with this person before, so that it stays one thread for them; never the customer's. */
async function threadWith(tx: Tx, conversationId: string, third: Address[]): Promise<string[]> {
  const who = third.map((a) => plainAddress(a.address));
  const rows = await tx.many<{ external_id: string }>(sql`
    select external_id from message where workspace_id = ${tx.workspaceId} and conversation_id = ${conversationId} and aside and external_id is not null
      and (lower(sender->>'address') = any (${who}::text[]) or exists (select 1 from jsonb_array_elements(recipients->'to') t where type = 'out' and lower(t->>'address') = any (${who}::text[])))
    order by at desc, id desc limit 10`);
  return rows.map((row) => row.external_id).reverse();
}

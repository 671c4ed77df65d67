import type { Address, Body } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import type { Stored } from '../base/files.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Hearten, type Json, json, type Who } from '../base/module.ts';
import { plainAddress } from '../customers/index.ts';
import { addressed, cleanAddresses } from './addressed.ts';
import type { File } from './channel.ts';
import { type ChannelOf, disconnected, inboxOf } from './inbox-of.ts';
import { peopleBefore } from './people-before.ts';
import { deliverAt } from './plan.ts';
import { lockLive, messageFor, rowFor } from './rows.ts';
import { keepUpload, safeName, takeUploads } from './uploads.ts';
import { searchable } from './words.ts';

type Given = Body<'POST /conversations/:id/forwards'>;
export type Chosen = { file: File; stored: Stored };

/** The chosen files of the messages, as files of their own: they stay even when the mail they came with is gone. */
export async function chooseFiles(
  hearten: Hearten,
  channels: ChannelOf,
  who: Who,
  conversationId: string,
  wanted: Given['files'],
): Promise<Chosen[]> {
  if (!wanted?.length) return [];
  const here = await hearten.db.read<{ id: string; channel: string }>(
    who.workspaceId,
    sql`select m.id, c.channel from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
      where m.workspace_id = ${who.workspaceId} and m.conversation_id = ${conversationId} and m.type <> 'note' and m.id = any (${wanted.map((f) => f.messageId)}::uuid[])`,
  );
  const files: File[] = [];
  for (const { messageId, part } of wanted) {
    const home = here.find((row) => row.id === messageId);
    if (!home) throw NotFound('One of these files is not in this conversation. Nothing was sent.');
    files.push(await channels(home.channel).file(who.workspaceId, messageId, part));
  }
  const stored = await hearten.files.put(files.map((file) => file.content));
  return files.map((file, i) => ({ file, stored: stored[i] as Stored }));
}

type Passed = {
  id: string;
  type: string;
  at: string;
  sender: Address | null;
  recipients: { to?: Address[]; cc?: Address[] };
  subject: string;
  text: string;
  quote: string;
  inbox: string;
};

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
  chosen: Chosen[],
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
  const passed = body.messages.length ? await readPassed(tx, id, body.messages) : [];
  if (passed.length < new Set(body.messages).size)
    throw Invalid('One of these messages is not here, or is a note of your team. Nothing was sent.');
  if (passed.length === 0 && body.text.trim() === '') throw Invalid('There is nothing to send. Write a few words.');
  const own = await takeUploads(tx, who, body.attachments ?? []);
  await hearten.files.keep(
    tx,
    chosen.map((one) => one.stored),
  );
  const copies = [];
  for (const { file, stored } of chosen) {
    const kept = await keepUpload(tx, who, stored, safeName(file.filename), file.contentType);
    copies.push({ ...kept, inline: false, contentId: null, upload: kept.id });
  }
  const files = [...own, ...copies.map(({ id: _, ...file }) => file)].map((file, part) => ({ ...file, part }));
  const thread = await threadWith(tx, id, third);
  const messageId = newId();
  const subject = `${passed.length ? 'Fwd' : 'Re'}: ${home.subject.replace(/^((re|fwd?):\s*)+/i, '')}`;
  const block = passed.map((one) => blockOf(one)).join('\n\n');
  const at = new Date(Math.max(Date.now(), Date.parse(home.last_at) + 1)).toISOString();
  const sendAt = new Date(Date.now() + channel.undoSeconds(inbox) * 1000);
  const asked = new Set(third.map((a) => plainAddress(a.address)));
  const consulted = [...home.consulted.filter((a) => !asked.has(plainAddress(a.address))), ...third];
  const before = peopleBefore('consulted', home.consulted, consulted);
  await tx.run(sql`
    insert into message (workspace_id, id, conversation_id, inbox_id, type, kind, aside, author_id, recipients, subject, text, quote, attachments, external_id, in_reply_to, reference_ids, state, send_at, at, people_before)
    values (${tx.workspaceId}, ${messageId}, ${id}, ${inbox.id}, 'out', 'forward', true, ${who.id}, ${JSON.stringify({ to, cc, bcc: [], quote: false })}::jsonb, ${subject}, ${body.text}, ${block},
      ${JSON.stringify(files)}::jsonb, ${channel.externalId(messageId, inbox)}, ${thread.at(-1) ?? null}, ${thread}::text[], 'queued', ${sendAt.toISOString()}, ${at}, ${before && JSON.stringify(before)}::jsonb)`);
  await tx.run(sql`insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
    values (${tx.workspaceId}, ${messageId}, ${id}, ${Math.floor(home.number / 1000)}, to_tsvector('hearten', ${searchable(body.text, ...third.map((a) => `${a.name} ${a.address}`))}))`);
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

const readPassed = (tx: Tx, conversationId: string, ids: string[]): Promise<Passed[]> =>
  tx.many<Passed>(sql`
    select m.id, m.type, m.at, m.sender, m.recipients, m.subject, m.text, case when ${ids.length} = 1 then m.quote else '' end as quote, i.name || ' <' || i.address || '>' as inbox
    from message m join inbox i on i.workspace_id = m.workspace_id and i.id = m.inbox_id
    where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${conversationId} and m.id = any (${ids}::uuid[]) and m.type in ('in', 'out') and m.plan is null order by m.at, m.id`);

/** What was said with this person before, so that it stays one thread for them; never the customer's. */
async function threadWith(tx: Tx, conversationId: string, third: Address[]): Promise<string[]> {
  const who = third.map((a) => plainAddress(a.address));
  const rows = await tx.many<{ external_id: string }>(sql`
    select external_id from message where workspace_id = ${tx.workspaceId} and conversation_id = ${conversationId} and aside and external_id is not null
      and (lower(sender->>'address') = any (${who}::text[]) or exists (select 1 from jsonb_array_elements(recipients->'to') t where type = 'out' and lower(t->>'address') = any (${who}::text[])))
    order by at desc, id desc limit 10`);
  return rows.map((row) => row.external_id).reverse();
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
const named = (a: Address): string => oneLine(a.name ? `${a.name} <${a.address}>` : a.address);
const line = (name: string, people: Address[] | undefined): string[] =>
  people?.length ? [`${name}: ${people.map(named).join(', ')}`] : [];
/** One message as it stands in a forward: its headers, then what it says. */
function blockOf(m: Passed): string {
  const head = [
    '---------- Forwarded message ----------',
    `From: ${m.sender ? named(m.sender) : oneLine(m.inbox)}`,
    `Date: ${new Date(m.at).toUTCString()}`,
    `Subject: ${oneLine(m.subject)}`,
    ...line('To', m.recipients.to),
    ...line('Cc', m.recipients.cc),
  ];
  return [head.join('\n'), m.text.trimEnd(), ...(m.quote.trim() ? [m.quote.trimEnd()] : [])].join('\n\n');
}

import type { Address, BodyInput, Draft } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { plainAddress } from '../customers/index.ts';
import type { Channel, InboxRow } from './channel.ts';
import { type Locked, lockLive, messageFor, messageJson, rowFor, snippetOf } from './rows.ts';
import { takeUploads } from './uploads.ts';
import { searchable } from './words.ts';

export type ChannelOf = (name: string) => Channel;
type ReplyBody = BodyInput<'POST /conversations/:id/replies'>;
type Given = { address: string; name?: string | undefined }[] | undefined;

export async function inboxById(tx: Tx, id: string): Promise<InboxRow> {
  const row = await tx.first<InboxRow>(
    sql`select workspace_id, id, brand_id, channel, name, address, enabled, settings, secrets from inbox where workspace_id = ${tx.workspaceId} and id = ${id} and deleted_at is null`,
  );
  if (!row)
    throw NotFound(
      'The inbox this belongs to was disconnected. Your text is kept as your draft; connect the inbox again to answer.',
    );
  return row;
}
const clean = (list: Given): Address[] => [
  ...new Map(
    (list ?? []).map((a) => [
      plainAddress(a.address),
      { address: a.address, name: (a.name ?? '').replace(/[\p{Cc}\u2028\u2029]/gu, ' ').trim() },
    ]),
  ).values(),
];

/** Our own inboxes never get our own mail. */
async function withoutOurs(tx: Tx, lists: Address[][]): Promise<Address[][]> {
  const all = [...new Set(lists.flat().map((a) => plainAddress(a.address)))];
  const rows = await tx.many<{ address: string }>(
    sql`select lower(address) as address from inbox where workspace_id = ${tx.workspaceId} and deleted_at is null and lower(address) = any (${all}::text[])`,
  );
  if (rows.length === 0) return lists;
  const ours = new Set(rows.map((r) => r.address));
  return lists.map((list) => list.filter((a) => !ours.has(plainAddress(a.address))));
}

/** Queues an answer. It leaves when the undo window closes; Message-ID and recipients are fixed now. */
export async function reply(tx: Tx, channels: ChannelOf, who: Who, id: string, body: ReplyBody): Promise<Json> {
  const home = await lockLive(tx, id);
  const [inbox, last] = await Promise.all([
    inboxById(tx, home.inbox_id),
    tx.many<LastIn>(
      sql`select id, external_id, reference_ids, sender, at from message where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and type <> 'note' order by at desc, id desc limit 8`,
    ),
  ]);
  if (home.folder === 'trash')
    throw Conflict('This conversation is in the trash. Nothing was sent; put it back first.');
  await newer(tx, home, who, body, last[0]);
  return queue(tx, channels, who, home, inbox, last, body);
}
type LastIn = { id: string; external_id: string | null; reference_ids: string[]; sender: Address | null; at: string };

/** Stops an answer written before the newest message was seen. */
async function newer(tx: Tx, home: Locked, who: Who, body: ReplyBody, last: LastIn | undefined): Promise<void> {
  if (!body.sawUpTo || body.sendAnyway || !last || last.id === body.sawUpTo) return;
  const since = await tx.first<{ json: string }>(sql`
    select ${messageJson}::text as json from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${home.id} and m.type <> 'note' and m.author_id is distinct from ${who.id}
      and (m.at, m.id) > (select s.at, s.id from message s where s.workspace_id = ${tx.workspaceId} and s.conversation_id = ${home.id} and s.id = ${body.sawUpTo}) order by m.at desc, m.id desc limit 1`);
  if (since)
    throw Conflict(
      'A newer message arrived while you were writing. Nothing was sent; read it, then send again or change your answer.',
      { type: 'newer-message', extra: { message: JSON.parse(since.json) as unknown } },
    );
}

async function queue(
  tx: Tx,
  channels: ChannelOf,
  who: Who,
  home: Locked,
  inbox: InboxRow,
  last: LastIn[],
  body: ReplyBody,
): Promise<Json> {
  const channel = channels(home.channel);
  if (body.text.length > channel.can.maxLength)
    throw Invalid(
      `An answer here may have ${channel.can.maxLength.toLocaleString('en')} characters at most. Nothing was sent.`,
    );
  const messageId = newId();
  const threaded = last.filter((m) => m.external_id);
  const answered = threaded.find((m) => m.sender !== null) ?? threaded[0];
  const references = [
    ...new Set([...(answered?.reference_ids ?? []), ...threaded.map((m) => m.external_id as string).reverse()]),
  ].slice(-20);
  const to = body.to
    ? clean(body.to)
    : [
        {
          address: home.customer_address,
          name: home.customer_name === home.customer_address ? '' : home.customer_name,
        },
      ];
  const cc = body.cc ? clean(body.cc) : home.participants;
  const [toOut, ccOut, bccOut] = (await withoutOurs(tx, [to, cc, clean(body.bcc)])) as [
    Address[],
    Address[],
    Address[],
  ];
  if (toOut.length === 0)
    throw Invalid(
      'There is nobody to send this to. Nothing was sent; add a recipient that is not one of your own inboxes.',
    );
  const files = await takeUploads(tx, who, body.attachments ?? []);
  const sendAt = new Date(Date.now() + channel.undoSeconds(inbox) * 1000);
  const after = body.after ?? 'waiting';
  const subject = /^re:/i.test(home.subject) ? home.subject : `Re: ${home.subject}`;
  await Promise.all([
    tx.run(sql`
      insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, recipients, subject, text, attachments, external_id, in_reply_to, reference_ids, state, send_at, status_before)
      values (${tx.workspaceId}, ${messageId}, ${home.id}, ${inbox.id}, 'out', ${who.id}, ${JSON.stringify({ to: toOut, cc: ccOut, bcc: bccOut, quote: body.quote ?? null })}::jsonb, ${subject}, ${body.text},
        ${JSON.stringify(files)}::jsonb, ${channel.externalId(messageId, inbox)}, ${answered?.external_id ?? null}, ${references}::text[], 'queued', ${sendAt.toISOString()}, ${home.status})`),
    tx.run(sql`insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
      values (${tx.workspaceId}, ${messageId}, ${home.id}, ${Math.floor(home.number / 1000)}, to_tsvector('hearten', ${searchable(body.text)}))`),
    tx.run(sql`
      update conversation set status = ${after}, last_at = now(), last_from = 'team', snippet = ${snippetOf(body.text)}, message_count = message_count + 1, waiting_since = null, snoozed_until = null,
        resolved_at = case when ${after} = 'resolved' then now() end, assignee_id = coalesce(assignee_id, ${who.kind === 'person' ? who.id : null}),
        participants = ${JSON.stringify(ccOut)}::jsonb, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${home.id}`),
    tx.run(sql`insert into seen (workspace_id, conversation_id, person_id, up_to) values (${tx.workspaceId}, ${home.id}, ${who.id}, now())
      on conflict (workspace_id, conversation_id, person_id) do update set up_to = excluded.up_to`),
    tx.run(
      sql`delete from draft where workspace_id = ${tx.workspaceId} and conversation_id = ${home.id} and person_id = ${who.id}`,
    ),
    emit(tx, [
      {
        name: 'message.replied',
        actor: actorOf(who),
        conversationId: home.id,
        messageId,
        data: { from: home.status, to: after, assigned: home.assignee_id === null },
      },
    ]),
    jobs.add(tx, 'deliver', { messageId }, { at: sendAt, key: `deliver:${messageId}`, tries: 12 }),
    ...(home.status === 'snoozed' ? [jobs.cancel(tx, `wake:${home.id}`)] : []),
  ]);
  const [row, message] = await Promise.all([rowFor(tx, who.id, home.id), messageFor(tx, messageId)]);
  return json(`{"conversation":${row},"message":${message}}`);
}

/** Takes a reply back while it still waits; its text becomes the writer's draft again. */
export async function undo(tx: Tx, who: Who, messageId: string): Promise<Json> {
  const where = await tx.first<{ conversation_id: string }>(
    sql`select conversation_id from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`,
  );
  if (!where) throw NotFound('This message is not here.');
  const home = await lockLive(tx, where.conversation_id);
  const taken = await tx.first<{
    text: string;
    recipients: { cc: Address[]; bcc: Address[] };
    attachments: { upload?: string }[];
    status_before: string | null;
    author_id: string;
  }>(sql`
    update message set state = 'cancelled', version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${messageId} and type = 'out' and state = 'queued' and attempts = 0
    returning text, recipients, attachments, status_before, author_id`);
  if (!taken)
    throw Conflict('It has left already and cannot be taken back. Write a second answer to put things right.');
  const before = taken.status_before ?? 'open';
  const uploads = taken.attachments.flatMap((a) => (a.upload ? [a.upload] : []));
  await jobs.cancel(tx, `deliver:${messageId}`);
  await tx.run(sql`delete from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`);
  await tx.run(sql`delete from search_row where workspace_id = ${tx.workspaceId} and message_id = ${messageId}`);
  const draft = await tx.first<Draft>(sql`
    insert into draft (workspace_id, conversation_id, person_id, kind, text, cc, bcc, attachments) values (${tx.workspaceId}, ${home.id}, ${who.id}, 'reply', ${taken.text}, ${JSON.stringify(taken.recipients.cc)}::jsonb,
      ${JSON.stringify(taken.recipients.bcc)}::jsonb, ${uploads}::text[])
    on conflict (workspace_id, conversation_id, person_id) do update set kind = 'reply', text = excluded.text, cc = excluded.cc, bcc = excluded.bcc, attachments = excluded.attachments, updated_at = now()
    returning kind, text, cc, bcc, attachments, updated_at as "updatedAt"`);
  await tx.run(sql`
    update conversation c set status = ${before}, message_count = message_count - 1, version = version + 1, resolved_at = null,
      waiting_since = case when ${before} = 'open' then (select max(at) from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in') end,
      (snippet, last_from, last_at) = (select left(regexp_replace(m.text, '\\s+', ' ', 'g'), 140), case m.type when 'in' then 'customer' else 'team' end, m.at from message m
        where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type <> 'note' order by m.at desc, m.id desc limit 1)
    where workspace_id = ${tx.workspaceId} and id = ${home.id} and exists (select 1 from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type <> 'note')`);
  await emit(tx, [{ name: 'message.undone', actor: actorOf(who), conversationId: home.id, messageId, data: {} }]);
  return json(`{"conversation":${await rowFor(tx, who.id, home.id)},"draft":${JSON.stringify(draft)}}`);
}

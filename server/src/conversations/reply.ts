import type { Address, BodyInput } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { keepPlans, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { hurry } from '../base/hurry.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { plainAddress } from '../customers/index.ts';
import { addressed, cleanAddresses } from './addressed.ts';
import { closeLater } from './age.ts';
import { notTheCustomer } from './beside.ts';
import { sayWhat } from './body/index.ts';
import { dropReplyDraft } from './draft.ts';
import { type ChannelOf, disconnected, inboxOf, mayWriteFrom, type WithOurs } from './inbox-of.ts';
import { peopleBefore } from './people-before.ts';
import { deliverAt, holdWaiting, makePlan, showPlans } from './plan.ts';
import { type Locked, lockLive, messageFor, messageJson, rowFor, snippetOf } from './rows.ts';
import { takeUploads } from './uploads.ts';
import { searchable } from './words.ts';

type ReplyBody = BodyInput<'POST /conversations/:id/replies'>;
/**
 * One of many that say the same: it goes to the customer alone, under the subject that was shown, nobody gets the conversation by it, who
 * takes part in it stays, and what its writer was writing there, too. `of` tells the channel which of the many it is.
 */
export type AmongMany = { of: string; subject: string };
/** The subject of an answer. */
export const answering = (subject: string): string => (/^re:/i.test(subject) ? subject : `Re: ${subject}`);

/**
 * Queues an answer. It leaves when the undo window closes; Message-ID and recipients are fixed now. All that is asked first is one packet, and
 * all that is written another, with the commit when nothing comes after it in this transaction (`last`).
 */
export async function reply(
  tx: Tx,
  channels: ChannelOf,
  who: Who,
  id: string,
  body: ReplyBody,
  many: AmongMany | null = null,
  last: 'last' | null = null,
): Promise<Json> {
  if (!many) hurry();
  const [, home, inbox, before] = await Promise.all([
    keepPlans(tx),
    lockLive(tx, id),
    inboxOf(tx, id, body.inboxId ?? null),
    tx.many<LastIn>(
      sql`select id, external_id, reference_ids, sender, at, aside or plan is not null as unsaid from message where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and type <> 'note' order by at desc, id desc limit 8`,
    ),
  ]);
  if (body.inboxId && body.inboxId !== home.inbox_id) mayWriteFrom(inbox, channels(home.channel));
  if (!inbox) throw disconnected();
  if (home.folder === 'trash')
    throw Conflict('This conversation is in the trash. Nothing was sent; put it back first.');
  await newer(tx, home, who, body, before[0]);
  return queue(tx, channels, who, home, inbox, before, body, many, last);
}
type LastIn = {
  id: string;
  external_id: string | null;
  reference_ids: string[];
  sender: Address | null;
  at: string;
  unsaid: boolean;
};

/** Stops an answer written before the newest message was seen. A `sawUpTo` that is no message here has seen nothing. */
async function newer(tx: Tx, home: Locked, who: Who, body: ReplyBody, last: LastIn | undefined): Promise<void> {
  if (!body.sawUpTo || body.sendAnyway || !last || last.id === body.sawUpTo) return;
  const since = await tx.first<{ json: string }>(sql`
    select ${messageJson}::text as json from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${home.id} and m.type <> 'note' and not (m.aside and m.type = 'out') and m.author_id is distinct from ${who.id}
      and not exists (select 1 from message s where s.workspace_id = ${tx.workspaceId} and s.conversation_id = ${home.id} and s.id = ${body.sawUpTo} and (s.at, s.id) >= (m.at, m.id)) order by m.at desc, m.id desc limit 1`);
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
  inbox: WithOurs,
  last: LastIn[],
  body: ReplyBody,
  many: AmongMany | null,
  end: 'last' | null,
): Promise<Json> {
  const channel = channels(home.channel);
  const { text, html, pictures } = sayWhat(body);
  if (text.length > channel.can.maxLength)
    throw Invalid(
      say('An answer here may have {maxLength} characters at most. Nothing was sent.', {
        maxLength: channel.can.maxLength.toLocaleString('en'),
      }),
    );
  const messageId = newId();
  // What was said to others, or not at all yet, is no part of the customer's thread.
  const threaded = last.filter((m) => m.external_id && !m.unsaid);
  const answered = threaded.find((m) => m.sender !== null) ?? threaded[0];
  const references = [
    ...new Set([...(answered?.reference_ids ?? []), ...threaded.map((m) => m.external_id as string).reverse()]),
  ].slice(-20);
  const to = body.to
    ? cleanAddresses(body.to)
    : [
        {
          address: home.customer_address,
          name: home.customer_name === home.customer_address ? '' : home.customer_name,
        },
      ];
  const [toOut, ccOut, bccOut] = addressed(
    channel,
    inbox.ours,
    to,
    many ? [] : body.cc ? cleanAddresses(body.cc) : home.participants,
    cleanAddresses(body.bcc),
  ) as [Address[], Address[], Address[]];
  if (toOut.length === 0)
    throw Invalid(
      'There is nobody to send this to. Nothing was sent; add a recipient that is not one of your own inboxes.',
    );
  if (home.parent_kind === 'side') await notTheCustomer(tx, home.parent_id, [...toOut, ...ccOut, ...bccOut]);
  // Whoever we write to beside the customer takes part, and may answer.
  const takePart = many
    ? home.participants
    : cleanAddresses([...toOut, ...ccOut]).filter(
        (a) => plainAddress(a.address) !== plainAddress(home.customer_address),
      );
  const files = await takeUploads(tx, who, body.attachments ?? [], pictures, channel.can.maxBytes);
  // After all that is there, also when a mail came in while this transaction waited for its conversation.
  const at = new Date(Math.max(clock(), Date.parse(home.last_at) + 1)).toISOString();
  const after = body.after ?? 'waiting';
  const plan = body.sendAt ? await makePlan(tx, home.id, body.sendAt, after, body.insist === true) : null;
  const sendAt = plan?.at ?? new Date(clock() + channel.undoSeconds(inbox) * 1000).toISOString();
  const before = plan ? null : peopleBefore('participants', home.participants, takePart);
  const subject = many?.subject ?? answering(home.subject);
  const assigned = home.assignee_id === null && !many;
  // From where it was, when that is not where its conversation is.
  const sentFrom = inbox.id === home.inbox_id ? {} : { from: { address: inbox.address, name: inbox.name } };
  const write = (): Promise<unknown[]> =>
    Promise.all([
      tx.run(sql`
      with m as (insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, recipients, subject, text, html, attachments, external_id, in_reply_to, reference_ids, state, send_at, status_before, at, plan, people_before)
      values (${tx.workspaceId}, ${messageId}, ${home.id}, ${inbox.id}, 'out', ${who.id}, ${JSON.stringify({ to: toOut, cc: ccOut, bcc: bccOut, quote: many ? false : (body.quote ?? null), ...(many && { many: many.of }), ...sentFrom, ...(who.kind === 'key' && { key: true }) })}::jsonb, ${subject}, ${text}, ${html},
        ${JSON.stringify(files)}::jsonb, ${channel.externalId(messageId, inbox)}, ${answered?.external_id ?? null}, ${references}::text[], 'queued', ${sendAt}, ${home.status}, ${at}, ${plan && JSON.stringify(plan)}::jsonb, ${before && JSON.stringify(before)}::jsonb))
      insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
      values (${tx.workspaceId}, ${messageId}, ${home.id}, ${Math.floor(home.number / 1000)}, to_tsvector('hearten', ${searchable(text)}))`),
      ...(plan ? wait(tx, who, home) : settle(tx, who, home, { after, at, text, takePart, takes: !many })),
      ...(many ? [] : [dropReplyDraft(tx, who, home.id)]),
      ...(channel.said && !plan ? [channel.said(tx, home.id, messageId)] : []),
      emit(tx, [
        {
          name: plan ? 'message.scheduled' : 'message.replied',
          actor: actorOf(who),
          conversationId: home.id,
          messageId,
          data: plan ? { at: plan.at, assigned } : { from: home.status, to: after, assigned },
        },
      ]),
      deliverAt(tx, messageId, sendAt, inbox.id),
      rowFor(tx, who.id, home.id),
      messageFor(tx, messageId),
    ]);
  // A colleague's answer that was planned before this one did not know of it.
  const holds = !plan && home.scheduled_at !== null;
  const told = await (end && !plan && !holds && after !== 'resolved' ? tx.lastly(write) : write());
  if (holds) await holdWaiting(tx, home.id);
  return json(`{"conversation":${told.at(-2)},"message":${told.at(-1)}}`);
}

type Said = {
  after: 'waiting' | 'open' | 'resolved';
  at: string;
  text: string;
  takePart: Address[];
  /** Who answers has it from now on, if nobody had it. */
  takes: boolean;
};
/** The customer has an answer: what its conversation becomes by it. */
const settle = (tx: Tx, who: Who, home: Locked, { after, at, text, takePart, takes }: Said): Promise<unknown>[] => [
  tx.run(sql`
      update conversation set status = ${after}, last_at = ${at}, last_from = 'team', snippet = ${snippetOf(text)}, message_count = message_count + 1, waiting_since = null, snoozed_until = null,
        resolved_at = case when ${after} = 'resolved' then now() end, assignee_id = coalesce(assignee_id, ${takes && who.kind === 'person' ? who.id : null}),
        participants = ${JSON.stringify(takePart)}::jsonb, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${home.id}`),
  tx.run(sql`insert into seen (workspace_id, conversation_id, person_id, up_to) values (${tx.workspaceId}, ${home.id}, ${who.id}, ${at})
      on conflict (workspace_id, conversation_id, person_id) do update set up_to = excluded.up_to`),
  ...(after === 'resolved' ? [closeLater(tx, home.id)] : []),
  ...(home.status === 'snoozed' ? [jobs.cancel(tx, `wake:${home.id}`)] : []),
];
/** The customer has none yet: nothing changes but that someone has taken it. */
const wait = (tx: Tx, who: Who, home: Locked): Promise<unknown>[] => [
  tx.run(
    sql`update conversation set message_count = message_count + 1, assignee_id = coalesce(assignee_id, ${who.kind === 'person' ? who.id : null}) where workspace_id = ${tx.workspaceId} and id = ${home.id}`,
  ),
  showPlans(tx, home.id),
];

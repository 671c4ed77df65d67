import type { Address } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { closeLater } from './age.ts';
import { withPictures } from './body/index.ts';
import { move } from './change.ts';
import { type PeopleBefore, putPeopleBack } from './people-before.ts';
import { type KeptPlan, showPlans } from './plan.ts';
import { draftJson, type Locked, lockLive, rowFor, spoken } from './rows.ts';
import { handOver, waitAgain } from './uploads.ts';

type Taken = {
  id: string;
  at: string;
  text: string;
  html: string | null;
  kind: string;
  inbox_id: string;
  recipients: { to: Address[]; cc: Address[]; bcc: Address[] };
  attachments: { upload?: string; inline?: boolean; contentId?: string | null }[];
  status_before: string | null;
  author_id: string;
  plan: KeptPlan | null;
  people_before: PeopleBefore;
};

/** Takes a reply back while it still waits; its text becomes a draft again, of whoever takes it back. What went to a third person, or to many, leaves none. */
export async function undo(tx: Tx, who: Who, messageId: string, writeOn = true): Promise<Json> {
  const where = await tx.first<{ conversation_id: string }>(
    sql`select conversation_id from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`,
  );
  if (!where) throw NotFound('This message is not here.');
  const home = await lockLive(tx, where.conversation_id);
  const taken = await tx.first<Taken>(sql`
    update message set state = 'cancelled', version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${messageId} and type = 'out' and state = 'queued' and fence = 0
    returning id, at, text, html, kind, inbox_id, recipients, attachments, status_before, author_id, plan, people_before`);
  if (!taken)
    throw Conflict('It has left already and cannot be taken back. Write a second answer to put things right.');
  await jobs.cancel(tx, `deliver:${messageId}`);
  await tx.run(sql`delete from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`);
  await tx.run(sql`delete from search_row where workspace_id = ${tx.workspaceId} and message_id = ${messageId}`);
  await waitAgain(
    tx,
    home.id,
    taken.attachments.flatMap((a) => (a.upload ? [a.upload] : [])),
  );
  const draft = taken.kind === 'forward' || !writeOn ? null : await draftOf(tx, who, home, taken);
  if (taken.plan || taken.kind === 'forward') {
    await tx.run(
      sql`update conversation set message_count = message_count - 1 where workspace_id = ${tx.workspaceId} and id = ${home.id}`,
    );
    await showPlans(tx, home.id);
  } else await unsay(tx, home, taken);
  await putPeopleBack(tx, home, taken);
  // Who got the conversation only by this answer has no answer in it now.
  await tx.run(sql`
    update conversation set assignee_id = null where workspace_id = ${tx.workspaceId} and id = ${home.id} and assignee_id = ${taken.author_id}
      and exists (select 1 from event where workspace_id = ${tx.workspaceId} and conversation_id = ${home.id} and message_id = ${messageId} and name in ('message.replied', 'message.scheduled') and data->>'assigned' = 'true')`);
  await emit(tx, [
    {
      name: 'message.undone',
      actor: actorOf(who),
      conversationId: home.id,
      messageId,
      data: { draft: draft !== null },
    },
  ]);
  // A side conversation in which nothing was said yet is none.
  if (home.parent_kind === 'side' && !(await saysAnything(tx, home.id))) await move(tx, who, home.id, 'trash');
  return json(`{"conversation":${await rowFor(tx, who.id, home.id)},"draft":${draft}}`);
}
const saysAnything = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.first(
    sql`select 1 from message where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and type <> 'note' limit 1`,
  )) !== undefined;

/** What still waits among these stays for a while, so that it can be taken back one after the other; how many that are. */
export const holdBack = (tx: Tx, messageIds: string[]): Promise<number> =>
  tx.run(sql`
    update message set send_at = now() + interval '10 minutes' where workspace_id = ${tx.workspaceId} and id = any (${messageIds}::uuid[]) and type = 'out' and state = 'queued' and fence = 0`);

/** The words return to be written on. What one was writing meanwhile stays below them. */
async function draftOf(tx: Tx, who: Who, home: Locked, taken: Taken): Promise<string> {
  const uploads = taken.attachments.flatMap((a) => (a.upload ? [a.upload] : []));
  const theirs = taken.author_id === who.id ? uploads : await handOver(tx, who, uploads);
  const own = new Map(uploads.map((id, n) => [id, theirs[n] as string]));
  // What stands in the text is no file beside it.
  const files = taken.attachments.flatMap((a) => (a.upload && !a.inline ? [own.get(a.upload) as string] : []));
  const html =
    taken.html &&
    withPictures(
      taken.html,
      new Map(
        taken.attachments.flatMap(({ upload, contentId }) =>
          upload && contentId ? [[contentId, own.get(upload) as string]] : [],
        ),
      ),
    );
  const { to, cc, bcc } = taken.recipients;
  const draft = await tx.first<{ json: string }>(sql`
    insert into draft as d (workspace_id, conversation_id, person_id, kind, text, html, recipients, cc, bcc, attachments, inbox_id) values (${tx.workspaceId}, ${home.id}, ${who.id}, 'reply', ${taken.text}, ${html}, ${JSON.stringify(to)}::jsonb,
      ${JSON.stringify(cc)}::jsonb, ${JSON.stringify(bcc)}::jsonb, ${files}::text[], ${taken.inbox_id === home.inbox_id ? null : taken.inbox_id})
    on conflict (workspace_id, conversation_id, person_id) do update set kind = 'reply', recipients = excluded.recipients, cc = excluded.cc, bcc = excluded.bcc, inbox_id = excluded.inbox_id, updated_at = now(),
      text = case when ${meanwhile} then excluded.text || E'\\n\\n' || d.text else excluded.text end,
      html = case when not ${meanwhile} then excluded.html when excluded.html is null and d.html is null then null
        else coalesce(excluded.html, ${asHtml(sql`excluded.text`)}) || '<p></p>' || coalesce(d.html, ${asHtml(sql`d.text`)}) end,
      attachments = case when d.kind = 'reply' then excluded.attachments || (select coalesce(array_agg(a), '{}') from unnest(d.attachments) a where a <> all (excluded.attachments)) else excluded.attachments end
    returning ${draftJson}::text as json`);
  return draft?.json ?? 'null';
}
/** Something else was written since. */
const meanwhile: Sql = sql`(d.kind = 'reply' and trim(d.text) not in ('', trim(excluded.text)))`;
/** Plain words as a body holds them: a paragraph a line. */
const asHtml = (text: Sql): Sql =>
  sql`'<p>' || replace(replace(replace(replace(${text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), E'\\n', '</p><p>') || '</p>'`;

const short: Sql = sql`left(regexp_replace(m.text, '\\s+', ' ', 'g'), 140) as text`;
/** The conversation as it was before the answer; one in which nothing else was said shows its note, as when it began. */
async function unsay(tx: Tx, home: Locked, taken: Taken): Promise<void> {
  // Open it stays when a customer wrote meanwhile; what was snoozed is open now, for its alarm is gone and its answer a draft again.
  const before = home.status === 'open' || taken.status_before === 'snoozed' ? 'open' : (taken.status_before ?? 'open');
  await tx.run(sql`
    update conversation c set status = ${before}, message_count = message_count - 1, version = version + 1, resolved_at = case when ${before} = 'resolved' then now() end,
      waiting_since = case when ${before} = 'open' then (select max(at) from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' and not m.aside) end,
      (snippet, last_from, last_at) = (select coalesce(s.text, n.text, ''), case s.type when 'in' then 'customer' else 'team' end, coalesce(s.at, n.at, c.created_at) from (select 1) one
        left join lateral (select ${short}, m.type, m.at from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and ${spoken} order by m.at desc, m.id desc limit 1) s on true
        left join lateral (select ${short}, m.at from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'note' order by m.at desc, m.id desc limit 1) n on true)
    where workspace_id = ${tx.workspaceId} and id = ${home.id}`);
  // Whoever had read the answer has read up to the message before it.
  await tx.run(sql`
    update seen s set up_to = c.last_at from conversation c where s.workspace_id = ${tx.workspaceId} and s.conversation_id = ${home.id}
      and c.workspace_id = s.workspace_id and c.id = s.conversation_id and s.up_to > c.last_at`);
  if (before === 'resolved') await closeLater(tx, home.id);
}

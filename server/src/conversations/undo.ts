import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { closeLater } from './change.ts';
import { draftJson, lockLive, rowFor } from './rows.ts';

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
    update message set state = 'cancelled', version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${messageId} and type = 'out' and state = 'queued' and fence = 0
    returning text, recipients, attachments, status_before, author_id`);
  if (!taken)
    throw Conflict('It has left already and cannot be taken back. Write a second answer to put things right.');
  // Open it stays when a customer wrote meanwhile; what was snoozed is open now, for its alarm is gone and its answer a draft again.
  const before = home.status === 'open' || taken.status_before === 'snoozed' ? 'open' : (taken.status_before ?? 'open');
  const uploads = taken.attachments.flatMap((a) => (a.upload ? [a.upload] : []));
  await jobs.cancel(tx, `deliver:${messageId}`);
  await tx.run(sql`delete from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`);
  await tx.run(sql`delete from search_row where workspace_id = ${tx.workspaceId} and message_id = ${messageId}`);
  const draft = await tx.first<{ json: string }>(sql`
    insert into draft as d (workspace_id, conversation_id, person_id, kind, text, cc, bcc, attachments) values (${tx.workspaceId}, ${home.id}, ${who.id}, 'reply', ${taken.text}, ${JSON.stringify(taken.recipients.cc)}::jsonb,
      ${JSON.stringify(taken.recipients.bcc)}::jsonb, ${uploads}::text[])
    on conflict (workspace_id, conversation_id, person_id) do update set kind = 'reply', text = excluded.text, cc = excluded.cc, bcc = excluded.bcc, attachments = excluded.attachments, updated_at = now()
    returning ${draftJson}::text as json`);
  await tx.run(sql`
    update conversation c set status = ${before}, message_count = message_count - 1, version = version + 1, resolved_at = case when ${before} = 'resolved' then now() end,
      waiting_since = case when ${before} = 'open' then (select max(at) from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in') end,
      (snippet, last_from, last_at) = (select left(regexp_replace(m.text, '\\s+', ' ', 'g'), 140), case m.type when 'in' then 'customer' else 'team' end, m.at from message m
        where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type <> 'note' order by m.at desc, m.id desc limit 1)
    where workspace_id = ${tx.workspaceId} and id = ${home.id} and exists (select 1 from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type <> 'note')`);
  // Whoever had read the answer has read up to the message before it.
  await tx.run(sql`
    update seen s set up_to = c.last_at from conversation c where s.workspace_id = ${tx.workspaceId} and s.conversation_id = ${home.id}
      and c.workspace_id = s.workspace_id and c.id = s.conversation_id and s.up_to > c.last_at`);
  // Who got the conversation only by this answer has no answer in it now.
  await tx.run(sql`
    update conversation set assignee_id = null where workspace_id = ${tx.workspaceId} and id = ${home.id} and assignee_id = ${taken.author_id}
      and exists (select 1 from event where workspace_id = ${tx.workspaceId} and conversation_id = ${home.id} and message_id = ${messageId} and name = 'message.replied' and data->>'assigned' = 'true')`);
  if (before === 'resolved') await closeLater(tx, home.id);
  await emit(tx, [{ name: 'message.undone', actor: actorOf(who), conversationId: home.id, messageId, data: {} }]);
  return json(`{"conversation":${await rowFor(tx, who.id, home.id)},"draft":${draft?.json}}`);
}

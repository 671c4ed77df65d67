import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import type { Channel } from './channel.ts';
import { inboxById } from './inbox-of.ts';
import { lock } from './rows.ts';

export type Automatic = {
  to: Address;
  subject: string;
  text: string;
  /** The message it is caused by. */
  about: string;
  /** It is no part of what was said in the conversation. */
  aside?: boolean;
};

/** Writes to a customer without a person: it goes into their thread, and changes nothing about who waits for whom. */
export async function sendAutomatically(
  tx: Tx,
  channel: Channel,
  conversationId: string,
  mail: Automatic,
): Promise<string> {
  const home = await lock(tx, conversationId);
  const inbox = await inboxById(tx, home.inbox_id);
  const cause = await tx.first<{ external_id: string | null; reference_ids: string[] }>(
    sql`select external_id, reference_ids from message where workspace_id = ${tx.workspaceId} and id = ${mail.about}`,
  );
  const references = [...(cause?.reference_ids ?? []), ...(cause?.external_id ? [cause.external_id] : [])].slice(-20);
  const id = newId();
  await tx.run(sql`
    insert into message (workspace_id, id, conversation_id, inbox_id, type, kind, automatic, aside, recipients, subject, text, external_id, in_reply_to, reference_ids, state, send_at)
    values (${tx.workspaceId}, ${id}, ${conversationId}, ${inbox.id}, 'out', 'auto_reply', true, ${mail.aside === true}, ${JSON.stringify({ to: [mail.to], cc: [], bcc: [], quote: false })}::jsonb, ${mail.subject}, ${mail.text},
      ${channel.externalId(id, inbox)}, ${cause?.external_id ?? null}, ${references}::text[], 'queued', now())`);
  await tx.run(
    sql`update conversation set message_count = message_count + 1, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${conversationId}`,
  );
  await jobs.add(tx, 'deliver', { messageId: id }, { key: `deliver:${id}`, tries: 12, lane: inbox.id });
  await emit(tx, [{ name: 'message.queued', actor: system, conversationId, messageId: id, data: { automatic: true } }]);
  return id;
}

import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import type { Incoming } from './channel.ts';

/**
 * A bounce or complaint goes to the message it is about: that message shows it, the team is told. Answers with the conversation's id,
 * or null when it is about nothing of ours. Only a hard bounce fails the message; a soft one may still arrive.
 */
export async function bounced(tx: Tx, one: Incoming): Promise<string | null> {
  const about = [one.bounce?.messageExternalId, one.inReplyTo, ...one.references].filter((id): id is string =>
    Boolean(id),
  );
  const message = await tx.first<{ id: string; conversation_id: string }>(sql`
    select id, conversation_id from message where workspace_id = ${tx.workspaceId} and external_id = any (${about}::text[]) and type = 'out' order by at desc limit 1`);
  if (!message) return null;
  const hard = one.kind === 'bounce' && one.bounce?.hard !== false;
  const reason =
    one.kind === 'complaint' ? 'The recipient marked this message as spam.' : (one.bounce?.reason ?? 'It came back.');
  const who = one.bounce?.recipients.join(', ');
  await tx.run(sql`
    update message set state = case when ${hard} then 'bounced' else state end, state_reason = ${who ? `${who}: ${reason}` : reason}, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${message.id}`);
  await tx.run(sql`
    update conversation set version = version + 1, status = case when ${hard} and status in ('waiting', 'resolved', 'snoozed') then 'open' else status end
    where workspace_id = ${tx.workspaceId} and id = ${message.conversation_id}`);
  await emit(tx, [
    {
      name: 'message.bounced',
      actor: system,
      conversationId: message.conversation_id,
      messageId: message.id,
      data: { hard, reason, recipients: one.bounce?.recipients ?? [], kind: one.kind },
    },
  ]);
  return message.conversation_id;
}

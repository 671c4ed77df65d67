import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import type { Incoming } from './channel.ts';
import { lockHomeOf, reopen } from './reopen.ts';

/**
 * A bounce or complaint goes to the message it is about: that message shows it, the team is told. Answers with the conversation's id,
 * or null when it is about nothing of ours. Only a hard bounce fails the message; a soft one may still arrive.
 */
export async function bounced(tx: Tx, one: Incoming): Promise<string | null> {
  const about = [one.bounce?.messageExternalId, one.inReplyTo, ...one.references].filter((id): id is string =>
    Boolean(id),
  );
  const message = await tx.first<{ id: string }>(sql`
    select id from message where workspace_id = ${tx.workspaceId} and external_id = any (${about}::text[]) and type = 'out' order by at desc limit 1`);
  const home = message && (await lockHomeOf(tx, message.id));
  if (!message || !home) return null;
  const hard = one.kind === 'bounce' && one.bounce?.hard !== false;
  const reason =
    one.kind === 'complaint' ? 'The recipient marked this message as spam.' : (one.bounce?.reason ?? 'It came back.');
  const who = one.bounce?.recipients.join(', ');
  await tx.run(sql`
    update message set state = case when ${hard} then 'bounced' else state end, state_reason = ${who ? `${who}: ${reason}` : reason}, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${message.id}`);
  if (hard) await reopen(tx, home);
  await emit(tx, [
    {
      name: 'message.bounced',
      actor: system,
      conversationId: home,
      messageId: message.id,
      data: { hard, reason, recipients: one.bounce?.recipients ?? [], kind: one.kind },
    },
  ]);
  return home;
}

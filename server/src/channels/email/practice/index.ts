import type { Body, Practice } from '@hearten/contract';
import MailComposer from 'nodemailer/lib/mail-composer';
import { sql, type Tx } from '../../../base/db.ts';
import { Conflict, NotFound, Unavailable } from '../../../base/errors.ts';
import { emit } from '../../../base/events.ts';
import { newId } from '../../../base/ids.ts';
import { actorOf, type Who } from '../../../base/module.ts';
import { said } from '../../../base/reasons.ts';
import { say } from '../../../base/words.ts';
import { deleteForGood, moveTo } from '../../../conversations/index.ts';
import { forgetCustomer } from '../../../customers/index.ts';
import { oneLine, refuseInSample } from '../../../team/index.ts';
import type { Collect } from '../collect.ts';
import { disconnectInbox, practiceInbox } from '../inboxes.ts';
import type { Room } from '../room.ts';
import { customerAddress, deskAddress } from './sink.ts';

export { isPractice, practiceSink } from './sink.ts';

type Inbox = { id: string; address: string };
const inboxOf = (tx: Tx): Promise<Inbox | undefined> =>
  tx.first<Inbox>(
    sql`select id, address from inbox where workspace_id = ${tx.workspaceId} and address = ${deskAddress(tx.workspaceId)} and deleted_at is null`,
  );

/** Both sides of the practice conversation: what one wrote as one's own customer, and what came back by mail. */
export async function readPractice(tx: Tx): Promise<{ practice: Practice | null }> {
  const inbox = await inboxOf(tx);
  if (!inbox) return { practice: null };
  const mails = await tx.many<Practice['mails'][number] & { conversationId: string | null }>(sql`
    select m.id, 'you' as "from", coalesce(m.sender->>'name', '') as name, m.subject, m.text, false as "hasHtml", m.at, m.conversation_id as "conversationId"
    from conversation c join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in'
    where c.workspace_id = ${tx.workspaceId} and c.inbox_id = ${inbox.id}
    union all
    select id, 'desk', sender, subject, text, html is not null, at, null from practice_mail where workspace_id = ${tx.workspaceId} order by at, id`);
  return {
    practice: {
      address: inbox.address,
      customer: customerAddress(tx.workspaceId),
      conversationId: mails.findLast((mail) => mail.conversationId !== null)?.conversationId ?? null,
      mails: mails.map(({ conversationId: _, ...mail }) => mail),
    },
  };
}

/**
 * A mail from oneself as a customer: real bytes, that take the way of every mail that is handed in over HTTP. The inbox they come to is
 * made with the first of them.
 */
export async function writePractice(
  room: Room,
  who: Who,
  collect: Collect,
  body: Body<'POST /practice/mails'>,
): Promise<{ practice: Practice | null; took: number }> {
  const { workspaceId } = who;
  const { inbox, before } = await room.db.tx(workspaceId, async (tx) => {
    await refuseInSample(tx, 'There is enough to practise with here already.');
    const found = await inboxOf(tx);
    const last = await tx.first<{ external_id: string; subject: string }>(
      sql`select external_id, subject from practice_mail where workspace_id = ${workspaceId} order by at desc, id desc limit 1`,
    );
    return { inbox: found ?? (await practiceInbox(tx, who, deskAddress(workspaceId), body.inbox)), before: last };
  });
  const line = oneLine(body.text.trim().split('\n')[0] ?? '', 78);
  const bytes = await new MailComposer({
    from: { name: oneLine(body.name, 100), address: customerAddress(workspaceId) },
    to: inbox.address,
    subject: before ? `Re: ${before.subject.replace(/^(re: *)+/i, '')}` : line,
    text: body.text,
    messageId: `<${newId()}@${customerAddress(workspaceId).split('@')[1]}>`,
    ...(before ? { inReplyTo: `<${before.external_id}>`, references: [`<${before.external_id}>`] } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  const began = performance.now();
  const fate = await collect(workspaceId, {
    id: newId(),
    inboxId: inbox.id,
    source: 'practice',
    bytes,
    size: bytes.length,
    receivedAt: new Date().toISOString(),
    historic: false,
    folder: '',
    uidvalidity: null,
    uid: null,
    envelope: {},
    stub: null,
  });
  const took = Math.round(performance.now() - began);
  if (fate.state !== 'processed')
    throw Unavailable(
      say('Your mail did not become a conversation: {reason} Try again.', {
        reason: fate.why ? said(fate.why) : fate.reason,
      }),
    );
  return { ...(await room.db.tx(workspaceId, readPractice)), took };
}

/** All of it goes: the conversations, the inbox, the customer one played, and what came back. */
export async function endPractice(tx: Tx, room: Room, who: Who): Promise<void> {
  const inbox = await inboxOf(tx);
  if (!inbox) throw NotFound('There is no practice conversation.');
  const rows = await tx.many<{ id: string; folder: string; customer_id: string }>(
    sql`select id, folder, customer_id from conversation where workspace_id = ${tx.workspaceId} and inbox_id = ${inbox.id} and merged_into is null order by id`,
  );
  const leaving = await tx.first(sql`
    select 1 from conversation c join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id
    where c.workspace_id = ${tx.workspaceId} and c.inbox_id = ${inbox.id} and m.type = 'out' and m.state in ('queued', 'sending')`);
  if (leaving)
    throw Conflict('An answer is on its way at this moment. Nothing was removed; try again in a few seconds.');
  for (const row of rows) {
    if (row.folder !== 'trash') await moveTo(tx, who, row.id, 'trash');
    await deleteForGood(tx, actorOf(who), row.id);
  }
  await tx.run(sql`delete from practice_mail where workspace_id = ${tx.workspaceId}`);
  await disconnectInbox(tx, room, who, inbox.id);
  for (const id of new Set(rows.map((row) => row.customer_id))) await forgetCustomer(tx, id);
  await emit(tx, [{ name: 'practice.ended', actor: actorOf(who) }]);
}

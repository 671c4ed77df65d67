import type { Address } from '@hearten/contract';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { isRefusedAs, textOf } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten } from '../base/module.ts';
import { fateOf, type InboxRow, type Outgoing } from './channel.ts';
import { keepLease, LEASE } from './keep-lease.ts';
import { lockHomeOf, reopen } from './reopen.ts';
import { type ChannelOf, inboxById } from './reply.ts';

const TRIES = [30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200]; // seconds between tries: about a day in all

type Leased = {
  id: string;
  conversation_id: string;
  inbox_id: string;
  external_id: string;
  in_reply_to: string | null;
  reference_ids: string[];
  subject: string;
  text: string;
  automatic: boolean;
  recipients: { to: Address[]; cc: Address[]; bcc: Address[]; quote: boolean | null };
  attachments: { filename: string; contentType: string; upload: string }[];
  fence: number;
  attempts: number;
  author_name: string | null;
  author_signature: string | null;
};

/**
 * Sends one queued message. queued → sending (leased, with a fencing number) → sent | deferred | failed | unknown.
 * What may have arrived is never sent again by itself: `unknown` is shown, and a person decides.
 */
export async function deliver(
  hearten: Hearten,
  channels: ChannelOf,
  workspaceId: string,
  messageId: string,
): Promise<void> {
  const { db } = hearten;
  const held = await db.tx(workspaceId, (tx) => lease(tx, messageId));
  if (!held) return; // taken back, sent already, or another sender has it
  const { message, inbox } = held;
  let handed = false;
  const letGo = keepLease(hearten, workspaceId, message);
  try {
    if (!inbox) throw Object.assign(new Error('The inbox this belongs to was disconnected.'), { fate: 'declined' });
    const outgoing = await db.tx(workspaceId, (tx) => assemble(tx, hearten, message));
    const { response } = await channels(inbox.channel).send(outgoing, inbox, async () => {
      // Just before anything that can't be taken back: is this lease still ours?
      const mine = await db.read(
        workspaceId,
        sql`select 1 from message where workspace_id = ${workspaceId} and id = ${messageId} and state = 'sending' and fence = ${message.fence} and lease_until > now() + interval '20 seconds'`,
      );
      if (mine.length === 0) throw Object.assign(new Error('Another sender took over.'), { fate: 'lost' });
      handed = true;
    });
    await settle(hearten, workspaceId, message, 'sent', response || null);
  } catch (error) {
    const fate = fateOf(error);
    if ((fate?.fate as string | undefined) === 'lost') return;
    if (fate?.fate === 'unsure' || (handed && !fate))
      return settle(hearten, workspaceId, message, 'unknown', `It may have arrived, or not: ${textOf(error)}`);
    if (fate?.fate === 'declined') return settle(hearten, workspaceId, message, 'failed', textOf(error));
    const wait = TRIES[message.attempts - 1];
    if (wait === undefined)
      return settle(
        hearten,
        workspaceId,
        message,
        'failed',
        `Given up after ${message.attempts} tries: ${textOf(error)}`,
      );
    await settle(hearten, workspaceId, message, 'deferred', textOf(error), Math.max(fate?.seconds ?? 0, wait));
  } finally {
    letGo();
  }
}

async function lease(tx: Tx, messageId: string): Promise<{ message: Leased; inbox: InboxRow | null } | null> {
  const message = await tx.first<Leased>(sql`
    update message m set state = 'sending', attempts = attempts + 1, fence = fence + 1, lease_until = now() + make_interval(secs => ${LEASE}), version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${messageId} and type = 'out' and state in ('queued', 'deferred') and coalesce(send_at, now()) <= now() + interval '1 second'
    returning id, conversation_id, inbox_id, external_id, in_reply_to, reference_ids, subject, text, automatic, recipients, attachments, fence, attempts,
      (select name from person p where p.workspace_id = m.workspace_id and p.id = m.author_id) as author_name, (select signature from person p where p.workspace_id = m.workspace_id and p.id = m.author_id) as author_signature`);
  if (!message) return null;
  // Disconnected meanwhile: told as the message's failure.
  const inbox = await inboxById(tx, message.inbox_id).catch((error) =>
    isRefusedAs(error, 'not-found') ? null : Promise.reject(error),
  );
  return { message, inbox };
}

async function assemble(tx: Tx, hearten: Hearten, m: Leased): Promise<Outgoing> {
  const uploads = m.attachments.length
    ? await tx.many<{ id: string; hash: Buffer }>(
        sql`select id::text, hash from upload where workspace_id = ${tx.workspaceId} and id::text = any (${m.attachments.map((a) => a.upload)}::text[])`,
      )
    : [];
  const hashes = new Map(uploads.map((u) => [u.id, u.hash]));
  const attachments = [];
  for (const a of m.attachments)
    attachments.push({
      filename: a.filename,
      contentType: a.contentType,
      content: await hearten.files.get(tx, tx.workspaceId, hashes.get(a.upload) as Buffer),
    });
  const quoted = m.in_reply_to
    ? await tx.first<{ at: string; sender: Address | null; text: string }>(
        sql`select at, sender, text from message where workspace_id = ${tx.workspaceId} and external_id = ${m.in_reply_to} and conversation_id = ${m.conversation_id} limit 1`,
      )
    : undefined;
  return {
    id: m.id,
    conversationId: m.conversation_id,
    externalId: m.external_id,
    inReplyTo: m.in_reply_to,
    references: m.reference_ids,
    to: m.recipients.to,
    cc: m.recipients.cc,
    bcc: m.recipients.bcc,
    subject: m.subject,
    text: m.text,
    attachments,
    automatic: m.automatic,
    authorName: m.author_name ?? '',
    authorSignature: m.author_signature ?? '',
    quoted: quoted
      ? { at: quoted.at, from: quoted.sender?.name || quoted.sender?.address || '', text: quoted.text }
      : null,
    quote: m.recipients.quote,
  };
}

/** Writes the outcome, if the lease is still ours, and tells it. */
async function settle(
  hearten: Hearten,
  workspaceId: string,
  m: Leased,
  state: 'sent' | 'deferred' | 'failed' | 'unknown',
  reason: string | null,
  wait = 0,
): Promise<void> {
  await hearten.db.tx(workspaceId, async (tx) => {
    const lapsed = state === 'failed' || state === 'unknown';
    if (lapsed) await lockHomeOf(tx, m.id);
    // Its conversation may be another one by now, if it was merged while this was on its way.
    const mine = await tx.first<{ conversation_id: string }>(sql`
      update message set state = ${state}, state_reason = ${reason}, lease_until = null, sent_at = case when ${state} = 'sent' then now() else sent_at end,
        send_at = case when ${state} = 'deferred' then now() + make_interval(secs => ${wait}) else send_at end, version = version + 1
      where workspace_id = ${workspaceId} and id = ${m.id} and state = 'sending' and fence = ${m.fence} returning conversation_id`);
    if (!mine) return;
    if (state === 'deferred')
      await jobs.add(
        tx,
        'deliver',
        { messageId: m.id },
        { at: new Date(Date.now() + wait * 1000), key: `deliver:${m.id}`, tries: 12, lane: m.inbox_id },
      );
    if (lapsed) await reopen(tx, mine.conversation_id);
    await emit(tx, [
      {
        name: `message.${state}`,
        actor: system,
        conversationId: mine.conversation_id,
        messageId: m.id,
        data: { reason },
      },
    ]);
  });
}
/** Messages whose sender died while sending: whether they left is not known. */
export async function recoverLost(hearten: Hearten): Promise<void> {
  const lost = await hearten.db.read<{ workspace_id: string; message_id: string }>(
    NOWHERE,
    sql`select * from leases_lost(100)`,
  );
  for (const { workspace_id, message_id } of lost)
    await hearten.db.tx(workspace_id, async (tx) => {
      await lockHomeOf(tx, message_id);
      const row = await tx.first<{ conversation_id: string }>(sql`
        update message set state = 'unknown', state_reason = 'The program stopped while it was sending this. It may have arrived, or not.', lease_until = null, version = version + 1
        where workspace_id = ${workspace_id} and id = ${message_id} and state = 'sending' and lease_until < now() returning conversation_id`);
      if (!row) return;
      await reopen(tx, row.conversation_id);
      await emit(tx, [
        {
          name: 'message.unknown',
          actor: system,
          conversationId: row.conversation_id,
          messageId: message_id,
          data: { reason: 'lease lost' },
        },
      ]);
    });
}

/** Answers whose time came minutes ago though nobody sends them: their job is added again. Adding one that is there replaces it. */
export async function addForgotten(hearten: Hearten): Promise<void> {
  const due = await hearten.db.read<{ workspace_id: string; message_id: string }>(
    NOWHERE,
    sql`select * from deliveries_due(100)`,
  );
  for (const { workspace_id, message_id } of due)
    await hearten.db.tx(workspace_id, async (tx) => {
      const row = await tx.first<{ inbox_id: string }>(
        sql`select inbox_id from message where workspace_id = ${workspace_id} and id = ${message_id}`,
      );
      const key = `deliver:${message_id}`;
      await jobs.add(tx, 'deliver', { messageId: message_id }, { key, tries: 12, lane: row?.inbox_id });
    });
}

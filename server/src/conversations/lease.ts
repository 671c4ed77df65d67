import type { Address, Delivery } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import type { Hearten } from '../base/module.ts';
import { plainAddress } from '../customers/index.ts';
import type { InboxRow, Outgoing } from './channel.ts';
import { inboxById } from './inbox-of.ts';
import { LEASE } from './keep-lease.ts';
import { leavePlanned } from './plan.ts';
import { type Recipients, waiting } from './recipients.ts';

export type Leased = {
  id: string;
  conversation_id: string;
  inbox_id: string;
  external_id: string;
  in_reply_to: string | null;
  reference_ids: string[];
  subject: string;
  text: string;
  automatic: boolean;
  recipients: Recipients & { quote: boolean | null };
  delivery: Delivery | null;
  aside: boolean;
  quote: string;
  kind: string;
  attachments: { filename: string; contentType: string; upload: string }[];
  fence: number;
  attempts: number;
  author_name: string | null;
  author_signature: string | null;
};

/** Takes a message whose time has come; nobody else sends it while the lease lasts. One that was planned becomes said by it. */
export async function lease(tx: Tx, messageId: string): Promise<{ message: Leased; inbox: InboxRow | null } | null> {
  const message =
    (await take(tx, messageId)) ?? ((await leavePlanned(tx, messageId)) ? await take(tx, messageId) : null);
  if (!message) return null;
  // Disconnected meanwhile: told as the message's failure.
  const inbox = await inboxById(tx, message.inbox_id).catch((error) =>
    isRefusedAs(error, 'not-found') ? null : Promise.reject(error),
  );
  return { message, inbox };
}
const take = (tx: Tx, messageId: string): Promise<Leased | undefined> =>
  tx.first<Leased>(sql`
    update message m set state = 'sending', attempts = attempts + 1, fence = fence + 1, lease_until = now() + make_interval(secs => ${LEASE}), version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${messageId} and type = 'out' and state in ('queued', 'deferred') and plan is null and coalesce(send_at, now()) <= now() + interval '1 second'
    returning id, conversation_id, inbox_id, external_id, in_reply_to, reference_ids, subject, text, automatic, recipients, attachments, fence, attempts, delivery, aside, quote, kind,
      (select name from person p where p.workspace_id = m.workspace_id and p.id = m.author_id) as author_name, (select signature from person p where p.workspace_id = m.workspace_id and p.id = m.author_id) as author_signature`);

/** All that the channel needs to send it. */
export async function assemble(tx: Tx, hearten: Hearten, m: Leased): Promise<Outgoing> {
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
  const quoted =
    m.in_reply_to && !m.aside
      ? await tx.first<{ at: string; sender: Address | null; text: string }>(
          sql`select at, sender, text from message where workspace_id = ${tx.workspaceId} and external_id = ${m.in_reply_to} and conversation_id = ${m.conversation_id} and not aside and not automatic limit 1`,
        )
      : undefined;
  return {
    id: m.id,
    conversationId: m.conversation_id,
    externalId: m.external_id,
    inReplyTo: m.in_reply_to,
    references: m.reference_ids,
    only: waiting(m.recipients, m.delivery),
    to: m.recipients.to,
    cc: m.recipients.cc,
    bcc: m.recipients.bcc,
    subject: m.subject,
    text: m.text,
    attachments,
    automatic: m.automatic,
    authorName: m.author_name ?? '',
    authorSignature: m.author_signature ?? '',
    // No machine's mail is passed on, and nobody is told what somebody wrote who is not on this one.
    quoted:
      quoted && mayQuote(quoted.sender, m)
        ? { at: quoted.at, from: quoted.sender?.name || quoted.sender?.address || '', text: quoted.text }
        : null,
    quote: m.recipients.quote,
    forwarded: m.kind === 'forward' ? m.quote : '',
  };
}

const mayQuote = (sender: Address | null, { recipients: { to, cc } }: Leased): boolean =>
  sender === null || [...to, ...cc].some((a) => plainAddress(a.address) === plainAddress(sender.address));

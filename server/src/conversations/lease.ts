import type { Address, Delivery } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
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
  html: string | null;
  automatic: boolean;
  recipients: Recipients & { quote: boolean | null; many?: string };
  delivery: Delivery | null;
  aside: boolean;
  quote: string;
  quote_html: string | null;
  kind: string;
  attachments: { filename: string; contentType: string; upload: string; contentId: string | null }[];
  fence: number;
  attempts: number;
  /** An answer to the customer, after which the conversation is resolved. */
  resolves: boolean;
  author_name: string | null;
  author_signature: string | null;
  /** It was written in a sample workspace: it never leaves. */
  sample: boolean;
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
    returning id, conversation_id, inbox_id, external_id, in_reply_to, reference_ids, subject, text, html, automatic, recipients, attachments, fence, attempts, delivery, aside, quote, quote_html, kind,
      not automatic and not aside and kind = 'message' and exists (select 1 from conversation c where c.workspace_id = m.workspace_id and c.id = m.conversation_id and c.status = 'resolved') as resolves,
      (select name from person p where p.workspace_id = m.workspace_id and p.id = m.author_id) as author_name, (select signature from person p where p.workspace_id = m.workspace_id and p.id = m.author_id) as author_signature,
      (select sample_of is not null from workspace w where w.id = m.workspace_id) as sample`);

/** The files of one of our messages, with their bytes. */
export async function filesOf(tx: Tx, hearten: Hearten, of: Leased['attachments']): Promise<Outgoing['attachments']> {
  const uploads = of.length
    ? await tx.many<{ id: string; hash: Buffer }>(
        sql`select id::text, hash from upload where workspace_id = ${tx.workspaceId} and id = any (${of.map((a) => a.upload).filter(isId)}::uuid[])`,
      )
    : [];
  const hashes = new Map(uploads.map((u) => [u.id, u.hash]));
  const attachments: Outgoing['attachments'] = [];
  for (const a of of)
    attachments.push({
      filename: a.filename,
      contentType: a.contentType,
      contentId: a.contentId,
      content: await hearten.files.get(tx, tx.workspaceId, hashes.get(a.upload) as Buffer),
    });
  return attachments;
}

/** All that the channel needs to send it. */
export async function assemble(tx: Tx, hearten: Hearten, m: Leased): Promise<Outgoing> {
  const attachments = await filesOf(tx, hearten, m.attachments);
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
    html: m.html,
    attachments,
    automatic: m.automatic,
    resolves: m.resolves,
    authorName: m.author_name ?? '',
    authorSignature: m.author_signature ?? '',
    // No machine's mail is passed on, and nobody is told what somebody wrote who is not on this one.
    quoted:
      quoted && mayQuote(quoted.sender, m)
        ? { at: quoted.at, from: quoted.sender?.name || quoted.sender?.address || '', text: quoted.text }
        : null,
    quote: m.recipients.quote,
    many: m.recipients.many ?? null,
    forwarded: m.kind === 'forward' ? m.quote : '',
    forwardedHtml: m.kind === 'forward' ? m.quote_html : null,
  };
}

const mayQuote = (sender: Address | null, { recipients: { to, cc } }: Leased): boolean =>
  sender === null || [...to, ...cc].some((a) => plainAddress(a.address) === plainAddress(sender.address));

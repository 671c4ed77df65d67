import type { Address, FormFacts } from '@hearten/contract';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type Incoming, type Sign, sign } from '../../conversations/index.ts';
import { oneLine } from '../../team/index.ts';
import type { Fate } from './arrive.ts';
import { unchecked } from './authentication/verdict.ts';
import type { Collect } from './collect.ts';
import type { ParsedMail } from './parse/index.ts';

/** What somebody wrote on a website. Whose address it is they say themselves. */
export type HandedIn = {
  id: string;
  inboxId: string;
  /** Where it goes to, as mail has it. */
  inbox: string;
  /** The same for what is sent again. */
  externalId: string;
  from: Address;
  subject: string;
  text: string;
  files: { filename: string; contentType: string; content: Buffer }[];
  facts: FormFacts;
  priority: NonNullable<Incoming['priority']>;
  /** A field was filled in that people don't see; how many seconds it took. */
  noticed: { trap: boolean; seconds: number };
};
export type HandIn = (workspaceId: string, entry: HandedIn) => Promise<Fate>;
type Kept = Pick<HandedIn, 'facts' | 'priority' | 'noticed'>;

const HEADER = 'x-hearten-form';
/** In pieces, so that no line of the header is too long. */
const packed = (kept: Kept): string =>
  (
    Buffer.from(JSON.stringify(kept))
      .toString('base64url')
      .match(/.{1,60}/g) ?? []
  ).join(' ');

/**
 * A mail of it, that takes the way of every other: durable before anybody is answered, once however often it comes, kept with its files,
 * in quarantine when nothing can be made of it.
 */
export const handIn =
  (collect: Collect): HandIn =>
  async (workspaceId, entry) => {
    const { id, inboxId, facts, priority, noticed } = entry;
    const bytes = await new MailComposer({
      from: { name: oneLine(entry.from.name, 100), address: entry.from.address },
      to: entry.inbox,
      subject: oneLine(entry.subject, 300),
      text: entry.text,
      messageId: `<${entry.externalId}>`,
      headers: { [HEADER]: { prepared: false, value: packed({ facts, priority, noticed }) } },
      attachments: entry.files.map((file) => ({ ...file, contentDisposition: 'attachment' as const })),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
      .compile()
      .build();
    return collect(workspaceId, {
      id,
      inboxId,
      source: 'form',
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
  };

const TRAP = 6;
const FAST = 3;
const TOO_FAST = 2; // seconds in which nobody reads a form, let alone fills it in

function signsOf({ trap, seconds }: Kept['noticed']): Sign[] {
  return [
    ...(trap ? [sign('form-trap', TRAP, 'form-trap')] : []),
    ...(seconds < TOO_FAST ? [sign('form-fast', FAST, 'form-fast', { seconds })] : []),
  ];
}

/**
 * What was handed in is a message and nothing else: no bounce, no forward, no answer, whatever its words look like, for anybody may write
 * them. Its sender is who they say they are, and nothing proves it.
 */
export function asHandedIn(incoming: Incoming, mail: ParsedMail): Incoming {
  const kept = JSON.parse(
    Buffer.from((mail.headers[HEADER]?.[0] ?? '').replace(/\s/g, ''), 'base64url').toString('utf8') || '{}',
  ) as Partial<Kept>;
  return {
    ...incoming,
    channel: 'form',
    inReplyTo: null,
    references: [],
    token: null,
    forwarded: null,
    relayed: false,
    replyTo: null,
    cc: [],
    text: incoming.quote === '' ? incoming.text : `${mail.text.replace(/\r\n?/g, '\n').trim()}`.toWellFormed(),
    quote: '',
    kind: 'message',
    automatic: false,
    bounce: null,
    arrival: false,
    awayUntil: null,
    thanks: false,
    parsed: kept.facts ? { form: kept.facts } : null,
    priority: kept.priority ?? 'normal',
    typed: true,
    signs: [...(kept.noticed ? signsOf(kept.noticed) : [])],
    authentication: { ...unchecked(incoming.from.address), verdict: 'unverified' },
  };
}

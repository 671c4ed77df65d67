/** What one mail says, as plain data. Everything here survives a structured clone and JSON. */
export type ParsedMail = {
  messageId: string | null;
  inReplyTo: string | null;
  references: string[];
  from: Address | null;
  sender: Address | null;
  replyTo: Address[];
  to: Address[];
  cc: Address[];
  bcc: Address[];
  /** Addresses a mail server noted the mail was delivered for (Delivered-To, X-Original-To, Envelope-To …). */
  deliveredTo: string[];
  subject: string;
  /** ISO 8601, or null when the header is missing or unreadable. */
  date: string | null;
  text: string;
  html: string | null;
  /** What the writer newly wrote. */
  replyText: string;
  /** The HTML of it; null when there is no HTML or all of `html` is new. May hold unclosed tags. */
  replyHtml: string | null;
  /** What was set apart from `replyText`: quotes, signature, disclaimer. Nothing is deleted. */
  quotedText: string;
  kind: Kind;
  /** Why the mail is taken as written by a machine; empty for a person's mail. */
  auto: string[];
  isList: boolean;
  bounce?: Bounce;
  complaint?: Complaint;
  /** A report that all went well so far: nobody's words, and no bounce. */
  arrived?: { originalMessageId: string | null; each: Reported[] };
  outOfOffice?: { until: string | null };
  attachments: Attachment[];
  security: Security | null;
  /** What a calendar file among the attachments invites to. */
  invitation: Invitation | null;
  headers: Record<string, string[]>;
  /** Oddities that were tolerated, in words. */
  problems: string[];
};

export type Kind = 'message' | 'bounce' | 'auto_reply' | 'complaint' | 'list';

export type Address = { address: string; name: string };

export type Bounce = {
  recipients: string[];
  /** true: will never arrive; false: delayed or refused for now. */
  hard: boolean;
  /** The reason in words a person understands. */
  reason: string;
  /** Enhanced status code such as 5.1.1, when one was found. */
  status: string | null;
  diagnostic: string | null;
  /** false: only a warning, the server goes on trying. */
  final: boolean;
  originalMessageId: string | null;
  originalHeaders: Record<string, string>;
  /** What the report says of each recipient by itself (RFC 3464); absent where it is free text. */
  each?: Reported[];
};
export type Reported = {
  address: string;
  state: 'bounced' | 'delayed' | 'delivered' | 'accepted';
  text: string;
  said: string;
};

export type Complaint = { type: string; recipients: string[]; originalMessageId: string | null };

export type Security = {
  format: 'pgp' | 'smime';
  signed: boolean;
  encrypted: boolean;
  /** Whom the certificate or key names; null when that can't be read. */
  signer: Address | null;
  /** Who vouches for the certificate, as it says itself. */
  issuer: string | null;
  /** Whether the signature belongs to what arrived; null: nobody looked. */
  fits: boolean | null;
};

export type Invitation = {
  /** The attachment it stands in. */
  part: string;
  state: 'invited' | 'updated' | 'cancelled' | 'answered' | 'proposed' | 'event';
  title: string;
  place: string;
  note: string;
  /** ISO 8601; a day alone when it lasts whole days; a clock time without zone when none was said. */
  start: string;
  end: string | null;
  allDay: boolean;
  zone: string | null;
  /** How it recurs, in words. */
  repeats: string | null;
  organiser: Address | null;
  attendees: (Address & { answer: 'accepted' | 'declined' | 'tentative' | null })[];
  /** How many other events the same file holds. */
  others: number;
};

export type TransferEncoding = '7bit' | 'base64' | 'quoted-printable' | 'uuencode';

export type Attachment = {
  filename: string | null;
  contentType: string;
  /** Bytes after decoding. */
  size: number;
  contentId: string | null;
  inline: boolean;
  /** Position in the MIME tree, like IMAP: "2.1". */
  part: string;
  /** Byte range in the raw mail. */
  start: number;
  end: number;
  encoding: TransferEncoding;
  charset: string | null;
  /** Set when the file lies inside another decoded part: the range above is that part's. */
  inside?: { kind: 'tnef' | 'text' | 'signed'; start: number; end: number; encoding: TransferEncoding };
  /** winmail.dat and the like: what it holds is listed on its own, the wrapping needs no showing. */
  container?: boolean;
};

/** Thrown, and only this: the mail as a whole can't be read. The message is for a person. */
export class Unreadable extends Error {
  override name = 'Unreadable';
  reason: 'empty' | 'too-big' | 'not-mail' | 'too-slow' | 'crashed';
  constructor(reason: Unreadable['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

import type { Address, Authentication, Message, Parsed, Priority, Reason, Recipient } from '@hearten/contract';
import type { ZodType } from 'zod';
import type { Tx } from '../base/db.ts';
import { reasonIn } from '../base/reasons.ts';
import type { Recognised } from '../customers/index.ts';

export type Attachment = Message['attachments'][number];

/** One reason why a mail may be spam (or, below zero, may not), with what it weighs. Words are for a person. */
export type Sign = { rule: string; points: number; words: string; why?: Reason };
export const sign = (rule: string, points: number, code: Reason['code'], values: Reason['values'] = {}): Sign => {
  const why = { code, values };
  return { rule, points, words: reasonIn(why, 'en'), why };
};

/** What a channel finds out about a sender; who is known here and who takes part is added when the message is written. */
export type Verdict = Omit<Authentication, 'claims' | 'withheld'>;

/** One message as a channel hands it in; the bytes of attachments stay where they lie (the raw mail). */
export type Incoming = {
  /** Chosen by the channel, so that its own rows may point at the message before it is written. */
  id: string;
  inboxId: string;
  channel: string;
  externalId: string | null;
  inReplyTo: string | null;
  references: string[];
  /** The conversation a verified reply address names, else null. */
  token: string | null;
  from: Address;
  /** Whose it is, where the channel knows that itself; else they are known by their address. */
  customer?: Recognised;
  /** Whom the mail is from that this one forwards, as its text says it; null for what is no forward. */
  forwarded: Address | null;
  /** Of a mail from an archive: another server handed it over, so it came to somebody instead of being written there. */
  relayed?: boolean;
  /** Set when a person of the team forwarded it, and `from` is whom it is from. */
  forwardedBy?: Address | null;
  replyTo: Address | null;
  to: Address[];
  cc: Address[];
  subject: string;
  /** What was newly written, and the folded rest (quotes, signature). */
  text: string;
  quote: string;
  hasHtml: boolean;
  attachments: Attachment[];
  kind: 'message' | 'auto_reply' | 'bounce' | 'complaint' | 'list';
  automatic: boolean;
  language: string | null;
  /** `final`: it will not arrive any more, whether the reason lasts or not; a delayed one is still on its way. */
  bounce: {
    messageExternalId: string | null;
    recipients: string[];
    hard: boolean;
    final?: boolean;
    reason: string;
    said?: string;
    /** What it says of each recipient by itself. */
    each?: Pick<Recipient, 'address' | 'state' | 'text' | 'said'>[];
  } | null;
  /** It only reports that all went well. */
  arrival?: boolean;
  awayUntil: string | null;
  /** A plain "thank you" neither reopens nor counts as waiting. */
  thanks: boolean;
  /** What the channel itself noticed that speaks for spam; what is known here is added when it is received. */
  signs: Sign[];
  /** Whether the sender is who they say; null when the channel knows its senders itself. */
  authentication: Verdict | null;
  /** What it holds besides its words. */
  parsed: Parsed | null;
  rawHash: Buffer | null;
  /** How urgent it is, where the channel asks. */
  priority?: Priority;
  /** The sender's address was typed by whoever wrote: that it is known here speaks for nobody. */
  typed?: boolean;
  /** Same inbox, same bytes of dedupe: the same message again. */
  dedupe: Buffer;
  receivedAt: string;
  /** When it came to us, where that was long after: a mail that somebody took out of another folder. It stands in the list by this. */
  cameAt?: string;
  /** From before the inbox was connected: never causes sending or notification. */
  historic: boolean;
};
export type Outcome = 'created' | 'appended' | 'duplicate' | 'bounce';
/** `of`: the message that a duplicate is here as already. */
export type Received = {
  id: string;
  conversationId: string | null;
  outcome: Outcome;
  of?: string | null;
  /** It was deleted for good, or whose it is was erased: nothing of it may stay. */
  gone?: true;
};

/** `designed`: it has a look beyond its words. Pictures stand in it as `cid:part.N`, N being their part of the message. */
export type Passable = { html: string; designed: boolean; pictures: number[] };
/** `contentId` is that of a picture in the text. */
export type File = { filename: string; contentType: string; content: Buffer; contentId?: string | null };
/** One message on its way out; everything that must survive a retry is fixed when it is queued. */
export type Outgoing = {
  id: string;
  conversationId: string;
  externalId: string;
  inReplyTo: string | null;
  references: string[];
  to: Address[];
  cc: Address[];
  bcc: Address[];
  /** Whom this try is for: the others have it, or will never get it. */
  only: string[];
  subject: string;
  text: string;
  /** The same with its formatting, checked (`body/schema.ts`); none for words alone. */
  html?: string | null;
  attachments: File[];
  automatic: boolean;
  /** An answer to the customer, after which the conversation is resolved. */
  resolves?: boolean;
  /** The message answered, for channels that quote it. */
  quoted: { at: string; from: string; text: string } | null;
  /** Whether the person wanted it quoted; null leaves it to the inbox. */
  quote: boolean | null;
  /** Which of many that say the same it is, as whoever sends to many knows it; none for what was written to one. */
  many?: string | null;
  /** Messages that are passed on, as they stand below the text; empty for all but forwards. */
  forwarded: string;
  /** The same with its look, safe; its pictures are `cid:` and the contentId of a file. */
  forwardedHtml?: string | null;
  authorName: string;
  authorSignature: string;
};
export type InboxRow = {
  workspace_id: string;
  id: string;
  brand_id: string;
  channel: string;
  name: string;
  address: string;
  enabled: boolean;
  settings: Record<string, unknown>;
  secrets: Buffer | null;
};

/** Try again after `seconds`. */
export const Later = (why: Reason, seconds: number, said = ''): Error =>
  Object.assign(new Error(reasonIn(why, 'en')), { fate: 'later' as const, seconds, said, why });
/** Not to be handed over yet, for a reason that is none of the receiver's: it waits on as if it had not been tried. It can't be taken back any more. */
export const Early = (seconds: number): Error =>
  Object.assign(new Error('Its time has not come yet.'), { fate: 'early' as const, seconds });
/** Refused for good: the person is told. */
export const Declined = (why: Reason, said = ''): Error =>
  Object.assign(new Error(reasonIn(why, 'en')), { fate: 'declined' as const, said, why });
/** It may have arrived, or not: never sent again by itself. */
export const Unsure = (why: Reason): Error =>
  Object.assign(new Error(reasonIn(why, 'en')), { fate: 'unsure' as const, why });
export type Fate = { fate: 'later' | 'early' | 'declined' | 'unsure'; seconds?: number; said?: string; why?: Reason };
/** What the server said of one recipient: in words for a person, and in its own. */
export type Answer = {
  address: string;
  state: 'accepted' | 'deferred' | 'refused';
  why: Reason;
  said: string;
  seconds?: number;
};
export const fateOf = (error: unknown): Fate | null =>
  error instanceof Error && 'fate' in error ? (error as Error & Fate) : null;

export type Channel = {
  name: string;
  /** Of which kind the inboxes are that its conversations stand in. */
  inboxes: string;
  settings: ZodType;
  /** What the composer may offer; `maxBytes` is what the files of one message come to together. */
  can: { html: boolean; files: boolean; cc: boolean; maxLength: number; maxBytes: number };
  /** Which addresses are those of our own inboxes, however they are written. */
  ours: (inboxes: string[]) => (address: string) => boolean;
  /** Seconds in which a reply can be taken back, for this inbox. */
  undoSeconds: (inbox: InboxRow) => number;
  /** A fixed external id for a message of this inbox, and the address answers should come back to. */
  externalId: (messageId: string, inbox: InboxRow) => string;
  /** Called in the transaction that writes an answer, after the conversation was locked: for channels that show it at once. */
  said?: (tx: Tx, conversationId: string, messageId: string) => Promise<unknown>;
  /**
   * A conversation of another channel goes on by this one, in this inbox: gives the address of its customer there (null: as it is), or
   * refuses with why nobody would be reached and what helps.
   */
  takeOver?: (
    tx: Tx,
    home: { id: string; customer_id: string; customer_address: string },
    inboxId: string,
  ) => Promise<string | null>;
  /** Two conversations become one: refuses, with what helps, where somebody of the first would be reached by no answer after that. */
  mayJoin?: (tx: Tx, id: string, into: string) => Promise<void>;
  /** A file of a message that came or went by this channel. */
  file: (workspaceId: string, messageId: string, part: number) => Promise<File>;
  /** A message as a third person may get it: its look as safe HTML, or, when that is too much, its words alone. */
  passable: (workspaceId: string, messageId: string, plain?: boolean) => Promise<Passable>;
  /** Hands one message over to those in `only`; `answers` tells of each when not all were taken, `why` what else became of it than being taken by a mail server, `knownAs` under which other ids it may be answered. `check` throws when this sender's lease was taken, and is called just before anything irrevocable. */
  send: (
    message: Outgoing,
    inbox: InboxRow,
    check: () => Promise<void>,
  ) => Promise<{ response: string; why?: Reason; answers?: Answer[]; knownAs?: string[] }>;
};

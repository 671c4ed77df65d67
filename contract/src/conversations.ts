import { z } from 'zod';
import { customer } from './customers.ts';
import { at, byId, days, email, endpoint, id, line, mailAddress, nothing, page, prose } from './endpoint.ts';

export const status = z.enum(['open', 'waiting', 'snoozed', 'resolved', 'closed']);
export type Status = z.infer<typeof status>;
export const folder = z.enum(['inbox', 'spam', 'trash']);
export const priority = z.enum(['low', 'normal', 'high', 'urgent']);
export const view = z.enum([
  'open',
  'mine',
  'unassigned',
  'mentions',
  'waiting',
  'snoozed',
  'scheduled',
  'resolved',
  'all',
  'spam',
  'trash',
]);
export type View = z.infer<typeof view>;
/** What narrows a list: each field one more condition. `since` counts back from now (`12h`, `7d`, `2w`). */
export const filters = {
  view: view.optional(),
  status: status.optional(),
  inboxId: id.optional(),
  teamId: z.union([id, z.literal('none')]).optional(),
  assigneeId: z.union([id, z.enum(['me', 'none'])]).optional(),
  customerId: id.optional(),
  tag: z.string().max(100).optional(),
  priority: priority.optional(),
  unread: z.literal('1').optional(),
  from: line(100).optional(),
  since: z
    .string()
    .regex(/^[1-9]\d{0,3}[hdw]$/, 'is a number with h, d or w behind it: 12h, 7d, 2w')
    .optional(),
  before: at.optional(),
  after: at.optional(),
};
export const filter = z.object(filters);
export type Filter = z.infer<typeof filter>;

export const address = z.object({ address: z.string(), name: z.string() });
export type Address = z.infer<typeof address>;

/** Why a mail is spam, or is not: what speaks for it in points, and against it below zero. */
export const spamReason = z.object({ rule: z.string(), points: z.number(), words: z.string() });
export type SpamReason = z.infer<typeof spamReason>;
export const spam = z.object({
  score: z.number(),
  threshold: z.number(),
  reasons: z.array(spamReason),
  /** Where the filter put it, whatever people did since. */
  folder,
  /** The person who called it spam, and when; null when it was the filter. */
  by: id.nullable(),
  at: at.nullable(),
});
export type Spam = z.infer<typeof spam>;

/** What the list shows; the same shape comes over the live socket. `unread` is for the one who asks. */
export const conversationRow = z.object({
  id,
  number: z.number().int(),
  subject: z.string(),
  status,
  folder,
  priority,
  category: z.string().nullable(),
  channel: z.string(),
  inboxId: id,
  customer: z.object({ id, name: z.string(), address: z.string() }),
  assigneeId: id.nullable(),
  teamId: id.nullable(),
  tags: z.array(z.string()),
  snippet: z.string(),
  lastFrom: z.enum(['customer', 'team']),
  /** What we wrote last came back, was refused, or may not have arrived. */
  undelivered: z.boolean(),
  snoozedUntil: at.nullable(),
  /** When the next answer that was planned leaves; `held`: it was stopped, for something newer came. */
  scheduledAt: at.nullable(),
  held: z.boolean(),
  waitingSince: at.nullable(),
  createdAt: at,
  lastAt: at,
  messageCount: z.number().int(),
  mergedInto: id.nullable(),
  /** People whom a note in it mentions. */
  mentioned: z.array(id),
  version: z.number().int(),
  /** Of a conversation in the spam folder: why it is there. */
  spam: spam.nullable(),
  unread: z.boolean(),
});
export type ConversationRow = z.infer<typeof conversationRow>;

export const sendState = z.enum([
  'scheduled',
  'held',
  'queued',
  'sending',
  'sent',
  'deferred',
  'failed',
  'unknown',
  'bounced',
  'cancelled',
]);
export type SendState = z.infer<typeof sendState>;
export const recipientState = z.enum([
  'pending',
  'accepted',
  'deferred',
  'refused',
  'unknown',
  'bounced',
  'delayed',
  'delivered',
]);
export type RecipientState = z.infer<typeof recipientState>;
/** What is known of one recipient: `text` says it for a person, `said` is what the mail server said. */
export const recipient = z.object({
  address: z.string(),
  state: recipientState,
  text: z.string(),
  said: z.string(),
  at,
});
export type Recipient = z.infer<typeof recipient>;
/** Where a message is on its way. No recipients: all of them were taken at the first try. `next`: when it is tried again; after the last it is given up. */
export const delivery = z.object({
  recipients: z.array(recipient),
  tries: z.array(z.object({ at, text: z.string() })),
  next: z.array(at),
});
export type Delivery = z.infer<typeof delivery>;
/** An answer that leaves later: `after` is what its conversation becomes then, `insist` whether it leaves even if the customer writes before. */
export const plan = z.object({
  at,
  after: z.enum(['waiting', 'open', 'resolved']),
  insist: z.boolean(),
  /** The newer message that stopped it. */
  heldBy: id.nullable(),
});
export type Plan = z.infer<typeof plan>;
export const attachment = z.object({
  part: z.number().int(),
  filename: z.string(),
  contentType: z.string(),
  size: z.number().int(),
  inline: z.boolean(),
  contentId: z.string().nullable(),
});
/** Results as RFC 8601 names them; null was not looked at. */
const result = z.string().nullable();
/** Whether a mail is from whom it says it is. */
export const authentication = z.object({
  /** `failed`: the domain says that such mail is not its own. `unknown`: not checked yet, or nobody could be asked. */
  verdict: z.enum(['verified', 'unverified', 'failed', 'unknown']),
  spf: result,
  dkim: result,
  dmarc: result,
  arc: result,
  /** Of the sender's address: what all this is about. */
  domain: z.string(),
  /** Read from what the inbox's own mail host noted, or found out by us. */
  by: z.enum(['host', 'us']),
  /** Being looked up at this moment; the message changes when it is known. */
  checking: z.boolean(),
  /** The sender uses an address of the team or of an inbox, or only its name. */
  claims: z.enum(['colleague', 'inbox', 'colleague-name', 'inbox-name']).nullable(),
  /** Named in this mail, but not taking part until somebody says so: the sender is not proven. */
  withheld: z.array(address),
});
export type Authentication = z.infer<typeof authentication>;
/** What a calendar file invites to. `start` and `end` are moments, days alone, or a clock time whose zone was not said. */
export const calendarInvitation = z.object({
  part: z.number().int(),
  state: z.enum(['invited', 'updated', 'cancelled', 'answered', 'proposed', 'event']),
  title: z.string(),
  place: z.string(),
  note: z.string(),
  start: z.string(),
  end: z.string().nullable(),
  allDay: z.boolean(),
  zone: z.string().nullable(),
  repeats: z.string().nullable(),
  organiser: address.nullable(),
  attendees: z.array(address.extend({ answer: z.enum(['accepted', 'declined', 'tentative']).nullable() })),
  others: z.number().int(),
});
export type CalendarInvitation = z.infer<typeof calendarInvitation>;
/** How a mail was signed or encrypted; `fits` says whether the signature belongs to what arrived, null that nobody looked. */
export const mailSecurity = z.object({
  format: z.enum(['pgp', 'smime']),
  signed: z.boolean(),
  encrypted: z.boolean(),
  signer: address.nullable(),
  issuer: z.string().nullable(),
  fits: z.boolean().nullable(),
});
export type MailSecurity = z.infer<typeof mailSecurity>;
/** What a message holds besides its words; each only where there is something to say. */
export const parsed = z.object({
  invitation: calendarInvitation.optional(),
  security: mailSecurity.optional(),
  list: z.string().optional(),
  awayUntil: z.iso.date().optional(),
});
export type Parsed = z.infer<typeof parsed>;
export const message = z.object({
  type: z.enum(['in', 'out', 'note']),
  id,
  at,
  authorId: id.nullable(),
  customerId: id.nullable(),
  from: address.nullable(),
  to: z.array(address),
  cc: z.array(address),
  bcc: z.array(address),
  /** Where the writer wants answers, when it is not where they wrote from. */
  replyTo: address.nullable(),
  /** Said to or by a third person; the customer sees nothing of it. */
  aside: z.boolean(),
  subject: z.string(),
  text: z.string(),
  hasQuote: z.boolean(),
  hasHtml: z.boolean(),
  attachments: z.array(attachment),
  kind: z.string(),
  automatic: z.boolean(),
  /** Null for what is no mail to us, and for mail from before it was noted. */
  authentication: authentication.nullable(),
  parsed: parsed.nullable(),
  state: sendState.nullable(),
  stateReason: z.string().nullable(),
  sendAt: at.nullable(),
  /** Another mail had its Message-ID before it; the two differ, so both are kept. */
  sameId: z.boolean(),
  /** A person of the team forwarded it, and `from` is whom it is from. */
  forwarded: z.object({ by: address }).nullable(),
  delivery: delivery.nullable(),
  plan: plan.nullable(),
  version: z.number().int(),
});
export type Message = z.infer<typeof message>;
/** What happened, for the timeline: `name` is the event's name, `data` its facts. */
export const happening = z.object({
  type: z.literal('event'),
  id,
  at,
  name: z.string(),
  actorId: id.nullable(),
  actorKind: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type Happening = z.infer<typeof happening>;
export const item = z.union([message, happening]);
export type Item = z.infer<typeof item>;

export const draft = z.object({
  kind: z.enum(['reply', 'note']),
  text: z.string(),
  cc: z.array(address),
  bcc: z.array(address),
  attachments: z.array(
    z.object({ id: z.string(), filename: z.string(), contentType: z.string(), size: z.number().int() }),
  ),
  updatedAt: at,
});
export type Draft = z.infer<typeof draft>;
/** How another conversation has to do with this one: this one `follows` it, was split from it, may belong to it …  */
export const link = z.object({
  id,
  number: z.number().int(),
  why: z.enum(['follows', 'followed', 'split_from', 'split_into', 'same_mail', 'maybe', 'maybe_from']),
});
export type Link = z.infer<typeof link>;
export const opened = z.object({
  conversation: conversationRow,
  customer,
  participants: z.array(address),
  /** The addresses of our own inboxes: no answer goes to them, in any spelling. */
  ours: z.array(z.string()),
  links: z.array(link),
  items: z.array(item),
  earlier: z.string().nullable(),
  /** The reply one is writing, and the note. */
  draft: draft.nullable(),
  noteDraft: draft.nullable(),
  drafts: z.array(z.object({ personId: id, updatedAt: at })),
  others: z.array(
    z.object({
      id,
      number: z.number().int(),
      subject: z.string(),
      status,
      folder,
      mergedInto: id.nullable(),
      lastAt: at,
    }),
  ),
});
export type Opened = z.infer<typeof opened>;

/** `enough`: of each kind so many are needed before what was learned counts. */
export const spamFilter = z.object({
  threshold: z.number(),
  spam: z.number().int(),
  good: z.number().int(),
  enough: z.number().int(),
});
export type SpamFilter = z.infer<typeof spamFilter>;
const uploads = z.array(z.string().max(100)).max(50).optional();
const recipients = z.array(z.object({ address: mailAddress, name: z.string().max(200).default('') })).max(100);
const changed = z.object({ conversation: conversationRow });

export const conversationEndpoints = {
  'GET /conversations': endpoint({
    summary: 'The list: a view, narrowed by filters, newest first',
    may: 'conversation.read',
    query: z.object({ ...filters, ...page }),
    reply: z.object({ items: z.array(conversationRow), next: z.string().nullable() }),
  }),
  'GET /views': endpoint({
    summary: 'How many conversations each view holds (up to 1,000), saved ones by their id',
    may: 'conversation.read',
    reply: z.object({ counts: z.record(z.string(), z.number().int()) }),
  }),
  'POST /conversations': endpoint({
    summary: 'Write to a customer first',
    may: 'conversation.write',
    status: 201,
    body: z.object({
      inboxId: id,
      to: email,
      name: z.string().max(200).optional(),
      subject: line(500),
      text: prose().min(1),
      cc: recipients.optional(),
      bcc: recipients.optional(),
      attachments: uploads,
    }),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'GET /conversations/:id': endpoint({
    summary: 'One conversation with its latest messages, customer and draft',
    may: 'conversation.read',
    params: byId,
    reply: opened,
  }),
  'GET /conversations/number/:number': endpoint({
    summary: 'The id behind a number',
    may: 'conversation.read',
    params: z.object({ number: z.coerce.number().int().min(1).max(9e15) }),
    reply: z.object({ id }),
  }),
  'GET /conversations/:id/items': endpoint({
    summary: 'Earlier messages and events',
    may: 'conversation.read',
    params: byId,
    query: z.object(page),
    reply: z.object({ items: z.array(item), earlier: z.string().nullable() }),
  }),
  'PATCH /conversations/:id': endpoint({
    summary: 'Change subject, priority or category',
    may: 'conversation.write',
    params: byId,
    body: z.object({ subject: line(500), priority, category: line().nullable() }).partial(),
    reply: changed,
  }),
  'POST /conversations/:id/replies': endpoint({
    summary: 'Answer the customer; leaves after the undo window',
    may: 'conversation.write',
    params: byId,
    status: 201,
    body: z.object({
      text: prose().min(1),
      to: recipients.optional(),
      cc: recipients.optional(),
      bcc: recipients.optional(),
      attachments: uploads,
      after: z.enum(['waiting', 'open', 'resolved']).optional(),
      quote: z.boolean().optional(),
      sawUpTo: id.optional(),
      sendAnyway: z.boolean().optional(),
      sendAt: at.optional(),
      insist: z.boolean().optional(),
    }),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'POST /conversations/:id/forwards': endpoint({
    summary: 'Pass messages on to a third person, or answer that person; the customer sees nothing of it',
    may: 'conversation.write',
    params: byId,
    status: 201,
    body: z.object({
      to: recipients.min(1),
      cc: recipients.optional(),
      text: prose(),
      messages: z.array(id).max(100),
      files: z
        .array(z.object({ messageId: id, part: z.number().int().min(0) }))
        .max(50)
        .optional(),
      attachments: uploads,
    }),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'POST /conversations/:id/notes': endpoint({
    summary: 'Leave a note only the team sees',
    may: 'conversation.note',
    params: byId,
    status: 201,
    body: z.object({ text: prose().min(1), attachments: uploads }),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'POST /conversations/:id/assign': endpoint({
    summary: 'Assign to a person, a team, both or nobody',
    may: 'conversation.write',
    params: byId,
    body: z.object({ assigneeId: id.nullable(), teamId: id.nullable() }).partial(),
    reply: changed,
  }),
  'POST /conversations/:id/snooze': endpoint({
    summary: 'Set aside until a time; it wakes itself',
    may: 'conversation.write',
    params: byId,
    body: z.object({ until: at }),
    reply: changed,
  }),
  'POST /conversations/:id/status': endpoint({
    summary: 'Resolve, reopen, close, or wait',
    may: 'conversation.write',
    params: byId,
    body: z.object({ status: z.enum(['open', 'waiting', 'resolved', 'closed']) }),
    reply: changed,
  }),
  'POST /conversations/:id/tags': endpoint({
    summary: 'Add and remove tags',
    may: 'conversation.write',
    params: byId,
    body: z.object({ add: z.array(line(60)).max(50).optional(), remove: z.array(line(60)).max(50).optional() }),
    reply: changed,
  }),
  'POST /conversations/:id/participants': endpoint({
    summary: 'Let somebody take part, or no more: they get answers, and what they write comes here',
    may: 'conversation.write',
    params: byId,
    body: z.object({ add: recipients.optional(), remove: z.array(email).max(100).optional() }),
    reply: changed,
  }),
  'POST /conversations/:id/folder': endpoint({
    summary: 'Move to spam, to trash, or back',
    may: 'conversation.write',
    params: byId,
    body: z.object({
      folder,
      /** With spam: block the sender too; false takes that back. */
      block: z.boolean().optional(),
      /** Out of spam: allow the sender or their whole domain from now on; null takes that back. */
      allow: z.enum(['sender', 'domain']).nullable().optional(),
    }),
    reply: changed,
  }),
  'GET /conversations/:id/spam': endpoint({
    summary: 'Why the latest mail of a customer here is spam, or is not',
    may: 'conversation.read',
    params: byId,
    reply: z.object({ spam: spam.nullable() }),
  }),
  'GET /spam': endpoint({
    summary: 'How strict the spam filter is, and what it has learned',
    may: 'conversation.read',
    reply: spamFilter,
  }),
  'PATCH /spam': endpoint({
    summary: 'Say how many points make a mail spam',
    may: 'workspace.write',
    body: z.object({ threshold: z.number().min(1).max(20) }),
    reply: spamFilter,
  }),
  'DELETE /spam/learned': endpoint({
    summary: 'Forget everything that was learned from people’s decisions; the lists stay',
    may: 'workspace.write',
    reply: spamFilter,
  }),
  'POST /conversations/:id/merge': endpoint({
    summary: 'Merge this conversation into another',
    may: 'conversation.write',
    params: byId,
    body: z.object({ into: id }),
    reply: changed,
  }),
  'POST /conversations/:id/unmerge': endpoint({
    summary: 'Take a merge back',
    may: 'conversation.write',
    params: byId,
    reply: changed,
  }),
  'GET /workspace/ages': endpoint({
    summary: 'After how many days conversations close and the trash is emptied, and how many that would concern now',
    may: 'conversation.read',
    query: z.object({ closesAfterDays: days, emptiesTrashAfterDays: days }).partial(),
    reply: z.object({
      closesAfterDays: z.number().int(),
      emptiesTrashAfterDays: z.number().int(),
      closing: z.number().int(),
      deleting: z.number().int(),
    }),
  }),
  'POST /messages/:id/not-forwarded': endpoint({
    summary: 'Say that a mail is from the person who sent it, not from whom it seems to forward',
    may: 'conversation.write',
    params: byId,
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'POST /messages/:id/split': endpoint({
    summary: 'Make a conversation of its own from this message on, or of this one alone',
    may: 'conversation.write',
    params: byId,
    status: 201,
    body: z.object({ only: z.boolean().optional() }),
    reply: z.object({ conversation: conversationRow, from: conversationRow }),
  }),
  'POST /conversations/:id/unsplit': endpoint({
    summary: 'Take a split back: everything in it stands in the first conversation again',
    may: 'conversation.write',
    params: byId,
    reply: changed,
  }),
  'POST /conversations/:id/unlink': endpoint({
    summary: 'Say that it does not belong to the other one',
    may: 'conversation.write',
    params: byId,
    body: z.object({ otherId: id }),
    reply: nothing,
  }),
  'DELETE /conversations/:id': endpoint({
    summary: 'Delete for good what lies in the trash; it cannot be taken back',
    may: 'conversation.delete',
    params: byId,
    reply: nothing,
  }),
  'POST /conversations/:id/seen': endpoint({
    summary: 'Mark as read up to now, or as unread',
    may: 'conversation.read',
    params: byId,
    body: z.object({ unread: z.boolean().optional() }),
    reply: nothing,
  }),
  'PUT /conversations/:id/draft': endpoint({
    summary: 'Keep what you have written so far',
    may: 'conversation.note',
    params: byId,
    body: z.object({
      kind: z.enum(['reply', 'note']),
      text: prose(),
      cc: recipients.optional(),
      bcc: recipients.optional(),
      attachments: uploads,
    }),
    reply: z.object({ updatedAt: at }),
  }),
  'DELETE /conversations/:id/draft': endpoint({
    summary: 'Throw your draft away: the reply, the note, or both',
    may: 'conversation.note',
    params: byId,
    query: z.object({ kind: z.enum(['reply', 'note']).optional() }),
    reply: nothing,
  }),
  'POST /messages/:id/undo': endpoint({
    summary: 'Take a reply back while its undo window is open; its text becomes your draft',
    may: 'conversation.write',
    params: byId,
    reply: z.object({ conversation: conversationRow, draft: draft.nullable() }),
  }),
  'POST /messages/:id/retry': endpoint({
    summary:
      'Send again what failed or may not have arrived: to all it did not reach, to one recipient, or to another address instead',
    may: 'conversation.write',
    params: byId,
    body: z.object({ address: z.string().max(320).optional(), instead: email.optional() }),
    reply: z.object({ message }),
  }),
  'POST /messages/:id/arrived': endpoint({
    summary: 'Say that a message of which nobody knows has arrived',
    may: 'conversation.write',
    params: byId,
    reply: z.object({ message }),
  }),
  'POST /messages/:id/plan': endpoint({
    summary: 'Let a scheduled answer leave at another time, or now (without a time)',
    may: 'conversation.write',
    params: byId,
    body: z.object({ sendAt: at.optional(), insist: z.boolean().optional() }),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'GET /messages/:id/quote': endpoint({
    summary: 'The quoted part and signature that the timeline folds away',
    may: 'conversation.read',
    params: byId,
    reply: z.object({ text: z.string() }),
  }),
  'POST /messages/:id/pictures': endpoint({
    summary: 'Load pictures from elsewhere in this sender’s mails without asking, or ask again',
    may: 'conversation.write',
    params: byId,
    body: z.object({ always: z.boolean() }),
    reply: z.object({ always: z.boolean() }),
  }),
  'GET /search': endpoint({
    summary: 'Find conversations by words, newest first; the last word may be unfinished',
    may: 'conversation.read',
    query: z.object({ q: line(300), ...page }),
    reply: z.object({
      items: z.array(z.object({ conversation: conversationRow, messageId: id, excerpt: z.string() })),
      customers: z.array(customer),
      next: z.string().nullable(),
    }),
  }),
  'GET /tags': endpoint({
    summary: 'Tags in use',
    may: 'conversation.read',
    reply: z.object({ items: z.array(z.string()) }),
  }),
};

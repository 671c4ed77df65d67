import { z } from 'zod';
import { address, conversationRow, folder } from './conversation-row.ts';
import { at, byId, email, endpoint, id } from './endpoint.ts';
import { why } from './reasons.ts';

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
  'kept',
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
  why,
  at,
});
export type Recipient = z.infer<typeof recipient>;
/** Where a message is on its way. No recipients: all of them were taken at the first try. `next`: when it is tried again; after the last it is given up. */
export const delivery = z.object({
  recipients: z.array(recipient),
  tries: z.array(z.object({ at, text: z.string(), why })),
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
  /** The upload it was made of, in what was written here. */
  upload: id.optional(),
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
/** What a web form noted beside the words: which one, on which page, and how urgent it is said to be. */
export const formFacts = z.object({
  id,
  name: z.string(),
  page: z.string().nullable(),
  urgency: z.enum(['no', 'slows', 'stuck']).nullable(),
  neededBy: z.iso.date().nullable(),
});
export type FormFacts = z.infer<typeof formFacts>;
export const parsed = z.object({
  form: formFacts.optional(),
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
  /** Of ours: the address it left from, when another inbox than that of its conversation was chosen. */
  sentFrom: address.nullable(),
  /** Said to or by a third person; the customer sees nothing of it. */
  aside: z.boolean(),
  subject: z.string(),
  text: z.string(),
  /** What one of us wrote with its formatting: a small, checked subset of HTML whose pictures are `cid:` and an attachment's contentId. Null for words alone, and for mail to us. */
  html: z.string().nullable(),
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
  /** As in a message; its pictures are `cid:` and the id of an upload. */
  html: z.string().nullable(),
  /** To whom it goes, when its writer chose; null leaves it to the conversation. */
  to: z.array(address).nullable(),
  cc: z.array(address),
  bcc: z.array(address),
  /** The inbox it leaves from, when its writer chose one; null is the conversation's own. */
  inboxId: id.nullable(),
  attachments: z.array(
    z.object({ id: z.string(), filename: z.string(), contentType: z.string(), size: z.number().int() }),
  ),
  updatedAt: at,
});
export type Draft = z.infer<typeof draft>;

export const messageEndpoints = {
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
  'GET /messages/:id': endpoint({
    summary: 'Where a message stands now, whatever was merged or split since',
    may: 'conversation.read',
    params: byId,
    reply: z.object({ conversationId: id, number: z.number().int(), folder }),
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
};

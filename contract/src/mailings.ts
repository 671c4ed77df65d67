import { z } from 'zod';
import { at, byId, endpoint, id, nothing, page, prose } from './endpoint.ts';

/** `waiting`: an answer to everyone whose conversation about it is open; `fixed`: news to everyone who reported it. */
export const mailingKind = z.enum(['waiting', 'fixed']);
export type MailingKind = z.infer<typeof mailingKind>;
export const mailingState = z.enum(['preview', 'running', 'stopped', 'done', 'undoing', 'undone']);
export type MailingState = z.infer<typeof mailingState>;
/** Why it is not sent in a conversation. */
export const leftOut = z.enum([
  /** There is no e-mail address to send it to. */
  'no-address',
  /** A visitor of the chat who left no address. */
  'chat',
  /** They want no more news of this kind. */
  'unsubscribed',
  'blocked',
  /** They get it in a newer conversation about the same problem. */
  'newer',
  /** They were told of it before, and did not report it again. */
  'told',
  /** Nobody confirmed that it is about this problem, and only confirmed ones were asked for. */
  'unconfirmed',
  /** The text names what is not known of them. */
  'unfilled',
  /** Its inbox was disconnected or switched off. */
  'disconnected',
  /** Invented: nothing of a sample workspace is sent. */
  'sample',
  /** Since the preview they wrote, were answered, or something else changed that was shown. */
  'changed',
  /** Erased since the preview. */
  'erased',
  /** It was sent, and came back or nobody took it: they were not told. */
  'not-delivered',
]);
export type LeftOut = z.infer<typeof leftOut>;

const mailing = z.object({
  id,
  problemId: id,
  kind: mailingKind,
  state: mailingState,
  /** Who wrote it, and in whose name it is sent. */
  personId: id,
  text: z.string(),
  confirmed: z.boolean(),
  createdAt: at,
  startedAt: at.nullable(),
  /** People it is for, as the preview shows them: told, taken back, left out on the way, and still to be told. */
  people: z.number().int(),
  told: z.number().int(),
  undone: z.number().int(),
  /** Of these people, those who were left out on the way. */
  left: z.number().int(),
  /** Of those it is for, people whose conversation nobody confirmed to be about it. */
  provisional: z.number().int(),
  /** What is left out, now and on the way, by why: in how many conversations of how many people. */
  leftOut: z.array(z.object({ reason: leftOut, people: z.number().int(), conversations: z.number().int() })),
});
export const knownMailing = mailing.extend({
  /** People who would be told by a new preview and do not stand in this one: nobody is added silently. */
  joined: z.number().int(),
  /** Whether what is sent can still be taken back, at least in part. */
  takesBack: z.boolean(),
});
export type Mailing = z.infer<typeof mailing>;
export type KnownMailing = z.infer<typeof knownMailing>;

/** Among those of all problems. */
const listed = mailing.extend({
  /** What the problem is part of by now, if it was merged. */
  problem: z.object({ id, name: z.string() }),
  person: z.object({ id, name: z.string() }),
});
export type ListedMailing = z.infer<typeof listed>;

const unsubscription = z.object({
  /** Whose address it is by now. */
  customerId: id,
  customer: z.string(),
  address: z.string(),
  at,
  /** The mailing whose link ended it; null where that is not known. */
  mailing: z.object({ id, kind: mailingKind, problem: z.string() }).nullable(),
});
export type Unsubscription = z.infer<typeof unsubscription>;

const person = z.object({
  id,
  /** Null: erased since. */
  conversationId: id.nullable(),
  number: z.number().int().nullable(),
  customer: z.string(),
  state: z.enum(['todo', 'sent', 'left', 'undone']),
  reason: leftOut.nullable(),
  provisional: z.boolean(),
  /** From which inbox, to which address, under which subject, and every word of it; empty for who is left out, and once it has left. */
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  words: z.string(),
});
export type MailingPerson = z.infer<typeof person>;

export const mailingEndpoints = {
  'GET /problems/:id/mailings': endpoint({
    summary: 'What was sent to the people who have a problem, the newest first; previews are not among it',
    may: 'problem.read',
    params: byId,
    reply: z.object({ items: z.array(mailing) }),
  }),
  'POST /problems/:id/mailings': endpoint({
    summary:
      'Write to everyone who waits on a problem, or who reported it: makes a preview of who gets what, and sends nothing',
    may: 'conversation.write',
    status: 201,
    params: byId,
    body: z.object({
      kind: mailingKind,
      text: prose(20_000).refine((text) => text.trim() !== '', 'says nothing'),
      confirmed: z.boolean().optional(),
    }),
    reply: knownMailing,
  }),
  'GET /mailings': endpoint({
    summary: 'Everything that was told to many, over all problems, what began last first; previews are not among it',
    may: 'problem.read',
    /** `q`: words in the name of the problem or in what was said. */
    query: z.object({ kind: mailingKind.optional(), q: z.string().max(200).optional(), ...page }),
    reply: z.object({ items: z.array(listed), next: z.string().nullable() }),
  }),
  'GET /unsubscriptions': endpoint({
    summary: 'Customers who ended the news that something is fixed, the latest first',
    may: 'problem.read',
    /** `q`: part of a name or of an address. */
    query: z.object({ q: z.string().max(200).optional(), ...page }),
    reply: z.object({ items: z.array(unsubscription), next: z.string().nullable() }),
  }),
  'DELETE /unsubscriptions/:id': endpoint({
    summary: 'A customer asked for the news again: by their id. It stands in the audit log',
    may: 'problem.write',
    params: byId,
    reply: nothing,
  }),
  'GET /mailings/:id': endpoint({
    summary: 'How far a mailing is, who is left out and why, and how many joined since it was shown',
    may: 'problem.read',
    params: byId,
    reply: knownMailing,
  }),
  'GET /mailings/:id/people': endpoint({
    summary: 'Who gets it, with every word of it, and who does not',
    may: 'problem.read',
    params: byId,
    query: z.object({
      state: z.enum(['todo', 'sent', 'left', 'undone']).optional(),
      reason: leftOut.optional(),
      ...page,
    }),
    reply: z.object({ items: z.array(person), next: z.string().nullable() }),
  }),
  'POST /mailings/:id/send': endpoint({
    summary: 'Send what the preview shows, in pieces by a job; pressed twice it is sent once',
    may: 'conversation.write',
    params: byId,
    reply: knownMailing,
  }),
  'POST /mailings/:id/stop': endpoint({
    summary: 'Stop it where it is: who was not told yet is not told',
    may: 'conversation.write',
    params: byId,
    reply: knownMailing,
  }),
  'POST /mailings/:id/undo': endpoint({
    summary: 'Stop it, and take back what has not left yet',
    may: 'conversation.write',
    params: byId,
    reply: knownMailing,
  }),
};

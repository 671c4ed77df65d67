import { z } from 'zod';
import { at, byId, endpoint, id, nothing, page } from './endpoint.ts';

/** What a person may hear of. */
export const notificationKind = z.enum([
  'new',
  'answered',
  'team-answered',
  'mentioned',
  'noted',
  'assigned',
  'team-assigned',
  'not-delivered',
  'held',
  'woke',
  'inbox-trouble',
  'webhook-off',
  'chat-new',
  'chat-wrote',
  'abuse',
  'upset',
  'rising',
  'issue-closed',
  'fix-judged',
]);
export type NotificationKind = z.infer<typeof notificationKind>;
/** How: in the app, by browser push, by a mail at once, in the digest. */
export const notificationWay = z.enum(['app', 'push', 'mail', 'digest']);
export type NotificationWay = z.infer<typeof notificationWay>;
/** `mine`: everything that is mine. `alone`: I am the whole team. `quiet`: nothing interrupts. */
export const notificationPreset = z.enum(['mine', 'alone', 'quiet']);
export type NotificationPreset = z.infer<typeof notificationPreset>;

/** A time on the clock of the person, whatever summer time does; a day of the week, Monday is 1. */
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 09:00');
const weekdays = z.array(z.number().int().min(1).max(7)).max(7);
const ways = z.record(notificationKind, z.array(notificationWay).max(4));
/** Nothing interrupts between these times of each day, nor on these days at all; what comes then waits for the digest. */
const quiet = z.object({ hours: z.object({ from: clock, to: clock }).nullable(), days: weekdays });
const digest = z.object({ at: z.array(clock).min(1, 'needs a time').max(6), days: weekdays.min(1, 'needs a day') });
/** `sound`: a new chat, and a word in one's own, may be heard where the app is open; never in quiet hours. */
export const notificationChoice = z.object({ ways, quiet, digest, sound: z.boolean() });
export type NotificationChoice = z.infer<typeof notificationChoice>;

export const pushBrowser = z.object({
  id,
  agent: z.string(),
  current: z.boolean(),
  createdAt: at,
  toldAt: at.nullable(),
});
export type PushBrowser = z.infer<typeof pushBrowser>;
const choices = notificationChoice.extend({
  /** The preset these choices come to, if any. */
  preset: notificationPreset.nullable(),
  /** Can mail be sent at all: is a system mail set up? */
  mails: z.boolean(),
  /** The public key browsers subscribe with. */
  pushKey: z.string(),
  browsers: z.array(pushBrowser),
});
export type NotificationChoices = z.infer<typeof choices>;

export const notification = z.object({
  id,
  kind: z.string(),
  conversationId: id.nullable(),
  /** The inbox it is about, when it is no conversation. */
  inboxId: id.nullable(),
  /** The problem it is about, when it is that. */
  problemId: id.nullable(),
  /** Whose words `text` are: a customer, a colleague, or nobody. */
  sender: z.string(),
  title: z.string(),
  text: z.string(),
  at,
  seenAt: at.nullable(),
});
export type Notification = z.infer<typeof notification>;
export const notificationEndpoints = {
  'GET /notifications': endpoint({
    summary: 'What concerns you, newest first',
    may: 'conversation.read',
    query: z.object(page),
    reply: z.object({ items: z.array(notification), next: z.string().nullable(), unseen: z.number().int() }),
  }),
  'POST /notifications/seen': endpoint({
    summary: 'Mark as seen, all or some',
    may: 'member',
    body: z.object({ ids: z.array(id).max(500).optional() }),
    reply: nothing,
  }),
  'GET /notifications/choices': endpoint({
    summary: 'What you want to hear of, how and when',
    may: 'member',
    reply: choices,
  }),
  'PATCH /notifications/choices': endpoint({
    summary: 'Choose what you want to hear of, how and when: a preset, or each by itself',
    may: 'member',
    body: z
      .object({
        preset: notificationPreset,
        ways: z.partialRecord(notificationKind, z.array(notificationWay).max(4)),
        quiet,
        digest,
        sound: z.boolean(),
      })
      .partial(),
    reply: choices,
  }),
  'POST /notifications/browsers': endpoint({
    summary: 'Let this browser be told by push',
    may: 'member',
    body: z.object({
      endpoint: z.url({ protocol: /^https?$/ }).max(2000),
      p256dh: z.string().regex(/^[\w-]{86,88}$/, 'is no key'),
      auth: z.string().regex(/^[\w-]{22,24}$/, 'is no key'),
    }),
    reply: choices,
  }),
  'POST /notifications/browsers/:id/try': endpoint({
    summary: 'Send a push to one of your browsers, to see that it arrives',
    may: 'member',
    apart: true,
    params: byId,
    reply: nothing,
  }),
  'DELETE /notifications/browsers/:id': endpoint({
    summary: 'Tell one of your browsers nothing any more',
    may: 'member',
    params: byId,
    reply: choices,
  }),
};

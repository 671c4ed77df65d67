import { z } from 'zod';
import { at, byId, endpoint, id, line, nothing, page } from './endpoint.ts';

/** What a webhook can be told of: names that stay, whatever the events within are called. */
export const webhookType = z.enum([
  'conversation.created',
  'conversation.assigned',
  'conversation.status_changed',
  'conversation.tagged',
  'conversation.changed',
  'conversation.moved',
  'conversation.merged',
  'conversation.deleted',
  'message.received',
  'message.sent',
  'message.failed',
  'note.added',
  'customer.changed',
  'customer.merged',
]);
export type WebhookType = z.infer<typeof webhookType>;

const address = z
  .url({ protocol: /^https?$/, error: 'must be an address like https://hooks.example.com/hearten' })
  .max(2000)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.username === '' && url.password === '' && url.hash === '';
  }, 'must hold no name, no password and no #');
/** Sent along with each: for a gate in front of the receiver. Those that webhooks and HTTP need for themselves are ours. */
const headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9-]{1,60}$/, 'must be letters, digits and -')
      .refine(
        (name) => !/^(webhook-|content-|host$|user-agent$|connection$|transfer-|accept-encoding$|expect$)/i.test(name),
        'is a header that Hearten sets itself',
      ),
    z
      .string()
      .max(2000)
      .regex(/^[\x20-\x7e]*$/, 'must be plain letters and signs'),
  )
  .refine((given) => Object.keys(given).length <= 10, 'has room for 10 headers');
const given = z.object({
  address,
  description: line().or(z.literal('')),
  /** None means all, those that come later too. */
  types: z.array(webhookType).max(100),
  active: z.boolean(),
  /** Null keeps the value of a header that is there. */
  headers: z.record(z.string(), z.string().nullable()).pipe(
    z.record(z.string(), z.string().nullable()).superRefine((all, context) => {
      const read = headers.safeParse(Object.fromEntries(Object.entries(all).map(([name, v]) => [name, v ?? ''])));
      // What is wrong with a name stands inside: "invalid key" alone would help nobody.
      for (const issue of read.error?.issues ?? [])
        context.addIssue({
          code: 'custom',
          path: issue.path,
          message: (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message,
        });
    }),
  ),
});

export const webhook = z.object({
  id,
  address: z.string(),
  /** It lies in a network of one's own, as it is written, and whoever runs this Hearten did not allow that (OUTBOUND_ALLOW): nothing gets there. */
  inward: z.boolean(),
  description: z.string(),
  types: z.array(webhookType),
  active: z.boolean(),
  /** Switched off by Hearten: `gone` (it answered 410) or `failing` (a whole schedule failed). */
  disabled: z.enum(['gone', 'failing']).nullable(),
  disabledAt: at.nullable(),
  failingSince: at.nullable(),
  heldUntil: at.nullable(),
  /** Names only: their values are sealed and not shown again. */
  headers: z.array(z.string()),
  /** What leaves is signed with the former secret as well until then. */
  formerUntil: at.nullable(),
  /** Deliveries that failed, and those that wait for their next try; 1000 at most are counted. */
  failed: z.number().int(),
  waiting: z.number().int(),
  lastAt: at.nullable(),
  /** How the last one ended that is over; a test counts, too. */
  lastState: z.enum(['delivered', 'failed']).nullable(),
  createdAt: at,
  /** Only when it was just made. */
  secret: z.string().optional(),
});
export type Webhook = z.infer<typeof webhook>;

export const webhookDelivery = z.object({
  id,
  webhookId: id,
  /** The `webhook-id`: the same at each try. */
  messageId: z.string(),
  type: z.string(),
  state: z.enum(['waiting', 'sending', 'delivered', 'failed']),
  tries: z.number().int(),
  nextAt: at.nullable(),
  status: z.number().int().nullable(),
  error: z.string(),
  createdAt: at,
  doneAt: at.nullable(),
});
export type WebhookDelivery = z.infer<typeof webhookDelivery>;
export const webhookAttempt = z.object({
  number: z.number().int(),
  at,
  ms: z.number().int(),
  status: z.number().int().nullable(),
  error: z.string(),
  request: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()),
  /** The first kilobyte. */
  answer: z.string(),
});
export type WebhookAttempt = z.infer<typeof webhookAttempt>;
const whole = webhookDelivery.extend({
  address: z.string(),
  body: z.string(),
  attempts: z.array(webhookAttempt),
});
export type WholeWebhookDelivery = z.infer<typeof whole>;
const secrets = z.object({ secret: z.string(), formerUntil: at.nullable() });

export const webhookEndpoints = {
  'GET /webhooks': endpoint({
    summary: 'Webhooks, and what they can be told of',
    may: 'webhook.write',
    reply: z.object({ items: z.array(webhook), types: z.array(webhookType) }),
  }),
  'POST /webhooks': endpoint({
    summary: 'Make a webhook: an address that is told what happens; its secret comes back',
    may: 'webhook.write',
    proof: true,
    secret: true,
    status: 201,
    body: given.partial().required({ address: true }),
    reply: webhook,
  }),
  'GET /webhooks/:id': endpoint({ summary: 'One webhook', may: 'webhook.write', params: byId, reply: webhook }),
  'PATCH /webhooks/:id': endpoint({
    summary: 'Change a webhook; switched on again, what waits goes out',
    may: 'webhook.write',
    params: byId,
    body: given.partial(),
    reply: webhook,
  }),
  'DELETE /webhooks/:id': endpoint({
    summary: 'Delete a webhook with its deliveries',
    may: 'webhook.write',
    params: byId,
    reply: nothing,
  }),
  'POST /webhooks/:id/secret': endpoint({
    summary: 'Show the secret with which a webhook is signed',
    may: 'webhook.write',
    proof: true,
    secret: true,
    params: byId,
    reply: secrets,
  }),
  'POST /webhooks/:id/rotate': endpoint({
    summary: 'Make a new secret; for some hours what leaves is signed with the former one as well',
    may: 'webhook.write',
    proof: true,
    secret: true,
    params: byId,
    body: z.object({ overlapHours: z.number().int().min(0).max(168).default(24) }),
    reply: secrets,
  }),
  'POST /webhooks/:id/test': endpoint({
    summary: 'Send a webhook.test now, and see what is answered',
    may: 'webhook.write',
    apart: true,
    params: byId,
    reply: whole,
  }),
  'GET /webhooks/:id/deliveries': endpoint({
    summary: 'What was sent to a webhook, newest first',
    may: 'webhook.write',
    params: byId,
    query: z.object({ ...page, state: z.enum(['waiting', 'delivered', 'failed']).optional() }),
    reply: z.object({ items: z.array(webhookDelivery), next: z.string().nullable() }),
  }),
  'POST /webhooks/:id/resend': endpoint({
    summary: 'Send everything again that failed since a time, each under its own id',
    may: 'webhook.write',
    params: byId,
    body: z.object({ since: at.optional() }),
    reply: z.object({ count: z.number().int() }),
  }),
  'GET /webhook-deliveries/:id': endpoint({
    summary: 'One delivery with its body and every try',
    may: 'webhook.write',
    params: byId,
    reply: whole,
  }),
  'POST /webhook-deliveries/:id/resend': endpoint({
    summary: 'Send one delivery again now, under the same id',
    may: 'webhook.write',
    params: byId,
    reply: whole,
  }),
};

import { z } from 'zod';
import { at, byId, endpoint, id, line, nothing } from './endpoint.ts';
import { inbox, provider } from './inboxes.ts';

export type Provider = z.infer<typeof provider>;
/** What a workspace registered with a provider, so that its mailboxes can be signed in to. The secret never comes back. */
export const mailProvider = z.object({
  provider,
  clientId: z.string(),
  tenant: z.string(),
  ready: z.boolean(),
  changedAt: at.nullable(),
  /** To be entered at the provider, exactly so. */
  redirectUri: z.string(),
});
export type MailProvider = z.infer<typeof mailProvider>;
const byProvider = z.object({ provider });
export const mailboxSignIn = z.object({
  id,
  provider,
  state: z.enum(['begun', 'ready', 'used', 'failed']),
  account: z.string(),
  text: z.string(),
  inboxId: id.nullable(),
});
export type MailboxSignIn = z.infer<typeof mailboxSignIn>;

export const signInEndpoints = {
  'GET /mail-providers': endpoint({
    summary: 'Which providers mailboxes can be signed in to at',
    may: 'inbox.read',
    reply: z.object({ items: z.array(mailProvider) }),
  }),
  'PUT /mail-providers/:provider': endpoint({
    summary: 'What was registered with a provider; a secret left out stays as it is',
    may: 'inbox.write',
    params: byProvider,
    body: z.object({
      clientId: line(300),
      clientSecret: z.string().max(500).optional(),
      tenant: z
        .string()
        .regex(/^[\w.-]*$/, 'must be a tenant id or domain')
        .max(120)
        .default(''),
    }),
    reply: mailProvider,
  }),
  'DELETE /mail-providers/:provider': endpoint({
    summary: 'Forget what was registered; mailboxes signed in with it stop when their hour is over',
    may: 'inbox.write',
    params: byProvider,
    reply: nothing,
  }),
  'POST /mailbox-sign-ins': endpoint({
    summary: 'Begin to sign in to a mailbox; the person is sent to the address given back',
    may: 'inbox.write',
    secret: true,
    body: z.object({ provider, inboxId: id.optional(), address: z.string().max(254).optional() }),
    reply: z.object({ url: z.string() }),
  }),
  'GET /mailbox-sign-ins/:id': endpoint({
    summary: 'What became of your own sign-in to a mailbox',
    may: 'inbox.write',
    params: byId,
    reply: mailboxSignIn,
  }),
  'POST /mailbox-sign-ins/:id/use': endpoint({
    summary: 'Use it for an inbox, also when the account is another one than its address',
    may: 'inbox.write',
    params: byId,
    body: z.object({ inboxId: id, otherAccount: z.boolean().default(false) }),
    reply: inbox,
  }),
};

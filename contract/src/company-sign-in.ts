import { z } from 'zod';
import { at, byId, endpoint, id, line, nothing } from './endpoint.ts';
import { me } from './team.ts';

const role = z.enum(['manager', 'lead', 'representative', 'specialist', 'viewer']);
const provider = z.object({
  /** As it stands on the button. */
  name: line(60),
  /** Where its OpenID configuration is found. */
  issuer: z.string().max(500),
  clientId: line(300),
  /** Of addresses: whose button it is, and for whom it may make people. */
  domains: z.array(z.string().trim().min(3).max(253)).max(50),
  /** Whether somebody unknown with an address of these domains becomes a person. */
  creates: z.boolean(),
  /** Its addresses count as verified although it does not say so. */
  trusted: z.boolean(),
  /** Of people it makes. */
  role,
  /** The claim that says a person's role, and which value means which. */
  claim: z.string().max(200),
  roles: z.array(z.object({ value: z.string().min(1).max(200), role })).max(50),
});
const clientSecret = z.string().max(500);
export const signInProvider = provider.extend({
  id,
  hasSecret: z.boolean(),
  lastUsedAt: at.nullable(),
  /** To be entered at the provider, exactly so. */
  redirectUri: z.string(),
});
export type SignInProvider = z.infer<typeof signInProvider>;
/** A secret that stays in the tab which began. */
const browser = z.string().min(32).max(100);

export const companyEndpoints = {
  'POST /sign-in/ways': endpoint({
    summary: 'Which companies’ sign-ins an address has a button for, by its domain alone',
    may: 'anyone',
    body: z.object({ email: z.string().max(254) }),
    reply: z.object({ company: z.array(z.object({ workspaceId: id, id, name: z.string() })) }),
  }),
  'POST /sign-in/company': endpoint({
    summary: 'Begin to sign in at a company’s provider; the person is sent to the address given back',
    may: 'anyone',
    body: z.object({ workspaceId: id, id, browser, email: z.string().max(254).optional() }),
    reply: z.object({ url: z.string() }),
  }),
  'POST /sign-in/company/finish': endpoint({
    summary: 'Come back from a company’s provider, with what it gave along',
    may: 'anyone',
    body: z.object({ workspaceId: id, id, browser, came: z.record(z.string().max(60), z.string().max(4000)) }),
    reply: z.object({
      me: me.nullable(),
      /** An account has this address already: it is linked once its owner has proved that it is theirs. */
      link: z.object({ email: z.string() }).nullable(),
    }),
  }),
  'POST /sign-in/company/link': endpoint({
    summary: 'Link your account to the company’s sign-in you came back from',
    may: 'anyone',
    body: z.object({
      workspaceId: id,
      state: z.string().max(200),
      browser,
      password: z.string().max(200).optional(),
      code: z.string().max(40).optional(),
    }),
    reply: me,
  }),
  'POST /me/company-sign-ins': endpoint({
    summary: 'Link the company’s sign-in you came back from to yourself, while you are signed in',
    may: 'member',
    apart: true,
    proof: true,
    secret: true,
    body: z.object({ id, browser, came: z.record(z.string().max(60), z.string().max(4000)) }),
    reply: nothing,
  }),
  'DELETE /me/company-sign-ins/:id': endpoint({
    summary: 'Unlink a company’s sign-in from yourself, unless it is the only way in; its sessions end',
    may: 'member',
    proof: true,
    params: byId,
    reply: nothing,
  }),
  'GET /sign-in-providers': endpoint({
    summary: 'The company’s own sign-ins',
    may: 'workspace.write',
    reply: z.object({ items: z.array(signInProvider) }),
  }),
  'POST /sign-in-providers': endpoint({
    summary: 'Add a sign-in of your company (OpenID Connect); it is asked what it can do first',
    may: 'workspace.write',
    apart: true,
    proof: true,
    secret: true,
    status: 201,
    body: provider.extend({ clientSecret: clientSecret.optional() }),
    reply: signInProvider,
  }),
  'PATCH /sign-in-providers/:id': endpoint({
    summary: 'Change a sign-in of your company; a secret left out stays, unless the issuer is on another host',
    may: 'workspace.write',
    apart: true,
    proof: true,
    secret: true,
    params: byId,
    body: provider.extend({ clientSecret }).partial(),
    reply: signInProvider,
  }),
  'DELETE /sign-in-providers/:id': endpoint({
    summary: 'Remove a sign-in of your company; whoever came by it is signed out',
    may: 'workspace.write',
    proof: true,
    params: byId,
    reply: nothing,
  }),
};

import { z } from 'zod';
import { at, byId, endpoint, id, line, nothing } from './endpoint.ts';
import { me } from './team.ts';

/** What a browser and its passkeys say to each other is WebAuthn's affair; it is read by a library, not by this contract. */
const webauthn = z.looseObject({});
export const passkey = z.object({
  id,
  name: z.string(),
  /** The host it was made for; it opens nothing at another. */
  host: z.string(),
  /** Kept by its maker on several devices. */
  synced: z.boolean(),
  createdAt: at,
  lastUsedAt: at.nullable(),
});
export type Passkey = z.infer<typeof passkey>;
export const signInRules = z.object({
  /** Asked of everyone from `graceDays` after `since` on. */
  secondFactor: z.object({ since: at, graceDays: z.number() }).nullable(),
  /** Only the company's own sign-in lets people in; owners may still come by password. */
  onlyCompany: z.boolean(),
  /** Networks (CIDR) that people and keys are let in from; none means all. */
  networks: z.array(z.string()),
  yourAddress: z.string(),
  /** Who has no second factor yet. */
  without: z.array(z.string()),
});
export type SignInRules = z.infer<typeof signInRules>;

export const accessEndpoints = {
  'POST /sign-in/passkey/begin': endpoint({
    summary: 'What a browser needs to ask for a passkey',
    may: 'anyone',
    reply: z.object({ options: webauthn }),
  }),
  'POST /sign-in/passkey': endpoint({
    summary: 'Sign in with a passkey',
    may: 'anyone',
    body: z.object({ answer: webauthn }),
    reply: me,
  }),
  'GET /me/sign-in': endpoint({
    summary: 'Your ways to sign in',
    may: 'member',
    held: 'second-factor',
    reply: z.object({
      password: z.boolean(),
      totp: z.boolean(),
      recoveryLeft: z.number(),
      passkeys: z.array(passkey),
      /** The host passkeys are made for here; null when this Hearten is reached by a number. */
      passkeyHost: z.string().nullable(),
      /** The company’s own sign-ins here, and since when each is linked to you. */
      company: z.array(z.object({ id, name: z.string(), linkedAt: at.nullable() })),
      /** Signed in by the company, which vouches for this workspace alone. */
      bound: z.boolean(),
      secondFactorFrom: at.nullable(),
    }),
  }),
  'POST /me/proof/begin': endpoint({
    summary: 'What a browser needs to ask for one of your passkeys',
    may: 'member',
    apart: true,
    held: 'second-factor',
    reply: z.object({ options: webauthn }),
  }),
  'POST /me/proof': endpoint({
    summary: 'Prove once more that it is you: by a passkey, or by password and code',
    may: 'member',
    apart: true,
    held: 'second-factor',
    secret: true,
    body: z.object({
      password: z.string().max(200).optional(),
      code: z.string().max(40).optional(),
      answer: webauthn.optional(),
    }),
    reply: me,
  }),
  'POST /me/passkeys/begin': endpoint({
    summary: 'What a browser needs to make a passkey',
    may: 'member',
    apart: true,
    held: 'second-factor',
    proof: true,
    reply: z.object({ options: webauthn }),
  }),
  'POST /me/passkeys': endpoint({
    summary: 'Add the passkey a browser made',
    may: 'member',
    apart: true,
    held: 'second-factor',
    proof: true,
    status: 201,
    body: z.object({ name: line(60), answer: webauthn }),
    reply: passkey,
  }),
  'PATCH /me/passkeys/:id': endpoint({
    summary: 'Rename a passkey',
    may: 'member',
    params: byId,
    body: z.object({ name: line(60) }),
    reply: passkey,
  }),
  'DELETE /me/passkeys/:id': endpoint({
    summary: 'Remove a passkey, unless it is the last way in',
    may: 'member',
    apart: true,
    proof: true,
    params: byId,
    reply: nothing,
  }),
  'DELETE /people/:id/second-factor': endpoint({
    summary: 'Take away the second factor of a person who lost it; they are signed out everywhere',
    may: 'people.write',
    proof: true,
    params: byId,
    reply: nothing,
  }),
  'GET /workspace/sign-in': endpoint({
    summary: 'How everyone has to sign in',
    may: 'workspace.write',
    reply: signInRules,
  }),
  'PUT /workspace/sign-in': endpoint({
    summary: 'Change how everyone has to sign in; what is left out stays',
    may: 'workspace.write',
    proof: true,
    body: z.object({
      secondFactor: z
        .object({ graceDays: z.number().int().min(0).max(90) })
        .nullable()
        .optional(),
      onlyCompany: z.boolean().optional(),
      networks: z.array(z.string().max(60)).max(200).optional(),
      /** Also when the one who asks is shut out by it. */
      confirmed: z.boolean().optional(),
    }),
    reply: signInRules,
  }),
};

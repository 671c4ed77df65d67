import { z } from 'zod';
import { at, byId, days, email, endpoint, id, language, line, nothing, permissions, timeZone } from './endpoint.ts';

export const role = z.enum(['owner', 'manager', 'lead', 'representative', 'specialist', 'viewer']);
export type Role = z.infer<typeof role>;
export const password = z.string().min(10, 'needs 10 characters or more').max(200);

export const workspace = z.object({
  id,
  name: z.string(),
  language: z.string(),
  timeZone: z.string(),
  /** Set for a sample workspace: the one it was made for. */
  sampleOf: id.nullable(),
});
export const person = z.object({
  id,
  name: z.string(),
  email: z.string(),
  role,
  active: z.boolean(),
  language: z.string(),
  timeZone: z.string(),
  signature: z.string(),
  createdAt: at,
  lastSeenAt: at.nullable(),
});
export type Person = z.infer<typeof person>;
export const team = z.object({ id, name: z.string(), people: z.array(id) });
export type Team = z.infer<typeof team>;
/** How a person wants the app to look, on every device. `auto` follows the device. */
export const look = z.object({
  theme: z.enum(['auto', 'light', 'dark']),
  contrast: z.enum(['auto', 'high']),
  density: z.enum(['compact', 'default', 'relaxed']),
});
export type Look = z.infer<typeof look>;
/** How a person wants the keyboard: single keys or not, whose keys, and what differs from them (an action's name, its key; empty for none). */
export const keyChoice = z.object({
  on: z.boolean(),
  preset: z.enum(['hearten', 'gmail', 'helpscout']),
  own: z
    .record(z.string().regex(/^[A-Za-z]{1,40}$/), z.string().max(40))
    .refine((own) => Object.keys(own).length <= 200, 'has room for 200 keys'),
});
export type KeyChoice = z.infer<typeof keyChoice>;
export const me = z.object({
  person,
  workspace,
  workspaces: z.array(workspace),
  permissions: z.array(z.string()),
  totp: z.boolean(),
  keys: keyChoice,
  /** Null until one has chosen. */
  look: look.nullable(),
  /** Whether the list of first steps is shown. */
  firstSteps: z.boolean(),
  /** Whether what could be said more gently is shown before an answer is sent. */
  checksTone: z.boolean(),
  /** Of the machine, for owners: restored from a backup and not released yet; why the last backup by the clock failed. */
  machine: z.object({ heldFrom: z.string().nullable(), backupFailed: z.string().nullable() }),
  /** What has to be put right before anything else can be done. */
  held: z.enum(['second-factor']).nullable(),
  /** By when a second factor has to be set up, for whom that is still to do. */
  secondFactorBy: at.nullable(),
  csrf: z.string(),
});
export type Me = z.infer<typeof me>;
export const invitation = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role,
  createdAt: at,
  expiresAt: at,
  link: z.string().optional(),
  /** Only when it was just made: is a mail with the link on its way? */
  mailed: z.boolean().optional(),
});
export const apiKey = z.object({
  id,
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: at,
  lastUsedAt: at.nullable(),
  expiresAt: at.nullable(),
  /** Requests a minute; null: as many as this Hearten allows everyone. */
  perMinute: z.number().int().nullable(),
  /** The person it acts for. */
  personId: id,
  /** Only in the answer that makes it. */
  token: z.string().optional(),
});
export type ApiKey = z.infer<typeof apiKey>;
export const session = z.object({
  id: z.string(),
  current: z.boolean(),
  agent: z.string(),
  ip: z.string(),
  how: z.enum(['password', 'passkey', 'company']),
  /** With a second factor. */
  strong: z.boolean(),
  createdAt: at,
  lastSeenAt: at,
});
export type Session = z.infer<typeof session>;
/**
 * What a key may do. `read`: all that is read; `write`: that, and work on conversations, customers and quarantine; `admin`: all that its
 * person may. Or one by one, by the names of the permission table: whatever of an area it may do, it may read there too.
 */
export const scope = z.enum(['read', 'write', 'admin', ...permissions]);
export type Scope = z.infer<typeof scope>;
const perMinute = z.number().int().min(1).max(1_000_000);

export const teamEndpoints = {
  'GET /setup': endpoint({
    summary: 'Is the one-time set-up still open?',
    may: 'anyone',
    reply: z.object({ open: z.boolean() }),
  }),
  'POST /setup/look': endpoint({
    summary: 'Is this one-time link good for setting up?',
    may: 'anyone',
    body: z.object({ token: z.string().max(200) }),
    reply: z.object({ open: z.boolean() }),
  }),
  'POST /setup': endpoint({
    summary: 'Create the first owner and workspace with the one-time link',
    may: 'anyone',
    status: 201,
    body: z.object({
      token: z.string().max(200),
      email,
      password,
      name: line(),
      workspace: line(),
      language: language.optional(),
      timeZone: timeZone.optional(),
    }),
    reply: me,
  }),
  'POST /sign-in': endpoint({
    summary: 'Sign in with e-mail, password and, when set, a one-time code',
    may: 'anyone',
    body: z.object({ email: z.string().max(254), password: z.string().max(200), code: z.string().max(40).optional() }),
    reply: me,
  }),
  'POST /sign-out': endpoint({
    summary: 'End this session',
    may: 'member',
    held: 'any',
    /** Where it ends at the company's provider, too. */
    reply: z.object({ url: z.string().optional() }),
  }),
  'GET /me': endpoint({
    summary: 'Who is signed in, where, and what they may do',
    may: 'member',
    held: 'second-factor',
    reply: me,
  }),
  'PATCH /me': endpoint({
    summary:
      'Change your own name, language, time zone, signature, keys, look, whether the tone of answers is looked at, or put the first steps away',
    may: 'member',
    body: z
      .object({
        name: line(),
        language,
        timeZone,
        signature: z.string().max(4000),
        keys: keyChoice,
        look,
        firstSteps: z.boolean(),
        checksTone: z.boolean(),
      })
      .partial(),
    reply: me,
  }),
  'POST /me/password': endpoint({
    summary: 'Change your password; every other session ends',
    may: 'member',
    apart: true,
    body: z.object({ old: z.string().max(200).optional(), password }),
    reply: nothing,
  }),
  'POST /me/totp': endpoint({
    summary: 'Begin two-step sign-in: a secret for the authenticator app',
    may: 'member',
    apart: true,
    held: 'second-factor',
    proof: true,
    secret: true,
    reply: z.object({ secret: z.string(), uri: z.string() }),
  }),
  'POST /me/totp/confirm': endpoint({
    summary: 'Switch two-step sign-in on with a first code',
    may: 'member',
    apart: true,
    held: 'second-factor',
    secret: true,
    body: z.object({ code: z.string().max(10) }),
    reply: z.object({ recovery: z.array(z.string()) }),
  }),
  'DELETE /me/totp': endpoint({
    summary: 'Switch two-step sign-in off',
    may: 'member',
    apart: true,
    proof: true,
    reply: nothing,
  }),
  'POST /me/workspace': endpoint({
    summary: 'Work in another of your workspaces',
    may: 'member',
    apart: true,
    held: 'any',
    body: z.object({ workspaceId: id }),
    reply: me,
  }),
  'GET /me/sessions': endpoint({
    summary: 'Where you are signed in',
    may: 'member',
    reply: z.object({ items: z.array(session) }),
  }),
  'DELETE /me/sessions/:id': endpoint({
    summary: 'End one of your sessions',
    may: 'member',
    params: z.object({ id: z.string().max(100) }),
    reply: nothing,
  }),
  'DELETE /me/sessions': endpoint({
    summary: 'End all your sessions but this one',
    may: 'member',
    reply: z.object({ ended: z.number() }),
  }),
  'GET /people/:id/sessions': endpoint({
    summary: 'Where a person is signed in to this workspace',
    may: 'people.write',
    params: byId,
    reply: z.object({ items: z.array(session) }),
  }),
  'DELETE /people/:id/sessions': endpoint({
    summary: 'End all sessions of a person in this workspace',
    may: 'people.write',
    params: byId,
    reply: z.object({ ended: z.number() }),
  }),
  'DELETE /people/:id/sessions/:sessionId': endpoint({
    summary: 'End one session of a person',
    may: 'people.write',
    params: z.object({ id, sessionId: z.string().max(100) }),
    reply: z.object({ ended: z.number() }),
  }),
  'POST /password-resets': endpoint({
    summary: 'Ask for a reset mail; the answer never tells whether the address is known',
    may: 'anyone',
    body: z.object({ email: z.string().max(254) }),
    reply: nothing,
  }),
  'POST /password-resets/use': endpoint({
    summary: 'Set a new password with the token of the reset mail',
    may: 'anyone',
    body: z.object({ token: z.string().max(200), password }),
    reply: nothing,
  }),
  'GET /invitations': endpoint({
    summary: 'Open invitations',
    may: 'people.read',
    reply: z.object({ items: z.array(invitation) }),
  }),
  'POST /invitations': endpoint({
    summary: 'Invite a person; the link comes back for copying and goes out by mail when system mail is set up',
    may: 'people.write',
    secret: true,
    status: 201,
    body: z.object({ email, name: line().optional(), role }),
    reply: invitation,
  }),
  'DELETE /invitations/:id': endpoint({
    summary: 'Withdraw an invitation',
    may: 'people.write',
    params: byId,
    reply: nothing,
  }),
  'POST /invitations/look': endpoint({
    summary: 'What an invitation link is for',
    may: 'anyone',
    body: z.object({ token: z.string().max(200) }),
    reply: z.object({ workspace: z.string(), email: z.string(), name: z.string(), known: z.boolean() }),
  }),
  'POST /invitations/accept': endpoint({
    summary: 'Join with the token of an invitation',
    may: 'anyone',
    status: 201,
    body: z.object({
      token: z.string().max(200),
      name: line(),
      password: z.string().max(200),
      code: z.string().max(40).optional(),
      language: language.optional(),
      timeZone: timeZone.optional(),
    }),
    reply: me,
  }),
  'GET /people': endpoint({
    summary: 'Everyone who works here',
    may: 'people.read',
    reply: z.object({ items: z.array(person) }),
  }),
  'PATCH /people/:id': endpoint({
    summary: 'Change a role, or deactivate a person (their sessions and keys end at once)',
    may: 'people.write',
    params: byId,
    body: z.object({ role, active: z.boolean(), name: line() }).partial(),
    reply: person,
  }),
  'POST /people/:id/reset-link': endpoint({
    summary: 'A link with which a person sets a new password, to hand over yourself',
    may: 'people.write',
    proof: true,
    secret: true,
    params: byId,
    reply: z.object({ link: z.string(), expiresAt: at }),
  }),
  'GET /teams': endpoint({
    summary: 'Teams and who is in them',
    may: 'people.read',
    reply: z.object({ items: z.array(team) }),
  }),
  'POST /teams': endpoint({
    summary: 'Create a team',
    may: 'team.write',
    status: 201,
    body: z.object({ name: line(), people: z.array(id).max(500).optional() }),
    reply: team,
  }),
  'PATCH /teams/:id': endpoint({
    summary: 'Rename a team or change who is in it',
    may: 'team.write',
    params: byId,
    body: z.object({ name: line(), people: z.array(id).max(500) }).partial(),
    reply: team,
  }),
  'DELETE /teams/:id': endpoint({
    summary: 'Delete a team; its conversations become unassigned to a team',
    may: 'team.write',
    params: byId,
    reply: nothing,
  }),
  'GET /api-keys': endpoint({
    summary: 'API keys (never their secrets)',
    may: 'key.write',
    reply: z.object({ items: z.array(apiKey) }),
  }),
  'POST /api-keys': endpoint({
    summary: 'Create an API key; the token is shown once',
    may: 'key.write',
    proof: true,
    secret: true,
    status: 201,
    body: z.object({
      name: line(),
      scopes: z.array(scope).min(1).max(50),
      expiresAt: at.optional(),
      perMinute: perMinute.optional(),
      /** A key for the sample workspace instead: nothing it does touches real conversations. */
      sample: z.boolean().optional(),
    }),
    reply: apiKey,
  }),
  'PATCH /api-keys/:id': endpoint({
    summary: 'Rename an API key, set its last day or how many requests a minute it may make',
    may: 'key.write',
    params: byId,
    body: z.object({ name: line(), expiresAt: at.nullable(), perMinute: perMinute.nullable() }).partial(),
    reply: apiKey,
  }),
  'DELETE /api-keys/:id': endpoint({
    summary: 'Revoke an API key at once',
    may: 'key.write',
    params: byId,
    reply: nothing,
  }),
  'GET /workspace': endpoint({ summary: 'The workspace', may: 'member', reply: workspace }),
  'PATCH /workspace': endpoint({
    summary:
      'Rename the workspace, set its language and time zone, when conversations close and the trash is emptied, whether customers are asked how they feel, and which events are orders',
    may: 'workspace.write',
    body: z
      .object({
        name: line(),
        language,
        timeZone,
        closesAfterDays: days,
        emptiesTrashAfterDays: days,
        /** How many chats a person takes at once, of whom nothing else was said. */
        chatsEach: z.number().int().min(1).max(100),
        /** Whether an answer that resolves asks the customer how they feel. Off until somebody switches it on. */
        asksMood: z.boolean(),
        /** The name of the events that are orders; contact rates are counted over them where no customers are tracked. */
        orderEvent: line(100),
      })
      .partial(),
    reply: workspace,
  }),
  'GET /system-mails': endpoint({
    summary: 'The mails Hearten itself sends, with their texts',
    may: 'workspace.write',
    reply: z.object({
      items: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          subject: z.string(),
          body: z.string(),
          changed: z.boolean(),
          variables: z.array(z.string()),
        }),
      ),
    }),
  }),
  'PUT /system-mails/:name': endpoint({
    summary: 'Change the text of a system mail',
    may: 'workspace.write',
    params: z.object({ name: z.string().max(60) }),
    body: z.object({ subject: line(), body: z.string().min(1).max(20_000) }),
    reply: nothing,
  }),
  'DELETE /system-mails/:name': endpoint({
    summary: 'Put a system mail back to its first text',
    may: 'workspace.write',
    params: z.object({ name: z.string().max(60) }),
    reply: nothing,
  }),
};

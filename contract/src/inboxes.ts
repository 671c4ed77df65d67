import { z } from 'zod';
import { at, byId, email, endpoint, id, line, nothing, page } from './endpoint.ts';
import { why } from './reasons.ts';

export const security = z.enum(['tls', 'starttls', 'none']);
const server = z.object({
  host: line(253),
  port: z.number().int().min(1).max(65535),
  security,
  user: z.string().max(254).default(''),
  password: z.string().max(500).optional(),
});
export const provider = z.enum(['google', 'microsoft']);
const signIn = z.object({ provider, account: z.string(), at });
export const mailSettings = z.object({
  imap: server
    .extend({
      folder: z.string().max(200).default('INBOX'),
      since: at.nullable().default(null),
      all: z.boolean().default(false),
    })
    .nullable()
    .default(null),
  smtp: server.nullable().default(null),
  signature: z.string().max(4000).default(''),
  undoSeconds: z.number().int().min(0).max(60).default(10),
  quoteHistory: z.boolean().default(false),
  acknowledge: z.boolean().default(false),
  /** Answers come back to support+…@, which names the conversation. Off for mail servers that know no plus addresses. */
  plusAddress: z.boolean().default(true),
  /** Signed in at a provider instead of with passwords. Written by the sign-in alone; null goes back to passwords. */
  signIn: signIn.nullable().default(null),
  /** Names under which the inbox's own mail host notes its checks (Authentication-Results); only these are believed. */
  trustedHosts: z.array(line(253)).max(10).default([]),
});
export type MailSettings = z.infer<typeof mailSettings>;
export const finding = z.object({ step: z.string(), ok: z.boolean(), text: z.string(), why });
export type Finding = z.infer<typeof finding>;
export const inboxState = z.object({
  state: z.enum(['new', 'working', 'trouble', 'paused']),
  text: z.string(),
  why,
  at: at.nullable(),
  waiting: z.number().int(),
  /** Since when it is in trouble, and whether its people were told. */
  since: at.nullable(),
  told: z.boolean(),
});
/** Passwords never come back: `password` is absent, `hasPassword` tells. */
export const inbox = z.object({
  id,
  name: z.string(),
  channel: z.string(),
  address: z.string(),
  enabled: z.boolean(),
  settings: mailSettings,
  hasPassword: z.object({ imap: z.boolean(), smtp: z.boolean() }),
  state: inboxState,
  intakeKey: z.string().optional(),
  createdAt: at,
});
export type Inbox = z.infer<typeof inbox>;
/** Said as null it goes back to passwords; left out, it stays as it is. */
const settings = mailSettings.extend({ signIn: signIn.nullable().optional() });
const { shape } = mailSettings;
/** What a change leaves out stays, so nothing here has a value of its own; a connection is given whole, or null. */
const changed = z
  .object({
    imap: shape.imap.unwrap(),
    smtp: shape.smtp.unwrap(),
    signature: shape.signature.unwrap(),
    undoSeconds: shape.undoSeconds.unwrap(),
    quoteHistory: shape.quoteHistory.unwrap(),
    acknowledge: shape.acknowledge.unwrap(),
    plusAddress: shape.plusAddress.unwrap(),
    trustedHosts: shape.trustedHosts.unwrap(),
    signIn: shape.signIn.unwrap(),
  })
  .partial();
/** How an inbox writes, without where it is connected: what is left out stays, and the connection is not touched. */
const habits = z
  .object({
    signature: z.string().max(4000),
    undoSeconds: z.number().int().min(0).max(60),
    quoteHistory: z.boolean(),
    acknowledge: z.boolean(),
    plusAddress: z.boolean(),
  })
  .partial();
const write = z.object({
  name: line(),
  address: email,
  enabled: z.boolean().optional(),
  settings,
  /** Kept as it is said. Otherwise its servers are tried first, and what does not work is not kept. */
  untested: z.boolean().optional(),
});
/** A sign-in to use; `otherAccount` says that it may be that of another address. */
const signInUsed = z.object({ id, otherAccount: z.boolean().default(false) });
export const postingName = z.enum(['mailgun', 'postmark', 'sendgrid', 'ses']);
export type PostingName = z.infer<typeof postingName>;
/** A provider that receives mail and posts it to us. Its secrets never come back: `has` tells. */
export const posting = z.object({
  name: postingName,
  /** Without the password, where one belongs into it (`password`): that is shown once, when it is made. */
  url: z.string(),
  password: z.boolean(),
  has: z.object({ signingKey: z.boolean(), verificationKey: z.boolean(), accessKey: z.boolean() }),
  topics: z.array(z.string()),
  since: at.nullable(),
  lastAt: at.nullable(),
  trouble: z.object({ text: z.string(), why, at }).nullable(),
});
export type Posting = z.infer<typeof posting>;
/** An archive of mail on its way in. read = imported + known + quarantined + ignored, at any moment. */
export const mailImport = z.object({
  id,
  path: z.string(),
  state: z.enum(['running', 'stopping', 'stopped', 'done', 'failed']),
  text: z.string(),
  why,
  /** How much of the archive is behind it, 0 to 1. */
  share: z.number(),
  read: z.number().int(),
  imported: z.number().int(),
  known: z.number().int(),
  quarantined: z.number().int(),
  ignored: z.number().int(),
  createdAt: at,
  updatedAt: at,
  finishedAt: at.nullable(),
});
export type MailImport = z.infer<typeof mailImport>;
const secret = z.string().trim().max(1000).optional();
export const quarantined = z.object({
  id,
  inboxId: id.nullable(),
  source: z.string(),
  from: z.string(),
  subject: z.string(),
  reason: z.string(),
  why,
  size: z.number().int(),
  receivedAt: at,
  attempts: z.number().int(),
  hasRaw: z.boolean(),
});
export type Quarantined = z.infer<typeof quarantined>;

export const inboxEndpoints = {
  'GET /inboxes': endpoint({
    summary: 'Inboxes and how each is doing',
    may: 'inbox.read',
    reply: z.object({ items: z.array(inbox) }),
  }),
  'POST /inboxes': endpoint({
    summary: 'Connect a mailbox; its servers are tried first, unless it is said to be `untested`',
    may: 'inbox.write',
    apart: true,
    status: 201,
    body: write.extend({ signIn: signInUsed.optional() }),
    reply: inbox,
  }),
  'PATCH /inboxes/:id': endpoint({
    summary:
      'Change an inbox; what is left out stays as it is, passwords too. Servers that are named are tried first, unless it is said to be `untested`',
    may: 'inbox.write',
    apart: true,
    params: byId,
    body: write.extend({ settings: changed }).partial().extend({ habits: habits.optional() }),
    reply: inbox,
  }),
  'DELETE /inboxes/:id': endpoint({
    summary: 'Disconnect an inbox; its conversations stay',
    may: 'inbox.write',
    params: byId,
    reply: nothing,
  }),
  'POST /inboxes/test': endpoint({
    summary: 'Try a connection and say in plain words what is wrong',
    may: 'inbox.write',
    apart: true,
    body: z.object({ id: id.optional(), address: email, settings }),
    reply: z.object({ findings: z.array(finding), count: z.number().int().nullable() }),
  }),
  'GET /inboxes/:id/mail-hosts': endpoint({
    summary: 'Which hosts note their checks in the mail of this inbox: whom a person may trust',
    may: 'inbox.write',
    params: byId,
    reply: z.object({
      /** How many of its latest mails were looked at. */
      of: z.number().int(),
      items: z.array(z.object({ host: z.string(), mails: z.number().int(), likely: z.boolean() })),
    }),
  }),
  'POST /inboxes/:id/intake-key': endpoint({
    summary: 'A new key for signed delivery over HTTP; shown once',
    may: 'inbox.write',
    secret: true,
    params: byId,
    reply: z.object({ key: z.string() }),
  }),
  'GET /inboxes/:id/provider': endpoint({
    summary: 'The provider that receives mail for an inbox, and whether it works',
    may: 'inbox.read',
    params: byId,
    reply: z.object({ provider: posting.nullable() }),
  }),
  'PUT /inboxes/:id/provider': endpoint({
    summary: 'Receive through a provider; a secret left out stays as it is. An address with a password is shown once',
    may: 'inbox.write',
    secret: true,
    params: byId,
    body: z.object({
      name: postingName,
      signingKey: secret,
      verificationKey: secret,
      newPassword: z.boolean().optional(),
      topics: z.array(z.string().trim().min(1).max(400)).max(10).optional(),
      accessKeyId: secret,
      secretAccessKey: secret,
    }),
    reply: z.object({ provider: posting.nullable(), url: z.string().nullable() }),
  }),
  'DELETE /inboxes/:id/provider': endpoint({
    summary: 'Receive through the provider no more',
    may: 'inbox.write',
    params: byId,
    reply: nothing,
  }),
  'GET /inboxes/:id/imports': endpoint({
    summary: 'Archives that were imported into an inbox, or are being',
    may: 'inbox.read',
    params: byId,
    reply: z.object({ items: z.array(mailImport) }),
  }),
  'POST /imports/:id/stop': endpoint({
    summary: 'Stop an import; what is in stays, and it can go on from there',
    may: 'inbox.write',
    params: byId,
    reply: mailImport,
  }),
  'POST /imports/:id/resume': endpoint({
    summary: 'Go on with an import where it stopped',
    may: 'inbox.write',
    params: byId,
    reply: mailImport,
  }),
  'GET /quarantine': endpoint({
    summary: 'Mail that could not be read, and why',
    may: 'quarantine.read',
    query: z.object(page),
    reply: z.object({ items: z.array(quarantined), next: z.string().nullable() }),
  }),
  'POST /quarantine/:id/retry': endpoint({
    summary: 'Try to read it again',
    may: 'quarantine.write',
    apart: true,
    params: byId,
    reply: z.object({ outcome: z.enum(['processed', 'quarantined']), reason: z.string(), why }),
  }),
  'POST /quarantine/:id/ignore': endpoint({
    summary: 'Set it aside for good; the raw file is kept',
    may: 'quarantine.write',
    params: byId,
    reply: nothing,
  }),
};

import type { Role } from '@hearten/contract';
import type { Side } from '../side.ts';
import { roles } from '../world.ts';

/** Served beside the contract: how each file of a side is asked for, or where else the route is tested. */
export const files: Record<string, { url: (side: Side) => string; roles: readonly Role[] }> = {
  'GET /files/messages/:id/raw': { url: (s) => `/files/messages/${s.received}/raw`, roles },
  'GET /files/messages/:id/:part': { url: (s) => `/files/messages/${s.sent}/0`, roles },
  'GET /files/quarantine/:id/raw': {
    url: (s) => `/files/quarantine/${s.quarantined}/raw`,
    roles: roles.filter((role) => role !== 'viewer'),
  },
  'GET /frames/files/:id/:part': { url: (s) => `/frames/files/${s.sent}/0`, roles },
  'GET /frames/messages/:id': { url: (s) => `/frames/messages/${s.received}`, roles },
};
export const elsewhere = new Map([
  ['GET /api/v1/events', 'server/test/stream.test.ts: by the scopes of a key, of its own workspace'],
  ['GET /files/exports/:id', 'server/src/privacy/exports.test.ts: one’s own workspace, for who may export'],
  ['GET /files/audit-log', 'server/src/privacy/audit.test.ts: one’s own workspace, for who may read the log'],
  ['POST /api/v1/uploads', 'below'],
  ['GET /api/v1/uploads/:id', 'below'],
  ['GET /files/images', 'server/src/channels/email/files.test.ts: opens only what we signed'],
  ['GET /frames/practice/:id', 'server/src/channels/email/practice/practice.test.ts: one’s own workspace'],
  ['GET /oauth/callback', 'server/src/channels/email/sign-in/sign-in.test.ts: opens only what this session began'],
  ['POST /mail/:inboxId', 'server/src/channels/email/posted.test.ts: opens only to the signature of the inbox'],
  ...[
    'GET /chat/:file',
    'GET /chat/app/:name',
    'POST /chat/:app/visit',
    'POST /chat/:app/messages',
    'POST /chat/:app/person',
    'POST /chat/:app/chats/:id/mail',
    'POST /chat/:app/continue',
    'GET /chat/:app/continue',
    'POST /chat/:app/about',
    'POST /chat/:app/consent',
    'POST /chat/:app/events',
    'POST /chat/:app/end',
    'POST /chat/:app/files',
    'GET /chat/:app/chats',
    'GET /chat/:app/chats/:id/lines',
    'POST /chat/:app/chats/:id/read',
    'GET /chat/:app/files/:id/:part',
  ].map((route): [string, string] => [route, 'server/src/channels/chat/chat.test.ts: opens a visitor’s own only']),
  ...['POST /chat/:app/chats/:id/ask', 'PUT /chat/:app/chats/:id/felt'].map((route): [string, string] => [
    route,
    'server/src/channels/chat/felt.test.ts: asks a visitor of their own only',
  ]),
  ...[
    'GET /form.js',
    'GET /form/page.js',
    'GET /form/page.css',
    'GET /form/preview',
    'GET /form/:id',
    'GET /form/:id/leave',
  ].map((route): [string, string] => [
    route,
    'server/src/channels/form/form.test.ts: for anybody, and tells of one form',
  ]),
  [
    'POST /form/:id',
    'server/src/channels/form/form.test.ts: for anybody with leave, and tells nothing of what is known',
  ],
  ['GET /felt/:token/:choice', 'server/src/mood/ask.test.ts: opens only what we signed'],
  ['GET /felt/:token', 'server/src/mood/ask.test.ts: opens only what we signed'],
  ['POST /felt/:token/:choice', 'server/src/mood/ask.test.ts: opens only what we signed'],
  ['POST /felt/:token', 'server/src/mood/ask.test.ts: opens only what we signed'],
  ['GET /no-more/:token', 'server/src/mailings/unsubscribe.test.ts: opens only what we signed'],
  ['POST /no-more/:token', 'server/src/mailings/unsubscribe.test.ts: opens only what we signed'],
  ['GET /asked/:token', 'server/src/surveys/ask.test.ts: opens only what we signed'],
  ['POST /asked/:token', 'server/src/surveys/ask.test.ts: opens only what we signed'],
  ['GET /asked/:token/:tap', 'server/src/surveys/ask.test.ts: opens only what we signed'],
  ['POST /asked/:token/:tap', 'server/src/surveys/ask.test.ts: opens only what we signed'],
  ['GET /no-questions/:token', 'server/src/surveys/ask.test.ts: opens only what we signed'],
  ['POST /no-questions/:token', 'server/src/surveys/ask.test.ts: opens only what we signed'],
  ['GET /digest/:token', 'server/src/notifications/digest-mail.test.ts: opens only what we signed'],
  ['POST /digest/:token', 'server/src/notifications/digest-mail.test.ts: opens only what we signed'],
  ...['mailgun', 'mailgun/mime', 'postmark', 'sendgrid', 'ses'].map((path): [string, string] => [
    `POST /mail/:inboxId/${path}`,
    'server/src/channels/email/provider/provider.test.ts: opens only to what the provider signed',
  ]),
]);

import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { after, before, test } from 'node:test';
import { endpoints, type Key, type Role } from '@hearten/contract';
import { COOKIE } from '../src/base/http.ts';
import { newId } from '../src/base/ids.ts';
import { founding, makeModules } from '../src/modules.ts';
import { permissionsOf } from '../src/team/index.ts';
import { fingerprint, makeSide, type Side } from './side.ts';
import { type Answer, type Browser, makeWorld, password, roles, type World } from './world.ts';

/** How each route is called: `path` gives the ids of its address, `body` those of its body or query. */
type Call = {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  own?: number;
  ids?: 'body';
};
const of = (id: string) => ({ params: { id } });
const settings = { imap: null, smtp: { host: '127.0.0.1', port: 1, security: 'none' } };
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
const calls: Record<Key, (path: Side, body: Side) => Call> = {
  'GET /setup': () => ({ own: 404 }),
  'POST /setup': () => ({
    body: { token: 'x', email: 'x@example.org', password, name: 'X', workspace: 'X' },
    own: 404,
  }),
  'POST /sign-in': (s) => ({ body: { email: `nobody@${s.canary}.example`, password }, own: 401 }),
  'POST /sign-out': () => ({}),
  'GET /me': () => ({}),
  'PATCH /me': () => ({ body: { name: 'Same' } }),
  'POST /me/password': () => ({ body: { old: password, password } }),
  'POST /me/totp': () => ({ body: { password } }),
  'POST /me/totp/confirm': () => ({ body: { code: '000000' }, own: 409 }),
  'DELETE /me/totp': () => ({ body: { password } }),
  'POST /me/workspace': (_, b) => ({ body: { workspaceId: b.place.id }, ids: 'body' }),
  'GET /me/sessions': () => ({}),
  'DELETE /me/sessions/:id': (p) => of(p.session),
  'POST /password-resets': () => ({ body: { email: 'nobody@example.org' } }),
  'POST /password-resets/use': () => ({ body: { token: 'x', password }, own: 404 }),
  'GET /invitations': () => ({}),
  'POST /invitations': () => ({ body: { email: `${newId()}@example.org`, role: 'viewer' } }),
  'DELETE /invitations/:id': (p) => of(p.invitation),
  'POST /invitations/look': () => ({ body: { token: 'x' }, own: 404 }),
  'POST /invitations/accept': () => ({ body: { token: 'x', name: 'X', password }, own: 404 }),
  'GET /people': () => ({}),
  'PATCH /people/:id': (p) => ({ ...of(p.person), body: { name: 'Renamed' } }),
  'POST /people/:id/reset-link': (p) => of(p.person),
  'GET /teams': () => ({}),
  'POST /teams': (_, b) => ({ body: { name: `Team ${newId()}`, people: [b.person] }, ids: 'body' }),
  'PATCH /teams/:id': (p, b) => ({ ...of(p.team), body: { people: [b.person] }, ids: 'body' }),
  'DELETE /teams/:id': (p) => of(p.team),
  'GET /api-keys': () => ({}),
  'POST /api-keys': () => ({ body: { name: 'x', scopes: ['read'] } }),
  'DELETE /api-keys/:id': (p) => of(p.key),
  'GET /workspace': () => ({}),
  'PATCH /workspace': () => ({ body: { language: 'en' } }),
  'GET /system-mails': () => ({}),
  'PUT /system-mails/:name': () => ({ params: { name: 'invitation' }, body: { subject: 'x', body: 'x' } }),
  'DELETE /system-mails/:name': () => ({ params: { name: 'invitation' } }),

  'GET /customers': (_, b) => ({ query: { q: b.canary } }),
  'GET /customers/:id': (p) => of(p.customer),
  'PATCH /customers/:id': (p) => ({ ...of(p.customer), body: { name: 'Renamed' } }),
  'GET /blocked-senders': () => ({}),
  'POST /blocked-senders': () => ({ body: { pattern: `${newId()}@example.org` } }),
  'DELETE /blocked-senders/:id': (p) => of(p.blocked),
  'GET /allowed-senders': () => ({}),
  'POST /allowed-senders': () => ({ body: { pattern: `${newId()}@example.org` } }),
  'DELETE /allowed-senders/:id': (p) => of(p.allowed),

  'GET /conversations': (_, b) => ({ query: { view: 'all', inboxId: b.inbox, customerId: b.customer } }),
  'GET /views': () => ({}),
  'GET /conversations/count': (_, b) => ({ query: { assigneeId: b.person, tag: `tag-${b.canary}` } }),
  'GET /saved-views': () => ({}),
  'POST /saved-views': (_, b) => ({ body: { name: 'x', icon: 'star', filter: {}, for: b.team }, ids: 'body' }),
  'PATCH /saved-views/:id': (p) => ({ ...of(p.savedView), body: { name: 'y' } }),
  'POST /saved-views/:id/restore': (p) => of(p.savedView),
  'DELETE /saved-views/:id': (p) => of(p.savedView),
  'POST /bulk': (_, b) => ({ body: { action: { do: 'tag', add: ['x'] }, ids: [b.conversation] }, ids: 'body' }),
  'GET /bulk/:id': (p) => of(p.bulk),
  'POST /bulk/:id/stop': (p) => of(p.bulk),
  'POST /bulk/:id/undo': (p) => of(p.bulk),
  'POST /conversations': (_, b) => ({
    body: { inboxId: b.inbox, to: 'someone@example.org', subject: 'x', text: 'x' },
    ids: 'body',
  }),
  'GET /conversations/:id': (p) => of(p.conversation),
  'GET /conversations/number/:number': () => ({ params: { number: '1' } }),
  'GET /conversations/:id/items': (p) => of(p.conversation),
  'PATCH /conversations/:id': (p) => ({ ...of(p.conversation), body: { subject: 'Changed' } }),
  'POST /conversations/:id/replies': (p, b) => ({
    ...of(p.conversation),
    body: { text: 'x', attachments: [b.upload] },
    ids: 'body',
  }),
  'POST /conversations/:id/forwards': (p, b) => ({
    ...of(p.conversation),
    body: { text: 'x', to: [{ address: 'third@example.org' }], messages: [b.received], attachments: [b.upload] },
    ids: 'body',
  }),
  'POST /conversations/:id/notes': (p, b) => ({
    ...of(p.conversation),
    body: { text: 'x', attachments: [b.upload] },
    ids: 'body',
  }),
  'POST /conversations/:id/assign': (p, b) => ({
    ...of(p.conversation),
    body: { assigneeId: b.person, teamId: b.team },
    ids: 'body',
  }),
  'POST /conversations/:id/snooze': (p) => ({ ...of(p.conversation), body: { until: tomorrow } }),
  'POST /conversations/:id/status': (p) => ({ ...of(p.conversation), body: { status: 'resolved' } }),
  'POST /conversations/:id/tags': (p) => ({ ...of(p.conversation), body: { add: ['x'] } }),
  'POST /conversations/:id/participants': (p) => ({
    ...of(p.conversation),
    body: { add: [{ address: 'x@example.org' }] },
  }),
  'POST /conversations/:id/folder': (p) => ({ ...of(p.other), body: { folder: 'trash' } }),
  'GET /conversations/:id/spam': (p) => of(p.conversation),
  'GET /spam': () => ({}),
  'PATCH /spam': () => ({ body: { threshold: 6 } }),
  'DELETE /spam/learned': () => ({}),
  'POST /conversations/:id/merge': (p, b) => ({ ...of(p.conversation), body: { into: b.other }, ids: 'body' }),
  'POST /conversations/:id/unmerge': (p) => of(p.conversation),
  'GET /workspace/ages': () => ({ query: { closesAfterDays: '3' } }),
  'POST /messages/:id/not-forwarded': (p) => ({ ...of(p.received), own: 409 }),
  'POST /messages/:id/split': (p) => ({ ...of(p.received), body: { only: true } }),
  'POST /conversations/:id/unsplit': (p) => ({ ...of(p.conversation), own: 409 }),
  'POST /conversations/:id/unlink': (p, b) => ({ ...of(p.conversation), body: { otherId: b.other }, ids: 'body' }),
  'DELETE /conversations/:id': (p) => of(p.other),
  'POST /conversations/:id/seen': (p) => ({ ...of(p.conversation), body: {} }),
  'PUT /conversations/:id/draft': (p) => ({ ...of(p.conversation), body: { kind: 'note', text: 'x' } }),
  'DELETE /conversations/:id/draft': (p) => of(p.conversation),
  'POST /messages/:id/undo': (p) => of(p.sent),
  'POST /messages/:id/retry': (p) => of(p.failed),
  'POST /messages/:id/arrived': (p) => ({ ...of(p.doubted) }),
  'POST /messages/:id/plan': (p) => ({ ...of(p.planned), body: { sendAt: tomorrow } }),
  'GET /messages/:id/quote': (p) => of(p.received),
  'POST /messages/:id/pictures': (p) => ({ ...of(p.received), body: { always: true } }),
  'GET /search': (_, b) => ({ query: { q: b.canary } }),
  'GET /tags': () => ({}),

  'GET /inboxes': () => ({}),
  'POST /inboxes': () => ({ body: { name: 'x', address: `${newId()}@example.org`, settings: {} } }),
  'PATCH /inboxes/:id': (p) => ({ ...of(p.inbox), body: { name: 'Renamed' } }),
  'DELETE /inboxes/:id': (p) => of(p.inbox),
  'POST /inboxes/test': (_, b) => ({ body: { id: b.inbox, address: 'x@example.org', settings }, ids: 'body' }),
  'GET /inboxes/:id/mail-hosts': (p) => of(p.inbox),
  'POST /inboxes/:id/intake-key': (p) => of(p.inbox),
  'GET /domains': () => ({}),
  'POST /domains/:domain/check': (p) => ({ params: { domain: `${p.canary}.example` } }),
  'POST /domains/:domain/keys': (p) => ({ params: { domain: `${p.canary}.example` }, body: { algorithm: 'ed25519' } }),
  'DELETE /dkim-keys/:id': (p) => of(p.dkim),
  'GET /mail-providers': () => ({}),
  'PUT /mail-providers/:provider': () => ({
    params: { provider: 'microsoft' },
    body: { clientId: 'x', clientSecret: 'x' },
  }),
  'DELETE /mail-providers/:provider': () => ({ params: { provider: 'google' } }),
  'POST /mailbox-sign-ins': (_, b) => ({ body: { provider: 'google', inboxId: b.inbox }, ids: 'body' }),
  'GET /mailbox-sign-ins/:id': (p) => of(p.signIn),
  'POST /mailbox-sign-ins/:id/use': (p, b) => ({
    ...of(p.signIn),
    body: { inboxId: b.inbox, otherAccount: true },
    ids: 'body',
  }),
  'GET /inboxes/:id/provider': (p) => of(p.inbox),
  'GET /inboxes/:id/imports': (p) => of(p.inbox),
  'POST /imports/:id/stop': (p) => of(p.import),
  'POST /imports/:id/resume': (p) => of(p.import),
  'PUT /inboxes/:id/provider': (p) => ({ ...of(p.inbox), body: { name: 'postmark' } }),
  'DELETE /inboxes/:id/provider': (p) => of(p.inbox),
  'GET /quarantine': () => ({}),
  'POST /quarantine/:id/retry': (p) => of(p.quarantined),
  'POST /quarantine/:id/ignore': (p) => of(p.quarantined),

  'GET /notifications': () => ({}),
  'POST /notifications/seen': (_, b) => ({ body: { ids: [b.notification] } }),
  'GET /notifications/choices': () => ({}),
  'PATCH /notifications/choices': () => ({ body: { preset: 'alone' } }),
  'POST /notifications/browsers': () => ({
    body: {
      endpoint: `https://push.example/${newId()}`,
      p256dh: createECDH('prime256v1').generateKeys('base64url'),
      auth: 'A'.repeat(22),
    },
  }),
  'POST /notifications/browsers/:id/try': (p) => ({ ...of(p.browser), own: 403 }),
  'DELETE /notifications/browsers/:id': (p) => of(p.browser),
};
/** What a call needs to have happened before it, on a side made for it. */
const first: Partial<Record<Key, Key>> = {
  'POST /conversations/:id/unmerge': 'POST /conversations/:id/merge',
  'DELETE /conversations/:id': 'POST /conversations/:id/folder',
};

/** Served beside the contract: how each file of a side is asked for, or where else the route is tested. */
const files: Record<string, { url: (side: Side) => string; roles: readonly Role[] }> = {
  'GET /files/messages/:id/raw': { url: (s) => `/files/messages/${s.received}/raw`, roles },
  'GET /files/messages/:id/:part': { url: (s) => `/files/messages/${s.sent}/0`, roles },
  'GET /files/quarantine/:id/raw': {
    url: (s) => `/files/quarantine/${s.quarantined}/raw`,
    roles: roles.filter((role) => role !== 'viewer'),
  },
  'GET /frames/messages/:id': { url: (s) => `/frames/messages/${s.received}`, roles },
};
const elsewhere = new Map([
  ['POST /api/v1/uploads', 'below'],
  ['GET /files/images', 'server/src/channels/email/routes.test.ts: opens only what we signed'],
  ['GET /oauth/callback', 'server/src/channels/email/sign-in/sign-in.test.ts: opens only what this session began'],
  ['POST /mail/:inboxId', 'server/src/channels/email/routes.test.ts: opens only to the signature of the inbox'],
  ...['mailgun', 'mailgun/mime', 'postmark', 'sendgrid', 'ses'].map((path): [string, string] => [
    `POST /mail/:inboxId/${path}`,
    'server/src/channels/email/provider/provider.test.ts: opens only to what the provider signed',
  ]),
]);

let world: World;
let mine: Side;
let theirs: Side;
before(async () => {
  world = await makeWorld({ modules: makeModules, founding, settings: { DNS_SERVERS: '127.0.0.1:9' } });
  mine = await makeSide(world);
  theirs = await makeSide(world);
});
after(() => world.end());

const keys = Object.keys(calls) as Key[];
const served = () => keys.filter((key) => world.answered.has(key));
function send(
  by: Browser,
  key: Key,
  { params = {}, query = {}, body }: Call,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const [method, path] = key.split(' ') as [string, string];
  const search = new URLSearchParams(query).toString();
  return by.send(
    method,
    `${path.replace(/:(\w+)/g, (_, name: string) => params[name] as string)}${search && `?${search}`}`,
    method === 'GET' ? undefined : (body ?? {}),
    headers,
  );
}
const idsOf = (side: Side): string[] => [
  side.place.id,
  side.place.ownerId,
  ...Object.values(side).filter((value) => typeof value === 'string'),
];
/** Nothing of the other side may stand in an answer, but what the caller had sent itself. */
function clean(answer: Answer, foreign: Side, sent: Call, what: string): void {
  const asked = JSON.stringify(sent);
  for (const word of idsOf(foreign))
    assert.ok(
      !answer.text.includes(word) || asked.includes(word),
      `${what} tells ${word}: ${answer.text.slice(0, 300)}`,
    );
}
type Identity = {
  name: string;
  by: () => Promise<Browser>;
  headers?: Record<string, string>;
  may: (key: Key) => boolean | 'nobody';
};
async function identities(): Promise<Identity[]> {
  const out: Identity[] = [
    {
      name: 'nobody',
      by: async () => world.browser('10.77.0.1'),
      may: (key) => (endpoints[key].may === 'anyone' ? true : 'nobody'),
    },
  ];
  const may = (permissions: ReadonlySet<string>) => (key: Key) =>
    ['anyone', 'member'].includes(endpoints[key].may) || permissions.has(endpoints[key].may);
  for (const role of roles) {
    const browser = await world.as(mine.place, role);
    out.push({ name: role, by: async () => browser, may: may(permissionsOf(role)) });
  }
  for (const scope of ['read', 'write', 'admin'] as const) {
    const { body } = await mine.owner.post<{ token: string }>('/api-keys', { name: scope, scopes: [scope] });
    const all = [...permissionsOf('owner')].filter(
      (p) =>
        scope === 'admin' ||
        p.endsWith('.read') ||
        (scope === 'write' && /^(conversation|customer|quarantine)\./.test(p) && p !== 'conversation.delete'),
    );
    const allowed = may(new Set(all));
    const personal = (key: Key) =>
      endpoints[key].may === 'member' && (!key.startsWith('GET') || key === 'GET /me/sessions');
    out.push({
      name: `key (${scope})`,
      by: async () => world.browser('10.77.0.2'),
      headers: { authorization: `Bearer ${body.token}` },
      may: (key) => allowed(key) && !personal(key) && !(key === 'POST /api-keys'),
    });
  }
  return out;
}

test('Every route that is served is in this matrix', () => {
  const listed = new Set(keys.map((key) => key.replace(' ', ' /api/v1')));
  const unknown = world.served.filter(
    (route) => !route.startsWith('HEAD ') && !listed.has(route) && !(route in files) && !elsewhere.has(route),
  );
  assert.deepEqual(unknown, [], 'served, but not tried here: add how to call it, or a test of its own');
});

test('Each route does its work for the owner on things of their own: the calls of this matrix are right ones', async () => {
  for (const key of served()) {
    const side = key.startsWith('GET') ? mine : await makeSide(world);
    const before_ = first[key];
    if (before_) assert.ok((await send(side.owner, before_, calls[before_](side, side))).status < 300, before_);
    const call = calls[key](side, side);
    const answer = await send(side.owner, key, call);
    assert.ok(call.own ? answer.status === call.own : answer.status < 300, `${key}: ${answer.status} ${answer.text}`);
    clean(answer, theirs, call, key);
  }
});

test('A route that a role may not use says 403 (401 to nobody), and says it before it looks at anything', async () => {
  for (const { name, by, headers, may } of await identities()) {
    const browser = await by();
    for (const key of served()) {
      const allowed = may(key);
      if (allowed === true) continue;
      const wanted = allowed === 'nobody' ? 401 : 403;
      const texts = new Set<string>();
      for (const side of [mine, theirs]) {
        const call = calls[key](side, side);
        const answer = await send(browser, key, call, headers);
        assert.equal(answer.status, wanted, `${name} ${key}: ${answer.text}`);
        clean(answer, theirs, call, `${name} ${key}`);
        texts.add(answer.text);
      }
      assert.equal(texts.size, 1, `${name} ${key} tells what is there by its answer`);
    }
  }
});

test('With ids of another workspace each route answers as if there were nothing, to every role and key, and changes nothing', async () => {
  const untouched = await fingerprint(world, theirs);
  const nowhere = Object.fromEntries(
    Object.entries(theirs).map(([name, value]) => [
      name,
      typeof value === 'string' && name !== 'canary' ? newId() : value,
    ]),
  ) as Side;
  nowhere.place = { ...theirs.place, id: newId(), ownerId: newId() };
  nowhere.canary = 'nowhereatall';
  for (const { name, by, headers, may } of await identities()) {
    for (const key of served()) {
      if (may(key) !== true || endpoints[key].may === 'anyone') continue;
      const browser = await by();
      const call = calls[key](theirs, theirs);
      const what = `${name} ${key}`;
      if (call.params?.id) {
        const answer = await send(browser, key, call, headers);
        assert.equal(answer.status, 404, `${what}: ${answer.status} ${answer.text}`);
        clean(answer, theirs, call, what);
        assert.equal(
          answer.text,
          (await send(browser, key, calls[key](nowhere, nowhere), headers)).text,
          `${what} differs from what is nowhere`,
        );
      }
      if (call.ids === 'body') {
        const mixed = calls[key](mine, theirs);
        const answer = await send(browser, key, mixed, headers);
        assert.ok(
          [400, 404].includes(answer.status),
          `${what} with their ids in the body: ${answer.status} ${answer.text}`,
        );
        clean(answer, theirs, mixed, what);
        assert.equal(
          answer.text,
          (await send(browser, key, calls[key](mine, nowhere), headers)).text,
          `${what} differs from what is nowhere`,
        );
      }
      if (key.startsWith('GET') && !call.params?.id) {
        const mixed = calls[key](mine, theirs);
        const answer = await send(browser, key, mixed, headers);
        assert.ok(answer.status < 300, `${what}: ${answer.status} ${answer.text}`);
        clean(answer, theirs, mixed, what);
      }
    }
  }
  const seen = await mine.owner.post('/notifications/seen', { ids: [theirs.notification] });
  assert.equal(seen.status, 200);
  assert.equal(await fingerprint(world, theirs), untouched);
});

test('Fields that are not the caller’s to set are ignored in every write', async () => {
  const marker = '0000dead-0000-4000-8000-00000000beef';
  const extra = {
    id: marker,
    workspaceId: marker,
    workspace_id: marker,
    accountId: marker,
    account_id: marker,
    authorId: marker,
    author_id: marker,
    personId: marker,
    actorId: marker,
    customerId: marker,
    conversationId: marker,
    conversation_id: marker,
    createdAt: '1999-01-01T00:00:00Z',
    created_at: '1999-01-01T00:00:00Z',
    verified: true,
    isAdmin: true,
    permissions: ['people.write'],
    number: 471147114,
    version: 471147114,
    state: 'sent',
    sent_at: '1999-01-01T00:00:00Z',
    tokenHash: marker,
    passwordHash: marker,
    totp_on: true,
  };
  for (const key of served()) {
    if (key.startsWith('GET') || endpoints[key].may === 'anyone') continue;
    const side = await makeSide(world);
    const before_ = first[key];
    if (before_) await send(side.owner, before_, calls[before_](side, side));
    const call = calls[key](side, side);
    const given = { ...extra, ...(call.body as object | undefined) };
    // As text, since `__proto__` in an object literal would not be sent.
    for (const trick of [
      '"__proto__":{"role":"owner","active":false}',
      '"constructor":{"prototype":{"role":"owner"}}',
    ]) {
      const refused = await send(side.owner, key, { ...call, body: JSON.stringify(given).replace('{', `{${trick},`) });
      assert.equal(refused.status, 400, `${key}: ${refused.status} ${refused.text}`);
    }
    const answer = await send(side.owner, key, { ...call, body: given });
    assert.ok(call.own ? answer.status === call.own : answer.status < 300, `${key}: ${answer.status} ${answer.text}`);
    const all = await fingerprint(world, side);
    for (const sign of [marker, '1999-01-01', '471147114']) assert.ok(!all.includes(sign), `${key} kept ${sign}`);
    assert.equal(({} as { role?: string }).role, undefined, `${key} changed what every object has`);
  }
});

test('A file that one person has stored goes into nobody else’s message', async () => {
  const lead = await world.as(mine.place, 'lead');
  const path = `/conversations/${mine.conversation}/notes`;
  const taken = await lead.post(path, { text: 'x', attachments: [mine.upload] });
  assert.equal(taken.status, 400, taken.text);
  assert.equal(taken.text, (await lead.post(path, { text: 'x', attachments: [newId()] })).text);
});

test('Files are stored for those who may write, and nobody else', async () => {
  const upload = (by: Browser, headers = {}) =>
    by.send('POST', '/uploads?filename=x.txt', 'x', { 'content-type': 'text/plain', ...headers });
  assert.equal((await upload(world.browser())).status, 401);
  assert.equal((await upload(await world.as(mine.place, 'viewer'))).status, 403);
  assert.equal((await upload(mine.owner, { 'x-csrf-token': 'x' })).status, 403);
  for (const role of ['specialist', 'representative'] satisfies Role[])
    assert.equal((await upload(await world.as(mine.place, role))).status, 201);
});

test('Files, raw mails and frames of another workspace are not there, for no role and no key', async () => {
  const get = async (url: string, by: Browser, token?: string) => {
    const cookie = by.cookie ? { cookie: `${COOKIE}=${by.cookie}` } : {};
    const reply = await world.app.inject({
      method: 'GET',
      url,
      headers: { host: 'localhost', ...cookie, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    });
    return { status: reply.statusCode, text: reply.body };
  };
  const stranger = world.browser();
  for (const [route, { url, roles: allowed }] of Object.entries(files)) {
    assert.equal((await get(url(mine), stranger)).status, 401, route);
    for (const role of roles) {
      const browser = await world.as(mine.place, role);
      const own = await get(url(mine), browser);
      assert.equal(own.status, allowed.includes(role) ? 200 : 403, `${role} ${route}: ${own.text.slice(0, 300)}`);
      if (own.status === 200) assert.ok(own.text.includes(mine.canary), `${role} ${route}`);
      const foreign = await get(url(theirs), browser);
      assert.equal(
        foreign.status,
        allowed.includes(role) ? 404 : 403,
        `${role} ${route}: ${foreign.text.slice(0, 300)}`,
      );
      assert.ok(!foreign.text.includes(theirs.canary), `${role} ${route}`);
    }
    assert.equal((await get(url(mine), stranger, mine.token)).status, 200, route);
    assert.equal((await get(url(theirs), stranger, mine.token)).status, 404, route);
  }
});

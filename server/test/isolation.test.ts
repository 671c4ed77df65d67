import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endpoints, type Key, type Role } from '@hearten/contract';
import { sql } from '../src/base/db.ts';
import { COOKIE } from '../src/base/http.ts';
import { newId } from '../src/base/ids.ts';
import { founding, makeModules } from '../src/modules.ts';
import { elsewhere, files } from './isolation/beside.ts';
import { type Call, first } from './isolation/call.ts';
import { conversationsCalls } from './isolation/conversations.ts';
import { customersCalls } from './isolation/customers.ts';
import { formCalls } from './isolation/forms.ts';
import { hoursCalls } from './isolation/hours.ts';
import { identities } from './isolation/identities.ts';
import { problemCalls } from './isolation/problems.ts';
import { settingsCalls } from './isolation/settings.ts';
import { teamCalls } from './isolation/team.ts';
import { fingerprint, makeSide, type Side } from './side.ts';
import { type Answer, type Browser, makeWorld, roles, type World } from './world.ts';

/** Every route: one that is missing here does not compile. */
const calls: Record<Key, (path: Side, body: Side) => Call> = {
  ...teamCalls,
  ...customersCalls,
  ...conversationsCalls,
  ...settingsCalls,
  ...formCalls,
  ...hoursCalls,
  ...problemCalls,
};

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
const isRight = (answer: Answer, call: Call): boolean => (call.own ? answer.status === call.own : answer.status < 300);
/**
 * Work that needs things of one's own takes the side the work before it left, and a new one where that fails on it: what the
 * route needs was used up, or is one's last. What fails on a new side has failed.
 */
function oneAfterAnother(): <T>(work: (side: Side) => Promise<T>) => Promise<T> {
  let side: Side | undefined;
  return async (work) => {
    if (side) {
      const [left] = await Promise.allSettled([work(side)]);
      if (left.status === 'fulfilled') return left.value;
    }
    side = await makeSide(world);
    return work(side);
  };
}
test('D01 D02: Every route that is served is in this matrix', () => {
  const listed = new Set(keys.map((key) => key.replace(' ', ' /api/v1')));
  const unknown = world.served.filter(
    (route) => !route.startsWith('HEAD ') && !listed.has(route) && !(route in files) && !elsewhere.has(route),
  );
  assert.deepEqual(unknown, [], 'served, but not tried here: add how to call it, or a test of its own');
});

test('Each route does its work for the owner on things of their own: the calls of this matrix are right ones', async () => {
  const used = oneAfterAnother();
  const untouched = await makeSide(world);
  for (const key of served()) {
    const call = (side: Side) => calls[key](side, side);
    if (key.startsWith('GET') || call(mine).own) {
      const side = key.startsWith('GET') ? mine : untouched;
      const answer = await send(side.owner, key, call(side));
      assert.ok(isRight(answer, call(side)), `${key}: ${answer.status} ${answer.text}`);
      clean(answer, theirs, call(side), key);
      continue;
    }
    const told = await used(async (side) => {
      const before_ = first[key];
      if (before_) assert.ok((await send(side.owner, before_, calls[before_](side, side))).status < 300, before_);
      const answer = await send(side.owner, key, call(side));
      assert.ok(isRight(answer, call(side)), `${key}: ${answer.status} ${answer.text}`);
      return { answer, sent: call(side) };
    });
    clean(told.answer, theirs, told.sent, key);
  }
  const halves = world.logged.filter((line) => line.includes('A write was not one transaction that gives its answer'));
  assert.deepEqual(
    halves,
    [],
    'a repeated request would get another answer: one transaction, or `apart` in the contract',
  );
});

test('A route that a role may not use says 403 (401 to nobody), and says it before it looks at anything', async () => {
  for (const { name, by, headers, may } of await identities(world, mine)) {
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

test('D01 D02: With ids of another workspace each route answers as if there were nothing, to every role and key, and changes nothing', async () => {
  const untouched = await fingerprint(world, theirs);
  const nowhere = Object.fromEntries(
    Object.entries(theirs).map(([name, value]) => [
      name,
      typeof value === 'string' && name !== 'canary' ? newId() : value,
    ]),
  ) as Side;
  nowhere.place = { ...theirs.place, id: newId(), ownerId: newId() };
  nowhere.canary = 'nowhereatall';
  for (const { name, by, headers, may } of await identities(world, mine)) {
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

test('D04: Fields that are not the caller’s to set are ignored in every write', async () => {
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
  const used = oneAfterAnother();
  // Where a role is what the caller sets: of a person, and of who comes from a provider of sign-ins.
  const ranks = new Set<Key>(['PATCH /people/:id', 'POST /sign-in-providers', 'PATCH /sign-in-providers/:id']);
  const rolesIn = (side: Side) =>
    world.inside(side.place, (tx) =>
      tx.many(sql`select id, role, active from person where workspace_id = ${tx.workspaceId} order by id`),
    );
  for (const key of served()) {
    if (key.startsWith('GET') || endpoints[key].may === 'anyone') continue;
    let kept = '';
    await used(async (side) => {
      const before_ = first[key];
      if (before_) await send(side.owner, before_, calls[before_](side, side));
      const call = calls[key](side, side);
      const rank = ranks.has(key) ? {} : { role: 'owner', active: false };
      const given = { ...extra, ...rank, ...(call.body as object | undefined) };
      const before = await rolesIn(side);
      // As text, since `__proto__` in an object literal would not be sent.
      for (const trick of [
        '"__proto__":{"role":"owner","active":false}',
        '"constructor":{"prototype":{"role":"owner"}}',
      ]) {
        const refused = await send(side.owner, key, {
          ...call,
          body: JSON.stringify(given).replace('{', `{${trick},`),
        });
        assert.equal(refused.status, 400, `${key}: ${refused.status} ${refused.text}`);
      }
      const answer = await send(side.owner, key, { ...call, body: given });
      assert.ok(isRight(answer, call), `${key}: ${answer.status} ${answer.text}`);
      kept = await fingerprint(world, side);
      assert.deepEqual(await rolesIn(side), before, `${key} changed what a person may`);
    });
    for (const sign of [marker, '1999-01-01', '471147114']) assert.ok(!kept.includes(sign), `${key} kept ${sign}`);
    assert.equal(({} as { role?: string }).role, undefined, `${key} changed what every object has`);
  }
});

test('D08: A file that one person has stored goes into nobody else’s message', async () => {
  const lead = await world.as(mine.place, 'lead');
  const path = `/conversations/${mine.conversation}/notes`;
  const taken = await lead.post(path, { text: 'x', attachments: [mine.upload] });
  assert.equal(taken.status, 400, taken.text);
  assert.equal(taken.text, (await lead.post(path, { text: 'x', attachments: [newId()] })).text);
});

test('D08: A file is stored in the workspace of who stores it, whatever the request says, and never shorter or longer than it said', async () => {
  const headers = { 'content-type': 'text/plain' };
  const elsewhere = `/uploads?filename=x.txt&workspaceId=${theirs.place.id}&personId=${theirs.person}&conversationId=${theirs.conversation}`;
  const untouched = await fingerprint(world, theirs);
  const { body } = await mine.owner.send<{ id: string; size: number }>('POST', elsewhere, 'twelve bytes', headers);
  assert.equal(body.size, 12);
  assert.equal(await fingerprint(world, theirs), untouched);
  const path = `/conversations/${theirs.conversation}/notes`;
  assert.equal((await theirs.owner.post(path, { text: 'x', attachments: [body.id] })).status, 400);
  for (const size of ['4', '4000']) {
    const lie = await mine.owner.send('POST', '/uploads?filename=x.txt', 'twelve bytes', {
      ...headers,
      'content-length': size,
    });
    assert.equal(lie.status, 400, `${size}: ${lie.text}`);
  }
});

test('A picture that one is writing about is shown to oneself alone, and only pictures are', async () => {
  const upload = async (by: Browser, type: string) =>
    (await by.send('POST', '/uploads?filename=x', '{}', { 'content-type': type })).body as { id: string };
  const see = async (by: Browser, id: string) => (await by.send('GET', `/uploads/${id}`)).status;
  const { id } = await upload(mine.owner, 'image/png');
  const lead = await world.as(mine.place, 'lead');
  assert.deepEqual(
    [await see(mine.owner, id), await see(lead, id), await see(theirs.owner, id), await see(world.browser(), id)],
    [200, 404, 404, 401],
  );
  assert.equal(await see(mine.owner, (await upload(mine.owner, 'image/svg+xml')).id), 404);
  assert.equal(await see(mine.owner, 'x'), 404);
});

test('D08: Files are stored for those who may write, and nobody else', async () => {
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

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntry, Reply } from '@hearten/contract';
import { Secret, TOTP } from 'otpauth';
import pg from 'pg';
import { makeSide } from '../../test/side.ts';
import { type Browser, makeWorld, type Place, type World } from '../../test/world.ts';
import { audit } from '../base/audit.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { founding, makeModules } from '../modules.ts';
import { auditLog } from './audit-log.ts';

let world: World;
let place: Place;
let owner: Browser;
before(async () => {
  world = await makeWorld({ modules: makeModules, founding, settings: { DNS_SERVERS: '127.0.0.1:9' } });
  place = await world.workspace('northwind');
  owner = await world.as(place, 'owner');
});
after(() => world.end());
const log = async (query = ''): Promise<AuditEntry[]> =>
  (await owner.get<Reply<'GET /audit'>>(`/audit?limit=100${query}`)).body.items;
const latest = async (what: string): Promise<AuditEntry> => {
  const found = (await log()).find((entry) => entry.what === what);
  assert.ok(found, `${what} is not in the log`);
  return found;
};

test('A changed setting is in the log with who, from where, before and after; a secret only says that it changed', async () => {
  await owner.send('PATCH', '/workspace', { language: 'de' });
  const changed = await latest('workspace.changed');
  assert.deepEqual(changed.facts, { language: ['en', 'de'] });
  assert.equal(changed.actor.id, place.ownerId);
  assert.equal(changed.actor.name, 'The owner of northwind');
  assert.match(changed.ip, /^10\./);

  const { body } = await owner.post<{ id: string }>('/inboxes', {
    name: 'Support',
    address: 'support@northwind.example',
    settings: { smtp: { host: 'smtp.northwind.example', port: 465, security: 'tls', user: 'me' } },
    untested: true,
    secrets: { smtp: 'hush-hush-hush' },
  });
  await owner.send('PATCH', `/inboxes/${body.id}`, { settings: { signature: 'Kind regards' } });
  const inbox = await latest('inbox.changed');
  assert.deepEqual(inbox.facts['settings.signature'], ['', 'Kind regards']);
  assert.equal(inbox.about.name, 'Support');
  assert.ok(!JSON.stringify(await log()).includes('hush-hush'), 'a secret stands in the log');
});

test('Whoever changes the company’s sign-in or their own second factor is named in the log', async () => {
  const id = newId();
  await world.inside(place, (tx) =>
    tx.run(
      sql`insert into sign_in_provider (workspace_id, id, name, issuer, client_id) values (${place.id}, ${id}, 'Ours', 'https://id.example', 'x')`,
    ),
  );
  assert.equal((await owner.send('PATCH', `/sign-in-providers/${id}`, { domains: ['northwind.example'] })).status, 200);
  const provider = await latest('sign_in_provider.changed');
  assert.deepEqual([provider.actor.kind, provider.actor.id], ['person', place.ownerId]);
  const begun = await owner.post<Reply<'POST /me/totp'>>('/me/totp');
  const code = new TOTP({ secret: Secret.fromBase32(begun.body.secret) }).generate();
  assert.equal((await owner.post('/me/totp/confirm', { code })).status, 200);
  assert.equal((await owner.send('DELETE', '/me/totp')).status, 200);
  for (const what of ['second-factor.added', 'second-factor.removed']) {
    const entry = await latest(what);
    assert.deepEqual([entry.actor.kind, entry.actor.id], ['person', place.ownerId], what);
    assert.match(entry.ip, /^10\./);
  }
});

test('Keys, people and their roles are in the log; what a colleague only looks at is not', async () => {
  const person = await world.person(place, 'representative');
  await owner.send('PATCH', `/people/${person.id}`, { role: 'lead' });
  assert.deepEqual((await latest('person.changed')).facts, { role: ['representative', 'lead'] });
  const key = await owner.post<{ id: string; token: string }>('/api-keys', { name: 'Shop', scopes: ['read'] });
  const added = await latest('api_key.added');
  assert.equal(added.about.name, 'Shop');
  assert.ok(!JSON.stringify(added).includes(key.body.token));
  await owner.send('DELETE', `/api-keys/${key.body.id}`);
  assert.ok(Array.isArray((await latest('api_key.changed')).facts.revoked_at));
  const before_ = (await log()).length;
  await owner.get('/people');
  await owner.send('PATCH', '/workspace', { language: 'de' });
  assert.equal((await log()).length, before_, 'reading, and saving the same again, change nothing');
});

test('The log is filtered by area, person and time, paged without loss, and taken as CSV and JSON lines', async () => {
  const someone = newId();
  await world.inside(place, (tx) =>
    audit(
      tx,
      ...Array.from({ length: 7 }, (_, i) => ({
        area: 'sign-in' as const,
        what: 'sign-in.failed',
        name: `=try ${i}`,
        by: { kind: 'person' as const, id: someone, ip: '10.9.9.9' },
      })),
    ),
  );
  assert.equal((await log(`&area=sign-in&actorId=${someone}`)).length, 7);
  assert.equal((await log(`&area=people&actorId=${someone}`)).length, 0);
  assert.equal((await log(`&area=sign-in&before=2020-01-01T00:00:00Z`)).length, 0);
  const seen = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Reply<'GET /audit'> = (
      await owner.get<Reply<'GET /audit'>>(`/audit?limit=3&area=sign-in${cursor && `&cursor=${cursor}`}`)
    ).body;
    for (const item of page.items) seen.add(item.id);
    cursor = page.next;
  }
  assert.equal(seen.size, (await log('&area=sign-in')).length);
  const file = async (format: string) =>
    (
      await world.app.inject({
        url: `/files/audit-log?format=${format}&area=sign-in`,
        headers: { host: 'localhost', cookie: `__Host-hearten=${owner.cookie}` },
      })
    ).body;
  const csv = await file('csv');
  assert.equal(csv.trim().split('\r\n').length, seen.size + 1);
  assert.ok(csv.includes(`"'=try 3"`), 'a formula is no formula any more');
  assert.equal(
    (await file('jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)).length,
    seen.size,
  );
  assert.equal((await latest('audit.exported')).actor.id, place.ownerId);
});

test('Who opened which file is in the log: once an hour a person, and not what it is called', async () => {
  const side = await makeSide(world);
  const open = () =>
    world.app.inject({
      url: `/files/messages/${side.sent}/0`,
      headers: { host: 'localhost', cookie: `__Host-hearten=${side.owner.cookie}` },
    });
  for (let i = 0; i < 3; i++) assert.equal((await open()).statusCode, 200);
  const read = async () =>
    (await side.owner.get<Reply<'GET /audit'>>('/audit?what=file.read')).body.items.map(
      ({ about, actor, facts, name }: AuditEntry & { name?: string }) => ({
        about: about.id,
        actor: actor.id,
        facts,
        name,
      }),
    );
  for (const end = Date.now() + 20_000; Date.now() < end && (await read()).length === 0; ) await sleep(200);
  assert.deepEqual(await read(), [
    { about: side.sent, actor: side.place.ownerId, facts: { part: '0' }, name: undefined },
  ]);
});

test('The log and its file are for owners and managers of the workspace itself', async () => {
  const other = await world.workspace('elsewhere');
  const stranger = await world.as(other, 'owner');
  const take = (by: Browser) =>
    world.app.inject({
      url: '/files/audit-log?format=jsonl',
      headers: { host: 'localhost', cookie: `__Host-hearten=${by.cookie}` },
    });
  for (const role of ['lead', 'representative', 'specialist', 'viewer'] as const) {
    const colleague = await world.as(place, role);
    assert.equal((await colleague.get('/audit')).status, 403);
    assert.equal((await take(colleague)).statusCode, 403);
  }
  assert.equal((await take(await world.as(place, 'manager'))).statusCode, 200);
  const theirs = await take(stranger);
  assert.equal(theirs.statusCode, 200);
  for (const { id } of await log()) assert.ok(!theirs.body.includes(id), 'an entry of another workspace');
});

test('What was written stays: neither the app nor the role that owns the tables changes or deletes it', async () => {
  const count = (await log()).length;
  assert.ok(count > 0);
  for (const text of ['update audit set what = $1 where true', 'delete from audit where what <> $1'])
    await assert.rejects(
      world.inside(place, (tx) => tx.run({ texts: text.split('$1'), values: ['x'], sql: true })),
      /permission denied/,
    );
  const client = new pg.Client(world.hearten.db.url);
  await client.connect();
  try {
    await client.query(`select set_config('app.workspace_id', $1, false)`, [place.id]);
    await assert.rejects(client.query(`update audit set what = 'x'`), /only added to/);
    await assert.rejects(client.query('delete from audit'), /only added to/);
    await assert.rejects(client.query('truncate audit'), /only added to/);
  } finally {
    await client.end();
  }
  const gone = await world.inside(place, (tx) => tx.first<{ n: number }>(sql`select audit_let_go(now(), 1000) as n`));
  assert.equal(gone?.n, 0, 'the last thirty days stay, whatever is asked');
  assert.equal((await log()).length, count);
});

test('Page by page each line comes once, also of those written in the same moment, and none is sorted anew for it', async () => {
  const home = await world.workspace('many');
  const boss = await world.as(home, 'owner');
  await world.inside(home, async (tx) => {
    for (let i = 0; i < 4; i++) await audit(tx, { area: 'data', what: 'file.read', facts: { i } });
    await tx.run(sql`insert into audit (workspace_id, id, area, what, actor_kind, at) select ${home.id}, gen_random_uuid(), 'data', 'file.read', 'system', now() - n * interval '1 microsecond'
      from generate_series(1, 3) n`);
  });
  const seen: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page: Reply<'GET /audit'> = (
      await boss.get<Reply<'GET /audit'>>(`/audit?limit=2&what=file.read${next ? `&cursor=${next}` : ''}`)
    ).body;
    seen.push(...page.items.map(({ id }) => id));
    assert.ok(page.items.every((one) => !('micros' in one)));
    next = page.next;
  }
  assert.equal(seen.length, 7);
  assert.equal(new Set(seen).size, 7);
  const plans: string[] = [];
  await world.inside(home, async (tx) => {
    const many: typeof tx.many = async <Row>(query: Parameters<typeof tx.many>[0]) => {
      const rows = await tx.many<Record<string, string>>({
        ...query,
        texts: [`explain ${query.texts[0]}`, ...query.texts.slice(1)],
      });
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      return [] as Row[];
    };
    await auditLog({ ...tx, many }, { cursor: `1700000000000000_${home.ownerId}` });
  });
  assert.match(plans[0] ?? '', /Index Cond: .*ROW\(a?\.?at/);
  assert.doesNotMatch(plans[0] ?? '', /Sort/);
});

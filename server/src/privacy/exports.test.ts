import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataExport, Reply } from '@hearten/contract';
import { entriesOf } from '../../test/exported.ts';
import { eventually } from '../../test/room.ts';
import { makeSide, type Side } from '../../test/side.ts';
import { type Browser, makeWorld, password, type World } from '../../test/world.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import type { Module } from '../base/module.ts';
import { founding, makeModules } from '../modules.ts';
import type { Kind } from './exports.ts';
import { dropErased, dropOld, makeExport } from './make-export.ts';

let world: World;
let modules: Module[] = [];
let side: Side;
let stop: () => Promise<void>;
before(async () => {
  world = await makeWorld({
    modules: (hearten) => {
      modules = makeModules(hearten);
      return modules;
    },
    founding,
    settings: { DNS_SERVERS: '127.0.0.1:9' },
  });
  side = await makeSide(world);
  const { db, log } = world.hearten;
  stop = await world.hearten.jobs.start(db, log, Object.assign({}, ...modules.map((m) => m.jobs ?? {})));
});
after(async () => {
  await stop();
  await world.end();
});
const take = (by: Browser, id: string) =>
  world.app.inject({
    url: `/files/exports/${id}`,
    headers: { host: 'localhost', cookie: `__Host-hearten=${by.cookie}` },
  });
async function made(by: Browser, path: string, list: string): Promise<DataExport> {
  const begun = await by.post<DataExport>(path);
  assert.equal(begun.status, 202, begun.text);
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
    const one = (await by.get<Reply<'GET /exports'>>(list)).body.items.find((item) => item.id === begun.body.id);
    assert.notEqual(one?.state, 'failed');
    if (one?.state === 'ready') return one;
  }
  return assert.fail('the export is not ready after a minute');
}
test('O11: A customer’s export holds a page to read, every row, the raw mails and files, and nothing of anybody else', async () => {
  const { owner, customer, canary, place } = side;
  const visitor = newId();
  await world.inside(place, async (tx) => {
    const w = tx.workspaceId;
    await tx.run(
      sql`insert into visitor (workspace_id, id, inbox_id, customer_id, name, page) select ${w}, ${visitor}, id, ${customer}, ${canary}, 'https://shop.example/fjord' from inbox where workspace_id = ${w} and channel = 'chat' limit 1`,
    );
    await tx.run(
      sql`insert into visitor_event (workspace_id, id, visitor_id, customer_id, kind, name, meta) values (${w}, ${newId()}, ${visitor}, null, 'page', 'Fjord', '{"url":"https://shop.example/fjord"}'), (${w}, ${newId()}, null, ${customer}, 'event', 'Ordered', '{"order":"1042"}')`,
    );
  });
  // How they felt, what they answered, and what of it others read.
  await world.inside(place, async (tx) => {
    const w = tx.workspaceId;
    const theirs = sql`(select id from conversation where workspace_id = ${w} and customer_id = ${customer} limit 1)`;
    const survey = newId();
    await tx.run(
      sql`insert into mood (workspace_id, conversation_id, stage, source, value, confidence) select ${w}, id, 'latest', 'model', 4, 0.9 from ${theirs} c on conflict do nothing`,
    );
    await tx.run(
      sql`insert into mood_ask (workspace_id, id, conversation_id, message_id, channel, words, compared, answered_at) select ${w}, ${newId()}, id, ${newId()}, 'email', 'Felt in words', 'better', now() from ${theirs} c`,
    );
    await tx.run(
      sql`insert into survey (workspace_id, id, name, kind, moment) values (${w}, ${survey}, 'How was it?', 'csat', 'resolved')`,
    );
    await tx.run(
      sql`insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, channel, turn, answers, words, answered_at) select ${w}, ${newId()}, ${survey}, id, ${customer}, 'email', now(), '{"support":"5"}', 'Said to a survey', now() from ${theirs} c`,
    );
    await tx.run(
      sql`insert into praise (workspace_id, id, source, source_id, conversation_id, customer_id, words, code) select ${w}, ${newId()}, 'survey', ${newId()}, id, ${customer}, 'Said to a survey', 'abcdefgh2345' from ${theirs} c`,
    );
  });
  // What was done to them, or for them, where there is no conversation.
  await owner.send('PUT', `/conversations/${side.conversation}/draft`, { kind: 'note', text: `A thought ${canary}` });
  await world.inside(place, async (tx) => {
    const w = tx.workspaceId;
    await tx.run(sql`insert into never_asked (workspace_id, customer_id) values (${w}, ${customer})`);
    await tx.run(sql`insert into unsubscribed (workspace_id, customer_id) values (${w}, ${customer})`);
    await tx.run(
      sql`insert into ask (workspace_id, id, customer_id, kind) values (${w}, ${newId()}, ${customer}, 'mood')`,
    );
    await tx.run(
      sql`insert into visitor_block (workspace_id, visitor_id, reason) values (${w}, ${visitor}, 'Was rude')`,
    );
    await tx.run(
      sql`insert into handle (workspace_id, kind, value, scope, customer_id) values (${w}, 'account', '57', 'shop', ${customer})`,
    );
  });
  const ready = await made(owner, `/customers/${customer}/exports`, `/exports?customerId=${customer}`);
  const file = await take(owner, ready.id);
  assert.equal(file.statusCode, 200);
  assert.equal(file.rawPayload.length, ready.bytes);
  const entries = await entriesOf(file.rawPayload);
  const lines = (name: string): Record<string, unknown>[] =>
    (entries.get(`data/${name}.jsonl`) ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(lines('customers').length, 1);
  assert.ok(lines('messages').some((message) => message.text === `An answer ${canary}`));
  assert.ok(lines('notes').some((note) => note.text === canary));
  assert.ok(lines('moods').some((one) => one.stage === 'latest' && one.value === 4));
  assert.ok(lines('questions').some((one) => one.words === 'Felt in words' && !('browser_hash' in one)));
  assert.ok(lines('surveys').some((one) => one.words === 'Said to a survey' && !('browser_hash' in one)));
  assert.ok(lines('praise').some((one) => one.words === 'Said to a survey'));
  // Where they were, as their browser and their site told it; nothing of visitors who are somebody else.
  assert.deepEqual(
    lines('visitors').map((one) => [one.id, one.page]),
    [[visitor, 'https://shop.example/fjord']],
  );
  assert.deepEqual(
    lines('visits').map((one) => [one.kind, one.name, one.meta]),
    [
      ['page', 'Fjord', { url: 'https://shop.example/fjord' }],
      ['event', 'Ordered', { order: '1042' }],
    ],
  );
  assert.deepEqual(
    lines('handles')
      .map((one) => [one.kind, one.value, one.scope])
      .filter(([kind]) => kind !== 'email'),
    [
      ['phone', '+4930123456', ''],
      ['account', '57', 'shop'],
    ],
  );
  for (const name of ['never-asked', 'unsubscribed', 'asked']) assert.equal(lines(name).length, 1, name);
  assert.deepEqual(
    lines('blocks').map((one) => one.reason),
    ['Was rude'],
  );
  assert.ok(lines('drafts').length + lines('note-drafts').length > 0);
  assert.ok(lines('note-drafts').some((one) => one.text === `A thought ${canary}`));
  assert.ok(lines('changes').some((one) => one.name === 'customer.changed'));
  assert.ok([...entries.keys()].some((name) => name.startsWith('mails/') && name.endsWith('.eml')));
  assert.ok([...entries].some(([name, text]) => name.startsWith('files/') && text === `A file ${canary}`));
  assert.match(entries.get('index.html') ?? '', new RegExp(`An answer ${canary}`));
  assert.ok(!(entries.get('index.html') ?? '').includes(`ben@${canary}`), 'somebody else stands in it');
});

test('Only who may export takes an export, only in its workspace, only for seven days, and it is in the log', async () => {
  const { owner, customer, place } = side;
  const ready = await made(owner, `/customers/${customer}/exports`, `/exports?customerId=${customer}`);
  assert.equal((await take(world.browser(), ready.id)).statusCode, 401);
  assert.equal((await take(await world.as(place, 'lead'), ready.id)).statusCode, 403);
  const other = await world.workspace('elsewhere');
  assert.equal((await take(await world.as(other, 'owner'), ready.id)).statusCode, 404);
  assert.equal((await take(await world.as(place, 'manager'), ready.id)).statusCode, 200);
  const log = (await owner.get<Reply<'GET /audit'>>('/audit?area=data')).body.items;
  assert.ok(log.some((entry) => entry.what === 'customer.exported' && entry.about.id === customer));
  assert.ok(log.some((entry) => entry.what === 'export.downloaded'));
  await world.inside(place, (tx) =>
    tx.run(sql`update data_export set expires_at = now() where workspace_id = ${place.id} and id = ${ready.id}`),
  );
  assert.equal((await take(owner, ready.id)).statusCode, 404);
});

test('What takes a person out of the house, or out of it for good, asks who sits there; an API key was given its scopes by someone who had proved it', async () => {
  const { owner, customer, canary, place } = side;
  const ready = await made(owner, `/customers/${customer}/exports`, `/exports?customerId=${customer}`);
  const { token } = (await owner.post<{ token: string }>('/api-keys', { name: 'robot', scopes: ['data.export'] })).body;
  const asked: [method: string, path: string, body?: unknown][] = [
    ['POST', `/customers/${customer}/exports`],
    ['GET', `/exports/${ready.id}`],
    ['POST', '/workspace/exports'],
    ['POST', `/customers/${customer}/erasure`, { confirm: `Ana ${canary}` }],
    ['PATCH', '/retention', { conversations: 30 }],
  ];
  const waits = async (): Promise<number> => (await owner.get<Reply<'GET /exports'>>('/exports')).body.items.length;
  const before = await waits();
  await world.longSinceProof(owner);
  for (const [method, path, body] of asked) {
    const { status, body: said } = await owner.send(method, path, body);
    assert.deepEqual([status, said.type], [403, '/problems/proof-needed'], `${method} ${path}`);
  }
  assert.equal((await take(owner, ready.id)).statusCode, 403);
  assert.equal(await waits(), before);
  assert.equal((await owner.get<Reply<'GET /customers/:id/erasure'>>(`/customers/${customer}/erasure`)).body.due, null);
  // Taking an erasure back does no harm: it is never held up.
  assert.equal((await owner.send('DELETE', `/customers/${customer}/erasure`)).status, 409);

  const robot = world.browser();
  const by = { authorization: `Bearer ${token}` };
  assert.equal((await robot.send('POST', `/customers/${customer}/exports`, undefined, by)).status, 202);
  assert.equal((await robot.send('GET', `/exports/${ready.id}`, undefined, by)).status, 200);

  assert.equal((await owner.post('/me/proof', { password })).status, 200);
  for (const [method, path, body] of asked)
    assert.ok((await owner.send(method, path, body)).status < 300, `${method} ${path} after the proof`);
  assert.equal((await take(owner, ready.id)).statusCode, 200);
  const log = (await owner.get<Reply<'GET /audit'>>('/audit?area=sign-in')).body.items;
  assert.ok(log.some((entry) => entry.what === 'sign-in.proved' && entry.actor.id === place.ownerId));
});

/** A row as one that was asked for has it, and what there is of it. */
async function asked(kind: Kind, customer: string | null = null): Promise<string> {
  const id = newId();
  await world.inside(side.place, (tx) =>
    tx.run(
      sql`insert into data_export (workspace_id, id, kind, customer_id) values (${tx.workspaceId}, ${id}, ${kind}, ${customer})`,
    ),
  );
  return id;
}
const piecesOf = (id: string) =>
  world.inside(side.place, (tx) =>
    tx.many<{ hash: Buffer }>(
      sql`select hash from data_export_piece where workspace_id = ${tx.workspaceId} and export_id = ${id} order by n`,
    ),
  );
async function lies(bytes: Buffer): Promise<boolean> {
  const folder = world.hearten.config.DATA_DIR;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name))).includes(bytes)) return true;
  return false;
}

test('What is being exported when somebody is erased is begun anew, their own ends, and of neither a byte stays', async () => {
  const { place, customer, owner } = side;
  const drop = (ids: string[]) => world.inside(place, (tx) => dropErased(tx, world.hearten, ids));
  /** Bytes that no compression changes, more than a piece; then somebody is erased, and more follows. */
  const making = async (id: string, erases: () => Promise<unknown>): Promise<{ words: Buffer; passes: number }> => {
    const words = randomBytes(9 * 1024 * 1024);
    let passes = 0;
    await makeExport(world.hearten, place.id, id, async (zip) => {
      const first = ++passes === 1;
      zip.lines('words', async function* () {
        if (first) yield words;
        if (first) await eventually(async () => (await piecesOf(id)).length > 0);
        if (first) await erases();
        yield 'Nobody.';
      });
      return 1;
    });
    return { words: words.subarray(4_000_000, 4_000_064), passes };
  };
  const whole = await asked('workspace');
  const done = await making(whole, () => drop([]));
  assert.equal(done.passes, 2);
  assert.deepEqual([...(await entriesOf((await take(owner, whole)).rawPayload)).values()], ['Nobody.']);
  const own = await asked('customer', customer);
  const ended = await making(own, () => drop([customer]));
  assert.equal(ended.passes, 1);
  assert.equal((await take(owner, own)).statusCode, 404);
  assert.equal((await take(owner, whole)).statusCode, 404, 'what was ready goes, too');
  await eventually(async () => !(await lies(done.words)) && !(await lies(ended.words)), 20_000);
  const left = await world.inside(place, (tx) =>
    tx.many(sql`select 1 from data_export_piece where workspace_id = ${tx.workspaceId}`),
  );
  assert.equal(left.length, 0);
});

test('An export whose maker was killed at its last try is said to have failed; one that waits or is being made goes on', async () => {
  const { place, owner } = side;
  const states: [locked: boolean, tries: number, said: string][] = [
    [false, 3, 'failed'],
    [false, 2, 'running'],
    [true, 3, 'running'],
  ];
  const client = await world.hearten.db.connect();
  const said = async (id: string) => (await owner.get<DataExport>(`/exports/${id}`)).body.state;
  const forgotten = await asked('workspace');
  assert.equal(await said(forgotten), 'running', 'for a minute it may be about to be kept');
  const ids: string[] = [];
  for (const [locked, tries] of states) {
    const id = await asked('workspace');
    ids.push(id);
    await world.inside(place, (tx) =>
      world.hearten.jobs.add(
        tx,
        'make-export',
        { exportId: id },
        { key: `make-export:${id}`, tries: 3, at: new Date(Date.now() + 3_600_000) },
      ),
    );
    await client.query(
      `update graphile_worker._private_jobs set attempts = $2, locked_at = case when $3 then now() end, locked_by = case when $3 then 'another' end where key = $1`,
      [`${place.id}:make-export:${id}`, tries, locked],
    );
  }
  await client.end();
  await world.inside(place, (tx) =>
    tx.run(
      sql`update data_export set created_at = now() - interval '2 minutes' where workspace_id = ${place.id} and id = any (${[...ids, forgotten]}::uuid[])`,
    ),
  );
  assert.deepEqual(
    await Promise.all(ids.map(said)),
    states.map(([, , as]) => as),
  );
  assert.equal(await said(forgotten), 'failed', 'there is no job for it at all');
  await world.inside(place, (tx) =>
    tx.run(sql`delete from data_export where workspace_id = ${place.id} and id = any (${[...ids, forgotten]}::uuid[])`),
  );
});

test('Bytes that another export or a file needs as well stay when an export goes', async () => {
  const { place } = side;
  const { files, db } = world.hearten;
  const [one, two] = [await asked('workspace'), await asked('workspace')];
  const same = await files.put([Buffer.from('the same bytes in both')]);
  const [hash] = same.map((stored) => stored.hash);
  assert.ok(hash);
  const expire = (id: string) =>
    world.inside(place, async (tx) => {
      await tx.run(
        sql`update data_export set expires_at = now() where workspace_id = ${tx.workspaceId} and id = ${id}`,
      );
    });
  const sweep = () => world.inside(place, (tx) => dropOld(tx, world.hearten));
  await world.inside(place, async (tx) => {
    await files.keep(tx, same);
    for (const id of [one, two])
      await tx.run(
        sql`insert into data_export_piece (workspace_id, export_id, n, hash) values (${tx.workspaceId}, ${id}, 0, ${hash})`,
      );
  });
  await expire(one);
  await sweep();
  assert.equal(String(await files.get(db, place.id, hash)), 'the same bytes in both');
  const upload = newId();
  await world.inside(place, (tx) =>
    tx.run(
      sql`insert into upload (workspace_id, id, person_id, hash, filename, content_type, size) values (${tx.workspaceId}, ${upload}, ${place.ownerId}, ${hash}, 'export.zip', 'application/zip', 22)`,
    ),
  );
  await expire(two);
  await sweep();
  assert.equal(String(await files.get(db, place.id, hash)), 'the same bytes in both');
});

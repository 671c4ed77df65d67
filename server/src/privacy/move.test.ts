import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Reply } from '@hearten/contract';
import { openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { incoming } from '../../test/incoming.ts';
import { makeSide, type Side } from '../../test/side.ts';
import { makeWorld, type World } from '../../test/world.ts';
import { passing, sealedColumns } from '../backup/reseal.ts';
import { sql } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { receive } from '../conversations/index.ts';
import { founding, makeModules } from '../modules.ts';
import { eraseCustomer } from './erase.ts';
import { zipped } from './exports.ts';
import { exportWorkspaceTo, importWorkspace } from './index.ts';
import { habits, ownOfPlace, sealed, stays } from './tables.ts';
import { workspaceExport } from './workspace-export.ts';

let from: World;
let to: World;
let side: Side;
let folder: string;
before(async () => {
  const options = { modules: makeModules, founding, settings: { DNS_SERVERS: '127.0.0.1:9' } };
  [from, to] = [await makeWorld(options), await makeWorld(options)];
  side = await makeSide(from);
  folder = await mkdtemp(join(tmpdir(), 'hearten-move-'));
});
after(async () => {
  await from.end();
  await to.end();
  await rm(folder, { recursive: true, force: true });
});
const exported = async (name: string): Promise<string> => {
  const parts: Buffer[] = [];
  await exportWorkspaceTo(from.hearten, side.place.id, async (chunk) => {
    parts.push(chunk);
  });
  const path = join(folder, name);
  await writeFile(path, Buffer.concat(parts));
  return path;
};

test('A whole workspace moves to another desk: same ids, same words and files, nothing is sent, nobody is told', async () => {
  const there = {
    chats_each: 7,
    asks_mood: true,
    order_event: 'Bought',
    closes_after_days: 3,
    time_zone: 'Asia/Tokyo',
  };
  await from.inside(side.place, async (tx) => {
    await tx.run(sql`
      update workspace set chats_each = 7, asks_mood = true, order_event = 'Bought', closes_after_days = 3, time_zone = 'Asia/Tokyo' where id = ${side.place.id}`);
    await tx.run(sql`
      insert into bulk (workspace_id, id, person_id, action, total) values (${side.place.id}, gen_random_uuid(), ${side.place.ownerId}, '{"do":"seen"}', 9)`);
  });
  // One is to be erased tomorrow, another was about to be in this moment, and a third is long gone.
  const { dueAt } = (
    await side.owner.post<Reply<'POST /customers/:id/erasure'>>(`/customers/${side.duplicate}/erasure`, {
      confirm: (
        await side.owner.get<Reply<'GET /customers/:id/erasure'>>(`/customers/${side.duplicate}/erasure`)
      ).body.name,
    })
  ).body;
  await from.inside(side.place, (tx) =>
    tx.run(sql`
      insert into erasure (workspace_id, id, customer_id, due_at, state) values (${side.place.id}, gen_random_uuid(), ${side.customer}, now() - interval '1 minute', 'running'),
        (${side.place.id}, gen_random_uuid(), gen_random_uuid(), now() - interval '1 day', 'done')`),
  );
  const path = await exported('whole.zip');
  await from.inside(side.place, (tx) =>
    tx.run(sql`delete from erasure where workspace_id = ${side.place.id} and state <> 'waiting'`),
  );
  const place = await to.workspace('newhome');
  const done = await importWorkspace(to.hearten, place.id, path, () => undefined);
  assert.ok((done.tables.message ?? 0) > 5 && done.blobs > 1);
  const count = async (world: World, id: string): Promise<Record<string, number>> =>
    world.hearten.db.tx(id, async (tx) => {
      const row = await tx.first<Record<string, number>>(sql`
        select (select count(*)::int from conversation where workspace_id = ${id}) as conversations, (select count(*)::int from message where workspace_id = ${id}) as messages,
          (select count(*)::int from customer where workspace_id = ${id}) as customers, (select count(*)::int from search_row where workspace_id = ${id}) as words`);
      return row as Record<string, number>;
    });
  assert.deepEqual(await count(to, place.id), await count(from, side.place.id));

  const owner = await to.as(place, 'owner');
  const opened = await owner.get<Reply<'GET /conversations/:id'>>(`/conversations/${side.conversation}`);
  assert.equal(opened.status, 200, opened.text);
  assert.ok(opened.text.includes(`An answer ${side.canary}`));
  const found = await owner.get<Reply<'GET /search'>>(`/search?q=${side.canary}`);
  assert.ok(found.text.includes(side.conversation), 'the search finds it');
  const file = await to.app.inject({
    url: `/files/messages/${side.received}/raw`,
    headers: { host: 'localhost', cookie: `__Host-hearten=${owner.cookie}` },
  });
  assert.equal(file.statusCode, 200);
  assert.ok(file.body.includes(side.canary));

  const due = (await owner.get<Reply<'GET /customers/:id/erasure'>>(`/customers/${side.duplicate}/erasure`)).body.due;
  assert.equal(Date.parse(due?.at ?? ''), Date.parse(dueAt));
  const client = await to.hearten.db.connect();
  const promised = await client.query<{ key: string; at: string; id: string }>(
    `select key, run_at as at, payload->>'erasureId' as id from graphile_worker._private_jobs where key like $1 order by run_at`,
    [`${place.id}:erase-customer:%`],
  );
  await client.end();
  assert.deepEqual(
    promised.rows.map((job) => job.key),
    [side.customer, side.duplicate].map((id) => `${place.id}:erase-customer:${id}`),
  );
  assert.equal(Date.parse(promised.rows[1]?.at ?? ''), Date.parse(dueAt));
  await eraseCustomer(to.hearten, place.id, promised.rows[0]?.id ?? '', async () => undefined);
  assert.equal((await owner.get(`/customers/${side.customer}`)).status, 404, 'what was promised there is done here');
  assert.equal((await owner.send('DELETE', `/customers/${side.duplicate}/erasure`)).status, 200);

  const state = await to.hearten.db.tx(place.id, (tx) =>
    tx.first<Record<string, unknown>>(sql`
      select (select array_agg(distinct state) from bulk where workspace_id = ${place.id}) as bulk,
        (select json_build_object('chats_each', chats_each, 'asks_mood', asks_mood, 'order_event', order_event, 'closes_after_days', closes_after_days, 'time_zone', time_zone) from workspace where id = ${place.id}) as habits,
        (select count(*)::int from message where workspace_id = ${place.id} and state in ('queued', 'sending', 'deferred')) as waiting,
        (select count(*)::int from inbox where workspace_id = ${place.id} and (enabled or secrets is not null)) as inboxes,
        (select count(*)::int from event where workspace_id = ${place.id} and name = 'message.received' and xid > '3') as reads`),
  );
  assert.deepEqual(state, { bulk: null, habits: there, waiting: 0, inboxes: 0, reads: 0 });
});

test('What a workspace itself is set to comes along, or it is said why not', async () => {
  const columns = await to.hearten.db.read<{ name: string }>(
    side.place.id,
    sql`select attname as name from pg_attribute where attrelid = 'workspace'::regclass and attnum > 0 and not attisdropped`,
  );
  assert.deepEqual(
    columns.map(({ name }) => name).toSorted(),
    [...Object.keys(habits), ...Object.keys(ownOfPlace)].toSorted(),
  );
});

test('Only into an empty workspace, and only what is whole: otherwise nothing is there afterwards', async () => {
  const path = await exported('again.zip');
  const used = await makeSide(to);
  await assert.rejects(
    importWorkspace(to.hearten, used.place.id, path, () => undefined),
    /not empty/,
  );
  const empty = await to.workspace('empty');
  const broken = join(folder, 'broken.zip');
  await writeFile(broken, Buffer.from('PK no zip at all'));
  await assert.rejects(importWorkspace(to.hearten, empty.id, broken, () => undefined));
  const left = await to.hearten.db.tx(empty.id, (tx) =>
    tx.many(sql`select 1 from person where workspace_id = ${empty.id}`),
  );
  assert.equal(left.length, 1, 'the owner is still there');
});

/** The same zip with some of its entries changed, or left out. */
async function changed(
  path: string,
  name: string,
  how: (entry: string, bytes: Buffer) => Buffer | null,
): Promise<string> {
  const [from, to] = [await openPromise(path, { autoClose: false }), new ZipFile()];
  for await (const entry of from.eachEntry()) {
    const parts: Buffer[] = [];
    for await (const part of await from.openReadStreamPromise(entry)) parts.push(part as Buffer);
    const bytes = how(entry.fileName, Buffer.concat(parts));
    if (bytes) to.addBuffer(bytes, entry.fileName);
  }
  from.close();
  to.end();
  const out = createWriteStream(join(folder, name));
  to.outputStream.pipe(out);
  await once(out, 'finish');
  return join(folder, name);
}

test('A zip that lacks a file, or holds a damaged one or a row too few, leaves nothing behind, and the same workspace then takes the whole one', async () => {
  const whole = await exported('entire.zip');
  const place = await to.workspace('lacking');
  const isBlob = (entry: string): boolean => entry.startsWith('blobs/');
  const withoutLine = (bytes: Buffer): Buffer => bytes.subarray(bytes.indexOf(10) + 1);
  const faults: [string, (entry: string, bytes: Buffer) => Buffer | null, RegExp][] = [
    ['line.zip', (entry, bytes) => (entry === 'blobs.jsonl' ? withoutLine(bytes) : bytes), /should hold/],
    ['entry.zip', (entry, bytes) => (isBlob(entry) ? null : bytes), /should hold/],
    ['byte.zip', (entry, bytes) => (isBlob(entry) ? Buffer.alloc(bytes.length) : bytes), /damaged/],
    ['row.zip', (entry, bytes) => (entry === 'tables/search_row.jsonl' ? withoutLine(bytes) : bytes), /rows here/],
  ];
  for (const [name, how, said] of faults) {
    await assert.rejects(
      importWorkspace(to.hearten, place.id, await changed(whole, name, how), () => undefined),
      said,
      name,
    );
    const [left] = await to.hearten.db.read<{ rows: number }>(
      place.id,
      sql`select (select count(*) from conversation where workspace_id = ${place.id}) + (select count(*) from customer where workspace_id = ${place.id}) + (select count(*) from blob where workspace_id = ${place.id}) as rows`,
    );
    assert.equal(Number(left?.rows), 0, name);
  }
  const done = await importWorkspace(to.hearten, place.id, whole, () => undefined);
  assert.ok(done.blobs > 1);
});

test('Where mail comes in while files are brought nothing is imported, that mail stands, and of the files brought no row is left', async () => {
  const whole = await exported('overtaken.zip');
  const place = await to.workspace('overtaken');
  const owner = await to.as(place, 'owner');
  const { files } = to.hearten;
  const put = files.put;
  let mine: Buffer | undefined;
  files.put = async (all) => {
    files.put = put;
    const inbox = await owner.post<{ id: string }>('/inboxes', {
      name: 'Support',
      address: 'support@overtaken.example',
      settings: {},
    });
    assert.equal(inbox.status, 201, inbox.text);
    const stored = await put([Buffer.from('A mail that came meanwhile'), ...all.slice(0, 1)]);
    mine = stored[0]?.hash;
    await to.inside(place, async (tx) => {
      await files.keep(tx, stored);
      const mails = stored.map(({ hash }, n) => incoming(inbox.body.id, n, { rawHash: hash }, 'overtaken'));
      await receive(tx, mails);
    });
    return put(all);
  };
  await assert.rejects(
    importWorkspace(to.hearten, place.id, whole, () => undefined),
    /not empty/,
  );
  const left = await to.hearten.db.read<{ hash: Buffer }>(
    place.id,
    sql`select hash from blob where workspace_id = ${place.id}`,
  );
  assert.equal(left.length, 2, 'its own bytes, and those that it shares with the export');
  assert.ok(mine && left.some(({ hash }) => mine?.equals(hash)));
});

test('No transaction is held while files are read, one that goes meanwhile is left out, and what is broken off leaves no connection', async () => {
  const { db, files } = from.hearten;
  const entries = new Map<string, () => AsyncGenerator<string | Buffer>>();
  const ends: (() => Promise<void>)[] = [];
  const none = () => undefined;
  const lines = (name: string, things: () => AsyncGenerator<string | Buffer>) => void entries.set(name, things);
  await workspaceExport(
    from.hearten,
    side.place.id,
  )({
    lines,
    text: none,
    bytes: none,
    counted: none,
    over: (end) => void ends.push(end),
  });
  const read = async (name: string): Promise<string> => {
    const parts: Buffer[] = [];
    for await (const part of entries.get(name)?.() ?? []) parts.push(Buffer.from(part));
    return Buffer.concat(parts).toString('utf8');
  };
  const held = async (): Promise<number> =>
    (
      await db.read<{ n: number }>(
        side.place.id,
        sql`select count(*)::int as n from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and query not like '%pg_stat_activity%'`,
      )
    )[0]?.n ?? 0;
  for (const name of entries.keys()) if (/^(tables|accounts)/.test(name)) await read(name);
  assert.equal(await held(), 0);
  const [gone] = await db.read<{ hash: Buffer }>(
    side.place.id,
    sql`select hash from blob where workspace_id = ${side.place.id} order by pack, start limit 1`,
  );
  const get = files.get;
  files.get = async (source, workspaceId, hash) => {
    if (gone && hash.equals(gone.hash)) throw NotFound('This file is not here any more.');
    return get(source, workspaceId, hash);
  };
  for (const name of entries.keys()) if (name.startsWith('blobs/')) await read(name);
  files.get = get;
  const list = (await read('blobs.jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { hash: string; start: number });
  assert.ok(list.length > 0 && list[0]?.start === 0);
  assert.ok(!list.some(({ hash }) => hash === gone?.hash.toString('hex')));
  assert.equal((JSON.parse(await read('manifest.json')) as { blobs: { count: number } }).blobs.count, list.length);
  for (const end of ends) await end();

  let ended = 0;
  const broken = zipped(async (zip) => {
    zip.over(async () => void ended++);
    zip.lines('a', async function* () {
      yield 'one';
      throw new Error('it broke off');
    });
    return 1;
  });
  await assert.rejects(async () => {
    for await (const _ of broken);
  }, /broke off/);
  assert.equal(ended, 1);
});

test('Nothing that is sealed moves: each such column stays here, or is left empty', () => {
  const columns = [...sealedColumns.map(({ table, column }) => `${table}.${column}`), ...passing];
  for (const one of columns) {
    const [table = '', column = ''] = one.split('.');
    assert.ok(table === 'account' || table in stays || sealed[table]?.includes(column), one);
  }
});

test('Nothing that moves points at what stays', async () => {
  const found = await to.hearten.db.read<{ from: string; at: string }>(
    side.place.id,
    sql`select distinct conrelid::regclass::text as from, confrelid::regclass::text as at from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  assert.ok(found.length > 50);
  assert.deepEqual(
    found.filter((one) => one.at in stays && !(one.from in stays)),
    [],
  );
});

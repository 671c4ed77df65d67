import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { emptyDatabase, type TestDatabase } from '../../test/database.ts';
import { type Desk, desk } from '../../test/desk.ts';
import { hasS3, type S3, startS3 } from '../../test/s3.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { eraseAlone, openFiles } from '../base/files.ts';
import { openBucket } from '../base/s3.ts';
import { hash } from '../base/seal.ts';
import { folderStore } from '../base/store-folder.ts';
import { bucketStore } from '../base/store-s3.ts';
import {
  checkBackup,
  checkDesk,
  chosen,
  expire,
  expireAlone,
  makeBackup,
  makeBox,
  openPlace,
  restoreBackup,
} from './index.ts';
import { movePacks } from './move.ts';
import { keeps } from './retention.ts';
import { runName, signOf, whose } from './run-name.ts';
import { isDue } from './schedule.ts';

let w: Desk;
let s3: S3;
let folder = '';
let database: TestDatabase;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearten-bucket-'));
  w = await desk();
  if (hasS3) s3 = await startS3(join(folder, 's3'));
  database = await emptyDatabase();
});
after(async () => {
  await s3?.close();
  await w.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test('What is put into a bucket is there, by its hash, and gone when it is erased', {
  skip: !hasS3 && 'no S3 server: npm could not install s3rver',
}, async () => {
  const store = bucketStore(openBucket(s3.place('files/deep'), s3.keys));
  const files = await openFiles([store]);
  const all = ['one', 'two with ümlaut', 'x'.repeat(300_000)].map((text) => Buffer.from(text));
  const stored = await files.put(all);
  assert.equal(new Set(stored.map((one) => one.pack)).size, 1, 'what arrives together is one object');
  await w.tx((tx) => files.keep(tx, stored));
  for (const [i, bytes] of all.entries())
    assert.deepEqual(await files.get(w.hearten.db, w.workspaceId, hash(bytes)), bytes, String(i));
  const [first, second] = stored;
  assert.ok(first && second);
  await files.erase(first);
  assert.equal(
    (await store.read(first.pack, first.start, first.size))?.every((byte) => byte === 0),
    true,
  );
  assert.deepEqual(await store.read(second.pack, second.start, second.size), all[1]);
  const packs = [];
  for await (const pack of store.packs()) packs.push(pack.pack);
  assert.deepEqual(packs, [first.pack]);
  await store.remove(first.pack);
  assert.equal(await store.read(first.pack, 0, 3), undefined);
  await w.tx((tx) =>
    files.giveUp(
      tx,
      stored.map((one) => one.hash),
    ),
  );
});

test('What is erased from one pack at the same moment is erased all of it: nobody puts back what another took', {
  skip: !hasS3 && 'no S3 server: npm could not install s3rver',
}, async () => {
  const store = bucketStore(openBucket(s3.place('erased'), s3.keys));
  const files = await openFiles([store]);
  const stored = await files.put(
    Array.from({ length: 6 }, (_, i) => Buffer.from(`a mail of one who asked to be erased, ${i}`)),
  );
  assert.equal(new Set(stored.map((one) => one.pack)).size, 1);
  assert.deepEqual(
    await Promise.all(stored.map((place) => eraseAlone(w.hearten.db, files, place))),
    Array<boolean>(6).fill(true),
  );
  for (const { pack, start, size } of stored)
    assert.ok((await store.read(pack, start, size))?.every((byte) => byte === 0));
});

test('A bucket that refuses or is not there takes nothing and says why', {
  skip: !hasS3 && 'no S3 server: npm could not install s3rver',
}, async () => {
  const wrong = openBucket(s3.place(), { ...s3.keys, BUCKET_SECRET_KEY: 'another' });
  await assert.rejects(wrong.put('a', Buffer.from('a')), /refused to store \(403\)/);
  const none = openBucket(s3.place().replace('desk/', 'nowhere/'), s3.keys);
  await assert.rejects(none.put('a', Buffer.from('a')), /no bucket|refused/);
  assert.throws(() => openBucket(s3.place(), {}), /BUCKET_KEY_ID and BUCKET_SECRET_KEY are needed/);
});

test('Files move from the folder into a bucket while both are read, and a backup goes into a bucket and back', {
  skip: !hasS3 && 'no S3 server: npm could not install s3rver',
}, async () => {
  const bytes = Buffer.from('Subject: moved\r\n\r\nA mail that moves.');
  const [stored] = await w.hearten.files.put([bytes]);
  assert.ok(stored);
  await w.tx(async (tx) => {
    const { receive } = await import('../conversations/index.ts');
    await w.hearten.files.keep(tx, [stored]);
    await receive(tx, [w.mail({ rawHash: stored.hash })]);
  });
  const from = await folderStore(join(w.hearten.config.DATA_DIR, 'files'));
  const to = bucketStore(openBucket(s3.place('moved'), s3.keys));
  const both = await openFiles([to, from]);
  assert.deepEqual(await both.get(w.hearten.db, w.workspaceId, stored.hash), bytes);
  const first = await movePacks(w.hearten.db, [from], to);
  assert.ok(first.copied > 0);
  assert.equal((await movePacks(w.hearten.db, [from], to)).copied, 0, 'what is there is not copied again');
  const alone = await openFiles([to]);
  assert.deepEqual(await alone.get(w.hearten.db, w.workspaceId, stored.hash), bytes);
  assert.deepEqual((await checkDesk(w.hearten.db.url, [to])).wrong, []);

  const box = makeBox('a passphrase of ours');
  const open = () => openPlace(s3.place('backups'), 'write', s3.keys);
  const make = async () =>
    makeBackup({ url: w.hearten.db.url, files: alone, place: await open(), box, key: 'k'.repeat(40), program: 'test' });
  const one = await make();
  const two = await make();
  assert.deepEqual(two.packs, one.packs);
  const place = await open();
  assert.deepEqual((await checkBackup(place, box, await chosen(place, box))).wrong, []);
  const target = bucketStore(openBucket(s3.place('restored'), s3.keys));
  await restoreBackup({
    url: database.url,
    store: target,
    place,
    box,
    manifest: await chosen(place, box),
    log: { info: () => undefined },
  });
  assert.deepEqual((await checkDesk(database.url, [target])).wrong, []);
  assert.deepEqual((await expire(place, box, '1d', whose(one.installation ?? '', ['k'.repeat(40)]))).gone, [one.id]);
  assert.deepEqual((await checkBackup(place, box, await chosen(place, box))).wrong, []);
});

test('A bucket that falls silent is given up, and one that is busy for a moment is asked again', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    if (++asked === 1) response.writeHead(503).end();
    else if (asked === 2) response.writeHead(200).end('here it is');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const keys = { BUCKET_KEY_ID: 'id', BUCKET_SECRET_KEY: 'secret' };
  const bucket = openBucket(`s3://desk/files?endpoint=http://127.0.0.1:${port}`, keys, 300);
  assert.equal(String(await bucket.get('a')), 'here it is');
  const began = Date.now();
  await assert.rejects(bucket.get('a'), /does not answer/);
  assert.ok(Date.now() - began < 5_000);
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

test('While a backup is being made nothing of the place is taken away: it has no manifest yet', async () => {
  const place = await openPlace(`${folder}/kept/`, 'write');
  const box = makeBox(undefined);
  const [here] = await w.hearten.db.read<{ id: string }>(NOWHERE, sql`select id from installation`);
  const run = runName(new Date(), here?.id ?? '');
  await place.put(`runs/${run}/tables/person/00000`, Buffer.from('a part of one that is being made'));
  const other = await w.hearten.db.connect();
  await other.query(`select pg_advisory_lock(hashtext('hearten backup expire'))`);
  await expireAlone(w.hearten.db.url, place, box, '1d', ['a key']);
  assert.equal((await place.list('runs/')).length, 1);
  await other.end();
  await expireAlone(w.hearten.db.url, place, box, '1d', ['a key']);
  assert.equal((await place.list('runs/')).length, 0, 'what is left of one that broke off goes');
});

test('Names of runs sort by when they were made, also within one second', () => {
  const desk = '0fa3c1d5-e7f9-4a2b-8c4d-000000000000';
  const at = (ms: number) => runName(new Date(Date.UTC(2026, 0, 2, 3, 4, 5, ms)), desk);
  assert.equal(at(7), `20260102T030405Z-007${signOf(desk)}`);
  assert.equal(signOf(desk), '0fa3c1d5e7f9');
  assert.ok(at(9) < at(10) && at(99) < at(100) && at(255) < at(999));
});

test('The newest of each day, week and month is kept for as many as the rule says', () => {
  const runs = [
    '20260101T0300',
    '20260102T0300',
    '20260102T1500',
    '20260110T0300',
    '20260215T0300',
    '20260216T0300',
  ].map((at) => `${at}00Z-abcdef`);
  const kept = (rule: string) => [...keeps(runs, rule)].sort().map((run) => run.slice(0, 13));
  assert.deepEqual(kept('1d'), ['20260216T0300']);
  assert.deepEqual(kept('4d'), ['20260102T1500', '20260110T0300', '20260215T0300', '20260216T0300']);
  assert.deepEqual(kept('2m'), ['20260110T0300', '20260216T0300']);
  assert.deepEqual(kept('2w'), ['20260215T0300', '20260216T0300']);
});

test('A backup is due when its time came since the last try, and again a quarter of an hour after one that failed', () => {
  const now = new Date('2026-05-05T12:00:00Z');
  const tried = (beganAt: string, state = 'done') => ({ beganAt, state });
  assert.equal(isDue('03:00', now, null), true);
  assert.equal(isDue('03:00', now, tried('2026-05-05T03:00:10Z')), false);
  assert.equal(isDue('03:00', now, tried('2026-05-04T03:00:10Z')), true);
  assert.equal(isDue('13:00', now, tried('2026-05-04T13:00:10Z')), false);
  assert.equal(isDue('3:00, 11:30', now, tried('2026-05-05T03:00:10Z')), true);
  assert.equal(isDue('every 30m', now, tried('2026-05-05T11:31:00Z')), false);
  assert.equal(isDue('every 30m', now, tried('2026-05-05T11:29:00Z')), true);
  assert.equal(isDue('03:00', now, tried('2026-05-05T11:50:00Z', 'failed')), false);
  assert.equal(isDue('03:00', now, tried('2026-05-05T11:44:00Z', 'failed')), true);
  assert.equal(isDue('03:00', now, tried('2026-05-04T00:00:00Z', 'running')), false);
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { makeSeal } from '../base/seal.ts';
import { type Box, makeBox } from './box.ts';
import { erasedSince } from './erased.ts';
import { former } from './former.ts';
import { chosen, type Manifest, opened, type PackEntry, pieceName, readManifest, writeManifest } from './manifest.ts';
import { openPlace, type Place } from './place.ts';
import { expire } from './retention.ts';
import { runName, whose } from './run-name.ts';

const A = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const B = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
const KEYS = ['the secret key of the desk A, of more than 32'];
const ours = whose(A, KEYS);
const plain = makeBox(undefined);
const check = makeSeal(KEYS).close('hearten', 'installation').toString('hex');

let all: string;
let place: Place;
before(async () => {
  all = await mkdtemp(join(tmpdir(), 'hearten-retention-'));
});
beforeEach(async () => {
  place = await openPlace(`${await mkdtemp(join(all, 'place-'))}/`, 'write');
});
after(() => rm(all, { recursive: true, force: true }));

const day = (n: number): Date => new Date(Date.UTC(2026, 4, n, 3));
const entry = (pack: string, from: string, sealed?: boolean): PackEntry => ({
  ...{ pack, tag: '1-1', size: 1, from, pieces: 1 },
  ...(sealed === undefined ? {} : { sealed }),
});
/** A run with packs: those it wrote itself are put there. */
async function made(run: string, box: Box, packs: PackEntry[], keyCheck: string | null = null): Promise<string> {
  for (const one of packs)
    if (one.from === run) await place.put(pieceName(one, 0), await box.close(pieceName(one, 0), Buffer.from('x')));
  const manifest = {
    format: 1,
    id: run,
    at: '',
    program: '',
    migrations: [],
    tables: {},
    packs,
    missing: [],
    keyCheck,
  };
  await writeManifest(place, box, { ...manifest, blobs: { count: 0, bytes: 0 }, key: null, size: 0 } as Manifest);
  return run;
}

test('Two desks keep their backups in one place: neither takes away what the other has, or is in the middle of making', async () => {
  const [b1, b2] = [runName(day(1), B), runName(day(2), B)];
  await made(b1, plain, [entry('b.pack', b1)]);
  await place.put(`runs/${b2}/tables/person/00000`, Buffer.from('being made'));
  await place.put(`packs/c.pack/${b2}/000`, Buffer.from('being made'));
  const [a1, a2] = [runName(day(1), A), runName(day(3), A)];
  await made(a1, plain, [entry('a.pack', a1)]);
  await made(a2, plain, [entry('a.pack', a1), entry('new.pack', a2)]);
  assert.deepEqual(await expire(place, plain, '1d', ours), { gone: [a1], unread: [], others: 1 });
  assert.deepEqual(await place.list(''), [
    `packs/a.pack/${a1}/000`,
    `packs/b.pack/${b1}/000`,
    `packs/c.pack/${b2}/000`,
    `packs/new.pack/${a2}/000`,
    `runs/${b1}/manifest`,
    `runs/${b2}/tables/person/00000`,
    `runs/${a2}/manifest`,
  ]);
  // The rule counts for each alone.
  assert.deepEqual((await expire(place, plain, '1d', whose(B, []))).gone, []);
  await assert.rejects(
    chosen(place, plain),
    (error: Error) => error.message.includes(a2) && /2 desks/.test(error.message),
  );
  assert.equal((await chosen(place, plain, b1)).id, b1);
  // Nor do the notes of the other, sealed by its own passphrase, stand in the way.
  const note = 'erased/20260503T030000Z-01a21faf-a0dd-701d-a309-23fc79fbfd4b-bbbbbbbbbbbb';
  await place.put(note, await makeBox('the passphrase of B').close(note, Buffer.from('{}')));
  assert.deepEqual(await erasedSince(place, plain, '2026-05-01T00:00:00Z', A), []);
  await assert.rejects(erasedSince(place, plain, '2026-05-01T00:00:00Z', B), /is encrypted/);
});

test('What broke off here is cleared away, and packs that nothing needs', async () => {
  const [a1, a2] = [runName(day(1), A), runName(day(2), A)];
  await place.put(`runs/${a1}/tables/person/00000`, Buffer.from('broken off'));
  await place.put(`packs/a.pack/${a1}/000`, Buffer.from('broken off'));
  await made(a2, plain, [entry('a.pack', a2)]);
  assert.deepEqual((await expire(place, plain, '1d', ours)).gone, []);
  assert.deepEqual(await place.list(''), [`packs/a.pack/${a2}/000`, `runs/${a2}/manifest`]);
});

test('Places from before names said whose a run is go on: by the key that sealed their secrets, and the newest is restored', async () => {
  const [old1, old2, other] = ['20260501T030000Z-001abc', '20260502T030000Z-001abc', '20260502T040000Z-001abc'];
  await made(old1, plain, [entry('a.pack', old1)], check);
  await made(old2, plain, [entry('a.pack', old2), entry('b.pack', old2)], check);
  await made(
    other,
    plain,
    [entry('c.pack', other)],
    makeSeal('another key').close('hearten', 'installation').toString('hex'),
  );
  const a1 = runName(day(3), A);
  assert.deepEqual([...(await former(place, plain, ours)).keys()], ['a.pack', 'b.pack'], 'packs go on from there');
  await made(a1, plain, [entry('b.pack', old2)], check);
  assert.equal((await chosen(place, plain)).id, a1);
  assert.deepEqual(await expire(place, plain, '1d', ours), { gone: [old1, old2], unread: [], others: 1 });
  assert.deepEqual(await place.list(''), [
    `packs/b.pack/${old2}/000`,
    `packs/c.pack/${other}/000`,
    `runs/${other}/manifest`,
    `runs/${a1}/manifest`,
  ]);
});

test('After another passphrase what cannot be opened stays with all it needs and is told, and retention goes on with the rest', async () => {
  const [before, now] = [makeBox('the passphrase of before'), makeBox('the passphrase of now')];
  const runs = [1, 2, 3, 4].map((n) => runName(day(n), A)) as [string, string, string, string];
  await made(runs[0], before, [entry('a.pack', runs[0], true)]);
  await made(runs[1], before, [entry('a.pack', runs[0], true)]);
  assert.equal((await former(place, now, ours)).size, 0);
  await made(runs[2], now, [entry('a.pack', runs[2], true)]);
  await made(runs[3], now, [entry('a.pack', runs[3], true)]);
  assert.deepEqual(await expire(place, now, '1d', ours), { gone: [runs[2]], unread: [runs[0], runs[1]], others: 0 });
  assert.deepEqual(await place.list('packs/'), [`packs/a.pack/${runs[0]}/000`, `packs/a.pack/${runs[3]}/000`]);
  assert.equal((await readManifest(place, before, runs[1])).id, runs[1]);
});

test('Once there is a passphrase nothing new points at bytes in clear, what is in clear expires, and is not restored unless told so', async () => {
  const sealed = makeBox('a passphrase of ours');
  const [a1, a2, a3] = [runName(day(1), A), runName(day(2), A), runName(day(3), A)];
  await made(a1, plain, [entry('a.pack', a1, false)]);
  assert.equal((await former(place, sealed, ours)).size, 0, 'of a manifest in clear nothing is taken over');
  await assert.rejects(chosen(place, sealed), /is not encrypted, though BACKUP_PASSPHRASE is set/);
  assert.equal((await chosen(place, makeBox('a passphrase of ours', true))).id, a1);
  // As it was made before: sealed, with packs in clear and some of which it isn't known.
  await made(a2, sealed, [entry('a.pack', a1), entry('b.pack', a1, false), entry('c.pack', a2, true)]);
  assert.deepEqual([...(await former(place, sealed, ours)).keys()], ['c.pack']);
  await assert.rejects(opened(place, sealed, pieceName(entry('a.pack', a1), 0)), /is not encrypted/);
  await made(a3, sealed, [entry('c.pack', a2, true)]);
  assert.deepEqual((await expire(place, sealed, '1d', ours)).gone, [a1, a2]);
  assert.deepEqual(await place.list('packs/'), [`packs/c.pack/${a2}/000`]);
});

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openPlace } from './place.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearten-place-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const put = async (where: string): Promise<void> =>
  (await openPlace(where, 'write')).put('runs/one/part', Buffer.from('x'));

test('A folder for backups is made with all that is above it', async () => {
  await put(join(folder, 'a/b/c/'));
  assert.equal(await readFile(join(folder, 'a/b/c/runs/one/part'), 'utf8'), 'x');
});

test('A place that cannot be written to says so in words, at once', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const said = /^\S+ cannot be made: a file has the name .*No backup was made; .*choose another place\.$/;
  await assert.rejects(put(`${file}/below/`), { message: said });
  await assert.rejects(openPlace(`${file}/monday.tar`, 'write'), { message: said });
});

test('What the kernel never makes is asked for once', {
  skip: !existsSync('/proc/self') && 'no /proc here',
}, async () => {
  await assert.rejects(put('/proc/backups/'), { message: /^\/proc\/backups (is not there|may not be written)/ });
});

test('A file that was damaged on its way says where, and is not taken for one that somebody else made', async () => {
  const where = join(folder, 'damaged.tar');
  const place = await openPlace(where, 'write');
  await place.put('one', Buffer.alloc(2000, 'a'));
  await place.put('two', Buffer.alloc(10, 'b'));
  await place.end();
  const whole = await readFile(where);
  await (await openPlace(where, 'read')).end();
  const damage = async (bytes: Buffer): Promise<string> => {
    await writeFile(where, bytes);
    return openPlace(where, 'read').then(
      () => 'taken',
      (error: Error) => error.message,
    );
  };
  const flipped = (at: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
  assert.match(await damage(flipped(2560 + 257)), /is damaged: what stands at byte 2560 .*take another backup/);
  assert.match(await damage(flipped(2560 + 130)), /is damaged: what stands at byte 2560/, 'how long a part is');
  assert.match(await damage(whole.subarray(0, 2700)), /ends too early/);
  assert.match(await damage(Buffer.alloc(4096, 'z')), /not a backup made by Hearten/);
});

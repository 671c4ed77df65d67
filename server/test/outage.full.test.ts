import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { conversationsOf, deliverTo, realHearten, until } from './real.ts';

const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
test('O02: the disk of the database is full: what was taken is there, mail waits where it is, and it goes on by itself within a minute of room', {
  skip: canMount ? false : 'needs root for a small disk',
  timeout: 400_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hearten-full-'));
  const disk = join(folder, 'disk');
  await mkdir(disk);
  await chmod(folder, 0o711);
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=711', 'tmpfs', disk]).status, 0);
  const d = await realHearten({ DATA_DIR: disk });
  try {
    const inbox = { name: 'Support', address: 'support@northwind.example', settings: {} };
    assert.equal((await d.ask('POST', '/inboxes', inbox)).status, 201);
    let refused = 0;
    const taken: string[] = [];
    const post = async (n: number): Promise<boolean> => {
      const head = `From: c${n}@example.org\r\nTo: support@northwind.example\r\nMessage-ID: <full-${n}@example.org>\r\nSubject: Mail ${n}\r\n\r\n`;
      return deliverTo(
        d.smtp,
        `${head}${`Line of mail ${n}.\r\n`.repeat(400)}`,
        `c${n}@example.org`,
        'support@northwind.example',
      )
        .then(() => taken.push(`Mail ${n}`) > 0)
        .catch((error: { responseCode?: number }) => {
          assert.ok(!error.responseCode || (error.responseCode >= 400 && error.responseCode < 500), String(error));
          refused++;
          return false;
        });
    };
    for (let n = 0; n < 5; n++) assert.ok(await post(n));
    const filler = join(disk, 'filler');
    const file = await open(filler, 'a');
    // Filled again and again, as somebody else on this disk would, so that Postgres can't live on what it frees itself.
    let full = true;
    const filling = (async () => {
      while (full) {
        await file.write(Buffer.alloc(1 << 18)).catch((error: { code: string }) => {
          assert.equal(error.code, 'ENOSPC');
          return sleep(20);
        });
      }
    })();
    let next = 5;
    for (const end = Date.now() + 40_000; Date.now() < end; await sleep(100)) if (await post(next)) next++;
    assert.ok(refused > 20, `${refused} were asked to wait`);
    assert.equal((await fetch(`${d.url}/health/ready`)).status, 503);
    full = false;
    await filling;
    await file.close();
    await rm(filler);
    const took = await until(() => post(next), 60_000, d.log);
    t.diagnostic(
      `${refused} asked to wait, ${taken.length} taken; mail is taken again ${took} ms after there was room`,
    );
    await until(async () => (await d.ask('GET', '/conversations')).status === 200, 20_000, d.log);
    await until(async () => (await conversationsOf(d)).length >= taken.length, 20_000, d.log);
    assert.deepEqual((await conversationsOf(d)).map(({ subject }) => subject).sort(), taken.sort());
  } finally {
    await d.stop();
    spawnSync('umount', ['-l', disk]);
    await rm(folder, { recursive: true, force: true });
  }
});

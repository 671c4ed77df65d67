import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { eventually } from '../../test/room.ts';
import { refuseOverQuota, shareQuota, storageOf } from './quota.ts';
import { hash } from './seal.ts';
import { startWire } from './wire.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('At its quota a workspace takes no more uploads, and says how much it may keep; mail is taken all the same', async () => {
  const { db, files } = w.hearten;
  await w.tx((tx) => files.keep(tx, [{ hash: hash('large'), size: 999_999_000, pack: 'none.pack', start: 0 }]));
  const upload = (size: number) => refuseOverQuota(db, 1, w.workspaceId, size);
  await upload(600);
  await assert.rejects(upload(600), /at its limit of 1 GB[\s\S]+was not stored/);
  await upload(400);
  await refuseOverQuota(db, undefined, w.workspaceId, 5_000_000);
  const bytes = Buffer.from('Subject: a mail\r\n\r\nthat comes although all is full');
  const stored = await files.put([bytes]);
  await w.tx(async (tx) => {
    await files.keep(tx, stored);
  });
  assert.equal((await w.receive({ rawHash: hash(bytes) })).length, 1);
  const told = await w.tx((tx) => storageOf(tx, { config: { ...w.hearten.config, QUOTA_GB: 1 }, files }));
  assert.deepEqual(
    { ...told, places: told.places.length },
    { files: 2, bytes: 999_999_000 + bytes.length, quota: 1_000_000_000, places: 1 },
  );
});

test('What another process takes in counts here too, and it is told what is taken in here', async () => {
  const { db, log } = w.hearten;
  const here = await startWire(db, log);
  const there = await startWire(db, log);
  const heard: [string, number][] = [];
  await there.listen(
    'hearten_stored',
    (text) => heard.push(JSON.parse(text)),
    () => undefined,
  );
  const end = await shareQuota(here);
  try {
    const { workspaceId, tx } = await w.another();
    await tx((t) =>
      w.hearten.files.keep(t, [{ hash: hash('as large'), size: 999_999_000, pack: 'none.pack', start: 0 }]),
    );
    await refuseOverQuota(db, 1, workspaceId, 100);
    await eventually(async () => heard.some(([id, bytes]) => id === workspaceId && bytes === 100));
    await refuseOverQuota(db, 1, workspaceId, 100);
    there.say('hearten_stored', JSON.stringify([workspaceId, 850]));
    await eventually(() =>
      refuseOverQuota(db, 1, workspaceId, 0).then(
        () => false,
        () => true,
      ),
    );
    await assert.rejects(refuseOverQuota(db, 1, workspaceId, 1), /at its limit of 1 GB/);
  } finally {
    await end();
    await here.stop();
    await there.stop();
  }
});

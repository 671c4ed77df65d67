import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importKillRun } from './import-kill.ts';

test('An import that is killed again and again loses no mail, doubles none, sends none, and counts right', async () => {
  const seed = Number(process.env.SEED ?? 1);
  const mails = 300;
  const { last, ...result } = await importKillRun(mails, 3, seed);
  assert.deepEqual(
    result,
    {
      kills: 3,
      starts: 4,
      messages: mails,
      lost: [],
      doubled: [],
      read: mails,
      imported: mails,
      leaving: 0,
      notifications: 0,
    },
    `seed ${seed}`,
  );
  assert.match(last, /^300 read = 300 imported \+ 0 already here \+ 0 in quarantine \+ 0 left out/);
});

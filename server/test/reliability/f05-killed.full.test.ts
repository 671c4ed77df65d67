import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killSenders } from './killed-senders.ts';

const seed = Number(process.env.SEED ?? 5);
const kills = Number(process.env.KILLS ?? 100);

test(`F05: senders of webhooks are killed ${kills} times: each event arrives, under one id, signed (seed ${seed})`, {
  timeout: 3_600_000,
}, async (t) => {
  const was = await killSenders(kills * 10, kills, seed);
  t.diagnostic(JSON.stringify(was));
  assert.equal(was.ids, was.events, 'none is lost');
  assert.equal(was.open, 0);
  assert.equal(was.forged, 0);
  assert.ok(was.takenOver < 45_000, `what was in hand was taken over within ${was.takenOver} ms`);
  assert.ok(was.drained < 60_000, `all was delivered ${was.drained} ms after the last kill`);
});

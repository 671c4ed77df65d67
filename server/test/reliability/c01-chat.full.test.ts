import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatUnderWriters } from './c01-chat.ts';

const seed = Number(process.env.SEED ?? 1);
const seconds = Number(process.env.SECONDS ?? 120);
test(`C01: ${seconds} seconds of twenty writers on both sides of five chats, every line cut each 0.1 to 10 s, processes killed: each side has all of it, once, in the order of the database, seed ${seed}`, {
  timeout: 900_000,
}, async (t) => {
  const got = await chatUnderWriters({ seed, seconds, chats: 5, kills: Math.max(1, Math.round(seconds / 20)) });
  t.diagnostic(JSON.stringify(got));
  assert.deepEqual({ lost: got.lost, doubled: got.doubled, wrong: got.wrong }, { lost: [], doubled: [], wrong: [] });
  assert.ok(got.lines > seconds * 2 && got.cuts > seconds && got.killed > 0, JSON.stringify(got));
});

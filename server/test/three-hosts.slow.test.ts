import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cannot, threeHosts } from './three-hosts.ts';

const none = cannot();
test('O03 O08: three hosts lose one another, a process and the database; every mail is kept once, every answer sent once or said to be unknown', {
  skip: none && `no three hosts here: ${none}`,
  timeout: 175_000,
}, async (t) => {
  const got = await threeHosts({ mails: 24, seed: 3, cutFor: 1_000 }, t.signal);
  t.diagnostic(JSON.stringify(got));
  const { lost, doubled, twice, neverSeen, deaf } = got;
  assert.deepEqual(
    { lost, doubled, twice, neverSeen, deaf },
    { lost: [], doubled: [], twice: [], neverSeen: [], deaf: 0 },
  );
  assert.equal(got.kept, got.given);
  assert.equal(got.answers, got.answered);
  const others = Object.keys(got.states).filter((state) => state !== 'sent' && state !== 'unknown');
  assert.deepEqual(others, []);
  for (const [what, ms] of Object.entries(got.again)) assert.ok(ms <= 30_000, `${what}: ${ms} ms`);
});

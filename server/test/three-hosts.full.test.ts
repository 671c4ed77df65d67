import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cannot, threeHosts } from './three-hosts.ts';

const none = cannot();
const runs = [
  { seed: 1, cutFor: 1_000 },
  { seed: 2, cutFor: 40_000 },
  { seed: 3, cutFor: 600_000 },
].filter(({ seed }) => !process.env.SEED || seed === Number(process.env.SEED));
for (const { seed, cutFor } of runs)
  test(`O03: three hosts under 600 mails, one cut off for ${cutFor / 1000} s, one killed, the database lost and its standby promoted, seed ${seed}`, {
    skip: none && `no three hosts here: ${none}`,
    timeout: 1_800_000,
  }, async (t) => {
    const got = await threeHosts({ mails: 600, seed, cutFor }, t.signal);
    t.diagnostic(JSON.stringify(got));
    const { lost, doubled, twice, neverSeen, deaf } = got;
    assert.deepEqual(
      { lost, doubled, twice, neverSeen, deaf },
      { lost: [], doubled: [], twice: [], neverSeen: [], deaf: 0 },
    );
    assert.equal(got.kept, got.given);
    assert.equal(got.answers, got.answered);
    for (const [what, ms] of Object.entries(got.again)) assert.ok(ms <= 30_000, `${what}: ${ms} ms`);
  });

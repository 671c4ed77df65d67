import assert from 'node:assert/strict';
import { it } from 'node:test';
import { killRun } from './kill.ts';
import { hasDovecot } from './mail.ts';

for (const seed of [1, 2, 3])
  it(`keeps each of 500 mails once and delivers each answer once over 50 kills, seed ${seed}`, {
    skip: hasDovecot ? false : 'dovecot is not installed',
    timeout: 900_000,
  }, async (t) => {
    const result = await killRun({ mails: 500, kills: 50, seed });
    t.diagnostic(JSON.stringify(result));
    assert.deepEqual(
      { lost: result.lost, doubled: result.doubled, twice: result.twice, neverSeen: result.neverSeen },
      { lost: [], doubled: [], twice: [], neverSeen: [] },
    );
    assert.equal(result.kept, 500);
    assert.equal(result.answers, 167);
    assert.deepEqual(
      Object.keys(result.states).filter((state) => state !== 'sent' && state !== 'unknown'),
      [],
    );
  });

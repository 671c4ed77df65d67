import assert from 'node:assert/strict';
import { it } from 'node:test';
import { killRun } from './kill.ts';
import { hasDovecot } from './mail.ts';

it('A01 B01: keeps every mail once and delivers every answer once, while its processes are killed', {
  skip: hasDovecot ? false : 'dovecot is not installed',
  timeout: 170_000,
}, async (t) => {
  const result = await killRun({ mails: 90, kills: 12, seed: 7 });
  t.diagnostic(JSON.stringify(result));
  assert.deepEqual(
    { lost: result.lost, doubled: result.doubled, twice: result.twice, neverSeen: result.neverSeen },
    { lost: [], doubled: [], twice: [], neverSeen: [] },
  );
  assert.equal(result.kept, 90);
  assert.equal(result.answers, 30);
  assert.deepEqual(
    Object.keys(result.states).filter((state) => state !== 'sent' && state !== 'unknown'),
    [],
  );
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type KillResult, killRun } from './kill.ts';
import { hasDovecot } from './mail.ts';

const seeds = process.env.SEED ? [Number(process.env.SEED)] : [1, 2, 3];
const options = { skip: hasDovecot ? false : 'dovecot is not installed', timeout: 1_800_000 };

function holds(result: KillResult): void {
  const { lost, doubled, twice, neverSeen } = result;
  assert.deepEqual({ lost, doubled, twice, neverSeen }, { lost: [], doubled: [], twice: [], neverSeen: [] });
  const others = Object.keys(result.states).filter((state) => state !== 'sent' && state !== 'unknown');
  assert.deepEqual(others, [], 'each answer is sent, or said to be unknown');
}

for (const seed of seeds)
  it(`A01: keeps each of 2,000 mails once over 200 kills, seed ${seed}`, options, async (t) => {
    const result = await killRun({ mails: 2000, kills: 200, seed, pause: [0.3, 3] });
    t.diagnostic(JSON.stringify(result));
    holds(result);
    assert.equal(result.kept, 2000);
    assert.ok(result.drained <= 60_000, `all were here ${result.drained} ms after the last kill`);
  });

for (const seed of seeds)
  it(`B01: delivers each of 1,000 answers once while their senders are killed, seed ${seed}`, options, async (t) => {
    const result = await killRun({ mails: 1000, kills: 150, seed, pause: [0.2, 2], answerAll: true });
    t.diagnostic(JSON.stringify(result));
    holds(result);
    assert.equal(result.answers, 1000);
  });

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, keepClock } from './clock.ts';
import { makeLog } from './log.ts';

test('A database that takes its time to answer is no clock that goes wrong; one that is an hour ahead is gone by, and told once', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setInterval'], now: Date.parse('2026-11-27T12:00:00Z') });
  const told: string[] = [];
  const log = makeLog('warn', {}, (line) => told.push(line));
  const at = (ahead: number, slow: number) => async (): Promise<string> => {
    const then = Date.now() + ahead;
    t.mock.timers.setTime(Date.now() + slow);
    return new Date(then).toISOString();
  };
  const apart = async (there: () => Promise<string>): Promise<number> => {
    await (await keepClock(there, log))();
    return clock() - Date.now();
  };
  const hour = 3_600_000;
  assert.equal(await apart(at(0, 6_000)), 0);
  assert.deepEqual(told, []);
  assert.equal(await apart(at(hour, 20)), hour - 10);
  assert.equal(await apart(at(hour, 6_000)), hour - 10, 'what is known better is kept');
  assert.equal(told.length, 1);
  assert.equal(await apart(at(0, 20)), 0);
  assert.equal(told.length, 2);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clock, keepClock } from '../../src/base/clock.ts';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { makeLog } from '../../src/base/log.ts';
import { nextDigest } from '../../src/notifications/hours.ts';
import { type Desk, desk } from '../desk.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

// Half past midnight and nine in the morning, on a day when the clocks there are changed, where they are.
const golden: [zone: string, day: string, night: string, morning: string][] = [
  ['UTC', '2026-03-29', '2026-03-29T00:30Z', '2026-03-29T09:00Z'],
  ['Europe/Berlin', '2026-03-29', '2026-03-28T23:30Z', '2026-03-29T07:00Z'],
  ['Europe/London', '2026-10-25', '2026-10-24T23:30Z', '2026-10-25T09:00Z'],
  ['America/New_York', '2026-03-08', '2026-03-08T05:30Z', '2026-03-08T13:00Z'],
  ['America/Los_Angeles', '2026-11-01', '2026-11-01T07:30Z', '2026-11-01T17:00Z'],
  ['America/Sao_Paulo', '2026-07-01', '2026-07-01T03:30Z', '2026-07-01T12:00Z'],
  ['Asia/Tokyo', '2026-07-01', '2026-06-30T15:30Z', '2026-07-01T00:00Z'],
  ['Asia/Kolkata', '2026-07-01', '2026-06-30T19:00Z', '2026-07-01T03:30Z'],
  ['Asia/Kathmandu', '2026-07-01', '2026-06-30T18:45Z', '2026-07-01T03:15Z'],
  ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:30Z', '2026-04-04T22:30Z'],
  ['Pacific/Auckland', '2026-09-27', '2026-09-26T12:30Z', '2026-09-26T20:00Z'],
  ['Pacific/Chatham', '2026-04-05', '2026-04-04T10:45Z', '2026-04-04T20:15Z'],
];

test('O04: hours of the clock on the wall are the same moments here and in the database, in twelve zones, on the days when clocks change', async () => {
  const daily = { at: ['00:30', '09:00'], days: [1, 2, 3, 4, 5, 6, 7] };
  for (const [zone, day, night, morning] of golden) {
    const [first, second] = [new Date(night), new Date(morning)];
    assert.equal(nextDigest(new Date(first.getTime() - 60_000), daily, zone).toISOString(), first.toISOString(), zone);
    assert.equal(nextDigest(first, daily, zone).toISOString(), second.toISOString(), zone);
    const [row] = await w.tx((t) =>
      t.many<{ night: string; morning: string }>(
        sql`select (${day}::date + time '00:30') at time zone ${zone} as night, (${day}::date + time '09:00') at time zone ${zone} as morning`,
      ),
    );
    assert.deepEqual(row, { night: first.toISOString(), morning: second.toISOString() }, zone);
  }
});

test('O04: a process whose host has another time goes by that of the database, and says so', async () => {
  const said: string[] = [];
  const log = makeLog('warn', {}, (line) => said.push(line));
  for (const hours of [1, -1, 24]) {
    // What the database would say to a host whose clock is that much behind.
    const stop = await keepClock(async () => new Date(Date.now() + hours * 3_600_000).toISOString(), log);
    assert.ok(Math.abs(clock() - Date.now() - hours * 3_600_000) < 1_000);
    await stop();
  }
  assert.equal(said.length, 3);
  const now = sql`select clock_timestamp() as now`;
  const there = async () => (await w.hearten.db.read<{ now: string }>(NOWHERE, now))[0]?.now ?? '';
  const stop = await keepClock(there, log);
  assert.ok(Math.abs(clock() - Date.now()) < 50, 'this one is right again');
  assert.match(said.at(-1) ?? '', /agrees with that of the database again/);
  await stop();
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { HoursInterval } from '@hearten/contract';
import { hoursOf, type Plan } from './open.ts';

const usual: readonly HoursInterval[] = [[540, 1020]];
const plan = (zone: string, week: readonly (readonly HoursInterval[])[]): Plan => ({
  zone,
  week,
  holidays: [],
  exceptions: [],
  days: [],
  times: [],
});
const weekdays = [usual, usual, usual, usual, usual, [], []];
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString().slice(0, 16));

// Written down from the announcements of these places, in UTC: the last close before the clocks change, and the first opening after it.
// Monday to Friday, 9:00 to 17:00 on the wall.
const around: [zone: string, what: string, asked: string, closes: string, opens: string][] = [
  ['Europe/Berlin', 'summer time begins', '2026-03-27T12:00', '2026-03-27T16:00', '2026-03-30T07:00'],
  ['Europe/Berlin', 'summer time ends', '2026-10-23T12:00', '2026-10-23T15:00', '2026-10-26T08:00'],
  ['Europe/Dublin', 'winter time is the exception there', '2026-03-27T12:00', '2026-03-27T17:00', '2026-03-30T08:00'],
  ['America/New_York', 'summer time begins', '2026-03-06T18:00', '2026-03-06T22:00', '2026-03-09T13:00'],
  ['America/St_Johns', 'half an hour aside', '2026-03-06T18:00', '2026-03-06T20:30', '2026-03-09T11:30'],
  ['Australia/Lord_Howe', 'half an hour back', '2026-04-03T00:00', '2026-04-03T06:00', '2026-04-05T22:30'],
  ['Australia/Lord_Howe', 'half an hour ahead', '2026-10-02T00:00', '2026-10-02T06:30', '2026-10-04T22:00'],
  ['Pacific/Chatham', 'a quarter aside', '2026-04-03T00:00', '2026-04-03T03:15', '2026-04-05T20:15'],
  ['Pacific/Apia', 'Friday 30 December 2011 is left out', '2011-12-30T00:00', '2011-12-30T03:00', '2012-01-01T19:00'],
  ['Africa/Casablanca', 'Ramadan has its own time', '2025-02-21T12:00', '2025-02-21T16:00', '2025-02-24T09:00'],
  ['Asia/Kathmandu', 'three quarters aside, no summer', '2026-03-27T06:00', '2026-03-27T11:15', '2026-03-30T03:15'],
  ['Asia/Tehran', 'summer time was abolished', '2026-03-27T06:00', '2026-03-27T13:30', '2026-03-30T05:30'],
  ['Asia/Tokyo', 'never changes', '2026-03-27T03:00', '2026-03-27T08:00', '2026-03-30T00:00'],
  ['America/Phoenix', 'no summer time in Arizona', '2026-03-06T18:00', '2026-03-07T00:00', '2026-03-09T16:00'],
  ['Pacific/Kiritimati', 'fourteen hours ahead', '2026-03-27T00:00', '2026-03-27T03:00', '2026-03-29T19:00'],
];
for (const [zone, what, asked, closes, opens] of around)
  test(`Golden table, ${zone}: ${what}`, () => {
    const hours = hoursOf(plan(zone, weekdays));
    const at = Date.parse(`${asked}Z`);
    assert.equal(hours.isOpen(at), true);
    assert.deepEqual([iso(hours.closes(at)), iso(hours.opens(at))], [closes, opens]);
    const [close, open] = [Date.parse(`${closes}Z`), Date.parse(`${opens}Z`)];
    assert.equal(hours.isOpen(close - 1), true);
    assert.equal(hours.isOpen(close), false);
    assert.equal(hours.isOpen(open - 1), false);
    assert.equal(hours.isOpen(open), true);
    assert.equal(hours.between(close, open), 0);
    // A minute more than what is left of today is the first minute of the next day.
    assert.equal(hours.add(at, close - at), close);
    assert.equal(hours.add(at, close - at + 60_000), open + 60_000);
  });

// How long hours are in truth on the day on which the clocks change. The weekday is the day of the date.
const long: [zone: string, what: string, date: string, open: HoursInterval, minutes: number][] = [
  ['Europe/Berlin', '2:00 to 3:00 is left out', '2026-03-29', [60, 240], 120],
  ['Europe/Berlin', '2:00 to 3:00 comes twice', '2026-10-25', [60, 240], 240],
  ['Europe/Berlin', 'open by the clock: half of what comes twice, twice', '2026-10-25', [120, 150], 60],
  ['Europe/Berlin', 'a time that does not come at all', '2026-03-29', [120, 180], 0],
  ['Australia/Lord_Howe', 'half an hour left out', '2026-10-04', [60, 180], 90],
  ['Australia/Lord_Howe', 'half an hour twice', '2026-04-05', [60, 180], 150],
  ['Antarctica/Troll', 'two hours left out', '2026-03-29', [0, 240], 120],
  ['America/Sao_Paulo', 'the first hour of a day left out', '2018-11-04', [0, 120], 60],
  ['America/Sao_Paulo', 'the last hour of a day twice', '2019-02-16', [1320, 1440], 180],
  ['America/Havana', 'the first hour of a day twice', '2026-11-01', [0, 120], 180],
  ['Africa/Cairo', 'from midnight to one left out', '2023-04-28', [0, 120], 60],
  ['Africa/Cairo', 'from eleven to midnight twice', '2026-10-29', [1320, 1440], 180],
  ['Asia/Pyongyang', 'half an hour left out for good', '2018-05-04', [1320, 1440], 90],
  ['America/Caracas', 'half an hour twice, for good', '2007-12-09', [120, 240], 150],
  ['Pacific/Apia', 'a Friday that never was', '2011-12-30', [0, 1440], 0],
  ['Pacific/Apia', 'the Saturday after it', '2011-12-31', [0, 1440], 1440],
  ['Pacific/Kwajalein', 'a Saturday that never was', '1993-08-21', [0, 1440], 0],
  ['America/New_York', 'a shift over the night that loses an hour', '2026-03-07', [1320, 1680], 300],
  ['America/New_York', 'a shift over the night that gains an hour', '2026-10-31', [1320, 1680], 420],
  ['Pacific/Apia', 'a shift over a night with a day missing in it', '2011-12-29', [1320, 1560], 240],
];
for (const [zone, what, date, open, minutes] of long)
  test(`Golden table, ${zone}: ${what} (${date})`, () => {
    const hours = hoursOf({
      ...plan(zone, [[], [], [], [], [], [], []]),
      exceptions: [{ date, name: '', open: [open] }],
    });
    const at = Date.parse(`${date}T00:00Z`);
    assert.equal(hours.between(at - 3 * 86_400_000, at + 4 * 86_400_000) / 60_000, minutes);
  });

test('The golden table stands in the document as it is held here, over at least twelve zones', () => {
  const clock = (minutes: number): string =>
    `${String(Math.floor(minutes / 60))}:${String(minutes % 60).padStart(2, '0')}`;
  const table = (...rows: string[][]): string => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const ruled = (head: string[], rows: string[][]): string =>
    table(
      head,
      head.map(() => '---'),
      ...rows,
    );
  const moment = (at: string): string => at.replace('T', ' ');
  const first = ruled(
    ['Zone', 'What happens', 'Closes (UTC)', 'Opens again (UTC)'],
    around.map(([zone, what, , closes, opens]) => [zone, what, moment(closes), moment(opens)]),
  );
  const second = ruled(
    ['Zone', 'What happens', 'Day', 'Open by the clock', 'Working time'],
    long.map(([zone, what, date, [from, to], minutes]) => [
      ...[zone, what, date, `${clock(from)} to ${to > 1440 ? `${clock(to - 1440)} the day after` : clock(to)}`],
      clock(minutes),
    ]),
  );
  const page = readFileSync(join(import.meta.dirname, '../../../docs/hours.md'), 'utf8');
  for (const one of [first, second]) assert.ok(page.includes(`\n${one}\n`), `docs/hours.md should say:\n${one}`);
  const zones = new Set([...around, ...long].map(([zone]) => zone));
  assert.ok(zones.size >= 12 && zones.has('Australia/Lord_Howe') && zones.has('Pacific/Apia'), [...zones].join());
});

test('Hours of Friday night end on Saturday, and a holiday lets a shift begun the day before go on', () => {
  const night: readonly HoursInterval[] = [[1320, 1560]];
  const hours = hoursOf({
    ...plan('Europe/Paris', [[], [], [], [], night, [], []]),
    holidays: [{ name: 'A Saturday', rule: { kind: 'once', from: '2026-05-02', to: '2026-05-02' }, open: [] }],
  });
  const friday = Date.parse('2026-05-01T20:30Z');
  assert.equal(iso(hours.closes(friday)), '2026-05-02T00:00');
  assert.equal(iso(hours.opens(friday)), '2026-05-08T20:00');
  const closed = hoursOf({
    ...plan('Europe/Paris', [[], [], [], [], night, [], []]),
    holidays: [{ name: 'A Friday', rule: { kind: 'once', from: '2026-05-01', to: '2026-05-01' }, open: [] }],
  });
  assert.equal(iso(closed.opens(friday)), '2026-05-08T20:00', 'the whole shift of a holiday falls away');
});

test('Round the clock never closes, and hours without an interval never open', () => {
  const all: readonly HoursInterval[] = [[0, 1440]];
  const always = hoursOf(plan('Europe/Paris', [all, all, all, all, all, all, all]));
  const never = hoursOf(plan('Europe/Paris', [[], [], [], [], [], [], []]));
  const at = Date.parse('2026-12-31T22:59Z');
  assert.deepEqual([always.isOpen(at), always.closes(at), always.opens(at)], [true, null, null]);
  assert.deepEqual([never.isOpen(at), never.closes(at), never.opens(at)], [false, null, null]);
  assert.equal(never.add(at, 60_000), null);
  assert.equal(never.add(at, 0), at);
  assert.equal(always.add(at, 525_600 * 60_000), at + 525_600 * 60_000);
});

test('An exception comes before a holiday, a holiday before a calendar, a calendar before the week', () => {
  const hours = hoursOf({
    ...plan('UTC', weekdays),
    days: [{ name: 'From a calendar', from: '2026-12-23', to: '2026-12-26' }],
    times: [{ name: 'Meeting', from: Date.parse('2026-12-22T10:00Z'), to: Date.parse('2026-12-22T11:00Z') }],
    holidays: [{ name: 'Eve', rule: { kind: 'date', month: 12, day: 24, moves: 'never' }, open: [[540, 720]] }],
    exceptions: [{ date: '2026-12-25', name: 'On call', open: [[600, 660]] }],
  });
  const from = Date.parse('2026-12-21T17:00Z');
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((day) => hours.between(from + day * 86_400_000, from + (day + 1) * 86_400_000) / 60_000),
    [420, 0, 180, 60, 0],
  );
  assert.deepEqual(
    ['2026-12-22', '2026-12-23', '2026-12-24', '2026-12-25'].map((date) => hours.day(date).why),
    ['week', 'calendar', 'holiday', 'exception'],
  );
});

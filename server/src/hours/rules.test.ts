import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HolidayRule } from '@hearten/contract';
import { dateOfDay, dayOfDate, daysOf, nextDates } from './rules.ts';

const dates = (rule: HolidayRule, year: number): string[] => daysOf(rule, year).map(dateOfDay);

test('Easter falls where the churches put it', () => {
  const western = ['1961-04-02', '2008-03-23', '2011-04-24', '2024-03-31', '2026-04-05', '2038-04-25', '2285-03-22'];
  const orthodox = ['2008-04-27', '2011-04-24', '2024-05-05', '2025-04-20', '2026-04-12', '2027-05-02', '2100-05-02'];
  for (const date of western)
    assert.deepEqual(dates({ kind: 'easter', church: 'western', days: 0 }, Number(date.slice(0, 4))), [date]);
  for (const date of orthodox)
    assert.deepEqual(dates({ kind: 'easter', church: 'orthodox', days: 0 }, Number(date.slice(0, 4))), [date]);
  assert.deepEqual(dates({ kind: 'easter', church: 'western', days: -2 }, 2026), ['2026-04-03']);
  assert.deepEqual(dates({ kind: 'easter', church: 'western', days: 39 }, 2026), ['2026-05-14']);
});

test('Yearly rules give the days that people mean by them', () => {
  const table: [HolidayRule, number, string[]][] = [
    [{ kind: 'nth', month: 9, weekday: 1, nth: 1 }, 2026, ['2026-09-07']],
    [{ kind: 'nth', month: 11, weekday: 4, nth: 4 }, 2026, ['2026-11-26']],
    [{ kind: 'nth', month: 5, weekday: 1, nth: -1 }, 2026, ['2026-05-25']],
    [{ kind: 'nth', month: 2, weekday: 7, nth: 5 }, 2026, []],
    [{ kind: 'nth', month: 12, weekday: 4, nth: -1 }, 2026, ['2026-12-31']],
    [{ kind: 'near', month: 5, day: 24, weekday: 1, side: 'before' }, 2026, ['2026-05-18']],
    [{ kind: 'near', month: 5, day: 24, weekday: 1, side: 'before' }, 2027, ['2027-05-24']],
    [{ kind: 'near', month: 6, day: 20, weekday: 6, side: 'after' }, 2026, ['2026-06-20']],
    [{ kind: 'date', month: 2, day: 29, moves: 'never' }, 2026, []],
    [{ kind: 'date', month: 2, day: 29, moves: 'never' }, 2028, ['2028-02-29']],
    [{ kind: 'date', month: 12, day: 25, moves: 'monday' }, 2027, ['2027-12-27']],
    [{ kind: 'date', month: 7, day: 4, moves: 'nearest' }, 2026, ['2026-07-03']],
    [{ kind: 'date', month: 7, day: 4, moves: 'nearest' }, 2027, ['2027-07-05']],
    [{ kind: 'date', month: 1, day: 1, moves: 'nearest' }, 2028, ['2027-12-31']],
    [
      { kind: 'once', from: '2026-12-30', to: '2027-01-02' },
      2026,
      ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02'],
    ],
  ];
  for (const [rule, year, expected] of table) assert.deepEqual(dates(rule, year), expected, JSON.stringify(rule));
});

test('The next dates of a rule begin today and miss nothing that was moved into the year before', () => {
  const from = dayOfDate('2027-12-31');
  assert.deepEqual(nextDates({ kind: 'date', month: 1, day: 1, moves: 'nearest' }, from), [
    '2027-12-31',
    '2029-01-01',
    '2030-01-01',
  ]);
  assert.deepEqual(nextDates({ kind: 'date', month: 2, day: 29, moves: 'never' }, from), [
    '2028-02-29',
    '2032-02-29',
    '2036-02-29',
  ]);
  assert.deepEqual(nextDates({ kind: 'once', from: '2020-01-01', to: '2020-01-02' }, from), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, atWall, bytes, clock, due, laterTimes, onDay, snoozeTimes, span, speak, wall } from './time.ts';

speak('en-GB', 'Europe/Berlin');
const now = Date.parse('2026-11-18T10:00:00Z'); // a Wednesday, 11:00 in Berlin

test('ages are short and grow coarser', () => {
  const ago = (minutes: number) => age(new Date(now - minutes * 60_000).toISOString(), now);
  assert.equal(ago(0.5), 'now');
  assert.equal(ago(7), '7 min');
  assert.equal(ago(180), '3 h');
  assert.equal(ago(60 * 24 * 2), 'Mon');
  assert.equal(ago(60 * 24 * 30), '19 Oct');
  assert.equal(ago(60 * 24 * 700), '18 Dec 2024');
});

test('days, times, numbers and sizes are written as the reader’s language writes them, digits included', () => {
  const at = '2024-10-19T13:05:00Z';
  try {
    for (const [tag, digits] of [
      ['ar', /^[^٠-٩]*[0-9]/],
      ['ar-EG', /^[^0-9]*[٠-٩]/],
      ['ja', /年/],
      ['pt-BR', /de 2024/],
    ] as const) {
      speak(tag, 'Europe/Berlin');
      const as = (options: Intl.DateTimeFormatOptions) =>
        new Intl.DateTimeFormat(tag, { ...options, timeZone: 'Europe/Berlin' }).format(new Date(at));
      const day = age(at, now);
      assert.equal(day, as({ day: 'numeric', month: 'short', year: 'numeric' }));
      assert.match(day, digits, tag);
      assert.ok(due('2026-12-23T08:00:00Z', now).includes(new Intl.NumberFormat(tag).format(23)), tag);
    }
    speak('de', 'Europe/Berlin');
    assert.match(bytes(1_500_000), /^1,5/);
    speak('ar-EG', 'Europe/Berlin');
    assert.match(bytes(1_500_000), /^١٫٥/);
  } finally {
    speak('en-GB', 'Europe/Berlin');
  }
});

test('what is ahead is told with its day', () => {
  assert.equal(due('2026-11-18T13:00:00Z', now), '14:00');
  assert.equal(due('2026-11-19T08:00:00Z', now), 'tomorrow 09:00');
  assert.equal(due('2026-11-23T08:00:00Z', now), 'Mon 09:00');
  assert.equal(due('2026-12-23T08:00:00Z', now), '23 Dec 09:00');
});

test('nine o’clock is nine o’clock where the person is, also across a clock change', () => {
  assert.equal(wall(2026, 11, 19, 9, 'Europe/Berlin').toISOString(), '2026-11-19T08:00:00.000Z');
  assert.equal(wall(2026, 7, 1, 9, 'Europe/Berlin').toISOString(), '2026-07-01T07:00:00.000Z');
  assert.equal(wall(2026, 3, 29, 9, 'Europe/Berlin').toISOString(), '2026-03-29T07:00:00.000Z');
  assert.equal(wall(2026, 11, 19, 9, 'Asia/Kolkata').toISOString(), '2026-11-19T03:30:00.000Z');
});

test('an answer that leaves later leaves when clocks there say so, whichever way they were changed in between', () => {
  const at = (text: string, zone: string) => atWall(text, zone)?.toISOString();
  assert.equal(at('2026-03-29T09:30', 'Europe/Berlin'), '2026-03-29T07:30:00.000Z');
  assert.equal(at('2026-10-25T09:30', 'Europe/Berlin'), '2026-10-25T08:30:00.000Z');
  assert.equal(at('2026-11-01T09:00', 'America/New_York'), '2026-11-01T14:00:00.000Z');
  assert.equal(at('2026-10-04T09:15', 'Australia/Lord_Howe'), '2026-10-03T22:15:00.000Z');
  assert.equal(at('2026-11-19', 'Europe/Berlin'), undefined);
  // The evening before clocks go back: nine tomorrow is 25 hours after nine today.
  const eve = new Date('2026-10-24T07:00:00Z');
  assert.deepEqual(
    laterTimes(eve, 'Europe/Berlin').map((t) => [t.label, t.at.toISOString()]),
    [
      ['In an hour', '2026-10-24T08:00:00.000Z'],
      ['Tomorrow at nine', '2026-10-25T08:00:00.000Z'],
      ['Monday at nine', '2026-10-26T08:00:00.000Z'],
    ],
  );
  for (let d = 0; d < 7; d++)
    for (const hour of [0, 6, 9, 23]) {
      const now_ = new Date(Date.UTC(2026, 9, 19 + d, hour, 30));
      const times = laterTimes(now_, 'America/New_York');
      assert.ok(times.every((t) => t.at > now_));
      assert.equal(new Set(times.map((t) => t.at.getTime())).size, times.length);
    }
});

test('snooze offers only moments that lie ahead, each once, on every day of the week', () => {
  for (let d = 0; d < 7; d++)
    for (const hour of [0, 9, 13, 15, 23]) {
      const at = new Date(Date.UTC(2026, 10, 16 + d, hour, 30));
      const times = snoozeTimes(at, 'Europe/Berlin');
      assert.ok(times.length >= 3);
      assert.ok(times.every((t) => t.at > at));
      assert.equal(new Set(times.map((t) => t.at.getTime())).size, times.length);
    }
});

test('sizes are told the way people say them', () => {
  assert.equal(bytes(940), '940 B');
  assert.equal(bytes(12_400), '12 kB');
  assert.equal(bytes(3_440_000), '3.4 MB');
});

test('when something takes place is told in one’s own time; a whole day is a day everywhere', () => {
  assert.match(span('2026-07-05T07:00:00.000Z', '2026-07-05T08:30:00.000Z', false), /5 Jul 2026, 09:00\s?–\s?10:30/);
  assert.match(span('2026-07-05T09:00:00', null, false), /5 Jul 2026, 09:00/);
  assert.match(span('2026-07-05', '2026-07-05', true), /^\S+ 5 Jul 2026$/);
  assert.match(span('2026-07-05', '2026-07-07', true).replace(/\s+/g, ' '), /5 Jul.+7 Jul 2026$/);
  assert.equal(onDay('2026-05-03T23:59:59Z', now), '3 May');
});

test('clocks that count to twelve show no zero before the hour', () => {
  speak('en-US', 'Europe/Berlin');
  assert.match(clock('2026-11-18T08:00:00Z'), /^9:00\sAM$/);
  speak('en-GB', 'Europe/Berlin');
  assert.equal(clock('2026-11-18T08:00:00Z'), '09:00');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApart } from './apart.ts';
import { type Closure, type Read, readCalendar } from './read.ts';

const from = Date.parse('2026-01-01T00:00Z');
const to = Date.parse('2029-01-01T00:00Z');
const asked = (text: string, zone = 'Europe/Berlin') => ({ text, zone, from, to });
const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
let ids = 0;
const event = (...lines: string[]): string =>
  ['BEGIN:VEVENT', `UID:${++ids}@x.example`, ...lines, 'END:VEVENT'].join('\r\n');
const closures = (text: string, zone?: string): Closure[] => {
  const read: Read = readCalendar(asked(text, zone));
  assert.ok('closures' in read, JSON.stringify(read));
  return read.closures;
};
const said = (all: Closure[]): string[] =>
  all.map((one) =>
    'firstDay' in one
      ? `${one.firstDay}..${one.lastDay} ${one.name}`
      : `${new Date(one.startsAt).toISOString().slice(0, 16)}..${new Date(one.endsAt).toISOString().slice(0, 16)} ${one.name}`,
  );

test('Whole days: the end is the first free day, a missing one means a single day, and folded lines are one', () => {
  const text = calendar(
    event('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227', 'SUMMARY:Christmas\\, and what', '  comes after'),
    event('DTSTART;VALUE=DATE:20260501', 'SUMMARY:Labour Day', 'TRANSP:TRANSPARENT'),
    event('DTSTART;VALUE=DATE:20260503', 'DTEND;VALUE=DATE:20260502', 'SUMMARY:Backwards'),
    event('DTSTART;VALUE=DATE:20260601', 'SUMMARY:Called off', 'STATUS:CANCELLED'),
    event('DTSTART;VALUE=DATE:20200101', 'SUMMARY:Long ago'),
  );
  assert.deepEqual(said(closures(text)), [
    '2026-05-01..2026-05-01 Labour Day',
    '2026-05-03..2026-05-03 Backwards',
    '2026-12-24..2026-12-26 Christmas, and what comes after',
  ]);
});

test('Each year by a rule, but for the dates taken out, and with the one that was moved', () => {
  const text = calendar(
    event(
      'DTSTART;VALUE=DATE:20101003',
      'RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=3',
      'EXDATE;VALUE=DATE:20271003',
      'SUMMARY:Unity',
    ),
    event('DTSTART;VALUE=DATE:20240902', 'RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1MO', 'SUMMARY:First Monday'),
    'BEGIN:VEVENT\r\nUID:moved@x.example\r\nDTSTART;VALUE=DATE:20250401\r\nRRULE:FREQ=YEARLY;COUNT=3\r\nSUMMARY:Outing\r\nEND:VEVENT',
    'BEGIN:VEVENT\r\nUID:moved@x.example\r\nRECURRENCE-ID;VALUE=DATE:20260401\r\nDTSTART;VALUE=DATE:20260408\r\nSUMMARY:Outing, later\r\nEND:VEVENT',
  );
  assert.deepEqual(said(closures(text)), [
    '2026-04-08..2026-04-08 Outing, later',
    '2026-09-07..2026-09-07 First Monday',
    '2026-10-03..2026-10-03 Unity',
    '2027-04-01..2027-04-01 Outing',
    '2027-09-06..2027-09-06 First Monday',
    '2028-09-04..2028-09-04 First Monday',
    '2028-10-03..2028-10-03 Unity',
  ]);
});

test('Times are those of their zone: of the world, of the file itself, of UTC, or of the hours', () => {
  const own = [
    'BEGIN:VTIMEZONE',
    'TZID:Home made',
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    'TZOFFSETFROM:+0300',
    'TZOFFSETTO:+0300',
    'END:STANDARD',
    'END:VTIMEZONE',
  ];
  const lie = own.map((line) => line.replace('Home made', 'America/New_York'));
  const text = calendar(
    ...own,
    ...lie,
    event('DTSTART;TZID=America/New_York:20260701T090000', 'DTEND;TZID=America/New_York:20260701T100000', 'SUMMARY:a'),
    event('DTSTART;TZID=Home made:20260702T090000', 'DURATION:PT90M', 'SUMMARY:b'),
    event('DTSTART:20260703T090000Z', 'DTEND:20260703T100000Z', 'SUMMARY:c'),
    event('DTSTART:20260704T090000', 'DTEND:20260704T100000', 'SUMMARY:d'),
    event('DTSTART;TZID=/x.example/2024/Asia/Tokyo:20260705T090000', 'DURATION:PT1H', 'SUMMARY:e'),
    event('DTSTART:20260706T090000Z', 'SUMMARY:A moment is no time'),
  );
  assert.deepEqual(said(closures(text)), [
    '2026-07-01T13:00..2026-07-01T14:00 a',
    '2026-07-02T06:00..2026-07-02T07:30 b',
    '2026-07-03T09:00..2026-07-03T10:00 c',
    '2026-07-04T07:00..2026-07-04T08:00 d',
    '2026-07-05T00:00..2026-07-05T01:00 e',
  ]);
});

test('What is no calendar is called so, and one senseless entry takes none of the others along', () => {
  for (const text of ['', '<html>', 'BEGIN:VCARD\r\nEND:VCARD', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR'])
    assert.deepEqual(readCalendar(asked(text)), { trouble: 'no-calendar' }, text);
  assert.deepEqual(closures(calendar()), []);
  const text = calendar(
    event('DTSTART;VALUE=DATE:99999999', 'SUMMARY:No date'),
    event('SUMMARY:No beginning'),
    event('DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=NEVER', 'SUMMARY:No rule'),
    event('DTSTART;VALUE=DATE:20260501', 'SUMMARY:Good'),
  );
  assert.ok(said(closures(text)).includes('2026-05-01..2026-05-01 Good'));
});

test('Files that mean harm end soon, and are told apart from good ones', async () => {
  const day = 'DTSTART;VALUE=DATE:20260101';
  const harm: [string, string][] = [
    ['each second, for ever', calendar(event('DTSTART:20260101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY'))],
    ['a thousand series', calendar(...Array.from({ length: 1000 }, () => event(day, 'RRULE:FREQ=DAILY')))],
    ['more entries than anyone keeps', calendar(...Array.from({ length: 6000 }, () => event(day)))],
    ['a day that never comes', calendar(event(day, 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31'))],
    ['one that never comes, each second', calendar(event(day, 'RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30'))],
    [
      'since the beginning of time',
      calendar(event('DTSTART:00010101T000000Z', 'DURATION:PT1M', 'RRULE:FREQ=MINUTELY')),
    ],
    ['lines folded a million times', `BEGIN:VCALENDAR\r\nX:${'\r\n a'.repeat(1_000_000)}\r\nEND:VCALENDAR`],
    [
      'boxes in boxes',
      `BEGIN:VCALENDAR\r\n${'BEGIN:X\r\n'.repeat(100_000)}${'END:X\r\n'.repeat(100_000)}END:VCALENDAR`,
    ],
    [
      'one series, changed four thousand times',
      calendar(
        `BEGIN:VEVENT\r\nUID:s\r\n${day}\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT`,
        ...Array.from(
          { length: 4000 },
          () => `BEGIN:VEVENT\r\nUID:s\r\nRECURRENCE-ID;VALUE=DATE:20260102\r\n${day}\r\nEND:VEVENT`,
        ),
      ),
    ],
  ];
  const ended = await Promise.all(
    harm.map(async ([what, text]) => {
      const began = Date.now();
      const read = await readApart(asked(text), { wallMs: 1000 });
      return { what, read, ms: Date.now() - began };
    }),
  );
  for (const { what, read, ms } of ended) {
    assert.ok(ms < 8000, `${what}: ${ms} ms`);
    assert.ok('trouble' in read || read.closures.length <= 2000, what);
  }
  assert.deepEqual(ended[0]?.read, { trouble: 'too-much' });
  assert.deepEqual(ended[1]?.read, { trouble: 'too-much' });
  assert.deepEqual(ended[2]?.read, { trouble: 'too-much' });
  const good = await readApart(asked(calendar(event(day, 'SUMMARY:Fine'))));
  assert.deepEqual(good, { closures: [{ name: 'Fine', firstDay: '2026-01-01', lastDay: '2026-01-01' }] });
});

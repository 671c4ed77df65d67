import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readInvitation } from './invitation.ts';
import { repeatsInWords } from './repeats.ts';

const event = (lines: string, more = ''): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${more}BEGIN:VEVENT\r\nUID:1@x.example\r\n${lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
const startOf = (line: string, more = ''): string | undefined => readInvitation(event(line, more), null)?.start;

const CUSTOM = `BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
`;

describe('the time of an invitation is right in every way it is written', () => {
  const cases: [string, string, string, string?][] = [
    ['in UTC', 'DTSTART:20260105T080000Z', '2026-01-05T08:00:00.000Z'],
    ['by a zone’s name, in winter', 'DTSTART;TZID=Europe/Berlin:20260105T090000', '2026-01-05T08:00:00.000Z'],
    ['by a zone’s name, in summer', 'DTSTART;TZID=Europe/Berlin:20260705T090000', '2026-07-05T07:00:00.000Z'],
    ['as Outlook names zones', 'DTSTART;TZID=W. Europe Standard Time:20260705T090000', '2026-07-05T07:00:00.000Z'],
    ['in quotes', 'DTSTART;TZID="Eastern Standard Time":20260705T090000', '2026-07-05T13:00:00.000Z'],
    [
      'by the cities Outlook shows',
      'DTSTART;TZID="(UTC+01:00) Amsterdam, Berlin, Bern, Rome":20260705T090000',
      '2026-07-05T07:00:00.000Z',
    ],
    [
      'with a path before the name',
      'DTSTART;TZID=/freeassociation.sourceforge.net/Tzfile/America/New_York:20260105T090000',
      '2026-01-05T14:00:00.000Z',
    ],
    [
      'by rules in the file, winter',
      'DTSTART;TZID=Customized Time Zone:20260105T090000',
      '2026-01-05T08:00:00.000Z',
      CUSTOM,
    ],
    [
      'by rules in the file, summer',
      'DTSTART;TZID=Customized Time Zone:20260705T090000',
      '2026-07-05T07:00:00.000Z',
      CUSTOM,
    ],
    [
      'on the last Sunday in March',
      'DTSTART;TZID=Customized Time Zone:20260329T090000',
      '2026-03-29T07:00:00.000Z',
      CUSTOM,
    ],
    ['an hour that is skipped', 'DTSTART;TZID=Europe/Berlin:20260329T023000', '2026-03-29T01:30:00.000Z'],
    ['the first of an hour that comes twice', 'DTSTART;TZID=Europe/Berlin:20261025T023000', '2026-10-25T00:30:00.000Z'],
    [
      'by the calendar’s own zone',
      'DTSTART:20260105T090000',
      '2026-01-05T08:00:00.000Z',
      'X-WR-TIMEZONE:Europe/Paris\r\n',
    ],
    ['without a zone: as written', 'DTSTART:20260105T090000', '2026-01-05T09:00:00'],
    ['in a zone nobody knows: as written', 'DTSTART;TZID=Nowhere:20260105T090000', '2026-01-05T09:00:00'],
    ['as a day', 'DTSTART;VALUE=DATE:20260105', '2026-01-05'],
  ];
  for (const [name, line, start, more] of cases) it(name, () => assert.equal(startOf(line, more), start));

  it('an end by date, by length, and the last of whole days', () => {
    const end = (lines: string): string | null | undefined => readInvitation(event(lines), null)?.end;
    assert.equal(end('DTSTART:20260105T080000Z\r\nDURATION:PT1H30M'), '2026-01-05T09:30:00.000Z');
    assert.equal(end('DTSTART;VALUE=DATE:20260105\r\nDTEND;VALUE=DATE:20260108'), '2026-01-07');
    assert.equal(end('DTSTART:20260105T080000Z'), null);
  });
});

describe('how an invitation recurs, in words', () => {
  const said: [string, string | null][] = [
    [
      'FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2;UNTIL=20270503T000000Z',
      'Every 2 weeks on Tuesday and Thursday, until 3 May 2027',
    ],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'Every workday'],
    ['FREQ=MONTHLY;BYDAY=1MO;COUNT=6', 'Every month on the first Monday, 6 times'],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'Every month on the last workday'],
    ['FREQ=MONTHLY;BYMONTHDAY=15', 'Every month on day 15'],
    ['FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'Every year on the last Sunday in March'],
    ['FREQ=DAILY', 'Every day'],
    ['nonsense', null],
  ];
  for (const [rule, words] of said)
    it(words ?? 'nothing of what is no rule', () => assert.equal(repeatsInWords(rule), words));
});

describe('what an invitation says', () => {
  it('title, place, who organises, who comes, and whether it is off', () => {
    const text = event(
      'DTSTART:20260105T080000Z\r\nSUMMARY:Fitting\\, second\r\n  floor\r\nLOCATION:Hall 3\\nHamburg\r\nORGANIZER;CN="Fischer, Ada":mailto:ada@x.example\r\nATTENDEE;CN=Bo;PARTSTAT=ACCEPTED:MAILTO:bo@x.example\r\nATTENDEE;CUTYPE=ROOM:mailto:room@x.example\r\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:cy@x.example\r\nSEQUENCE:2',
    );
    const found = readInvitation(text, 'request');
    assert.equal(found?.title, 'Fitting, second floor');
    assert.equal(found?.place, 'Hall 3, Hamburg');
    assert.deepEqual(found?.organiser, { address: 'ada@x.example', name: 'Fischer, Ada' });
    assert.deepEqual(found?.attendees, [
      { address: 'bo@x.example', name: 'Bo', answer: 'accepted' },
      { address: 'cy@x.example', name: '', answer: null },
    ]);
    assert.equal(found?.state, 'updated');
    assert.equal(readInvitation(text, 'CANCEL')?.state, 'cancelled');
    assert.equal(readInvitation(text, 'REPLY')?.state, 'answered');
  });

  it('nothing where there is no event, however broken the file is', () => {
    for (const text of ['', 'BEGIN:VCALENDAR', 'BEGIN:VEVENT\nDTSTART:x\nEND:VEVENT', 'BEGIN:VEVENT\n'.repeat(50_000)])
      assert.equal(readInvitation(text, null), null);
  });
});

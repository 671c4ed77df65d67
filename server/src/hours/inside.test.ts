import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Schedule } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { newId } from '../base/ids.ts';
import { addCalendar, lookNow, removeCalendar } from './calendars.ts';
import { setPlace } from './places.ts';
import { makeSchedule, scheduleById } from './schedules.ts';
import { addHoliday, changeHoliday, removeException, removeHoliday, setException } from './special-days.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const made = (name: string): Promise<Schedule> =>
  w.tx((t) => makeSchedule(t, w.people.owner, { name, timeZone: 'Europe/Berlin' }));
const now = (id: string): Promise<Schedule> => w.tx((t) => scheduleById(t, id));

test('D03: a holiday, an exception or a calendar of other hours is not found under these, and stays as it is', async () => {
  const who = w.people.owner;
  const [own, other] = [await made('Desk'), await made('Warehouse')];
  await w.tx((t) =>
    addHoliday(t, who, own.id, { name: 'Easter Monday', rule: { kind: 'easter', church: 'western', days: 1 } }),
  );
  await w.tx((t) => setException(t, who, { id: own.id, date: '2030-05-04' }, { open: [] }));
  const inside = <T>(work: Parameters<typeof w.tx<T>>[0]) => w.tx(work);
  await addCalendar(w.hearten, inside, who, own.id, { name: 'Holidays', address: 'https://calendar.example/a.ics' });
  const before = await now(own.id);
  const holidayId = before.holidays[0]?.id as string;
  const calendarId = before.calendars[0]?.id as string;
  assert.ok(holidayId && calendarId && before.exceptions.length === 1);

  const id = other.id;
  const refused = [
    () => w.tx((t) => changeHoliday(t, who, { id, holidayId }, { name: 'Taken' })),
    () => w.tx((t) => removeHoliday(t, who, { id, holidayId })),
    () => w.tx((t) => removeException(t, who, { id, date: '2030-05-04' })),
    () => w.tx((t) => lookNow(t, w.hearten.jobs, { id, calendarId })),
    () => w.tx((t) => removeCalendar(t, who, { id, calendarId })),
    // Hours hold for what there is, of the kind that is said.
    () => w.tx((t) => setPlace(t, who, { kind: 'team', id: w.inboxId }, id)),
    () => w.tx((t) => setPlace(t, who, { kind: 'inbox', id: newId() }, id)),
  ];
  for (const one of refused) await assert.rejects(one(), { refusal: 'not-found' });
  await w.tx((t) => setException(t, who, { id, date: '2030-05-04' }, { open: [[600, 700]] }));
  assert.deepEqual(await now(own.id), before);
});

import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { endpoints, type HoursWeek, type Schedule } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { makeOutbound } from '../base/outbound.ts';
import { createTeam, deleteTeam } from '../team/teams.ts';
import { addCalendar, lookAtCalendar, lookAtOld } from './calendars.ts';
import { holdingNow, hoursFor, placesOf, setPlace } from './places.ts';
import { changeSchedule, deleteSchedule, listSchedules, makeSchedule, reckon, scheduleById } from './schedules.ts';
import { addHoliday, removeHoliday, setException } from './special-days.ts';

let w: Desk;
let server: Server;
let url = '';
let answer: (response: ServerResponse) => void = (response) => void response.end(oneDay);
const oneDay = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'BEGIN:VEVENT',
  'UID:1@x.example',
  'DTSTART;VALUE=DATE:20200501',
  'RRULE:FREQ=YEARLY',
  'SUMMARY:Labour Day',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');
before(async () => {
  w = await desk();
  server = createServer((_request, response) => answer(response));
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/holidays.ics`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await w.end();
});

const owner = () => w.people.owner;
const make = (name = 'Desk'): Promise<Schedule> =>
  w.tx((t) => makeSchedule(t, owner(), { name, timeZone: 'Europe/Berlin' }));
const told = async (name: string): Promise<number> =>
  (
    await w.tx((t) =>
      t.first<{ n: number }>(
        sql`select count(*)::int as n from event where workspace_id = ${t.workspaceId} and name = ${name}`,
      ),
    )
  )?.n ?? 0;

test('The first hours hold everywhere; the closest of team, inbox and brand come before them, and a team that goes lets go of its own', async () => {
  assert.deepEqual(await w.tx((t) => holdingNow(t, { inboxId: w.inboxId })), {
    scheduleId: null,
    by: null,
    timeZone: null,
    now: null,
  });
  const [desk_, mail, phone, look] = [await make(), await make('Mail'), await make('Phone'), await make('Look')];
  assert.deepEqual([desk_.isDefault, mail.isDefault], [true, false]);
  const team = await w.tx((t) => createTeam(t, owner(), { name: 'Phone' }));
  const brand = (await w.tx(placesOf)).find((one) => one.kind === 'brand')?.id as string;
  const by = async (whose: Parameters<typeof hoursFor>[1]) => {
    const held = await w.tx((t) => hoursFor(t, whose));
    return [held?.by, held?.id];
  };
  assert.deepEqual(await by({ teamId: team.id, inboxId: w.inboxId }), ['workspace', desk_.id]);
  await w.tx((t) => setPlace(t, owner(), { kind: 'brand', id: brand }, look.id));
  assert.deepEqual(await by({ teamId: team.id, inboxId: w.inboxId }), ['brand', look.id]);
  await w.tx((t) => setPlace(t, owner(), { kind: 'inbox', id: w.inboxId }, mail.id));
  assert.deepEqual(await by({ teamId: team.id, inboxId: w.inboxId }), ['inbox', mail.id]);
  await w.tx((t) => setPlace(t, owner(), { kind: 'team', id: team.id }, phone.id));
  assert.deepEqual(await by({ teamId: team.id, inboxId: w.inboxId }), ['team', phone.id]);
  await w.tx((t) => setPlace(t, owner(), { kind: 'team', id: team.id }, mail.id));
  assert.deepEqual(await by({ teamId: team.id }), ['team', mail.id]);
  await w.tx((t) => deleteTeam(t, owner(), team.id));
  assert.deepEqual(await by({ teamId: team.id, inboxId: w.inboxId }), ['inbox', mail.id]);
  await w.tx((t) => setPlace(t, owner(), { kind: 'inbox', id: w.inboxId }, null));
  await w.tx((t) => deleteSchedule(t, owner(), look.id));
  assert.deepEqual(await by({ inboxId: w.inboxId }), ['workspace', desk_.id]);
  // Another workspace's are nobody's here.
  const other = await w.another();
  await assert.rejects(
    other.tx((t) => setPlace(t, other.people.owner, { kind: 'inbox', id: other.inboxId }, mail.id)),
    /not there/,
  );
  await w.tx((t) => deleteSchedule(t, owner(), desk_.id));
  const left = (await w.tx(listSchedules)).items;
  assert.deepEqual([left.length, left.filter((one) => one.isDefault).length], [2, 1], 'another holds everywhere then');
});

test('A change that was taken back before it was kept is reckoned with nowhere, whatever is changed next', async () => {
  const { id } = await make('Not kept');
  const at = '2030-03-29T10:00:00Z';
  const closed = Array.from({ length: 7 }, () => []);
  const open = Array.from({ length: 7 }, (): [number, number][] => [[0, 1440]]);
  const change = (week: HoursWeek, end?: Error) =>
    w.tx(async (t) => {
      await changeSchedule(t, w.hearten.jobs, owner(), id, { week });
      const { state } = await reckon(t, id, { at });
      if (end) throw end;
      return state.open;
    });
  await assert.rejects(change(closed, new Error('not after all')), /not after all/);
  assert.equal(await change(open), true, 'its own change');
  assert.equal((await w.tx((t) => reckon(t, id, { at }))).state.open, true);
});

test('What was changed is reckoned with at once, and told to everyone who looks', async () => {
  const { id } = await make('Changing');
  const before = await told('hours.changed');
  const asked = { at: '2030-03-29T10:00:00Z', minutes: 60 };
  assert.equal((await w.tx((t) => reckon(t, id, asked))).reaches, '2030-03-29T11:00:00.000Z');
  await w.tx((t) => setException(t, owner(), { id, date: '2030-03-29' }, { name: 'Outing', open: [] }));
  assert.deepEqual((await w.tx((t) => reckon(t, id, asked))).state, {
    open: false,
    closesAt: null,
    opensAt: '2030-04-01T07:00:00.000Z',
    holiday: 'Outing',
  });
  const monday = { name: 'Easter Monday', rule: { kind: 'easter' as const, church: 'western' as const, days: 1 } };
  const { holidays } = await w.tx((t) => addHoliday(t, owner(), id, { ...monday }));
  assert.equal(
    (await w.tx((t) => reckon(t, id, { at: '2030-04-21T10:00:00Z' }))).state.opensAt,
    '2030-04-23T07:00:00.000Z',
  );
  await w.tx((t) => changeSchedule(t, w.hearten.jobs, owner(), id, { timeZone: 'Asia/Tokyo' }));
  assert.equal(
    (await w.tx((t) => reckon(t, id, { at: '2030-04-21T10:00:00Z' }))).state.opensAt,
    '2030-04-23T00:00:00.000Z',
  );
  await w.tx((t) => removeHoliday(t, owner(), { id, holidayId: holidays[0]?.id as string }));
  const now = await w.tx((t) => reckon(t, id, { at: '2030-04-21T10:00:00Z', to: '2030-04-23T00:00:00Z' }));
  assert.deepEqual([now.state.opensAt, now.minutes], ['2030-04-22T00:00:00.000Z', 480]);
  assert.equal((await told('hours.changed')) - before, 4);
  const copy = await w.tx((t) => makeSchedule(t, owner(), { name: 'Copy', copyOf: id }));
  assert.deepEqual([copy.timeZone, copy.exceptions.length], ['Asia/Tokyo', 1]);
  await assert.rejects(
    w.tx((t) => reckon(t, id, { at: '9999-01-01T00:00:00Z' })),
    /too far away/,
  );
});

test('Hours that overlap, end before they begin or run into the next day, and zones that are none, are refused with the place of the fault', () => {
  const week = (...days: [number, [number, number][]][]): HoursWeek => {
    const all: HoursWeek = [[], [], [], [], [], [], []];
    for (const [day, open] of days) all[day] = open;
    return all;
  };
  const body = endpoints['PATCH /hours/:id'].body;
  const fault = (given: unknown): string => {
    const read = body.safeParse(given);
    return read.success ? 'fine' : `${read.error.issues[0]?.path.join('.')} ${read.error.issues[0]?.message}`;
  };
  assert.equal(
    fault({
      week: week([
        0,
        [
          [540, 720],
          [780, 1080],
        ],
      ]),
    }),
    'fine',
  );
  assert.equal(
    fault({
      week: week([
        0,
        [
          [540, 720],
          [720, 1080],
        ],
      ]),
    }),
    'fine',
  );
  assert.equal(
    fault({
      week: week([
        0,
        [
          [540, 720],
          [700, 1080],
        ],
      ]),
    }),
    'week.0 overlap',
  );
  assert.equal(fault({ week: week([2, [[720, 540]]]) }), 'week.2.0 ends before it begins');
  assert.equal(
    fault({ week: week([6, [[1320, 1560]]], [0, [[60, 300]]]) }),
    'week.6 run into the hours of the next day',
  );
  assert.equal(fault({ week: week([6, [[1320, 1500]]], [0, [[60, 300]]]) }), 'fine');
  assert.equal(fault({ week: week([6, [[60, 1560]]]) }), 'week.6.0 is longer than a day');
  assert.equal(fault({ timeZone: 'Mars/Olympus' }), 'timeZone is not a time zone this server knows');
  assert.match(fault({ timeZone: '+02:00' }), /^timeZone is not the name/);
  assert.equal(fault({ timeZone: 'Pacific/Apia' }), 'fine');
});

const job = (allow = ['127.0.0.1']) => lookAtCalendar(w.hearten, makeOutbound(allow));
const look = async (scheduleId: string, run = job()): Promise<Schedule['calendars'][number]> => {
  const [calendar] = (await w.tx((t) => scheduleById(t, scheduleId))).calendars;
  await run({ workspaceId: w.workspaceId, calendarId: calendar?.id }, { number: 1, last: false });
  return (await w.tx((t) => scheduleById(t, scheduleId))).calendars[0] as Schedule['calendars'][number];
};

test('A calendar at an address closes its days, is looked at again, and keeps them when it can no longer be read', async () => {
  const { id } = await make('With a calendar');
  const inside = <T>(work: Parameters<typeof w.tx<T>>[0]) => w.tx(work);
  await addCalendar(w.hearten, inside, owner(), id, { name: 'Holidays', address: url });
  answer = (response) => void response.end(oneDay);
  const good = await look(id);
  assert.deepEqual([good.trouble, good.next[0]?.name, good.count > 2], [null, 'Labour Day', true]);
  assert.equal((await w.tx((t) => hoursOn(t, id, '2027-05-01T10:00:00Z'))).holiday, 'Labour Day');

  answer = (response) => void response.writeHead(404).end();
  const gone = await look(id);
  assert.deepEqual(
    [gone.trouble, gone.status, gone.count, gone.fetchedAt],
    ['refused', 404, good.count, good.fetchedAt],
  );
  answer = (response) => void response.end('<html>');
  assert.equal((await look(id)).trouble, 'no-calendar');
  answer = (response) => void response.end(Buffer.alloc(6_000_000, 'x'));
  assert.equal((await look(id)).trouble, 'too-large');
  assert.equal((await look(id, job([]))).trouble, 'inward', 'an address inside is not asked');
  // One that hangs is given up by the one way out; here it has less patience than in life.
  answer = () => undefined;
  const patient = makeOutbound(['127.0.0.1']);
  const hurried = lookAtCalendar(w.hearten, (address, options) => patient(address, { ...options, timeout: 150 }));
  assert.equal((await look(id, hurried)).trouble, 'unreachable');
  answer = (response) => void response.end(oneDay);
  const again = await look(id);
  assert.deepEqual([again.trouble, again.status, again.count], [null, null, good.count]);

  assert.equal(await lookAtOld(w.hearten.db, w.hearten.jobs, w.workspaceId), 0);
  await w.tx((t) =>
    t.run(
      sql`update schedule_calendar set tried_at = now() - interval '25 hours' where workspace_id = ${t.workspaceId} and id = ${again.id}`,
    ),
  );
  assert.equal(await lookAtOld(w.hearten.db, w.hearten.jobs, w.workspaceId), 1);
  assert.ok(await w.jobAt(`calendar:${again.id}`));
});
const hoursOn = async (t: Parameters<typeof reckon>[0], id: string, at: string) => (await reckon(t, id, { at })).state;

test('A file is read at once, and what is none is refused without leaving anything', async () => {
  const { id } = await make('With a file');
  const inside = <T>(work: Parameters<typeof w.tx<T>>[0]) => w.tx(work);
  await assert.rejects(addCalendar(w.hearten, inside, owner(), id, { name: 'x', text: 'hello' }), /not an iCal file/);
  await assert.rejects(addCalendar(w.hearten, inside, owner(), id, { name: 'x' }), /either an address or a file/);
  const { calendars } = await addCalendar(w.hearten, inside, owner(), id, { name: 'File', text: oneDay });
  assert.deepEqual([calendars.length, calendars[0]?.address, calendars[0]?.next[0]?.name], [1, null, 'Labour Day']);
});

test('A file is read again each day as if it were given then, in the zone of its hours, and goes along with a copy of them', async () => {
  const { id } = await w.tx((t) => makeSchedule(t, owner(), { name: 'With a file that repeats', timeZone: 'UTC' }));
  const inside = <T>(work: Parameters<typeof w.tx<T>>[0]) => w.tx(work);
  const text = oneDay.replace(
    /BEGIN:VEVENT[\s\S]*END:VEVENT/,
    [
      'BEGIN:VEVENT',
      'UID:float',
      'SUMMARY:Lunch',
      'DTSTART:20270503T120000',
      'DTEND:20270503T130000',
      'END:VEVENT',
    ].join('\r\n'),
  );
  const added = await addCalendar(w.hearten, inside, owner(), id, { name: 'File', text });
  const calendarId = added.calendars[0]?.id as string;
  assert.equal(added.calendars[0]?.next[0]?.from, '2027-05-03T12:00:00Z');
  // As if it had been read long ago, when this was too far ahead.
  await w.tx(async (t) => {
    await t.run(
      sql`delete from schedule_closure where workspace_id = ${t.workspaceId} and calendar_id = ${calendarId}`,
    );
    await t.run(
      sql`update schedule_calendar set tried_at = now() - interval '25 hours' where workspace_id = ${t.workspaceId} and id = ${calendarId}`,
    );
  });
  await lookAtOld(w.hearten.db, w.hearten.jobs, w.workspaceId);
  assert.ok(await w.jobAt(`calendar:${calendarId}`));
  assert.equal((await look(id)).count, 1);
  await w.tx((t) => changeSchedule(t, w.hearten.jobs, owner(), id, { timeZone: 'Asia/Tokyo' }));
  assert.ok(await w.jobAt(`calendar:${calendarId}`), 'it is looked at again');
  assert.equal((await look(id)).next[0]?.from, '2027-05-03T03:00:00Z');
  const copy = await w.tx((t) => makeSchedule(t, owner(), { name: 'Copy of a file', copyOf: id, timeZone: 'UTC' }));
  assert.equal((await look(copy.id)).next[0]?.from, '2027-05-03T12:00:00Z');
});

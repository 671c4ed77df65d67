import type { Body, HolidayRule, HoursInterval, Reply, Schedule, ScheduleRow } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import { actorOf, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { readWorkspace } from '../team/index.ts';
import { calendarsOf, lookSoon } from './calendars.ts';
import { hoursWith } from './load.ts';
import { stateAt } from './open.ts';
import { placesOf } from './places.ts';
import { nextDates } from './rules.ts';
import { DAY, localOf } from './zone.ts';

const MOST = 50;
type Row = Omit<ScheduleRow, 'now'> & { version: number };
const columns = sql`id, name, time_zone as "timeZone", week, is_default as "isDefault", version`;

async function shown(tx: Tx, row: Row): Promise<ScheduleRow> {
  const { version: _, ...rest } = row;
  return { ...rest, now: stateAt(await hoursWith(tx, row), Date.now()) };
}

export async function listSchedules(tx: Tx): Promise<Reply<'GET /hours'>> {
  const rows = await tx.many<Row>(
    sql`select ${columns} from schedule where workspace_id = ${tx.workspaceId} order by is_default desc, lower(name), id`,
  );
  const items: ScheduleRow[] = [];
  for (const row of rows) items.push(await shown(tx, row));
  return { items, places: await placesOf(tx) };
}

/** The row itself, for who reckons with it. */
export async function scheduleRow(tx: Tx, id: string): Promise<Row> {
  const row = await tx.first<Row>(
    sql`select ${columns} from schedule where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!row) throw NotFound();
  return row;
}

export async function scheduleById(tx: Tx, id: string): Promise<Schedule> {
  const row = await scheduleRow(tx, id);
  const today = localOf(row.timeZone, Date.now()).day;
  type OfHoliday = { id: string; name: string; rule: HolidayRule; open: HoursInterval[] };
  const [holidays, exceptions, calendars] = await Promise.all([
    tx.many<OfHoliday>(
      sql`select id, name, rule, hours as open from schedule_holiday where workspace_id = ${tx.workspaceId} and schedule_id = ${id} order by created_at, id`,
    ),
    tx.many<Schedule['exceptions'][number]>(
      sql`select date::text as date, name, hours as open from schedule_exception where workspace_id = ${tx.workspaceId} and schedule_id = ${id} order by date`,
    ),
    calendarsOf(tx, id, today),
  ]);
  const dated = holidays.map((one) => ({ ...one, next: nextDates(one.rule, today) }));
  // Those to come first, by date; what is over last.
  const order = ({ next }: { next: string[] }): string => next[0] ?? '9999';
  dated.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  return { ...(await shown(tx, row)), holidays: dated, exceptions, calendars };
}

/** Everything that changes hours begins with this: it locks them, and what was reckoned from them is out of date. */
export async function touch(tx: Tx, who: Who | null, id: string): Promise<void> {
  const touched = await tx.run(
    sql`update schedule set version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!touched) throw NotFound();
  await told(tx, who, id);
}
export async function told(tx: Tx, who: Who | null, id: string): Promise<void> {
  const actor = who ? actorOf(who) : ({ kind: 'system', id: null } as const);
  await emit(tx, [{ name: 'hours.changed', actor, data: { scheduleId: id } }]);
}

/** Monday to Friday from nine to five, where nothing else was said. */
const usual: HoursInterval[][] = Array.from({ length: 7 }, (_, day) => (day < 5 ? [[540, 1020]] : []));

export async function makeSchedule(tx: Tx, who: Who, body: Body<'POST /hours'>): Promise<Schedule> {
  const all = await tx.many<{ isDefault: boolean }>(
    sql`select is_default as "isDefault" from schedule where workspace_id = ${tx.workspaceId}`,
  );
  if (all.length >= MOST)
    throw Invalid(
      say('A workspace has {most} kinds of hours at most. Nothing was made; delete one first.', { most: MOST }),
    );
  const model = body.copyOf ? await scheduleRow(tx, body.copyOf) : null;
  const zone = body.timeZone ?? model?.timeZone ?? (await readWorkspace(tx)).timeZone;
  const week = JSON.stringify(body.week ?? model?.week ?? usual);
  const id = newId();
  await tx.run(sql`
    insert into schedule (workspace_id, id, name, time_zone, week, is_default)
    values (${tx.workspaceId}, ${id}, ${body.name}, ${zone}, ${week}::jsonb, ${!all.some((one) => one.isDefault)})`);
  if (model) await takeOver(tx, model.id, id);
  await told(tx, who, id);
  return scheduleById(tx, id);
}

/** Holidays, exceptions and calendars with what was read of them; the rows are new, so that each goes its own way. */
async function takeOver(tx: Tx, from: string, to: string): Promise<void> {
  await tx.run(sql`
    insert into schedule_holiday (workspace_id, id, schedule_id, name, rule, hours, created_at)
    select workspace_id, gen_random_uuid(), ${to}, name, rule, hours, created_at from schedule_holiday where workspace_id = ${tx.workspaceId} and schedule_id = ${from}`);
  await tx.run(sql`
    insert into schedule_exception (workspace_id, schedule_id, date, name, hours)
    select workspace_id, ${to}, date, name, hours from schedule_exception where workspace_id = ${tx.workspaceId} and schedule_id = ${from}`);
  const calendars = await tx.many<{ id: string }>(
    sql`select id from schedule_calendar where workspace_id = ${tx.workspaceId} and schedule_id = ${from} order by created_at, id`,
  );
  for (const { id } of calendars) {
    const copy = newId();
    await tx.run(sql`
      insert into schedule_calendar (workspace_id, id, schedule_id, name, address, file, fetched_at, tried_at, trouble, status)
      select workspace_id, ${copy}, ${to}, name, address, file, fetched_at, tried_at, trouble, status from schedule_calendar where workspace_id = ${tx.workspaceId} and id = ${id}`);
    await tx.run(sql`
      insert into schedule_closure (workspace_id, calendar_id, number, name, first_day, last_day, starts_at, ends_at)
      select workspace_id, ${copy}, number, name, first_day, last_day, starts_at, ends_at from schedule_closure where workspace_id = ${tx.workspaceId} and calendar_id = ${id}`);
  }
}

export async function changeSchedule(
  tx: Tx,
  jobs: Jobs,
  who: Who,
  id: string,
  body: Body<'PATCH /hours/:id'>,
): Promise<Schedule> {
  await touch(tx, who, id);
  if (body.isDefault)
    await tx.run(
      sql`update schedule set is_default = false where workspace_id = ${tx.workspaceId} and is_default and id <> ${id}`,
    );
  const week = body.week ? JSON.stringify(body.week) : null;
  await tx.run(sql`
    update schedule set name = coalesce(${body.name ?? null}, name), time_zone = coalesce(${body.timeZone ?? null}, time_zone),
      week = coalesce(${week}::jsonb, week), is_default = is_default or ${body.isDefault ?? false}
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  // Times without a zone in a calendar are those of the hours.
  if (body.timeZone) await lookSoon(tx, jobs, id);
  return scheduleById(tx, id);
}

/** The oldest of those left holds everywhere then, if it was this one. */
export async function deleteSchedule(tx: Tx, who: Who, id: string): Promise<void> {
  const gone = await tx.first<{ isDefault: boolean }>(
    sql`delete from schedule where workspace_id = ${tx.workspaceId} and id = ${id} returning is_default as "isDefault"`,
  );
  if (!gone) throw NotFound();
  if (gone.isDefault)
    await tx.run(sql`
      update schedule set is_default = true where workspace_id = ${tx.workspaceId}
        and id = (select id from schedule where workspace_id = ${tx.workspaceId} order by created_at, id limit 1)`);
  await told(tx, who, id);
}

export async function reckon(
  tx: Tx,
  id: string,
  query: { at?: string | undefined; to?: string | undefined; minutes?: number | undefined },
): Promise<Reply<'GET /hours/:id/time'>> {
  const hours = await hoursWith(tx, await scheduleRow(tx, id));
  const moment = query.at ? inReach(query.at, 'at') : Date.now();
  const reaches = query.minutes === undefined ? null : hours.add(moment, Math.round(query.minutes * 60_000));
  return {
    at: new Date(moment).toISOString(),
    state: stateAt(hours, moment),
    minutes: query.to ? hours.between(moment, inReach(query.to, 'to')) / 60_000 : null,
    reaches: reaches === null ? null : new Date(reaches).toISOString(),
  };
}
/** Before 1970 clocks were set as nobody remembers, and after 2300 as nobody knows. */
function inReach(text: string, path: string): number {
  const at = Date.parse(text);
  if (!(at >= 0 && at < Date.UTC(2300, 0, 1) - 400 * DAY))
    throw Invalid('This moment is too far away: from 1970 to 2298 can be reckoned.', [
      { path, message: 'This moment is too far away: from 1970 to 2298 can be reckoned.' },
    ]);
  return at;
}

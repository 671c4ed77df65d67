import type { Body, CalendarTrouble, HoursCalendar, Schedule } from '@hearten/contract';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { Invalid, isRefused, NotFound, type Refused, textOf } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import type { Hearten, Job, Who } from '../base/module.ts';
import type { Outbound } from '../base/outbound.ts';
import { say } from '../base/words.ts';
import { readApart } from './calendar/apart.ts';
import type { Closure, Read } from './calendar/read.ts';
import { dateOfDay } from './rules.ts';
import { scheduleById, scheduleRow, touch } from './schedules.ts';
import { DAY } from './zone.ts';

const MOST = 10;
/** What is read of a calendar: so long ago, for who reckons backwards, and so far ahead. */
const [BACK, AHEAD] = [400 * DAY, 3 * 366 * DAY];
const EVERY_HOURS = 24;
const LOOK_EVERY = 3_600_000;

export const calendarsOf = (tx: Tx, scheduleId: string, today: number): Promise<HoursCalendar[]> =>
  tx.many<HoursCalendar>(sql`
    select c.id, c.name, c.address, c.fetched_at as "fetchedAt", c.tried_at as "triedAt", c.trouble, c.status,
      (select count(*)::int from schedule_closure x where x.workspace_id = c.workspace_id and x.calendar_id = c.id) as count,
      (select coalesce(json_agg(json_build_object('name', n.name, 'from', n.begins, 'to', n.ends)), '[]') from (
        select x.name, coalesce(x.first_day::text, to_char(x.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as begins,
          coalesce(x.last_day::text, to_char(x.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as ends
        from schedule_closure x where x.workspace_id = c.workspace_id and x.calendar_id = c.id and (x.last_day >= ${dateOfDay(today)}::date or x.ends_at > now())
        order by coalesce(x.first_day::timestamptz, x.starts_at), x.number limit 20) n) as next
    from schedule_calendar c where c.workspace_id = ${tx.workspaceId} and c.schedule_id = ${scheduleId} order by c.created_at, c.id`);

/**
 * An address is looked at by a job, at once; a file is read here, so that what is wrong with it is said to who chose it. Both are read again
 * each day, for what repeats is written down some years ahead.
 */
export async function addCalendar(
  hearten: Pick<Hearten, 'db' | 'jobs'>,
  inside: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  who: Who,
  scheduleId: string,
  { name, address, text }: Body<'POST /hours/:id/calendars'>,
): Promise<Schedule> {
  if ((address === undefined) === (text === undefined))
    throw Invalid('A calendar is either an address or a file. Nothing was added; give one of them.');
  // Not `inside`: the outcome of a request that may be repeated is that of one transaction.
  const zone = await hearten.db.tx(who.workspaceId, async (tx) => (await scheduleRow(tx, scheduleId)).timeZone);
  const read = text === undefined ? null : await readApart(asked(text, zone));
  if (read && 'trouble' in read) throw wrongFile(read.trouble);
  return inside(async (tx) => {
    await touch(tx, who, scheduleId);
    const there = await tx.first<{ n: number }>(
      sql`select count(*)::int as n from schedule_calendar where workspace_id = ${tx.workspaceId} and schedule_id = ${scheduleId}`,
    );
    if ((there?.n ?? 0) >= MOST)
      throw Invalid(say('There are {most} calendars already. Nothing was added; remove one first.', { most: MOST }));
    const id = newId();
    await tx.run(sql`
      insert into schedule_calendar (workspace_id, id, schedule_id, name, address, file, fetched_at, tried_at)
      values (${tx.workspaceId}, ${id}, ${scheduleId}, ${name}, ${address ?? null}, ${text ?? null}, ${read ? new Date() : null}, ${read ? new Date() : null})`);
    if (read) await keepClosures(tx, id, read.closures);
    else await look(tx, hearten.jobs, id);
    return scheduleById(tx, scheduleId);
  });
}
const wrongFile = (trouble: 'no-calendar' | 'too-much'): Refused => {
  const message =
    trouble === 'no-calendar'
      ? say('This is not an iCal file (.ics). Nothing was added; choose another.')
      : say('This calendar holds more than can be taken over: 2,000 entries in three years. Nothing was added.');
  return Invalid(message, [{ path: 'text', message }]);
};

const asked = (text: string, zone: string) => ({ text, zone, from: Date.now() - BACK, to: Date.now() + AHEAD });
const look = (tx: Tx, jobs: Jobs, calendarId: string): Promise<void> =>
  jobs.add(tx, 'calendar', { calendarId }, { key: `calendar:${calendarId}`, tries: 3 });

export async function lookSoon(tx: Tx, jobs: Jobs, scheduleId: string): Promise<void> {
  const all = await tx.many<{ id: string }>(
    sql`select id from schedule_calendar where workspace_id = ${tx.workspaceId} and schedule_id = ${scheduleId} and (address is not null or file is not null)`,
  );
  for (const { id } of all) await look(tx, jobs, id);
}

export async function lookNow(
  tx: Tx,
  jobs: Jobs,
  { id, calendarId }: { id: string; calendarId: string },
): Promise<Schedule> {
  const there = await tx.first(
    sql`select from schedule_calendar where workspace_id = ${tx.workspaceId} and schedule_id = ${id} and id = ${calendarId} and address is not null`,
  );
  if (!there) throw NotFound();
  await look(tx, jobs, calendarId);
  return scheduleById(tx, id);
}

export async function removeCalendar(
  tx: Tx,
  who: Who,
  { id, calendarId }: { id: string; calendarId: string },
): Promise<Schedule> {
  await touch(tx, who, id);
  const gone = await tx.run(
    sql`delete from schedule_calendar where workspace_id = ${tx.workspaceId} and schedule_id = ${id} and id = ${calendarId}`,
  );
  if (!gone) throw NotFound();
  return scheduleById(tx, id);
}

async function keepClosures(tx: Tx, calendarId: string, closures: readonly Closure[]): Promise<void> {
  const rows = closures.map((one, number) => ({
    number,
    name: one.name,
    first_day: 'firstDay' in one ? one.firstDay : null,
    last_day: 'firstDay' in one ? one.lastDay : null,
    starts_at: 'startsAt' in one ? new Date(one.startsAt).toISOString() : null,
    ends_at: 'startsAt' in one ? new Date(one.endsAt).toISOString() : null,
  }));
  await tx.run(
    sql`delete from schedule_closure where workspace_id = ${tx.workspaceId} and calendar_id = ${calendarId}`,
  );
  await tx.run(sql`
    insert into schedule_closure (workspace_id, calendar_id, number, name, first_day, last_day, starts_at, ends_at)
    select ${tx.workspaceId}, ${calendarId}, number, name, first_day, last_day, starts_at, ends_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x (number int, name text, first_day date, last_day date, starts_at timestamptz, ends_at timestamptz)`);
}

type Came = Read | { trouble: CalendarTrouble; status?: number };
/** By the one way out: nothing inside is reached, and one that hangs, or never ends, is given up. */
async function fetched(outbound: Outbound, address: string, zone: string): Promise<Came> {
  try {
    const reply = await outbound(address, { timeout: 20_000, headers: { accept: 'text/calendar, */*;q=0.1' } });
    if (reply.status < 200 || reply.status > 299) return { trouble: 'refused', status: reply.status };
    return await readApart(asked(reply.body.toString('utf8'), zone));
  } catch (error) {
    if (!isRefused(error)) throw error;
    if (error.detail.type === 'inward' || error.detail.type === 'too-large') return { trouble: error.detail.type };
    return { trouble: 'unreachable' };
  }
}

/** What was read before holds on when it can't be read now. */
export const lookAtCalendar =
  ({ db }: Pick<Hearten, 'db'>, outbound: Outbound): Job =>
  async ({ workspaceId, calendarId }) => {
    const [place, id] = [String(workspaceId), String(calendarId)];
    const found = await db.tx(place, (tx) =>
      tx.first<{ address: string | null; file: string | null; zone: string }>(sql`
        select c.address, c.file, s.time_zone as zone from schedule_calendar c join schedule s on s.workspace_id = c.workspace_id and s.id = c.schedule_id
        where c.workspace_id = ${place} and c.id = ${id}`),
    );
    if (!found) return;
    const { address, file, zone } = found;
    const came = address ? await fetched(outbound, address, zone) : file ? await readApart(asked(file, zone)) : null;
    if (!came) return;
    await db.tx(place, async (tx) => {
      const home = await tx.first<{ scheduleId: string }>(
        sql`select schedule_id as "scheduleId" from schedule_calendar where workspace_id = ${place} and id = ${id} and address is not distinct from ${address}`,
      );
      if (!home) return;
      await touch(tx, null, home.scheduleId);
      const trouble = 'trouble' in came ? came.trouble : null;
      const status = 'status' in came ? (came.status ?? null) : null;
      await tx.run(sql`
        update schedule_calendar set tried_at = now(), fetched_at = case when ${trouble}::text is null then now() else fetched_at end, trouble = ${trouble}, status = ${status}
        where workspace_id = ${place} and id = ${id}`);
      if ('closures' in came) await keepClosures(tx, id, came.closures);
    });
  };

/** Asks each hour which calendars were not looked at for a day. */
export async function keepLooking({
  db,
  jobs,
  log,
}: Pick<Hearten, 'db' | 'jobs' | 'log'>): Promise<() => Promise<void>> {
  const look = async (): Promise<void> => {
    for (const { id } of await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`))
      await lookAtOld(db, jobs, id);
  };
  let going: Promise<void> = Promise.resolve();
  const once = (): void => {
    going = look().catch((error) =>
      log.warn('Calendars could not be asked for; tried again in an hour', { error: textOf(error) }),
    );
  };
  once();
  const timer = setInterval(once, LOOK_EVERY);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await going;
  };
}

export const lookAtOld = (db: Hearten['db'], jobs: Jobs, workspaceId: string): Promise<number> =>
  db.tx(workspaceId, async (tx) => {
    const due = await tx.many<{ id: string }>(sql`
      select id from schedule_calendar where workspace_id = ${workspaceId} and (address is not null or file is not null)
        and (tried_at is null or tried_at < now() - make_interval(hours => ${EVERY_HOURS})) limit 500`);
    for (const { id } of due) await look(tx, jobs, id);
    return due.length;
  });

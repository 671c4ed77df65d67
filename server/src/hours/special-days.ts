import type { Body, Schedule } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import type { Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { scheduleById, touch } from './schedules.ts';

const MOST_HOLIDAYS = 200;
const MOST_EXCEPTIONS = 500;

async function roomFor(tx: Tx, table: 'holiday' | 'exception', id: string): Promise<void> {
  const [from, most] =
    table === 'holiday'
      ? [sql`schedule_holiday`, MOST_HOLIDAYS]
      : ([sql`schedule_exception`, MOST_EXCEPTIONS] as const);
  const there = await tx.first<{ n: number }>(
    sql`select count(*)::int as n from ${from} where workspace_id = ${tx.workspaceId} and schedule_id = ${id}`,
  );
  if ((there?.n ?? 0) >= most)
    throw Invalid(say('There are {most} already. Nothing was added; remove some that are over first.', { most }));
}

export async function addHoliday(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'POST /hours/:id/holidays'>,
): Promise<Schedule> {
  await touch(tx, who, id);
  await roomFor(tx, 'holiday', id);
  await tx.run(sql`
    insert into schedule_holiday (workspace_id, id, schedule_id, name, rule, hours)
    values (${tx.workspaceId}, ${newId()}, ${id}, ${body.name}, ${JSON.stringify(body.rule)}::jsonb, ${JSON.stringify(body.open ?? [])}::jsonb)`);
  return scheduleById(tx, id);
}

export async function changeHoliday(
  tx: Tx,
  who: Who,
  { id, holidayId }: { id: string; holidayId: string },
  body: Body<'PATCH /hours/:id/holidays/:holidayId'>,
): Promise<Schedule> {
  await touch(tx, who, id);
  const changed = await tx.run(sql`
    update schedule_holiday set name = coalesce(${body.name ?? null}, name), rule = coalesce(${body.rule ? JSON.stringify(body.rule) : null}::jsonb, rule),
      hours = coalesce(${body.open ? JSON.stringify(body.open) : null}::jsonb, hours)
    where workspace_id = ${tx.workspaceId} and schedule_id = ${id} and id = ${holidayId}`);
  if (!changed) throw NotFound();
  return scheduleById(tx, id);
}

export async function removeHoliday(
  tx: Tx,
  who: Who,
  { id, holidayId }: { id: string; holidayId: string },
): Promise<Schedule> {
  await touch(tx, who, id);
  const gone = await tx.run(
    sql`delete from schedule_holiday where workspace_id = ${tx.workspaceId} and schedule_id = ${id} and id = ${holidayId}`,
  );
  if (!gone) throw NotFound();
  return scheduleById(tx, id);
}

export async function setException(
  tx: Tx,
  who: Who,
  { id, date }: { id: string; date: string },
  body: Body<'PUT /hours/:id/exceptions/:date'>,
): Promise<Schedule> {
  await touch(tx, who, id);
  await roomFor(tx, 'exception', id);
  await tx.run(sql`
    insert into schedule_exception (workspace_id, schedule_id, date, name, hours)
    values (${tx.workspaceId}, ${id}, ${date}::date, ${body.name ?? ''}, ${JSON.stringify(body.open)}::jsonb)
    on conflict (workspace_id, schedule_id, date) do update set name = excluded.name, hours = excluded.hours`);
  return scheduleById(tx, id);
}

export async function removeException(tx: Tx, who: Who, { id, date }: { id: string; date: string }): Promise<Schedule> {
  await touch(tx, who, id);
  const gone = await tx.run(
    sql`delete from schedule_exception where workspace_id = ${tx.workspaceId} and schedule_id = ${id} and date = ${date}::date`,
  );
  if (!gone) throw NotFound();
  return scheduleById(tx, id);
}

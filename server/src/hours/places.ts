import type { HoursPlace, HoursPlaceKind, Reply } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';
import { hoursWith } from './load.ts';
import { type Hours, stateAt } from './open.ts';

/** Every brand, inbox and team, and whose hours it has of its own. */
export const placesOf = (tx: Tx): Promise<HoursPlace[]> =>
  tx.many<HoursPlace>(sql`
    select p.kind, p.id, p.name, s.schedule_id as "scheduleId" from (
      select 1 as n, 'brand' as kind, id, name from brand where workspace_id = ${tx.workspaceId}
      union all select 2, 'inbox', id, name from inbox where workspace_id = ${tx.workspaceId} and deleted_at is null
      union all select 3, 'team', id, name from team where workspace_id = ${tx.workspaceId}) p
    left join schedule_place s on s.workspace_id = ${tx.workspaceId} and p.id = case when s.brand_id is not null then s.brand_id when s.inbox_id is not null then s.inbox_id else s.team_id end
    order by p.n, lower(p.name), p.id`);

export async function setPlace(
  tx: Tx,
  who: Who,
  { kind, id }: { kind: HoursPlaceKind; id: string },
  scheduleId: string | null,
): Promise<void> {
  const places = await placesOf(tx);
  const place = places.find((one) => one.kind === kind && one.id === id);
  if (!place) throw NotFound();
  if (scheduleId) {
    const there = await tx.first(
      sql`select from schedule where workspace_id = ${tx.workspaceId} and id = ${scheduleId} for share`,
    );
    if (!there) throw NotFound('These hours are not there any more. Nothing was changed.');
  }
  const column = { brand: sql`brand_id`, inbox: sql`inbox_id`, team: sql`team_id` }[kind];
  if (scheduleId)
    await tx.run(sql`
      insert into schedule_place (workspace_id, id, schedule_id, ${column}) values (${tx.workspaceId}, ${newId()}, ${scheduleId}, ${id})
      on conflict (workspace_id, ${column}) do update set schedule_id = excluded.schedule_id`);
  else await tx.run(sql`delete from schedule_place where workspace_id = ${tx.workspaceId} and ${column} = ${id}`);
  await emit(tx, [{ name: 'hours.placed', actor: actorOf(who), data: { kind, id, scheduleId } }]);
}

export type Whose = { teamId?: string | undefined; inboxId?: string | undefined; brandId?: string | undefined };
type Held = { id: string; version: number; timeZone: string; by: 'team' | 'inbox' | 'brand' | 'workspace' };

/**
 * The hours that hold there, the closest first: those of the team, else of the inbox, of the brand (that of the inbox, where none is
 * named), of the workspace. Undefined where nobody said any: then nothing is promised about times.
 */
export async function hoursFor(tx: Tx, whose: Whose): Promise<(Held & { hours: Hours }) | undefined> {
  const held = await tx.first<Held>(sql`
    select s.id, s.version, s.time_zone as "timeZone",
      case when p.team_id is not null then 'team' when p.inbox_id is not null then 'inbox' when p.brand_id is not null then 'brand' else 'workspace' end as by
    from schedule s
    left join schedule_place p on p.workspace_id = s.workspace_id and p.schedule_id = s.id and (p.team_id = ${whose.teamId ?? null}::uuid or p.inbox_id = ${whose.inboxId ?? null}::uuid
      or p.brand_id = case when ${whose.brandId ?? null}::uuid is not null then ${whose.brandId ?? null}::uuid else (select i.brand_id from inbox i where i.workspace_id = ${tx.workspaceId} and i.id = ${whose.inboxId ?? null}::uuid) end)
    where s.workspace_id = ${tx.workspaceId} and (s.is_default or p.id is not null)
    order by case when p.team_id is not null then 1 when p.inbox_id is not null then 2 when p.brand_id is not null then 3 else 4 end limit 1`);
  return held && { ...held, hours: await hoursWith(tx, held) };
}

export async function holdingNow(tx: Tx, whose: Whose): Promise<Reply<'GET /hours/now'>> {
  const held = await hoursFor(tx, whose);
  if (!held) return { scheduleId: null, by: null, timeZone: null, now: null };
  return { scheduleId: held.id, by: held.by, timeZone: held.timeZone, now: stateAt(held.hours, Date.now()) };
}

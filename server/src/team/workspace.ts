import type { Body, Reply } from '@hearten/contract';
import { enter, sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';

export type Workspace = Reply<'GET /workspace'>;
/** What else a new workspace needs from its first moment on (its brand, its counters), in the same transaction; given by main. */
export type Founding = (tx: Tx, name: string) => Promise<void>;
const columns = sql`id, name, language, time_zone as "timeZone"`;

/** Gives back the transaction, from here on inside the new workspace. */
export async function createWorkspace(
  tx: Tx,
  given: { name: string; language?: string | undefined; timeZone?: string | undefined },
  founding: readonly Founding[],
): Promise<Tx> {
  const id = newId();
  await tx.run(
    sql`insert into workspace (id, name, language, time_zone) values (${id}, ${given.name}, ${given.language ?? 'en'}, ${given.timeZone ?? 'UTC'})`,
  );
  const inside = await enter(tx, id);
  for (const found of founding) await found(inside, given.name);
  await emit(inside, [{ name: 'workspace.created', actor: system, data: { name: given.name } }]);
  return inside;
}

export async function readWorkspace(tx: Tx): Promise<Workspace> {
  const row = await tx.first<Workspace>(sql`select ${columns} from workspace where id = ${tx.workspaceId}`);
  if (!row) throw NotFound();
  return row;
}

export async function changeWorkspace(tx: Tx, who: Who, change: Body<'PATCH /workspace'>): Promise<Workspace> {
  const row = await tx.first<Workspace>(sql`
    update workspace set name = coalesce(${change.name ?? null}, name), language = coalesce(${change.language ?? null}, language), time_zone = coalesce(${change.timeZone ?? null}, time_zone),
      closes_after_days = coalesce(${change.closesAfterDays ?? null}, closes_after_days), empties_trash_after_days = coalesce(${change.emptiesTrashAfterDays ?? null}, empties_trash_after_days)
    where id = ${tx.workspaceId} returning ${columns}`);
  if (!row) throw NotFound();
  await emit(tx, [{ name: 'workspace.changed', actor: actorOf(who), data: { ...change } }]);
  return row;
}

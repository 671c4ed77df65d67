import type { Body, Reply } from '@hearten/contract';
import { enter, sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';

export type Workspace = Reply<'GET /workspace'>;
/** What else a new workspace needs from its first moment on (its brand, its counters), in the same transaction; given by main. */
export type Founding = (tx: Tx, name: string) => Promise<void>;
const columns = sql`id, name, language, time_zone as "timeZone", sample_of as "sampleOf"`;

/** Gives back the transaction, from here on inside the new workspace. */
export async function createWorkspace(
  tx: Tx,
  given: { name: string; language?: string | undefined; timeZone?: string | undefined; sampleOf?: string },
  founding: readonly Founding[],
): Promise<Tx> {
  const id = newId();
  await tx.run(
    sql`insert into workspace (id, name, language, time_zone, sample_of) values (${id}, ${given.name}, ${given.language ?? 'en'}, ${given.timeZone ?? 'UTC'}, ${given.sampleOf ?? null})`,
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

/** Refuses, in a sample workspace, what would let something in or out. */
export async function refuseInSample(tx: Tx, what: string): Promise<void> {
  const row = await tx.first(sql`select 1 from workspace where id = ${tx.workspaceId} and sample_of is not null`);
  if (row)
    throw Conflict(
      say(
        '{what} Nothing was changed: this is the sample workspace, and nothing enters or leaves it. Do it in your own workspace.',
        { what },
      ),
    );
}

export async function changeWorkspace(tx: Tx, who: Who, change: Body<'PATCH /workspace'>): Promise<Workspace> {
  const row = await tx.first<Workspace>(sql`
    update workspace set name = coalesce(${change.name ?? null}, name), language = coalesce(${change.language ?? null}, language), time_zone = coalesce(${change.timeZone ?? null}, time_zone),
      closes_after_days = coalesce(${change.closesAfterDays ?? null}, closes_after_days), empties_trash_after_days = coalesce(${change.emptiesTrashAfterDays ?? null}, empties_trash_after_days),
      chats_each = coalesce(${change.chatsEach ?? null}, chats_each), asks_mood = coalesce(${change.asksMood ?? null}, asks_mood), order_event = coalesce(${change.orderEvent ?? null}, order_event)
    where id = ${tx.workspaceId} returning ${columns}`);
  if (!row) throw NotFound();
  await emit(tx, [{ name: 'workspace.changed', actor: actorOf(who), data: { ...change } }]);
  return row;
}

import type { Body, Bulk } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { isRefused, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { mayFrom, permissionsOf } from '../team/index.ts';
import { act, type Before, type Single, takeBack } from './bulk-verbs.ts';
import type { ChannelOf } from './inbox-of.ts';
import { matching } from './list.ts';
import { findOne } from './snippets/rows.ts';
import { type BeforeMacro, type KeptMacro, keptMacro, runMacro } from './snippets/run.ts';
import { takeMacroBack } from './snippets/take-back.ts';
import { countUse } from './snippets/use.ts';

/** So many are done while one waits for the answer; more by a job, in pieces of as many as stay locked for a moment only. */
const AT_ONCE = 25;
const PIECE = 100;

type Row = Bulk & { person_id: string; key_id: string | null; macro: KeptMacro | null };
const columns = sql`id, person_id, key_id, macro, action, state, total, done, skipped, undone, kept`;
const shown = ({ person_id: _person, key_id: _key, macro: _macro, ...bulk }: Row): { bulk: Bulk } => ({ bulk });

async function lockBulk(tx: Tx, id: string): Promise<Row> {
  const row = await tx.first<Row>(
    sql`select ${columns} from bulk where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!row) throw NotFound('This is not here any more: what was done to many can be taken back for an hour.');
  return row;
}
/** Nobody else's: what one person does to many is theirs to stop and to take back. */
async function own(tx: Tx, who: Who, id: string): Promise<Row> {
  const row = await lockBulk(tx, id);
  if (row.person_id !== who.id)
    throw NotFound('This is not here any more: what was done to many can be taken back for an hour.');
  return row;
}

/** Notes which conversations it is about, once and for all: what comes to match later is not touched. */
export async function startBulk(
  tx: Tx,
  channels: ChannelOf,
  who: Who,
  body: Body<'POST /bulk'>,
): Promise<{ bulk: Bulk }> {
  const id = newId();
  const macro = body.action.do === 'macro' ? keptMacro(await findOne(tx, who, 'macro', body.action.macroId)) : null;
  await tx.run(sql`
    insert into bulk (workspace_id, id, person_id, key_id, action, macro, total)
    values (${tx.workspaceId}, ${id}, ${who.id}, ${who.keyId ?? null}, ${JSON.stringify(macro ? { ...body.action, name: macro.name } : body.action)}::jsonb, ${macro && JSON.stringify(macro)}::jsonb, 0)`);
  const which = body.ids ? sql`c.id = any (${body.ids}::uuid[])` : matching(who, body.filter ?? {});
  const total = await tx.run(
    sql`insert into bulk_item (workspace_id, bulk_id, conversation_id) select c.workspace_id, ${id}::uuid, c.id from conversation c where c.workspace_id = ${tx.workspaceId} and ${which}`,
  );
  if (body.ids && total < new Set(body.ids).size)
    throw NotFound('One of these conversations is not here. Nothing was changed.');
  await tx.run(sql`update bulk set total = ${total} where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await jobs.add(tx, 'forget-bulk', { bulkId: id }, { at: new Date(clock() + 3_600_000), key: `forget-bulk:${id}` });
  if (macro) await countUse(tx, macro.id, total);
  if (total <= AT_ONCE) await piece(tx, channels, who, await lockBulk(tx, id));
  else await jobs.add(tx, 'bulk', { bulkId: id }, { key: `bulk:${id}` });
  return shown(await lockBulk(tx, id));
}

export const readBulk = async (tx: Tx, who: Who, id: string): Promise<{ bulk: Bulk }> => shown(await own(tx, who, id));

export async function stopBulk(tx: Tx, who: Who, id: string): Promise<{ bulk: Bulk }> {
  const row = await own(tx, who, id);
  if (row.state === 'running') await becomes(tx, who, row, 'stopped');
  return shown(await lockBulk(tx, id));
}

export async function undoBulk(tx: Tx, channels: ChannelOf, who: Who, id: string): Promise<{ bulk: Bulk }> {
  const row = await own(tx, who, id);
  if (row.state === 'undoing' || row.state === 'undone') return shown(row);
  await becomes(tx, who, row, 'undoing');
  if (row.done <= AT_ONCE) await piece(tx, channels, who, await lockBulk(tx, id));
  else await jobs.add(tx, 'bulk', { bulkId: id }, { key: `bulk:${id}` });
  return shown(await lockBulk(tx, id));
}

async function becomes(tx: Tx, who: Who, row: Row, state: Bulk['state']): Promise<void> {
  await tx.run(sql`update bulk set state = ${state} where workspace_id = ${tx.workspaceId} and id = ${row.id}`);
  await tell(tx, who, row.id);
}
const tell = (tx: Tx, who: Who, id: string): Promise<string[]> =>
  emit(tx, [{ name: 'bulk.moved', actor: actorOf(who), data: { personId: who.id, bulkId: id } }]);

/**
 * Up to a hundred of them in one transaction with what is noted about each, so that a process killed in between repeats nothing and
 * forgets nothing. True while there is more to do.
 */
async function piece(tx: Tx, channels: ChannelOf, who: Who, row: Row): Promise<boolean> {
  const undoing = row.state === 'undoing';
  if (!undoing && row.state !== 'running') return false;
  // In order of id, as every verb that locks more than one.
  const items = await tx.many<Item>(sql`
    select conversation_id, before, version from bulk_item where workspace_id = ${tx.workspaceId} and bulk_id = ${row.id} and state = ${undoing ? 'done' : 'todo'} order by conversation_id limit ${PIECE}`);
  const noted: { id: string; state: string; before: Item['before']; version: number | null }[] = [];
  for (const item of items)
    noted.push(await (undoing ? back(tx, who, row, item) : forth(tx, channels, who, row, item)));
  const of = (state: string): number => noted.filter((one) => one.state === state).length;
  const more = items.length === PIECE;
  await tx.run(sql`
    update bulk_item i set state = n.state, before = n.before, version = n.version from jsonb_to_recordset(${JSON.stringify(noted)}::jsonb) as n (id uuid, state text, before jsonb, version int)
    where i.workspace_id = ${tx.workspaceId} and i.bulk_id = ${row.id} and i.conversation_id = n.id`);
  await tx.run(sql`
    update bulk set done = done + ${of('done')}, skipped = skipped + ${of('skipped')}, undone = undone + ${of('undone')}, kept = kept + ${of('kept')},
      state = case when ${more} then state when ${undoing} then 'undone' else 'done' end where workspace_id = ${tx.workspaceId} and id = ${row.id}`);
  await tell(tx, who, row.id);
  return more;
}

type Item = { conversation_id: string; before: Before | BeforeMacro | null; version: number | null };
async function forth(tx: Tx, channels: ChannelOf, who: Who, row: Row, { conversation_id: id }: Item) {
  const { action, macro } = row;
  // A macro is several verbs: where one is refused, none of them has happened.
  if (macro) await tx.run(sql`savepoint one`);
  try {
    const here = action.do === 'macro' && action.here === true;
    const did = macro ? await runMacro(tx, channels, who, id, macro, here) : await act(tx, who, id, action as Single);
    return { id, state: 'done', ...did };
  } catch (error) {
    // Merged away or deleted meanwhile, or full of tags: said as a number, the others go on. Anything else is no answer of ours.
    if (!isRefused(error) || error.refusal === 'unavailable') throw error;
    // Of one alone the reason is told, not a number.
    if (macro && row.total === 1) throw error;
    if (macro) await tx.run(sql`rollback to savepoint one`);
    return { id, state: 'skipped', before: null, version: null };
  }
}
async function back(tx: Tx, who: Who, { action, macro }: Row, { conversation_id: id, before, version }: Item) {
  if (macro) await tx.run(sql`savepoint one`);
  try {
    const did =
      before !== null &&
      (macro
        ? await takeMacroBack(tx, who, id, macro, before as BeforeMacro, version)
        : await takeBack(tx, who, id, action as Single, before as Before, version));
    return { id, state: did ? 'undone' : 'kept', before, version };
  } catch (error) {
    if (!isRefused(error) || error.refusal === 'unavailable') throw error;
    if (macro) await tx.run(sql`rollback to savepoint one`);
    return { id, state: 'kept', before, version };
  }
}

/** The job: piece after piece, until there is no more, it was stopped, or who wanted it may not any more. */
export async function runBulk(hearten: Hearten, channels: ChannelOf, workspaceId: string, id: string): Promise<void> {
  for (let more = true; more; )
    more = await hearten.db.tx(workspaceId, async (tx) => {
      const row = await lockBulk(tx, id).catch((error) => {
        if (isRefused(error) && error.refusal === 'not-found') return null;
        throw error;
      });
      if (!row) return false;
      const who = await whoActs(tx, row.person_id, row.key_id);
      if (!who.may('conversation.write')) {
        if (row.state === 'running') await becomes(tx, who, row, 'stopped');
        return false;
      }
      return piece(tx, channels, who, row);
    });
}
/** Who wanted what a job does, with what they may do now; somebody who left may do nothing. */
export async function whoActs(tx: Tx, personId: string, keyId: string | null): Promise<Who> {
  const person = await tx.first<{ role: string; account_id: string }>(
    sql`select role, account_id from person where workspace_id = ${tx.workspaceId} and id = ${personId} and active`,
  );
  if (!person) return { ...nobody, workspaceId: tx.workspaceId, id: personId };
  return {
    ...nobody,
    workspaceId: tx.workspaceId,
    id: personId,
    accountId: person.account_id,
    role: person.role,
    may: mayFrom(permissionsOf(person.role)),
    ...(keyId ? { kind: 'key', keyId } : {}),
  };
}
const nobody: Omit<Who, 'workspaceId' | 'id'> = {
  kind: 'person',
  accountId: '',
  sessionId: '',
  role: '',
  csrf: '',
  may: () => false,
};

/** After an hour there is no way back, and nothing to keep it for. One that still runs is looked at again later. */
export async function forgetBulk(tx: Tx, id: string): Promise<void> {
  const gone = await tx.run(
    sql`delete from bulk where workspace_id = ${tx.workspaceId} and id = ${id} and state not in ('running', 'undoing')`,
  );
  const left = gone
    ? undefined
    : await tx.first(sql`select 1 from bulk where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (left)
    await jobs.add(tx, 'forget-bulk', { bulkId: id }, { at: new Date(clock() + 3_600_000), key: `forget-bulk:${id}` });
}

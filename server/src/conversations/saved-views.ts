import type { Body, Filter, SavedView } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Forbidden, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';

type Row = {
  id: string;
  name: string;
  icon: SavedView['icon'];
  filter: Filter;
  position: number;
  owner_id: string | null;
  team_id: string | null;
};
const most = 100;

const mine = (row: Pick<Row, 'owner_id'>, who: Who): boolean =>
  row.owner_id ? row.owner_id === who.id : who.may('team.write');
const shown = (row: Row, who: Who): SavedView => ({
  id: row.id,
  name: row.name,
  icon: row.icon,
  filter: row.filter,
  for: row.owner_id ? 'me' : (row.team_id ?? 'everyone'),
  position: row.position,
  mayChange: mine(row, who),
});

/** What stands in somebody's rail: their own views, those of their teams, those of everyone. Who may change teams sees every team's. */
export async function savedFor(tx: Tx, who: Who): Promise<SavedView[]> {
  const rows = await tx.many<Row>(sql`
    select v.id, v.name, v.icon, v.filter, v.position, v.owner_id, v.team_id from saved_view v
    where v.workspace_id = ${tx.workspaceId} and v.deleted_at is null and (v.owner_id = ${who.id} or v.owner_id is null and (v.team_id is null or ${who.may('team.write')}
      or exists (select 1 from team_person p where p.workspace_id = v.workspace_id and p.team_id = v.team_id and p.person_id = ${who.id})))
    order by v.owner_id is not null, v.position, v.created_at, v.id limit ${most}`);
  return rows.map((row) => shown(row, who));
}

export async function saveView(tx: Tx, who: Who, body: Body<'POST /saved-views'>): Promise<{ view: SavedView }> {
  const home = await placeFor(tx, who, body.for);
  if ((await savedFor(tx, who)).length >= most)
    throw Conflict(
      say('There are {most} saved views already. Nothing was changed; delete one you do not need.', { most }),
    );
  const row = await tx.first<Row>(sql`
    insert into saved_view (workspace_id, id, owner_id, team_id, name, icon, filter, position)
    select ${tx.workspaceId}, ${newId()}, ${home.owner}::uuid, ${home.team}::uuid, ${body.name}, ${body.icon}, ${JSON.stringify(body.filter)}::jsonb,
      coalesce(${body.position ?? null}::int, coalesce(max(position), 0) + 1) from saved_view where workspace_id = ${tx.workspaceId}
    returning *`);
  return told(tx, who, row as Row);
}

export async function changeView(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'PATCH /saved-views/:id'>,
): Promise<{ view: SavedView }> {
  const before = await lockView(tx, who, id, false);
  const home = body.for ? await placeFor(tx, who, body.for) : { owner: before.owner_id, team: before.team_id };
  const row = await tx.first<Row>(sql`
    update saved_view set owner_id = ${home.owner}, team_id = ${home.team}, name = ${body.name ?? before.name}, icon = ${body.icon ?? before.icon},
      filter = ${JSON.stringify(body.filter ?? before.filter)}::jsonb, position = ${body.position ?? before.position}
    where workspace_id = ${tx.workspaceId} and id = ${id} returning *`);
  return told(tx, who, row as Row);
}

/** Kept for a day, for the way back; older ones go now. */
export async function deleteView(tx: Tx, who: Who, id: string): Promise<void> {
  const row = await lockView(tx, who, id, false);
  await tx.run(sql`
    delete from saved_view where workspace_id = ${tx.workspaceId} and deleted_at < now() - interval '1 day'`);
  await tx.run(sql`update saved_view set deleted_at = now() where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await emit(tx, [{ name: 'view.deleted', actor: actorOf(who), data: { viewId: id, name: row.name } }]);
}
export async function restoreView(tx: Tx, who: Who, id: string): Promise<{ view: SavedView }> {
  const row = await lockView(tx, who, id, true);
  await tx.run(sql`update saved_view set deleted_at = null where workspace_id = ${tx.workspaceId} and id = ${id}`);
  return told(tx, who, row);
}

async function told(tx: Tx, who: Who, row: Row): Promise<{ view: SavedView }> {
  await emit(tx, [{ name: 'view.saved', actor: actorOf(who), data: { viewId: row.id, name: row.name } }]);
  return { view: shown(row, who) };
}
/** Somebody else's own view is not there for others; one that several see asks for a permission. */
async function lockView(tx: Tx, who: Who, id: string, deleted: boolean): Promise<Row> {
  const row = await tx.first<Row>(
    sql`select * from saved_view where workspace_id = ${tx.workspaceId} and id = ${id} and (${deleted} or deleted_at is null) for update`,
  );
  if (!row || (row.owner_id && row.owner_id !== who.id)) throw NotFound('This view is not here.');
  if (!row.owner_id) mayShare(who);
  return row;
}
async function placeFor(
  tx: Tx,
  who: Who,
  whom: SavedView['for'],
): Promise<{ owner: string | null; team: string | null }> {
  if (whom === 'me') return { owner: who.id, team: null };
  if (
    whom !== 'everyone' &&
    !(await tx.first(sql`select 1 from team where workspace_id = ${tx.workspaceId} and id = ${whom}`))
  )
    throw NotFound('This team does not exist. Nothing was changed.');
  mayShare(who);
  return { owner: null, team: whom === 'everyone' ? null : whom };
}
function mayShare(who: Who): void {
  if (!who.may('team.write'))
    throw Forbidden(
      'A view that others see is changed by owners, managers and leads. Nothing was changed; save it for yourself, or ask one of them.',
    );
}

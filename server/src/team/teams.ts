import type { Body, Team } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Forbidden, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';

const read = (tx: Tx, id: string | null = null) =>
  tx.many<Team>(sql`
    select t.id, t.name, array(select m.person_id from team_person m where m.workspace_id = t.workspace_id and m.team_id = t.id order by m.person_id) as people
    from team t where t.workspace_id = ${tx.workspaceId} and (${id}::uuid is null or t.id = ${id}::uuid) order by lower(t.name), t.id`);

export const teamsOf = (tx: Tx): Promise<Team[]> => read(tx);
export async function teamById(tx: Tx, id: string): Promise<Team | undefined> {
  return (await read(tx, id))[0];
}

export async function createTeam(tx: Tx, who: Who, body: Body<'POST /teams'>): Promise<Team> {
  const id = newId();
  const made = await tx.run(
    sql`insert into team (workspace_id, id, name) values (${tx.workspaceId}, ${id}, ${body.name}) on conflict do nothing`,
  );
  if (!made) throw nameTaken();
  await allHere(tx, body.people ?? []);
  await setPeople(tx, id, body.people ?? []);
  await emit(tx, [{ name: 'team.created', actor: actorOf(who), data: { teamId: id, name: body.name } }]);
  return (await teamById(tx, id)) as Team;
}

export async function changeTeam(tx: Tx, who: Who, id: string, body: Body<'PATCH /teams/:id'>): Promise<Team> {
  // All teams are locked, so that two can't take one name at the same moment.
  const all = await tx.many<{ id: string; name: string }>(
    sql`select id, name from team where workspace_id = ${tx.workspaceId} order by id for update`,
  );
  if (!all.some((team) => team.id === id)) throw NotFound();
  if (body.name !== undefined) {
    const taken = await tx.first(
      sql`select from team where workspace_id = ${tx.workspaceId} and lower(name) = lower(${body.name}) and id <> ${id}`,
    );
    if (taken) throw nameTaken();
    await tx.run(sql`update team set name = ${body.name} where workspace_id = ${tx.workspaceId} and id = ${id}`);
  }
  if (body.people) {
    await allHere(tx, body.people);
    await mayPeople(tx, who, id, body.people);
    await setPeople(tx, id, body.people);
  }
  await emit(tx, [{ name: 'team.changed', actor: actorOf(who), data: { teamId: id, changed: Object.keys(body) } }]);
  return (await teamById(tx, id)) as Team;
}

/** Conversations hear the event and let go of the team. */
export async function deleteTeam(tx: Tx, who: Who, id: string): Promise<Record<string, never>> {
  const row = await tx.first<{ name: string }>(
    sql`delete from team where workspace_id = ${tx.workspaceId} and id = ${id} returning name`,
  );
  if (!row) throw NotFound();
  await emit(tx, [{ name: 'team.deleted', actor: actorOf(who), data: { teamId: id, name: row.name } }]);
  return {};
}

/** Whoever may change people changes any team; a lead those they stand in: else they made themselves the lead of whomever they like. */
async function mayPeople(tx: Tx, who: Who, teamId: string, given: readonly string[]): Promise<void> {
  if (who.may('people.write')) return;
  const now = (await teamById(tx, teamId))?.people ?? [];
  const same = now.length === new Set(given).size && now.every((one) => given.includes(one));
  if (!same && !now.includes(who.id))
    throw Forbidden(
      'You are not in this team, and change who is in your own teams only. Nothing was changed; ask an owner or a manager.',
    );
}

async function allHere(tx: Tx, given: readonly string[]): Promise<void> {
  const people = [...new Set(given)];
  const here = await tx.many(
    sql`select from person where workspace_id = ${tx.workspaceId} and id = any(${people}::uuid[])`,
  );
  if (here.length !== people.length) throw NotFound('Someone in this list does not work here. Nothing was changed.');
}

async function setPeople(tx: Tx, teamId: string, given: readonly string[]): Promise<void> {
  const people = [...new Set(given)];
  await tx.run(
    sql`delete from team_person where workspace_id = ${tx.workspaceId} and team_id = ${teamId} and not person_id = any(${people}::uuid[])`,
  );
  await tx.run(
    sql`insert into team_person (workspace_id, team_id, person_id) select ${tx.workspaceId}, ${teamId}, unnest(${people}::uuid[]) on conflict do nothing`,
  );
}

const nameTaken = () => Conflict('There is a team of this name already. Nothing was changed.', { type: 'name-taken' });

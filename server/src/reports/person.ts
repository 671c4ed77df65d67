import type { Reply } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Forbidden, NotFound } from '../base/errors.ts';
import type { Who } from '../base/module.ts';
import { permissionsOf } from '../team/index.ts';
import { WEEKS } from './ended.ts';
import { LEAST_OF_ONE } from './interval.ts';
import { partOf, sumsOfPerson } from './restored.ts';

/**
 * One person's figure is theirs and their lead's: a lead who stands in a team with them, of what was answered in such a team, and of nobody
 * who leads or manages themselves. Nobody else is given it, whatever they may; and since a lead changes who is in the teams they stand in
 * alone (server/src/team/teams.ts), nobody makes themselves the lead of what others have answered.
 */
export async function restoredOf(
  tx: Tx,
  who: Who,
  id: string,
  weeks = WEEKS,
): Promise<Reply<'GET /people/:id/restored'>> {
  if (who.id !== id) {
    const person = await tx.first<{ led: boolean; role: string }>(sql`
      select p.role, exists (select 1 from team_person a join team_person b on b.workspace_id = a.workspace_id and b.team_id = a.team_id
        where a.workspace_id = ${tx.workspaceId} and a.person_id = ${who.id} and b.person_id = p.id) as led
      from person p where p.workspace_id = ${tx.workspaceId} and p.id = ${id}`);
    if (!person) throw NotFound();
    if (!who.may('report.person') || permissionsOf(person.role).has('team.write'))
      throw Forbidden('The figures of one person are for themselves and their lead. Nobody else is shown them.');
    if (!person.led)
      throw Forbidden('This person is in none of your teams. Their figures are for themselves and their lead.');
  }
  const { since, ...sums } = await sumsOfPerson(tx, id, weeks, who.id === id ? null : who.id);
  return { from: since, least: LEAST_OF_ONE, whole: partOf(sums, LEAST_OF_ONE) };
}

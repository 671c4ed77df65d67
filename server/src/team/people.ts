import type { Body, Person, Role } from '@hearten/contract';
import { type Db, sql, type Tx } from '../base/db.ts';
import { Conflict, Forbidden, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { needsProof } from '../base/held.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';
import { forget } from './identify.ts';
import { mayTouch, rolesWith } from './may.ts';
import { endSessions } from './session.ts';

const columns = sql`id, name, email, role, active, language, time_zone as "timeZone", signature, created_at as "createdAt", last_seen_at as "lastSeenAt"`;

export const personById = (tx: Tx, id: string): Promise<Person | undefined> =>
  tx.first<Person>(sql`select ${columns} from person where workspace_id = ${tx.workspaceId} and id = ${id}`);

/** Everyone of the workspace, or those of the given ids. */
export const peopleOf = (tx: Tx, ids?: readonly string[]): Promise<Person[]> =>
  tx.many<Person>(sql`
    select ${columns} from person where workspace_id = ${tx.workspaceId} and (${ids ?? null}::uuid[] is null or id = any(${ids ?? null}::uuid[]))
    order by active desc, lower(name), id`);

/** Whom to ask for what one may not do oneself: three at most, the highest role first, and who was here last. */
export const whoMay = async (
  db: Db,
  workspaceId: string,
  permission: string,
): Promise<{ name: string; role: Role }[]> =>
  db.read<{ name: string; role: Role }>(
    workspaceId,
    sql`select name, role from person where workspace_id = ${workspaceId} and active and role = any (${rolesWith(permission)}::text[])
      order by array_position(${rolesWith(permission)}::text[], role), last_seen_at desc nulls last, id limit 3`,
  );

/** Undefined when the account is a person here already. */
export async function addPerson(
  tx: Tx,
  given: {
    accountId: string;
    name: string;
    email: string;
    role: Role;
    language?: string | undefined;
    timeZone?: string | undefined;
  },
): Promise<Person | undefined> {
  return tx.first<Person>(sql`
    insert into person (workspace_id, id, account_id, name, email, role, language, time_zone)
    select ${tx.workspaceId}, ${newId()}, ${given.accountId}, ${given.name}, ${given.email}, ${given.role}, coalesce(${given.language ?? null}, w.language), coalesce(${given.timeZone ?? null}, w.time_zone)
    from workspace w where w.id = ${tx.workspaceId}
    on conflict do nothing returning ${columns}`);
}

export async function changePerson(tx: Tx, who: Who, id: string, change: Body<'PATCH /people/:id'>): Promise<Person> {
  // All owners are locked in the same order first: two who demote each other at the same moment can't both succeed.
  const owners = await tx.many<{ id: string }>(
    sql`select id from person where workspace_id = ${tx.workspaceId} and role = 'owner' and active order by id for update`,
  );
  const before = await tx.first<{ role: Role; active: boolean; accountId: string }>(
    sql`select role, active, account_id as "accountId" from person where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!before) throw NotFound();
  if (!mayTouch(who, before.role) || !mayTouch(who, change.role ?? before.role))
    throw Forbidden('Only an owner may make someone an owner, or change one.');
  const owns = (role: Role, active: boolean): boolean => role === 'owner' && active;
  if (owns(before.role, before.active) !== owns(change.role ?? before.role, change.active ?? before.active))
    needsProof(who);
  const leaves =
    before.role === 'owner' && before.active && ((change.role ?? 'owner') !== 'owner' || change.active === false);
  if (leaves && !owners.some((owner) => owner.id !== id))
    throw Conflict(
      'This is the last owner, and someone must be able to look after the workspace. Nothing was changed; make another person an owner first.',
      { type: 'last-owner' },
    );

  const after = await tx.first<Person>(sql`
    update person set role = coalesce(${change.role ?? null}, role), active = coalesce(${change.active ?? null}, active), name = coalesce(${change.name ?? null}, name)
    where workspace_id = ${tx.workspaceId} and id = ${id} returning ${columns}`);
  if (!after) throw NotFound();
  if (before.active && !after.active) await shutOut(tx, id, before.accountId);
  tx.after(forget);
  await emit(tx, [
    {
      name: 'person.changed',
      actor: actorOf(who),
      data: { personId: id, role: after.role, active: after.active, changed: Object.keys(change) },
    },
  ]);
  return after;
}

/** Everything a person could still come in with: sessions here, keys they made, invitations they sent. */
export async function shutOut(tx: Tx, personId: string, accountId: string): Promise<void> {
  await endSessions(tx, accountId, { workspaceId: tx.workspaceId });
  await tx.run(
    sql`update api_key set revoked_at = now() where workspace_id = ${tx.workspaceId} and person_id = ${personId} and revoked_at is null`,
  );
  await tx.run(
    sql`delete from link where workspace_id = ${tx.workspaceId} and purpose = 'invite' and used_at is null and data->>'invitedBy' = ${personId}`,
  );
}

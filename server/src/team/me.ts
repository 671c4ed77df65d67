import type { Body, Me } from '@hearten/contract';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { newToken } from '../base/seal.ts';
import { forget } from './identify.ts';
import { permissionsOf } from './may.ts';
import { personById } from './people.ts';
import { placesOf } from './session.ts';
import { readWorkspace } from './workspace.ts';

export async function meOf(tx: Tx, who: Who): Promise<Me> {
  const person = await personById(tx, who.id);
  if (!person) throw NotFound();
  const workspace = await readWorkspace(tx);
  const workspaces = await tx.many<Me['workspace']>(sql`
    select w.id, w.name, w.language, w.time_zone as "timeZone" from places_of(${who.accountId}) p join workspace w on w.id = p.workspace_id order by w.created_at, w.id`);
  const account = await tx.first<{ totp: boolean }>(
    sql`select totp_on as totp from account where id = ${who.accountId}`,
  );
  const settings = await tx.first<{ keys: Me['keys'] | null }>(
    sql`select settings -> 'keys' as keys from person where workspace_id = ${tx.workspaceId} and id = ${who.id}`,
  );
  const permissions = [...permissionsOf(person.role)].filter(
    (permission) => who.kind === 'person' || who.may(permission),
  );
  return {
    person,
    workspace,
    workspaces: who.kind === 'person' ? workspaces : [workspace],
    permissions,
    totp: account?.totp ?? false,
    keys: settings?.keys ?? { on: true, preset: 'hearten', own: {} },
    csrf: who.csrf,
  };
}

export async function changeMe(tx: Tx, who: Who, change: Body<'PATCH /me'>): Promise<Me> {
  await tx.run(sql`
    update person set name = coalesce(${change.name ?? null}, name), language = coalesce(${change.language ?? null}, language),
      time_zone = coalesce(${change.timeZone ?? null}, time_zone), signature = coalesce(${change.signature ?? null}, signature),
      settings = settings || ${change.keys ? { keys: change.keys } : {}}::jsonb
    where workspace_id = ${tx.workspaceId} and id = ${who.id}`);
  await emit(tx, [
    { name: 'person.changed', actor: actorOf(who), data: { personId: who.id, changed: Object.keys(change) } },
  ]);
  return meOf(tx, who);
}

/** The session moves to another workspace; tabs that still show the former one can't write there by mistake, for their CSRF token is over. */
export async function switchWorkspace(hearten: Hearten, who: Who, workspaceId: string): Promise<Me> {
  const place = (await hearten.db.tx(NOWHERE, (tx) => placesOf(tx, who.accountId))).find(
    (one) => one.workspaceId === workspaceId,
  );
  if (!place) throw NotFound();
  return hearten.db.tx(workspaceId, async (tx) => {
    const csrf = newToken();
    const moved = await tx.run(
      sql`update session set workspace_id = ${workspaceId}, csrf = ${csrf} where id = ${who.sessionId} and account_id = ${who.accountId}`,
    );
    if (!moved) throw NotFound();
    tx.after(forget);
    await emit(tx, [
      {
        name: 'session.moved',
        actor: { kind: 'person', id: place.personId },
        data: { personId: place.personId, sessionId: who.sessionId },
      },
    ]);
    return meOf(tx, { ...who, workspaceId, id: place.personId, role: place.role, csrf });
  });
}

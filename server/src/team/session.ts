import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { isId, newId } from '../base/ids.ts';
import { actorOf, type Caller, type Who } from '../base/module.ts';
import { hash, newToken } from '../base/seal.ts';
import { forget } from './identify.ts';
import { personOnly } from './who.ts';

const DAYS = 30; // as long as the cookie
export type Place = { workspaceId: string; personId: string; role: string };

/** Where an account works, the place it was used last first. */
export const placesOf = (tx: Tx, accountId: string): Promise<Place[]> =>
  tx.many<Place>(sql`
    select p.workspace_id as "workspaceId", p.person_id as "personId", p.role from places_of(${accountId}) p
    left join lateral (select max(s.last_seen_at) as at from session s where s.account_id = ${accountId} and s.workspace_id = p.workspace_id) last on true
    order by last.at desc nulls last, p.workspace_id`);

/** A new session with a new secret; the former one of this browser ends, so a planted cookie is worth nothing. */
export async function startSession(
  tx: Tx,
  caller: Caller,
  former: Who | null,
  accountId: string,
  place: Place,
): Promise<Who> {
  const token = newToken();
  const who = {
    workspaceId: tx.workspaceId,
    kind: 'person' as const,
    id: place.personId,
    accountId,
    sessionId: newId(),
    role: place.role,
    csrf: newToken(),
    may: () => false,
  };
  if (former?.kind === 'person') await tx.run(sql`delete from session where id = ${former.sessionId}`);
  await tx.run(sql`
    insert into session (token_hash, id, account_id, workspace_id, csrf, ip, agent, expires_at)
    values (${hash(token)}, ${who.sessionId}, ${accountId}, ${tx.workspaceId}, ${who.csrf}, ${caller.ip}, ${caller.agent}, now() + make_interval(days => ${DAYS}::int))`);
  await tx.run(
    sql`update person set last_seen_at = now() where workspace_id = ${tx.workspaceId} and id = ${place.personId}`,
  );
  await emit(tx, [
    { name: 'session.started', actor: actorOf(who), data: { personId: place.personId, sessionId: who.sessionId } },
  ]);
  tx.after(forget);
  tx.after(() => caller.setCookie(token));
  return who;
}

export async function signOut(tx: Tx, who: Who, caller: Caller): Promise<Record<string, never>> {
  await endSession(tx, who, who.sessionId);
  tx.after(() => caller.setCookie(null));
  return {};
}

export async function listSessions(tx: Tx, who: Who) {
  personOnly(who);
  type Row = { id: string; current: boolean; agent: string; ip: string; createdAt: string; lastSeenAt: string };
  const items = await tx.many<Row>(sql`
    select id, id = ${who.sessionId} as current, agent, ip, created_at as "createdAt", last_seen_at as "lastSeenAt"
    from session where account_id = ${who.accountId} and expires_at > now() order by last_seen_at desc, id`);
  return { items };
}

export async function endSession(tx: Tx, who: Who, id: string): Promise<Record<string, never>> {
  // Not one's own is as good as not there.
  const ended = isId(id)
    ? await tx.run(sql`delete from session where id = ${id} and account_id = ${who.accountId}`)
    : 0;
  if (!ended) throw NotFound();
  await emit(tx, [{ name: 'session.ended', actor: actorOf(who), data: { personId: who.id, sessionId: id } }]);
  tx.after(forget);
  return {};
}

/** Ends an account's sessions: all, all but one, or those in one workspace. */
export async function endSessions(
  tx: Tx,
  accountId: string,
  only: { except?: string; workspaceId?: string } = {},
): Promise<void> {
  await tx.run(sql`
    delete from session where account_id = ${accountId} and id is distinct from ${only.except ?? null}::uuid
    and (${only.workspaceId ?? null}::uuid is null or workspace_id = ${only.workspaceId ?? null}::uuid)`);
  tx.after(forget);
}

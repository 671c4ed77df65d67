import type { IncomingMessage } from 'node:http';
import { NOWHERE, sql } from '../base/db.ts';
import { cookieOf, type Identify } from '../base/http.ts';
import type { Hearten, Who } from '../base/module.ts';
import { hash } from '../base/seal.ts';
import { mayFrom, permissionsOf, permissionsOfKey } from './may.ts';

const FRESH = 3_000; // ms: a session ended by another process is refused after that at the latest
const MOST = 20_000;
const IDLE_DAYS = 14;

// Any change to who may come in empties all that is remembered here, so in this process it counts at once.
let generation = 0;
export const forget = (): void => {
  generation++;
};

/** Who sends a request: the session of its cookie, or the API key of its `Authorization: Bearer hk_…`. */
export function identify(hearten: Hearten): Identify {
  const known = new Map<string, { who: Promise<Who | null>; until: number; generation: number }>();
  return async (request) => {
    const token = tokenOf(request);
    if (!token) return null;
    const key = hash(token).toString('base64url');
    const now = Date.now();
    const kept = known.get(key);
    if (kept && kept.until > now && kept.generation === generation) return kept.who;
    if (known.size >= MOST) known.clear();
    const who = token.startsWith('hk_') ? keyBehind(hearten, token) : sessionBehind(hearten, token);
    known.set(key, { who, until: now + FRESH, generation });
    // Neither a stranger's guess nor a database that was away for a moment is remembered.
    who.then(
      (found) => found ?? known.delete(key),
      () => known.delete(key),
    );
    return who;
  };
}

function tokenOf(request: IncomingMessage): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (request.headers.authorization !== undefined) return bearer?.startsWith('hk_') ? bearer : null;
  const cookie = cookieOf(request);
  return cookie && !cookie.startsWith('hk_') ? cookie : null;
}

async function sessionBehind(hearten: Hearten, token: string): Promise<Who | null> {
  type Row = {
    id: string;
    accountId: string;
    workspaceId: string;
    csrf: string;
    personId: string;
    role: string;
    old: boolean;
  };
  const [row] = await hearten.db.read<Row>(
    NOWHERE,
    sql`
    select s.id, s.account_id as "accountId", s.workspace_id as "workspaceId", s.csrf, p.person_id as "personId", p.role,
      s.last_seen_at < now() - interval '1 minute' as old
    from session s cross join lateral places_of(s.account_id) p
    where s.token_hash = ${hash(token)} and p.workspace_id = s.workspace_id
      and s.expires_at > now() and s.last_seen_at > now() - make_interval(days => ${IDLE_DAYS})`,
  );
  if (!row) return null;
  if (row.old)
    later(
      hearten,
      row.workspaceId,
      sql`
      with seen as (update session set last_seen_at = now() where id = ${row.id})
      update person set last_seen_at = now() where workspace_id = ${row.workspaceId} and id = ${row.personId}`,
    );
  return {
    workspaceId: row.workspaceId,
    kind: 'person',
    id: row.personId,
    accountId: row.accountId,
    sessionId: row.id,
    role: row.role,
    csrf: row.csrf,
    may: mayFrom(permissionsOf(row.role)),
  };
}

/** `hk_<workspace>_<secret>`: the token says behind which row security it is to be looked up. */
async function keyBehind(hearten: Hearten, token: string): Promise<Who | null> {
  const hex = /^hk_([0-9a-f]{32})_[\w-]{43}$/.exec(token)?.[1];
  if (!hex) return null;
  const workspaceId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  type Row = { id: string; accountId: string; personId: string; role: string; scopes: string[]; old: boolean };
  const [row] = await hearten.db.read<Row>(
    workspaceId,
    sql`
    select k.id, p.account_id as "accountId", p.id as "personId", p.role, k.scopes,
      k.last_used_at is null or k.last_used_at < now() - interval '1 minute' as old
    from api_key k join person p on p.workspace_id = k.workspace_id and p.id = k.person_id and p.active
    where k.workspace_id = ${workspaceId} and k.token_hash = ${hash(token)} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
  );
  if (!row) return null;
  if (row.old)
    later(
      hearten,
      workspaceId,
      sql`update api_key set last_used_at = now() where workspace_id = ${workspaceId} and id = ${row.id}`,
    );
  return {
    workspaceId,
    kind: 'key',
    id: row.personId,
    keyId: row.id,
    accountId: row.accountId,
    sessionId: row.id,
    role: row.role,
    csrf: '',
    may: mayFrom(permissionsOfKey(row.role, row.scopes)),
  };
}

/** "Last seen" is worth no one's waiting. */
function later(hearten: Hearten, workspaceId: string, what: ReturnType<typeof sql>): void {
  hearten.db
    .tx(workspaceId, (tx) => tx.run(what))
    .catch((error) => hearten.log.warn('When someone was last seen could not be noted', { error }));
}

/** Events after which someone may have to leave: main has the open sockets checked when one comes by. */
export const leavings: ReadonlySet<string> = new Set([
  'session.ended',
  'session.moved',
  'person.changed',
  'person.password-changed',
  'key.revoked',
]);

/**
 * Is this still a sign-in of the same person, in the same workspace, in the same role? For sockets, which are asked at their opening
 * only. Reads a workspace's sign-ins in one go, since all its sockets are checked one after the other.
 */
export function stillThere(hearten: Hearten): (who: Who) => Promise<boolean> {
  const places = new Map<string, { roles: Promise<Map<string, string>>; until: number; generation: number }>();
  return async (who) => {
    const now = Date.now();
    let place = places.get(who.workspaceId);
    if (!place || place.until < now || place.generation !== generation) {
      for (const [id, old] of places) if (old.until < now) places.delete(id);
      place = { roles: rolesIn(hearten, who.workspaceId), until: now + 700, generation };
      places.set(who.workspaceId, place);
    }
    return (await place.roles).get(who.sessionId) === who.role;
  };
}

async function rolesIn(hearten: Hearten, workspaceId: string): Promise<Map<string, string>> {
  const rows = await hearten.db.read<{ id: string; role: string }>(
    workspaceId,
    sql`select s.id, p.role from session s join person p on p.workspace_id = ${workspaceId} and p.account_id = s.account_id and p.active
        where s.workspace_id = ${workspaceId} and s.expires_at > now()
        union all
        select k.id, p.role from api_key k join person p on p.workspace_id = k.workspace_id and p.id = k.person_id and p.active
        where k.workspace_id = ${workspaceId} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
  );
  return new Map(rows.map((row) => [row.id, row.role]));
}

import { sql } from '../base/db.ts';
import type { Hearten, Who } from '../base/module.ts';
import { age, stale } from './identify.ts';
import { type How, heldBy, type Rules, takes, type Worth } from './rules.ts';

/** Events after which someone may have to leave: main has the open sockets checked when one comes by. */
const names = new Set([
  'session.ended',
  'session.moved',
  'person.changed',
  'person.password-changed',
  'person.second-factor-changed',
  'key.revoked',
  'workspace.sign-in-changed',
]);
/** Whether any of these events may mean that somebody has to leave; what is remembered of the workspaces is over then. */
export function someoneLeaves(events: readonly { name: string }[]): boolean {
  const found = events.some((event) => names.has(event.name));
  if (found) stale();
  return found;
}

/**
 * Is this still a sign-in of the same person, in the same workspace, in the same role, that the workspace's rules let in? For sockets,
 * which are asked at their opening only. Reads a workspace's sign-ins in one go, since all its sockets are checked one after the other.
 */
export function stillThere(hearten: Hearten): (who: Who) => Promise<boolean> {
  const places = new Map<string, { roles: Promise<Map<string, Found>>; until: number; generation: number }>();
  return async (who) => {
    const now = Date.now();
    let place = places.get(who.workspaceId);
    if (!place || place.until < now || place.generation !== age()) {
      for (const [id, old] of places) if (old.until < now) places.delete(id);
      place = { roles: signedIn(hearten, who.workspaceId), until: now + 700, generation: age() };
      places.set(who.workspaceId, place);
    }
    const found = (await place.roles).get(who.sessionId);
    if (found?.role !== who.role || !takes(found.rules, found.how, found.role)) return false;
    return who.ip === undefined || heldBy(found.rules, found, who.ip) === undefined;
  };
}

type Found = Worth & { rules: Rules };
async function signedIn(hearten: Hearten, workspaceId: string): Promise<Map<string, Found>> {
  const rows = await hearten.db.read<Found & { id: string; how: How }>(
    workspaceId,
    sql`select s.id, p.role, s.how, coalesce(s.strong, a.totp_on) as strong, w.sign_in as rules
        from session s join person p on p.workspace_id = ${workspaceId} and p.account_id = s.account_id and p.active
          join account a on a.id = s.account_id join workspace w on w.id = s.workspace_id
        where s.workspace_id = ${workspaceId} and s.expires_at > now()
        union all
        select k.id, p.role, 'password', true, w.sign_in from api_key k join person p on p.workspace_id = k.workspace_id and p.id = k.person_id and p.active
          join workspace w on w.id = k.workspace_id
        where k.workspace_id = ${workspaceId} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

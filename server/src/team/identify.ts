import type { IncomingMessage } from 'node:http';
import { NOWHERE, sql } from '../base/db.ts';
import { cookieOf, type Identify } from '../base/http.ts';
import type { Hearten, Who } from '../base/module.ts';
import { hash } from '../base/seal.ts';
import type { Wire } from '../base/wire.ts';
import { mayFrom, permissionsOf, permissionsOfKey } from './may.ts';
import { type How, heldBy, type Rules, takes } from './rules.ts';

const FRESH = 3_000; // ms: a session ended by another process is refused after that at the latest
const MOST = 20_000;
const IDLE_DAYS = 14;

// Any change to who may come in empties all that is remembered here: in this process at once, in the others as soon as they hear.
let generation = 0;
let others: Wire | null = null;
/** In this process alone: the others hear it themselves. */
export const stale = (): void => {
  generation++;
};
export const forget = (): void => {
  stale();
  others?.say('hearten_forget', '');
};
/** For what else is remembered: it is good as long as this stays the same. */
export const age = (): number => generation;
export async function shareForgetting(wire: Wire): Promise<void> {
  await wire.listen('hearten_forget', stale, stale);
  others = wire;
}

/** What is remembered of a token: who has it, and by which rules their workspace lets in. */
type Known = { who: Who; rules: Rules; how: How; strong: boolean };

/** Who sends a request: the session of its cookie, or the API key of its `Authorization: Bearer hk_…`. */
export function identify(hearten: Hearten): Identify {
  const known = new Map<string, { found: Promise<Known | null>; until: number; generation: number }>();
  const find = (token: string): Promise<Known | null> => {
    const key = hash(token).toString('base64url');
    const now = Date.now();
    const kept = known.get(key);
    if (kept && kept.until > now && kept.generation === generation) return kept.found;
    if (known.size >= MOST) known.clear();
    const found = token.startsWith('hk_') ? keyBehind(hearten, token) : sessionBehind(hearten, token);
    known.set(key, { found, until: now + FRESH, generation });
    // Neither a stranger's guess nor a database that was away for a moment is remembered.
    found.then(
      (one) => one ?? known.delete(key),
      () => known.delete(key),
    );
    return found;
  };
  return async (request, ip) => {
    const token = tokenOf(request);
    const found = token ? await find(token) : null;
    if (!found) return null;
    const { who, rules, how, strong } = found;
    return { ...who, ip, held: heldBy(rules, { how, strong, role: who.role }, ip) };
  };
}

function tokenOf(request: IncomingMessage): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (request.headers.authorization !== undefined) return bearer?.startsWith('hk_') ? bearer : null;
  const cookie = cookieOf(request);
  return cookie && !cookie.startsWith('hk_') ? cookie : null;
}

async function sessionBehind(hearten: Hearten, token: string): Promise<Known | null> {
  type Row = {
    id: string;
    accountId: string;
    workspaceId: string;
    csrf: string;
    personId: string;
    role: string;
    old: boolean;
    how: How;
    strong: boolean;
    provedAt: string;
    bound: boolean;
    rules: Rules;
  };
  const [row] = await hearten.db.read<Row>(
    NOWHERE,
    sql`
    select s.id, s.account_id as "accountId", s.workspace_id as "workspaceId", s.csrf, p.person_id as "personId", p.role,
      s.last_seen_at < now() - interval '1 minute' as old, s.how, coalesce(s.strong, a.totp_on) as strong,
      coalesce(s.proved_at, s.created_at) as "provedAt", s.company_id is not null as bound, w.sign_in as rules
    from session s cross join lateral places_of(s.account_id) p join workspace w on w.id = s.workspace_id join account a on a.id = s.account_id
    where s.token_hash = ${hash(token)} and p.workspace_id = s.workspace_id
      and s.expires_at > now() and s.last_seen_at > now() - make_interval(days => ${IDLE_DAYS})`,
  );
  if (!row || !takes(row.rules, row.how, row.role)) return null;
  if (row.old)
    later(
      hearten,
      row.workspaceId,
      sql`
      with seen as (update session set last_seen_at = now() where id = ${row.id})
      update person set last_seen_at = now() where workspace_id = ${row.workspaceId} and id = ${row.personId}`,
    );
  const who: Who = {
    workspaceId: row.workspaceId,
    kind: 'person',
    id: row.personId,
    accountId: row.accountId,
    sessionId: row.id,
    role: row.role,
    csrf: row.csrf,
    may: mayFrom(permissionsOf(row.role)),
    provedAt: Date.parse(row.provedAt),
    bound: row.bound,
  };
  return { who, rules: row.rules, how: row.how, strong: row.strong };
}

/** `hk_<workspace>_<secret>`: the token says behind which row security it is to be looked up. */
async function keyBehind(hearten: Hearten, token: string): Promise<Known | null> {
  const hex = /^hk_([0-9a-f]{32})_[\w-]{43}$/.exec(token)?.[1];
  if (!hex) return null;
  const workspaceId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  type Row = {
    id: string;
    accountId: string;
    personId: string;
    role: string;
    scopes: string[];
    perMinute: number | null;
    old: boolean;
    rules: Rules;
  };
  const [row] = await hearten.db.read<Row>(
    workspaceId,
    sql`
    select k.id, p.account_id as "accountId", p.id as "personId", p.role, k.scopes, k.per_minute as "perMinute",
      k.last_used_at is null or k.last_used_at < now() - interval '1 minute' as old, w.sign_in as rules
    from api_key k join person p on p.workspace_id = k.workspace_id and p.id = k.person_id and p.active join workspace w on w.id = k.workspace_id
    where k.workspace_id = ${workspaceId} and k.token_hash = ${hash(token)} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
  );
  if (!row) return null;
  if (row.old)
    later(
      hearten,
      workspaceId,
      sql`update api_key set last_used_at = now() where workspace_id = ${workspaceId} and id = ${row.id}`,
    );
  const who: Who = {
    workspaceId,
    kind: 'key',
    id: row.personId,
    keyId: row.id,
    perMinute: row.perMinute,
    accountId: row.accountId,
    sessionId: row.id,
    role: row.role,
    csrf: '',
    may: mayFrom(permissionsOfKey(row.role, row.scopes)),
  };
  // A key has no second step; what it may not do is come from anywhere.
  return { who, rules: row.rules, how: 'password', strong: true };
}

/** "Last seen" is worth no one's waiting. */
function later(hearten: Hearten, workspaceId: string, what: ReturnType<typeof sql>): void {
  hearten.db
    .tx(workspaceId, (tx) => tx.run(what))
    .catch((error) => hearten.log.warn('When someone was last seen could not be noted', { error }));
}

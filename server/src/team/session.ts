import { audit } from '../base/audit.ts';
import { baseUrl } from '../base/config.ts';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Caller, type Hearten, type Who } from '../base/module.ts';
import { hash, newToken } from '../base/seal.ts';
import { forget } from './identify.ts';
import type { How, Rules } from './rules.ts';
import { personOnly } from './who.ts';

const DAYS = 30; // as long as the cookie
export type Place = { workspaceId: string; personId: string; role: string; rules?: Rules };
/** By what a session came about. `strong`: with a second factor; not said, it is as the account is set up. */
export type Came = { how: How; strong?: boolean; companyId?: string; companyToken?: Buffer | null };

/** Where an account works, the place it was used last first. */
export const placesOf = (tx: Tx, accountId: string): Promise<Place[]> =>
  tx.many<Place>(sql`
    select p.workspace_id as "workspaceId", p.person_id as "personId", p.role, w.sign_in as rules from places_of(${accountId}) p join workspace w on w.id = p.workspace_id
    left join lateral (select max(s.last_seen_at) as at from session s where s.account_id = ${accountId} and s.workspace_id = p.workspace_id) last on true
    order by last.at desc nulls last, p.workspace_id`);

/** A new session with a new secret; the former one of this browser ends, so a planted cookie is worth nothing. */
export async function startSession(
  tx: Tx,
  caller: Caller,
  former: Who | null,
  accountId: string,
  place: Place,
  came: Came = { how: 'password' },
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
    ip: caller.ip,
    provedAt: Date.now(),
    bound: came.companyId !== undefined,
  };
  if (former?.kind === 'person') await tx.run(sql`delete from session where id = ${former.sessionId}`);
  await tx.run(sql`
    insert into session (token_hash, id, account_id, workspace_id, csrf, ip, agent, how, strong, company_id, company_token, proved_at, expires_at)
    values (${hash(token)}, ${who.sessionId}, ${accountId}, ${tx.workspaceId}, ${who.csrf}, ${caller.ip}, ${caller.agent}, ${came.how}, ${came.strong ?? null},
      ${came.companyId ?? null}, ${came.companyToken ?? null}, now(), now() + make_interval(days => ${DAYS}::int))`);
  tx.after(() => caller.setCookie(token));
  const fresh = await noteBrowser(tx, accountId, caller);
  await tx.run(
    sql`update person set last_seen_at = now() where workspace_id = ${tx.workspaceId} and id = ${place.personId}`,
  );
  await emit(tx, [
    {
      name: 'session.started',
      actor: actorOf(who),
      data: {
        personId: place.personId,
        sessionId: who.sessionId,
        how: came.how,
        ip: caller.ip,
        agent: caller.agent,
        ...(fresh ? { newBrowser: true } : {}),
      },
    },
  ]);
  await audit(tx, {
    area: 'sign-in',
    what: 'sign-in.done',
    facts: { how: came.how },
    by: { kind: 'person', id: place.personId, ip: caller.ip, agent: caller.agent },
  });
  tx.after(forget);
  return who;
}

/** Sealed with a key that has been given up since, it is left out: the provider then asks whom to sign out. */
function openedHint(hearten: Hearten, token: Buffer, providerId: string): string | null {
  try {
    return hearten.seal.open(token, `company-token ${providerId}`);
  } catch (error) {
    hearten.log.info('The provider is not told which sign-in ends: its token was sealed with another key', { error });
    return null;
  }
}

/** Whoever came by the company's sign-in may end it there, too: the answer says where. */
export async function signOut(tx: Tx, hearten: Hearten, who: Who, caller: Caller): Promise<{ url?: string }> {
  personOnly(who);
  const company = await tx.first<{ id: string; endUrl: string; clientId: string; token: Buffer | null }>(sql`
    select p.id, p.end_url as "endUrl", p.client_id as "clientId", s.company_token as token
    from session s join sign_in_provider p on p.workspace_id = ${tx.workspaceId} and p.id = s.company_id where s.id = ${who.sessionId}`);
  await tx.run(sql`delete from session where id = ${who.sessionId} and account_id = ${who.accountId}`);
  await ended(tx, who, who.id, who.sessionId);
  tx.after(() => caller.setCookie(null));
  const url = company?.endUrl ? URL.parse(company.endUrl) : null;
  if (!company || !url || !/^https?:$/.test(url.protocol)) return {};
  url.searchParams.set('client_id', company.clientId);
  url.searchParams.set('post_logout_redirect_uri', `${baseUrl(hearten.config)}/sign-in`);
  const hint = company.token && openedHint(hearten, company.token, company.id);
  if (hint) url.searchParams.set('id_token_hint', hint);
  return { url: url.href };
}

/** Told wherever a socket of that session may be open. */
export async function ended(tx: Tx, who: Who, personId: string, sessionId?: string): Promise<void> {
  await emit(tx, [
    { name: 'session.ended', actor: actorOf(who), data: { personId, ...(sessionId ? { sessionId } : {}) } },
  ]);
  await audit(tx, { area: 'sign-in', what: 'session.ended', about: ['person', personId] });
  tx.after(forget);
}

/** Whether an account that signed in before does so from a browser it did not use yet. */
async function noteBrowser(tx: Tx, accountId: string, caller: Caller): Promise<boolean> {
  const secret = caller.browser ?? newToken();
  const row = await tx.first<{ isNew: boolean; others: boolean }>(sql`
    insert into known_browser as b (account_id, token_hash) values (${accountId}, ${hash(secret)})
    on conflict (account_id, token_hash) do update set last_at = now()
    returning b.xmax = 0 as "isNew", exists (select from known_browser o where o.account_id = ${accountId} and o.token_hash <> ${hash(secret)}) as others`);
  if (!caller.browser && caller.keepBrowser) tx.after(() => caller.keepBrowser?.(secret));
  return row?.isNew === true && row.others;
}

/**
 * A workspace and its sample. Whoever is looking at the sample is one step from home, so what ends in the workspace ends there, too: a
 * session left standing in the sample would come back.
 */
export const homeAndSample = (workspaceId: string): Sql =>
  sql`(select w.id from workspace w where w.id = ${workspaceId} or w.sample_of = ${workspaceId})`;

/** Ends an account's sessions: all, all but one, or those in one workspace. */
export async function endSessions(
  tx: Tx,
  accountId: string,
  only: { except?: string; workspaceId?: string } = {},
): Promise<void> {
  await tx.run(sql`
    delete from session where account_id = ${accountId} and id is distinct from ${only.except ?? null}::uuid
    and (${only.workspaceId ?? null}::uuid is null or workspace_id in ${homeAndSample(only.workspaceId ?? tx.workspaceId)})`);
  tx.after(forget);
}

/** Everyone who is in one workspace stands in another: the former is about to go. Tabs that still show it can't write any more. */
export async function moveSessions(tx: Tx, from: string, to: string): Promise<void> {
  await tx.run(sql`
    update session set workspace_id = ${to}, csrf = gen_random_uuid()::text || gen_random_uuid()::text where workspace_id = ${from}`);
  tx.after(forget);
}

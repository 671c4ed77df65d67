import type { Reply } from '@hearten/contract';
import { none, type Sql, sql, type Tx } from '../base/db.ts';
import { Forbidden, NotFound } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { Who } from '../base/module.ts';
import { mayTouch } from './may.ts';
import { ended, homeAndSample } from './session.ts';
import { personOnly } from './who.ts';

type List = Reply<'GET /me/sessions'>;
const columns = (who: Who) => sql`
  s.id, s.id = ${who.sessionId} as current, s.agent, s.ip, s.how, coalesce(s.strong, a.totp_on) as strong,
  s.created_at as "createdAt", s.last_seen_at as "lastSeenAt"`;
const alive = sql`s.expires_at > now() and s.last_seen_at > now() - interval '14 days'`;
/** Whoever came by a company's sign-in sees and ends what stands in its workspace: it vouches for nothing elsewhere. */
const within = (who: Who): Sql =>
  who.bound
    ? sql`and s.workspace_id in (select w.id from workspace w, workspace h where h.id = ${who.workspaceId} and (w.id = h.id or w.sample_of = h.id or w.id = h.sample_of))`
    : none;

export async function listSessions(tx: Tx, who: Who): Promise<List> {
  personOnly(who);
  const items = await tx.many<List['items'][number]>(sql`
    select ${columns(who)} from session s join account a on a.id = s.account_id
    where s.account_id = ${who.accountId} and ${alive} ${within(who)} order by s.last_seen_at desc, s.id`);
  return { items };
}

export async function endSession(tx: Tx, who: Who, id: string): Promise<Record<string, never>> {
  personOnly(who);
  // Not one's own is as good as not there.
  const done = isId(id)
    ? await tx.run(sql`delete from session s where s.id = ${id} and s.account_id = ${who.accountId} ${within(who)}`)
    : 0;
  if (!done) throw NotFound();
  await ended(tx, who, who.id, id);
  return {};
}

export async function endOtherSessions(tx: Tx, who: Who): Promise<{ ended: number }> {
  personOnly(who);
  const done = await tx.run(
    sql`delete from session s where s.account_id = ${who.accountId} and s.id <> ${who.sessionId} ${within(who)}`,
  );
  if (done) await ended(tx, who, who.id);
  return { ended: done };
}

/** Whose sign-ins may be looked at and ended: those of this workspace; where else somebody is signed in is their own affair. */
async function accountOf(tx: Tx, who: Who, personId: string): Promise<string> {
  const person = await tx.first<{ accountId: string; role: string }>(
    sql`select account_id as "accountId", role from person where workspace_id = ${tx.workspaceId} and id = ${personId}`,
  );
  if (!person) throw NotFound();
  if (!mayTouch(who, person.role)) throw Forbidden('Only an owner may see and end the sign-ins of an owner.');
  return person.accountId;
}

export async function sessionsOf(tx: Tx, who: Who, personId: string): Promise<List> {
  const accountId = await accountOf(tx, who, personId);
  const items = await tx.many<List['items'][number]>(sql`
    select ${columns(who)} from session s join account a on a.id = s.account_id
    where s.account_id = ${accountId} and s.workspace_id in ${homeAndSample(tx.workspaceId)} and ${alive} order by s.last_seen_at desc, s.id`);
  return { items };
}

/** One of them, or all but the one that asks. */
export async function endSessionsOf(
  tx: Tx,
  who: Who,
  personId: string,
  only: { id?: string } = {},
): Promise<{ ended: number }> {
  const accountId = await accountOf(tx, who, personId);
  if (only.id !== undefined && !isId(only.id)) throw NotFound();
  const done = await tx.run(sql`
    delete from session where account_id = ${accountId} and workspace_id in ${homeAndSample(tx.workspaceId)}
      and (${only.id ?? null}::uuid is null or id = ${only.id ?? null}::uuid) and (${only.id ?? null}::uuid is not null or id <> ${who.sessionId})`);
  if (!done && only.id !== undefined) throw NotFound();
  if (done) await ended(tx, who, personId, only.id);
  return { ended: done };
}

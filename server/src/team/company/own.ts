import type { Body } from '@hearten/contract';
import { audit, byOf } from '../../base/audit.ts';
import { sql, type Tx } from '../../base/db.ts';
import { Conflict, isRefusedAs, NotFound, type Refused } from '../../base/errors.ts';
import type { Caller, Hearten, Who } from '../../base/module.ts';
import type { Outbound } from '../../base/outbound.ts';
import { forget } from '../identify.ts';
import type { Rules } from '../rules.ts';
import { homeAndSample } from '../session.ts';
import { ownSignIn } from '../who.ts';
import { comeBack } from './begin.ts';
import { keepIdentity } from './finish.ts';

/** Whoever is signed in, and has proved it, says who they are at the company: no address has to be the same. */
export async function linkOwn(
  hearten: Hearten,
  outbound: Outbound,
  who: Who,
  body: Body<'POST /me/company-sign-ins'>,
): Promise<Record<string, never>> {
  ownSignIn(who);
  const back = await comeBack(hearten, outbound, { ...body, workspaceId: who.workspaceId }).catch((error) => {
    // Whoever asks is signed in all the while: it is the answer that is worth nothing.
    throw isRefusedAs(error, 'unauthorised') ? Conflict((error as Refused).said) : error;
  });
  return hearten.db.tx(who.workspaceId, async (tx) => {
    const there = await tx.first<{ personId: string }>(
      sql`select person_id as "personId" from sign_in_identity where workspace_id = ${tx.workspaceId} and provider_id = ${back.provider.id} and subject = ${back.claims.subject}`,
    );
    if (there && there.personId !== who.id)
      throw Conflict('This sign-in at your company opens another person here. Nothing was linked; ask an owner.');
    if (!there) await keepIdentity(tx, back, who.id);
    return {};
  });
}

/** From now on it opens nothing of this person; what it had opened is over. */
export async function unlinkOwn(tx: Tx, who: Who, providerId: string, caller: Caller): Promise<Record<string, never>> {
  ownSignIn(who);
  const ways = await tx.first<{ other: boolean; rules: Rules }>(
    sql`select a.password_hash is not null or exists (select from passkey k where k.account_id = a.id) as other, w.sign_in as rules
        from account a, workspace w where a.id = ${who.accountId} and w.id = ${tx.workspaceId}`,
  );
  if (!ways?.other)
    throw Conflict('This is your only way in. Nothing was unlinked; set a password or add a passkey first.');
  if (ways.rules.onlyCompany && who.role !== 'owner')
    throw Conflict('Only the company’s sign-in lets people in here. Nothing was unlinked.');
  const done = await tx.run(
    sql`delete from sign_in_identity where workspace_id = ${tx.workspaceId} and provider_id = ${providerId} and person_id = ${who.id}`,
  );
  if (!done) throw NotFound();
  await tx.run(
    sql`delete from session where workspace_id in ${homeAndSample(tx.workspaceId)} and account_id = ${who.accountId} and company_id = ${providerId}`,
  );
  await audit(tx, { area: 'sign-in', what: 'company.unlinked', about: ['person', who.id], by: byOf(who, caller) });
  tx.after(forget);
  return {};
}

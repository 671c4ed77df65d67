import { audit } from '../base/audit.ts';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Forbidden, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';
import { forget } from './identify.ts';
import { mayTouch } from './may.ts';
import { secondFactorFrom } from './rules.ts';
import { endSessions, placesOf } from './session.ts';

/** Told after a second factor came or went. `strong`: this session has proved it, too. */
export async function factorChanged(tx: Tx, who: Who, { strong }: { strong?: boolean }): Promise<void> {
  if (strong) await tx.run(sql`update session set strong = true, proved_at = now() where id = ${who.sessionId}`);
  await emit(tx, [{ name: 'person.second-factor-changed', actor: actorOf(who), data: { personId: who.id } }]);
  tx.after(forget);
}

export const hasSecondFactor = async (tx: Tx, accountId: string): Promise<boolean> =>
  (await tx.first(
    sql`select 1 from account a where a.id = ${accountId} and (a.totp_on or exists (select from passkey k where k.account_id = a.id))`,
  )) !== undefined;

/** After one was taken away, in its transaction: where a workspace asks for a second factor, the last one stays. */
export async function keepSecondFactor(nowhere: Tx, accountId: string): Promise<void> {
  if (await hasSecondFactor(nowhere, accountId)) return;
  const asked = (await placesOf(nowhere, accountId)).some((place) => secondFactorFrom(place.rules ?? {}) !== null);
  if (asked)
    throw Conflict(
      'A workspace of yours asks for a second factor, and this is your last one. Nothing was removed; add another first.',
      { type: 'last-second-factor' },
    );
}

/** For who lost phone and keys: both kinds go and every session ends, so that the next sign-in leads to setting one up. */
export async function resetSecondFactor(tx: Tx, who: Who, personId: string): Promise<Record<string, never>> {
  const person = await tx.first<{ accountId: string; role: string; active: boolean }>(
    sql`select account_id as "accountId", role, active from person where workspace_id = ${tx.workspaceId} and id = ${personId}`,
  );
  if (!person) throw NotFound();
  if (who.role !== 'owner') throw Forbidden('Only an owner may reset the second factor of a person.');
  if (!mayTouch(who, person.role) || personId === who.id)
    throw Forbidden('Your own second factor is changed under your name.');
  // The same sign-in opens other companies' workspaces: whoever rules this one must not weaken those.
  const places = await placesOf(tx, person.accountId);
  if (!person.active || places.some((place) => place.workspaceId !== tx.workspaceId))
    throw Forbidden(
      'This sign-in is not yours alone to reset: the person is not active here, or works in another workspace too. Whoever runs this Hearten can use `hearten reset`.',
    );
  const before = await hasSecondFactor(tx, person.accountId);
  if (!before) throw Conflict('This person has no second factor. Nothing was changed.');
  await tx.run(
    sql`update account set totp_on = false, totp_secret = null, totp_step = 0, recovery = '{}' where id = ${person.accountId}`,
  );
  // A passkey is also a way in by itself; without a password none could be taken without shutting the person out.
  await tx.run(sql`
    delete from passkey where account_id = ${person.accountId}
      and exists (select from account where id = ${person.accountId} and password_hash is not null)`);
  await endSessions(tx, person.accountId);
  await emit(tx, [{ name: 'person.second-factor-changed', actor: actorOf(who), data: { personId } }]);
  await audit(tx, { area: 'sign-in', what: 'second-factor.reset', about: ['person', personId] });
  return {};
}

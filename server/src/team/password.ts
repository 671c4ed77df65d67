import type { Body, Reply } from '@hearten/contract';
import { audit, type By, byOf, type Entry } from '../base/audit.ts';
import { baseUrl } from '../base/config.ts';
import { enter, NOWHERE, sql, type Tx } from '../base/db.ts';
import { Forbidden, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { needsProof } from '../base/held.ts';
import { machine } from '../base/machine.ts';
import { actorOf, type Caller, type Hearten, type Job, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { attempt } from './attempt.ts';
import { hashPassword } from './hash-password.ts';
import { addressOf, type Link, lookAt, makeLink, useLink } from './link.ts';
import { mailNotice, mailReset } from './mail.ts';
import { mayTouch } from './may.ts';
import { endSessions, placesOf } from './session.ts';
import { accountOf, proveAgain } from './sign-in.ts';
import { ownSignIn } from './who.ts';

/** Every other session of the account ends, in all its workspaces. */
export async function changePassword(
  hearten: Hearten,
  who: Who,
  body: Body<'POST /me/password'>,
  caller: Caller,
): Promise<Record<string, never>> {
  ownSignIn(who);
  if (body.old !== undefined || (await hasPassword(hearten, who.accountId)))
    await proveAgain(hearten, who, caller, body.old ?? '', 'old');
  else needsProof(who);
  const passwordHash = await hashPassword(body.password);
  await hearten.db.tx(NOWHERE, (tx) =>
    setPassword(hearten, tx, who.accountId, passwordHash, {
      except: who.sessionId,
      entry: { area: 'sign-in', what: 'password.changed' },
      by: () => byOf(who, caller),
    }),
  );
  return {};
}

const hasPassword = async (hearten: Hearten, accountId: string): Promise<boolean> =>
  (await hearten.db.read(NOWHERE, sql`select 1 from account where id = ${accountId} and password_hash is not null`))
    .length > 0;

async function setPassword(
  hearten: Hearten,
  nowhere: Tx,
  accountId: string,
  passwordHash: string,
  how: { except?: string; entry: Pick<Entry, 'area' | 'what'>; by: (personId: string) => By },
): Promise<void> {
  await nowhere.run(sql`update account set password_hash = ${passwordHash} where id = ${accountId}`);
  await nowhere.run(sql`delete from link where account_id = ${accountId} and purpose = 'reset' and used_at is null`);
  await endSessions(nowhere, accountId, how.except ? { except: how.except } : {});
  for (const place of await placesOf(nowhere, accountId)) {
    const tx = await enter(nowhere, place.workspaceId);
    await emit(tx, [
      {
        name: 'person.password-changed',
        actor: { kind: 'person', id: place.personId },
        data: { personId: place.personId },
      },
    ]);
    await audit(tx, { ...how.entry, about: ['person', place.personId], by: how.by(place.personId) });
  }
  await mailNotice(hearten, await enter(nowhere, NOWHERE), accountId);
}

/** Leaves a job for known and unknown addresses alike, so that neither the answer nor its time tells which it was. */
export async function askForReset(hearten: Hearten, email: string, caller: Caller): Promise<Record<string, never>> {
  await attempt(hearten.db, [`reset:${machine(caller.ip)}`]);
  await hearten.db.tx(NOWHERE, (tx) => hearten.jobs.add(tx, 'password-reset', { email }));
  return {};
}

export function resetRequested(hearten: Hearten): Job {
  return async ({ email }) => {
    const account = hearten.config.SYSTEM_SMTP ? await accountOf(hearten.db, String(email)) : undefined;
    if (!account) return;
    await hearten.db.tx(NOWHERE, async (tx) => {
      if ((await placesOf(tx, account.id)).length === 0) return;
      // The account is locked: of several requests at the same moment one makes a link.
      await tx.run(sql`select from account where id = ${account.id} for update`);
      // One in two minutes: nobody's mailbox is filled by pressing a button often.
      const fresh = await tx.first(
        sql`select from link where account_id = ${account.id} and purpose = 'reset' and used_at is null and created_at > now() - interval '2 minutes'`,
      );
      if (fresh) return;
      await mailReset(hearten, tx, (await makeReset(hearten, tx, account.id)).id);
    });
  };
}

/** A newer link ends the older ones. */
async function makeReset(
  hearten: Hearten,
  tx: Tx,
  accountId: string,
  data: Record<string, unknown> = {},
): Promise<Link> {
  await tx.run(sql`delete from link where account_id = ${accountId} and purpose = 'reset' and used_at is null`);
  return makeLink(tx, hearten.seal, { purpose: 'reset', accountId, data, hours: 1 });
}

/**
 * Two-step sign-in and passkeys stay as they were: who has only the mailbox does not come in with it, and does not throw out whoever has
 * them. What still opens the account is named in the mail about it (still-opens.ts).
 */
export async function useReset(
  hearten: Hearten,
  body: Body<'POST /password-resets/use'>,
  caller: Caller,
): Promise<Record<string, never>> {
  await lookAt(hearten.db, body.token, 'reset'); // before the costly part
  const passwordHash = await hashPassword(body.password);
  await hearten.db.tx(NOWHERE, async (tx) => {
    const link = await useLink(tx, body.token, 'reset');
    const accountId = link.accountId as string;
    if (link.data.endTotp === true)
      await tx.run(
        sql`with gone as (delete from passkey where account_id = ${accountId})
            update account set totp_on = false, totp_secret = null, totp_step = 0, recovery = '{}' where id = ${accountId}`,
      );
    await setPassword(hearten, tx, accountId, passwordHash, {
      entry:
        link.data.endTotp === true
          ? { area: 'sign-in', what: 'password.reset-with-factors' }
          : { area: 'sign-in', what: 'password.reset' },
      by: (id) => ({ kind: 'person', id, ip: caller.ip, agent: caller.agent }),
    });
  });
  return {};
}

/** For handing over when no mail goes out. */
export async function resetLinkFor(
  tx: Tx,
  hearten: Hearten,
  who: Who,
  personId: string,
): Promise<Reply<'POST /people/:id/reset-link'>> {
  const person = await tx.first<{ accountId: string; role: string; active: boolean }>(sql`
      select account_id as "accountId", role, active from person where workspace_id = ${tx.workspaceId} and id = ${personId}`);
  if (!person) throw NotFound();
  if (!mayTouch(who, person.role)) throw Forbidden('Only an owner may make a reset link for an owner.');
  if (person.accountId === who.accountId)
    throw Forbidden('Your own password is changed under your name, with the present one.');
  // The same sign-in opens other companies' workspaces: whoever rules this one must not get into those.
  const places = await placesOf(tx, person.accountId);
  if (!person.active || places.some((place) => place.workspaceId !== tx.workspaceId))
    throw Forbidden(
      'This sign-in is not yours alone to reset: the person is not active here, or works in another workspace too. They can ask for a reset mail, or whoever runs this Hearten can use `hearten reset`.',
    );
  const link = await makeReset(hearten, tx, person.accountId);
  await emit(tx, [{ name: 'person.reset-link-made', actor: actorOf(who), data: { personId } }]);
  await audit(tx, { area: 'sign-in', what: 'password.link-made', about: ['person', personId] });
  return { link: addressOf(hearten.seal, baseUrl(hearten.config), link), expiresAt: link.expiresAt };
}

/** For `hearten reset`: whoever has the machine may also switch two-step sign-in off. */
export async function resetLink(
  hearten: Hearten,
  email: string,
  options: { endTotp?: boolean } = {},
): Promise<{ link: string; expiresAt: string }> {
  const account = await accountOf(hearten.db, email);
  if (!account) throw NotFound(say('Nobody here signs in as {email}.', { email }));
  const link = await hearten.db.tx(NOWHERE, (tx) =>
    makeReset(hearten, tx, account.id, options.endTotp ? { endTotp: true } : {}),
  );
  return { link: addressOf(hearten.seal, baseUrl(hearten.config), link), expiresAt: link.expiresAt };
}

import { type Body, type Me, password as passwordRule } from '@hearten/contract';
import { audit } from '../base/audit.ts';
import { type Db, enter, NOWHERE, sql, type Tx } from '../base/db.ts';
import { Forbidden, InvalidField, Unauthorised } from '../base/errors.ts';
import { heldBack } from '../base/held.ts';
import { newId } from '../base/ids.ts';
import { machine } from '../base/machine.ts';
import type { Caller, Hearten, Job, Who } from '../base/module.ts';
import { attempt, guess } from './attempt.ts';
import { checkPassword, hashPassword } from './hash-password.ts';
import { meOf } from './me.ts';
import { checkPasskey } from './passkey.ts';
import { heldBy, letsIn, takes } from './rules.ts';
import { type Came, placesOf, startSession } from './session.ts';
import { checkCode } from './totp.ts';

const wrong = 'The e-mail address or the password is not right.';
export type Account = { id: string; email: string; passwordHash: string | null; totpOn: boolean };

export async function accountOf(db: Db, email: string): Promise<Account | undefined> {
  const [account] = await db.read<Account>(
    NOWHERE,
    sql`
    select id, email, password_hash as "passwordHash", totp_on as "totpOn" from account where lower(email) = lower(${email.trim()})`,
  );
  return account;
}

/** A cookie marked Secure would be dropped over plain http, and the sign-in would seem to do nothing. */
export function needsTls(caller: Caller): void {
  if (!caller.secure)
    throw Forbidden(
      'Signing in needs https: over plain http your password could be read on its way. Open the https address of this Hearten, or ask whoever runs it to put it behind TLS (see README, "Production").',
    );
}

export async function signIn(
  hearten: Hearten,
  body: Body<'POST /sign-in'>,
  caller: Caller,
  former: Who | null,
): Promise<Me> {
  needsTls(caller);
  const account = await prove(hearten, caller.ip, body, caller.agent);
  return comeIn(hearten, caller, former, account.id, { how: 'password', strong: account.totpOn });
}

/** With a passkey nothing is typed, neither address nor password: finger, face or PIN and the device are two factors already. */
export async function signInByPasskey(
  hearten: Hearten,
  body: Body<'POST /sign-in/passkey'>,
  caller: Caller,
  former: Who | null,
): Promise<Me> {
  needsTls(caller);
  const takeBack = await attempt(hearten.db, [`ip:${machine(caller.ip)}`]);
  const accountId = await checkPasskey(hearten, 'sign-in', body.answer);
  await takeBack();
  return comeIn(hearten, caller, former, accountId, { how: 'passkey', strong: true });
}

/** Into the workspace used last of those that take this kind of sign-in, from this address. */
async function comeIn(
  hearten: Hearten,
  caller: Caller,
  former: Who | null,
  accountId: string,
  came: Came,
): Promise<Me> {
  return hearten.db.tx(NOWHERE, async (nowhere) => {
    const places = await placesOf(nowhere, accountId);
    if (places.length === 0) throw Unauthorised(wrong);
    const taking = places.filter((place) => takes(place.rules ?? {}, came.how, place.role));
    if (taking.length === 0)
      throw Forbidden('Your workspace lets people in by the company’s sign-in only. Use its button.', {
        type: 'company-needed',
      });
    const place = taking.find((one) => letsIn(one.rules ?? {}, caller.ip));
    if (!place) throw heldBack('address');
    const tx = await enter(nowhere, place.workspaceId);
    const who = await startSession(tx, caller, former, accountId, place, came);
    return meOf(tx, {
      ...who,
      held: heldBy(place.rules ?? {}, { ...came, strong: came.strong ?? false, role: place.role }, caller.ip),
    });
  });
}

/** Password and, where switched on, the one-time code. Known and unknown addresses get the same words after the same time. */
export async function prove(
  hearten: Hearten,
  ip: string,
  given: { email: string; password: string; code?: string | undefined },
  agent = '',
): Promise<Account> {
  const takeBack = await attempt(hearten.db, guess(ip, given.email));
  const account = await accountOf(hearten.db, given.email);
  const { right, stale } = await checkPassword(given.password, account?.passwordHash);
  if (!account || !right) {
    // Noted for known and unknown addresses alike, so that the time tells nothing.
    await hearten.db.tx(NOWHERE, (tx) => hearten.jobs.add(tx, 'sign-in-failed', { email: given.email, ip, agent }));
    throw Unauthorised(wrong);
  }
  if (account.totpOn && !given.code) {
    await takeBack();
    throw Unauthorised('Enter the one-time code of your authenticator app, or one of your recovery codes.', {
      type: 'code-needed',
    });
  }
  if (account.totpOn && !(await checkCode(hearten, account.id, given.code ?? ''))) {
    await hearten.db.tx(NOWHERE, (tx) =>
      hearten.jobs.add(tx, 'sign-in-failed', { email: account.email, ip, agent, code: true }),
    );
    throw Unauthorised('That one-time code is not right, or was used already. Wait for the next one.', {
      type: 'code-needed',
    });
  }
  if (stale) await setPassword(hearten.db, account.id, await hashPassword(given.password));
  await takeBack();
  return account;
}

/** The password once more, before something that could shut its owner out. Counted like a sign-in. */
export async function proveAgain(
  hearten: Hearten,
  who: Who,
  caller: Caller,
  password: string,
  field: string,
): Promise<Account> {
  const [account] = await hearten.db.read<Account>(
    NOWHERE,
    sql`select id, email, password_hash as "passwordHash", totp_on as "totpOn" from account where id = ${who.accountId}`,
  );
  const takeBack = await attempt(hearten.db, guess(caller.ip, account?.email ?? ''));
  const { right } = await checkPassword(password, account?.passwordHash);
  if (!account || !right) throw InvalidField('This is not your password. Nothing was changed.', field);
  await takeBack();
  return account;
}

const setPassword = (db: Db, accountId: string, passwordHash: string): Promise<number> =>
  db.tx(NOWHERE, (tx) => tx.run(sql`update account set password_hash = ${passwordHash} where id = ${accountId}`));

/** Undefined when the address has an account already. */
export async function addAccount(tx: Tx, email: string, passwordHash: string | null): Promise<string | undefined> {
  const row = await tx.first<{ id: string }>(
    sql`insert into account (id, email, password_hash) values (${newId()}, ${email.trim()}, ${passwordHash}) on conflict do nothing returning id`,
  );
  return row?.id;
}

/** For the few places where the contract must let any password through, since it may be an old one. */
export function newPassword(text: string): string {
  const read = passwordRule.safeParse(text);
  if (!read.success) throw InvalidField('A password needs 10 characters or more. Nothing was changed.', 'password');
  return read.data;
}

/** Where the account works it stands in the audit log that somebody tried, and whether they had the password already. */
export function signInFailed(hearten: Hearten): Job {
  return async ({ email, ip, agent, code }) => {
    const account = await accountOf(hearten.db, String(email));
    if (!account) return;
    await hearten.db.tx(NOWHERE, async (nowhere) => {
      for (const place of await placesOf(nowhere, account.id))
        await audit(await enter(nowhere, place.workspaceId), {
          area: 'sign-in',
          what: 'sign-in.failed',
          about: ['person', place.personId],
          // Whoever gets so far has the password.
          ...(code ? { facts: { wrong: 'code' } } : {}),
          by: { kind: 'nobody', ip: String(ip), agent: String(agent) },
        });
    });
  };
}

import { type Body, type Me, password as passwordRule } from '@hearten/contract';
import { type Db, enter, NOWHERE, sql, type Tx } from '../base/db.ts';
import { Forbidden, Invalid, Unauthorised } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import type { Caller, Hearten, Who } from '../base/module.ts';
import { attempt, guess } from './attempt.ts';
import { checkPassword, hashPassword } from './hash-password.ts';
import { meOf } from './me.ts';
import { placesOf, startSession } from './session.ts';
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
  const account = await prove(hearten, caller.ip, body);
  return hearten.db.tx(NOWHERE, async (nowhere) => {
    const [place] = await placesOf(nowhere, account.id);
    if (!place) throw Unauthorised(wrong);
    const tx = await enter(nowhere, place.workspaceId);
    return meOf(tx, await startSession(tx, caller, former, account.id, place));
  });
}

/** Password and, where switched on, the one-time code. Known and unknown addresses get the same words after the same time. */
export async function prove(
  hearten: Hearten,
  ip: string,
  given: { email: string; password: string; code?: string | undefined },
): Promise<Account> {
  const takeBack = await attempt(hearten.db, guess(ip, given.email));
  const account = await accountOf(hearten.db, given.email);
  const { right, stale } = await checkPassword(given.password, account?.passwordHash);
  if (!account || !right) throw Unauthorised(wrong);
  if (account.totpOn && !given.code) {
    await takeBack();
    throw Unauthorised('Enter the one-time code of your authenticator app, or one of your recovery codes.', {
      type: 'code-needed',
    });
  }
  if (account.totpOn && !(await checkCode(hearten, account.id, given.code ?? '')))
    throw Unauthorised('That one-time code is not right, or was used already. Wait for the next one.', {
      type: 'code-needed',
    });
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
  if (!account || !right)
    throw Invalid('This is not your password. Nothing was changed.', [
      { path: field, message: 'is not your password' },
    ]);
  await takeBack();
  return account;
}

const setPassword = (db: Db, accountId: string, passwordHash: string): Promise<number> =>
  db.tx(NOWHERE, (tx) => tx.run(sql`update account set password_hash = ${passwordHash} where id = ${accountId}`));

/** Undefined when the address has an account already. */
export async function addAccount(tx: Tx, email: string, passwordHash: string): Promise<string | undefined> {
  const row = await tx.first<{ id: string }>(
    sql`insert into account (id, email, password_hash) values (${newId()}, ${email.trim()}, ${passwordHash}) on conflict do nothing returning id`,
  );
  return row?.id;
}

/** For the few places where the contract must let any password through, since it may be an old one. */
export function newPassword(text: string): string {
  const read = passwordRule.safeParse(text);
  if (!read.success)
    throw Invalid('A password needs 10 characters or more. Nothing was changed.', [
      { path: 'password', message: 'needs 10 characters or more' },
    ]);
  return read.data;
}

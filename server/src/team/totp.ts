import { randomBytes } from 'node:crypto';
import type { Body, Reply } from '@hearten/contract';
import { Secret, TOTP } from 'otpauth';
import { audit, byOf } from '../base/audit.ts';
import { enter, NOWHERE, sql } from '../base/db.ts';
import { Conflict, InvalidField, NotFound } from '../base/errors.ts';
import type { Caller, Hearten, Who } from '../base/module.ts';
import { hash, type Seal } from '../base/seal.ts';
import { guessAtCode } from './attempt.ts';
import { factorChanged, keepSecondFactor } from './second-factor.ts';
import { ownSignIn } from './who.ts';

const PERIOD = 30;
const RECOVERY_CODES = 10;
const place = (accountId: string): string => `account ${accountId} totp`;
const generator = (secret: string, label = ''): TOTP =>
  new TOTP({ issuer: 'Hearten', label, secret: Secret.fromBase32(secret), digits: 6, period: PERIOD });
type Kept = { secret: Buffer | null; on: boolean; step: number };

async function keptOf(hearten: Hearten, accountId: string): Promise<Kept | undefined> {
  const [row] = await hearten.db.read<Kept>(
    NOWHERE,
    sql`select totp_secret as secret, totp_on as on, totp_step as step from account where id = ${accountId}`,
  );
  return row;
}

/** The time step a code belongs to, one earlier or later allowed for clocks that differ; null when it fits none. */
function stepOf(seal: Seal, accountId: string, sealed: Buffer, code: string, now: number): number | null {
  const delta = generator(seal.open(sealed, place(accountId))).validate({ token: code, window: 1, timestamp: now });
  return delta === null ? null : Math.floor(now / 1000 / PERIOD) + delta;
}

/**
 * A code of the app or a recovery code; each works once, also when it comes twice at the same moment. Guesses are counted here, whoever
 * asks: of a million codes three are right, so ten a minute for ever would find one within weeks.
 */
export async function checkCode(hearten: Hearten, accountId: string, given: string): Promise<boolean> {
  const forgive = await guessAtCode(hearten.db, accountId, /^[\s\d-]*$/.test(given));
  const right = await isRight(hearten, accountId, given);
  if (right) await forgive();
  return right;
}

async function isRight(hearten: Hearten, accountId: string, given: string): Promise<boolean> {
  const code = given.replace(/[\s-]/g, '').toLowerCase();
  if (!/^\d{6}$/.test(code)) {
    const recovery = hash(code).toString('base64url');
    return (
      (await hearten.db.tx(NOWHERE, (tx) =>
        tx.run(
          sql`update account set recovery = array_remove(recovery, ${recovery}) where id = ${accountId} and ${recovery} = any(recovery)`,
        ),
      )) === 1
    );
  }
  const kept = await keptOf(hearten, accountId);
  const step = kept?.secret ? stepOf(hearten.seal, accountId, kept.secret, code, Date.now()) : null;
  if (step === null) return false;
  return (
    (await hearten.db.tx(NOWHERE, (tx) =>
      tx.run(sql`update account set totp_step = ${step} where id = ${accountId} and totp_on and totp_step < ${step}`),
    )) === 1
  );
}

export async function beginTotp(hearten: Hearten, who: Who): Promise<Reply<'POST /me/totp'>> {
  ownSignIn(who);
  const [account] = await hearten.db.read<{ id: string; email: string; totpOn: boolean }>(
    NOWHERE,
    sql`select id, email, totp_on as "totpOn" from account where id = ${who.accountId}`,
  );
  if (!account) throw NotFound();
  if (account.totpOn) throw Conflict('Two-step sign-in is on already. Switch it off first to begin with another app.');
  const secret = new Secret({ size: 20 }).base32;
  await hearten.db.tx(NOWHERE, (tx) =>
    tx.run(
      sql`update account set totp_secret = ${hearten.seal.close(secret, place(account.id))} where id = ${account.id} and not totp_on`,
    ),
  );
  return { secret, uri: generator(secret, account.email).toString() };
}

export async function confirmTotp(
  hearten: Hearten,
  who: Who,
  body: Body<'POST /me/totp/confirm'>,
  caller: Caller,
): Promise<Reply<'POST /me/totp/confirm'>> {
  ownSignIn(who);
  const kept = await keptOf(hearten, who.accountId);
  if (!kept?.secret || kept.on)
    throw Conflict(kept?.on ? 'Two-step sign-in is on already.' : 'Begin two-step sign-in first.');
  const step = stepOf(hearten.seal, who.accountId, kept.secret, body.code.replace(/\s/g, ''), Date.now());
  if (step === null)
    throw InvalidField(
      'That code does not fit. Nothing was switched on; check that the clock of your phone is right and enter the newest code.',
      'code',
    );
  const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
  const hashes = codes.map((code) => hash(code.replaceAll('-', '')).toString('base64url'));
  await hearten.db.tx(
    who.workspaceId,
    async (tx) => {
      const done = await tx.run(sql`
      update account set totp_on = true, totp_step = ${step}, recovery = ${hashes}::text[] where id = ${who.accountId} and not totp_on and totp_secret = ${kept.secret}`);
      if (!done) throw Conflict('Two-step sign-in was begun anew at the same moment. Begin again.');
      await factorChanged(tx, who, { strong: true });
      await audit(tx, { area: 'sign-in', what: 'second-factor.added', about: ['person', who.id] });
    },
    byOf(who, caller),
  );
  return { recovery: codes };
}

export async function endTotp(hearten: Hearten, who: Who, caller: Caller): Promise<Record<string, never>> {
  ownSignIn(who);
  await hearten.db.tx(
    NOWHERE,
    async (nowhere) => {
      await nowhere.run(
        sql`update account set totp_on = false, totp_secret = null, totp_step = 0, recovery = '{}' where id = ${who.accountId}`,
      );
      await keepSecondFactor(nowhere, who.accountId);
      const tx = await enter(nowhere, who.workspaceId);
      await factorChanged(tx, who, {});
      await audit(tx, { area: 'sign-in', what: 'second-factor.removed', about: ['person', who.id] });
    },
    byOf(who, caller),
  );
  return {};
}

// 80 bits in letters and figures that can't be taken for each other.
const signs = 'abcdefghjkmnpqrstuvwxyz023456789';
function recoveryCode(): string {
  const text = [...randomBytes(16)].map((byte) => signs[byte & 31]).join('');
  return (text.match(/.{4}/g) as string[]).join('-');
}

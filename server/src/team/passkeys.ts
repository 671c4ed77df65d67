import type { Body, Reply } from '@hearten/contract';
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { audit, byOf } from '../base/audit.ts';
import { enter, NOWHERE, sql, type Tx } from '../base/db.ts';
import { Conflict, InvalidField, NotFound } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import type { Caller, Hearten, Who } from '../base/module.ts';
import { isAnswered, makeChallenge } from './challenge.ts';
import { needHost, originOf } from './passkey.ts';
import { factorChanged, keepSecondFactor } from './second-factor.ts';
import { ownSignIn } from './who.ts';

const MOST = 20;
type Passkey = Reply<'POST /me/passkeys'>;
const columns = sql`id, name, host, synced, created_at as "createdAt", last_used_at as "lastUsedAt"`;

export const passkeysOf = (tx: Tx, accountId: string): Promise<Passkey[]> =>
  tx.many<Passkey>(sql`select ${columns} from passkey where account_id = ${accountId} order by created_at, id`);

/** What the browser needs to make one. It is to be found without a name being typed, and asks for finger, face or PIN. */
export async function beginPasskey(hearten: Hearten, who: Who): Promise<Reply<'POST /me/passkeys/begin'>> {
  ownSignIn(who);
  const host = needHost(hearten.config);
  const [account, known] = await hearten.db.tx(NOWHERE, async (tx) => [
    await tx.first<{ email: string }>(sql`select email from account where id = ${who.accountId}`),
    await tx.many<{ id: Buffer }>(sql`select credential_id as id from passkey where account_id = ${who.accountId}`),
  ]);
  if (known.length >= MOST)
    throw Conflict('There are 20 passkeys already. Nothing was added; remove one that is not used any more.');
  const options = await generateRegistrationOptions({
    rpID: host,
    rpName: 'Hearten',
    userName: account?.email ?? '',
    userID: new TextEncoder().encode(who.accountId),
    challenge: makeChallenge(hearten.seal, `register ${who.sessionId}`),
    timeout: 300_000,
    attestationType: 'none',
    excludeCredentials: known.map(({ id }) => ({ id: id.toString('base64url') })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return { options: { ...options } };
}

export async function addPasskey(
  hearten: Hearten,
  who: Who,
  body: Body<'POST /me/passkeys'>,
  caller: Caller,
): Promise<Passkey> {
  ownSignIn(who);
  const host = needHost(hearten.config);
  const given = body.answer as unknown as RegistrationResponseJSON;
  const clientData = given.response?.clientDataJSON;
  const origin = typeof clientData === 'string' ? originOf(hearten.config, clientData) : null;
  const refused = () =>
    InvalidField('This passkey could not be added. Nothing was changed; try again, or use another device.', 'answer');
  if (!origin) throw refused();
  let made: VerifiedRegistrationResponse;
  try {
    made = await verifyRegistrationResponse({
      response: given,
      expectedChallenge: (challenge) => isAnswered(hearten.db, hearten.seal, `register ${who.sessionId}`, challenge),
      expectedOrigin: origin,
      expectedRPID: host,
      requireUserVerification: true,
    });
  } catch (error) {
    hearten.log.debug('A passkey was not taken', { error });
    throw refused();
  }
  if (!made.verified || !made.registrationInfo) throw refused();
  const { credential, credentialBackedUp } = made.registrationInfo;
  return hearten.db.tx(
    who.workspaceId,
    async (tx) => {
      const row = await tx.first<Passkey>(sql`
      insert into passkey (credential_id, id, account_id, host, public_key, counter, transports, name, synced)
      values (${Buffer.from(credential.id, 'base64url')}, ${newId()}, ${who.accountId}, ${host}, ${Buffer.from(credential.publicKey)}, ${credential.counter},
        ${credential.transports ?? []}::text[], ${body.name}, ${credentialBackedUp}) on conflict do nothing returning ${columns}`);
      if (!row) throw Conflict('This passkey is known already. Nothing was added.');
      await factorChanged(tx, who, { strong: true });
      await audit(tx, { area: 'sign-in', what: 'passkey.added', about: ['person', who.id], name: row.name });
      return row;
    },
    byOf(who, caller),
  );
}

export async function renamePasskey(tx: Tx, who: Who, id: string, name: string): Promise<Passkey> {
  ownSignIn(who);
  const row = await tx.first<Passkey>(
    sql`update passkey set name = ${name} where id = ${id} and account_id = ${who.accountId} returning ${columns}`,
  );
  if (!row) throw NotFound();
  return row;
}

/** Never the last way in, nor the last second factor where one is asked for. */
export async function removePasskey(
  hearten: Hearten,
  who: Who,
  id: string,
  caller: Caller,
): Promise<Record<string, never>> {
  ownSignIn(who);
  await hearten.db.tx(
    NOWHERE,
    async (nowhere) => {
      // The account is locked: of two that remove the last two at the same moment, one finds it the last.
      const account = await nowhere.first<{ password: boolean }>(
        sql`select password_hash is not null as password from account where id = ${who.accountId} for update`,
      );
      const row = await nowhere.first<{ name: string }>(
        sql`delete from passkey where id = ${id} and account_id = ${who.accountId} returning name`,
      );
      if (!row) throw NotFound();
      if (!account?.password && !(await nowhere.first(sql`select 1 from passkey where account_id = ${who.accountId}`)))
        throw Conflict(
          'This is the only way you have to sign in. Nothing was removed; add another passkey or set a password first.',
          { type: 'last-way-in' },
        );
      await keepSecondFactor(nowhere, who.accountId);
      const tx = await enter(nowhere, who.workspaceId);
      await factorChanged(tx, who, {});
      await audit(tx, { area: 'sign-in', what: 'passkey.removed', about: ['person', who.id], name: row.name });
    },
    byOf(who, caller),
  );
  return {};
}

import { isIP } from 'node:net';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type VerifiedAuthenticationResponse,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { baseUrl, type Config } from '../base/config.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { Conflict, Unauthorised } from '../base/errors.ts';
import type { Hearten } from '../base/module.ts';
import { isAnswered, makeChallenge, type Purpose } from './challenge.ts';

/**
 * The host passkeys are made for (WebAuthn's relying party): that of BASE_URL, or localhost. An address in numbers can have none, and
 * under another host no browser offers those made for this one.
 */
export function hostOf(config: Config): string | null {
  const { hostname } = new URL(baseUrl(config));
  return isIP(hostname.replace(/^\[|\]$/g, '')) ? null : hostname;
}
export function needHost(config: Config): string {
  const host = hostOf(config);
  if (!host)
    throw Conflict(
      'Passkeys belong to a name, and this Hearten is reached by a number. Nothing was changed; set BASE_URL to an address with a name.',
    );
  return host;
}

/** Where the browser says the answer was given: BASE_URL, or this machine itself on any port when there is none. */
export function originOf(config: Config, clientData: string): string | null {
  let origin: unknown;
  try {
    origin = (JSON.parse(Buffer.from(clientData, 'base64url').toString()) as { origin?: unknown }).origin;
  } catch {
    return null; // what is no JSON comes from nowhere
  }
  const url = typeof origin === 'string' ? URL.parse(origin) : null;
  if (!url || url.origin !== origin) return null;
  const here = config.BASE_URL ? new URL(config.BASE_URL).origin === origin : url.hostname === 'localhost';
  return here ? url.origin : null;
}

/** What a browser needs to ask for a passkey: any of its person's, or with `accountId` one of that account. */
export async function askForPasskey(
  hearten: Hearten,
  purpose: Purpose,
  accountId?: string,
): Promise<{ options: Record<string, unknown> }> {
  const host = needHost(hearten.config);
  const known = accountId
    ? await hearten.db.read<{ id: Buffer; transports: string[] }>(
        NOWHERE,
        sql`select credential_id as id, transports from passkey where account_id = ${accountId} and host = ${host}`,
      )
    : [];
  const options = await generateAuthenticationOptions({
    rpID: host,
    challenge: makeChallenge(hearten.seal, purpose),
    userVerification: 'required',
    timeout: 300_000,
    allowCredentials: known.map(({ id, transports }) => ({
      id: id.toString('base64url'),
      transports: transports as ('usb' | 'internal' | 'hybrid')[],
    })),
  });
  return { options: { ...options } };
}

const wrong = 'This passkey was not accepted. Nothing was changed; try again, or sign in another way.';
type Kept = { accountId: string; publicKey: Buffer; counter: number; transports: string[] };

/** Whose passkey answered, after everything about the answer was checked. */
export async function checkPasskey(
  hearten: Hearten,
  purpose: Purpose,
  answer: Record<string, unknown>,
  accountId?: string,
): Promise<string> {
  const host = needHost(hearten.config);
  const given = answer as unknown as AuthenticationResponseJSON;
  const clientData = given.response?.clientDataJSON;
  const origin = typeof clientData === 'string' ? originOf(hearten.config, clientData) : null;
  if (!origin || typeof given.id !== 'string') throw Unauthorised(wrong);
  const id = Buffer.from(given.id, 'base64url');
  const [kept] = await hearten.db.read<Kept>(
    NOWHERE,
    sql`select account_id as "accountId", public_key as "publicKey", counter, transports from passkey
        where credential_id = ${id} and host = ${host} and (${accountId ?? null}::uuid is null or account_id = ${accountId ?? null}::uuid)`,
  );
  if (!kept) throw Unauthorised(wrong);
  let verified: VerifiedAuthenticationResponse;
  try {
    verified = await verifyAuthenticationResponse({
      response: given,
      expectedChallenge: (challenge) => isAnswered(hearten.db, hearten.seal, purpose, challenge),
      expectedOrigin: origin,
      expectedRPID: host,
      requireUserVerification: true,
      credential: {
        id: given.id,
        publicKey: new Uint8Array(kept.publicKey),
        counter: kept.counter,
        transports: kept.transports as ('usb' | 'internal' | 'hybrid')[],
      },
    });
  } catch (error) {
    hearten.log.debug('A passkey was refused', { error });
    throw Unauthorised(wrong);
  }
  const { newCounter } = verified.authenticationInfo;
  // Of two answers with the same count one comes from a copy. Most passkeys don't count at all.
  const done =
    verified.verified &&
    (await hearten.db.tx(NOWHERE, (tx) =>
      tx.run(
        sql`update passkey set counter = ${newCounter}, last_used_at = now() where credential_id = ${id} and (counter < ${newCounter} or counter = 0)`,
      ),
    ));
  if (!done) throw Unauthorised(wrong);
  return kept.accountId;
}

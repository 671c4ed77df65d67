import { createSecretKey } from 'node:crypto';
import { decodeProtectedHeader, errors, importSPKI, jwtVerify } from 'jose';
import { z } from 'zod';
import { clock } from '../../base/clock.ts';
import { Unauthorised } from '../../base/errors.ts';
import type { Seal } from '../../base/seal.ts';
import { cut } from '../../base/text.ts';
import type { Chat } from './settings.ts';

/** Who the company's own server says a visitor is. All of it is signed. */
export type Vouched = { userId: string; name: string; email: string | null; keyId: string };

const claims = z.object({
  user_id: z.union([z.string().min(1).max(200), z.number().int()]).transform(String),
  name: z
    .string()
    .optional()
    .transform((name) => cut((name ?? '').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), 200)),
  email: z.email().max(254).nullable().optional().catch(null),
});

export const keyPlace = (workspaceId: string, keyId: string): string => `chat key ${workspaceId} ${keyId}`;

/** Told without saying which part was wrong: whoever guesses learns nothing. */
const notProven = (): Error =>
  Unauthorised(
    'Who you are could not be checked, so nothing was shown. Load the page again; if it stays, tell the owner of this site.',
  );

/**
 * Checks a token with every key there is for its algorithm: two at once are how one is replaced. It must say who it is about and when it
 * ends; a token without an end would be good for ever in whatever log it lies in.
 */
export async function vouchedFor(seal: Seal, chat: Chat, token: string): Promise<Vouched> {
  const algorithm = algorithmOf(token);
  for (const key of chat.keys.filter((one) => one.algorithm === algorithm)) {
    try {
      const material = key.secret
        ? createSecretKey(Buffer.from(seal.open(key.secret, keyPlace(chat.workspaceId, key.id))))
        : await publicKey(key.publicKey ?? '', key.algorithm);
      const { payload } = await jwtVerify(token, material, {
        algorithms: [key.algorithm],
        requiredClaims: ['exp', 'user_id'],
        clockTolerance: 30,
        currentDate: new Date(clock()),
      });
      const said = claims.safeParse(payload);
      if (!said.success) throw notProven();
      const { user_id: userId, name, email } = said.data;
      return { userId, name, email: email ?? null, keyId: key.id };
    } catch (error) {
      // Another key may have signed it. What is signed rightly but expired, or says too little, no other key makes right.
      if (!(error instanceof errors.JWSSignatureVerificationFailed))
        throw error instanceof errors.JOSEError ? notProven() : error;
    }
  }
  throw notProven();
}

/** The public half of a key, as it was pasted. Thrown where it is none of that kind, or too short to keep anyone out. */
export async function publicKey(pem: string, algorithm: string): ReturnType<typeof importSPKI> {
  const key = await importSPKI(pem, algorithm);
  if ('modulusLength' in key.algorithm && Number(key.algorithm.modulusLength) < 2048)
    throw new errors.JWSSignatureVerificationFailed('an RSA key needs 2,048 bits');
  return key;
}

function algorithmOf(token: string): string {
  try {
    return String(decodeProtectedHeader(token).alg);
  } catch {
    throw notProven(); // no token at all
  }
}

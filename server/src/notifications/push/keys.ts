import { createECDH, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { hash, type Seal } from '../../base/seal.ts';

/** The pair with which this installation says who it is to push services (VAPID, RFC 8292). */
export type PushKeys = { publicKey: string; privateKey: KeyObject };
const made = new WeakMap<Seal, PushKeys>();

/**
 * One pair an installation, drawn from SECRET_KEY: the same in every process and after every restart, and nowhere stored. A browser
 * subscribes to this key alone, so another SECRET_KEY makes them ask again, as it does for everything sealed.
 */
export function pushKeys(seal: Seal): PushKeys {
  const known = made.get(seal);
  if (known) return known;
  const pair = createECDH('prime256v1');
  // One number in four thousand million is no private key; then the next is taken.
  for (let n = 0; ; n++)
    try {
      pair.setPrivateKey(hash(seal.sign('push key', String(n), 32)));
      break;
    } catch (error) {
      if (n > 8) throw error;
    }
  const point = pair.getPublicKey();
  const privateKey = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: pair.getPrivateKey().toString('base64url').padStart(43, 'A'),
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const keys = { publicKey: point.toString('base64url'), privateKey };
  made.set(seal, keys);
  return keys;
}

/** The header by which a push service knows us: a token for its origin alone, good for twelve hours, signed with ES256. */
export function vapid(keys: PushKeys, endpoint: string, subject: string, now = Date.now()): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ typ: 'JWT', alg: 'ES256' })}.${part({ aud: new URL(endpoint).origin, exp: Math.floor(now / 1000) + 43_200, sub: subject })}`;
  const signature = sign('sha256', Buffer.from(body), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
  return `vapid t=${body}.${signature.toString('base64url')}, k=${keys.publicKey}`;
}

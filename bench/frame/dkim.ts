import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';

/** A key as large as most domains sign with, and the record that tells it. */
export function keyPair(): { privateKey: string; record: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privateKey, record: `v=DKIM1; k=rsa; p=${publicKey.replace(/-----[^-]+-----|\s/g, '')}` };
}

export async function signatureOf(raw: Buffer, domain: string, privateKey: string): Promise<string> {
  const key = { signingDomain: domain, selector: 'bench', privateKey };
  const { signatures } = await dkimSign(raw, {
    ...key,
    canonicalization: 'relaxed/relaxed',
    algorithm: 'rsa-sha256',
    signTime: new Date(),
    signatureData: [key],
  });
  return signatures;
}

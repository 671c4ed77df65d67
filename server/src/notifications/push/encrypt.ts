import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';

/** What a browser gave us to write to it: its public key and the secret it shares with us, base64url. */
export type Recipient = { p256dh: string; auth: string };
/** Given in tests alone, to meet the example of the standard; drawn anew for each message otherwise. */
export type Drawn = { salt: Buffer; privateKey: Buffer };

const derived = (secret: Buffer, salt: Buffer, info: Buffer | string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, length));

/** One message for one browser: RFC 8291 (aes128gcm of RFC 8188, a single record). The push service can't read it. */
export function encrypt(to: Recipient, text: string, drawn?: Drawn): Buffer {
  const theirs = Buffer.from(to.p256dh, 'base64url');
  const pair = createECDH('prime256v1');
  if (drawn) pair.setPrivateKey(drawn.privateKey);
  else pair.generateKeys();
  const ours = pair.getPublicKey();
  const salt = drawn?.salt ?? randomBytes(16);
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]);
  const shared = derived(pair.computeSecret(theirs), Buffer.from(to.auth, 'base64url'), about, 32);
  const key = derived(shared, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = derived(shared, salt, 'Content-Encoding: nonce\0', 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  // The 2 marks the last record.
  const record = Buffer.concat([cipher.update(Buffer.concat([Buffer.from(text), Buffer.from([2])])), cipher.final()]);
  const size = Buffer.alloc(5);
  size.writeUInt32BE(4096);
  size[4] = ours.length;
  return Buffer.concat([salt, size, ours, record, cipher.getAuthTag()]);
}

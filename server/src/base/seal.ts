import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets at rest (AES-256-GCM, a nonce each, bound to `place`) and signatures, all from the one SECRET_KEY. */
export type Seal = {
  close: (text: string, place: string) => Buffer;
  /** Throws when the key is another one or the bytes were moved or changed. */
  open: (sealed: Buffer, place: string) => string;
  /** A short signature of `text` for `purpose`, safe in a mail address or header (case-insensitive base32). */
  sign: (purpose: string, text: string, bytes?: number) => string;
  signed: (purpose: string, text: string, signature: string) => boolean;
};

/** SECRET_KEY, or the one kept in DATA_DIR/secret.key (mode 0600), made at the first start. */
export function secretKey(given: string | undefined, dataDir: string): string {
  if (given) return given;
  const path = join(dataDir, 'secret.key');
  if (existsSync(path)) {
    const kept = readFileSync(path, 'utf8').trim();
    if (kept.length < 32)
      throw new Error(
        `The secret key in ${path} is damaged (shorter than 32 characters). Put it back from a backup: stored mailbox passwords can't be read without it.`,
      );
    chmodSync(path, 0o600);
    return kept;
  }
  mkdirSync(dataDir, { recursive: true });
  const made = randomBytes(32).toString('base64url');
  writeFileSync(path, `${made}\n`, { mode: 0o600, flag: 'wx' });
  return made;
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567';
function base32(bytes: Buffer): string {
  let out = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += letters[(held >>> bits) & 31];
    }
  }
  return bits ? out + letters[(held << (5 - bits)) & 31] : out;
}

export function makeSeal(secret: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'hearten secrets at rest', 32));
  const signing = Buffer.from(hkdfSync('sha256', secret, '', 'hearten signatures', 32));
  const sign = (purpose: string, text: string, bytes = 10) =>
    base32(createHmac('sha256', signing).update(`${purpose}\0${text}`).digest().subarray(0, bytes));
  return {
    close: (text, place) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([1]), nonce, cipher.getAuthTag(), body]);
    },
    open: (sealed, place) => {
      if (sealed[0] !== 1 || sealed.length < 29) throw new Error('A stored secret has an unknown form.');
      const opened = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13))
        .setAAD(Buffer.from(place))
        .setAuthTag(sealed.subarray(13, 29));
      try {
        return opened.update(sealed.subarray(29), undefined, 'utf8') + opened.final('utf8');
      } catch (error) {
        throw Object.assign(
          new Error(
            'A stored secret does not open with this SECRET_KEY. Put the former key back, or enter the password again.',
          ),
          { cause: error },
        );
      }
    },
    sign,
    signed: (purpose, text, signature) => {
      const wanted = Buffer.from(sign(purpose, text));
      const given = Buffer.from(signature.toLowerCase());
      return wanted.length === given.length && timingSafeEqual(wanted, given);
    },
  };
}

export const hash = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();
/** 256 random bits as text, for cookies, links and keys. */
export const newToken = (): string => randomBytes(32).toString('base64url');

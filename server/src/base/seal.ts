import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
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

/**
 * The keys: SECRET_KEY with those before it in SECRET_KEY_FORMER, or the lines of DATA_DIR/secret.key (mode 0600). The first seals and signs,
 * the others still open. The file is made at the first start, and never again: `known` says that something is sealed already.
 */
export function secretKeys(
  config: { SECRET_KEY?: string | undefined; SECRET_KEY_FORMER?: string[] | undefined; DATA_DIR: string },
  known: boolean,
): string[] {
  if (config.SECRET_KEY) return [config.SECRET_KEY, ...(config.SECRET_KEY_FORMER ?? [])];
  const path = join(config.DATA_DIR, 'secret.key');
  if (existsSync(path)) {
    const kept = readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    if (kept.length === 0 || kept.some((key) => key.length < 32))
      throw new Error(
        `The secret key in ${path} is damaged (shorter than 32 characters). Put it back from a backup: stored mailbox passwords can't be read without it.`,
      );
    chmodSync(path, 0o600);
    return kept;
  }
  if (known)
    throw new Error(
      `The secret key is missing: neither SECRET_KEY is set nor is there ${path}. Nothing was changed. Put it back, or stored passwords can't be opened. ` +
        'If it is lost for good: hearten rotate --lost, and enter them anew.',
    );
  mkdirSync(config.DATA_DIR, { recursive: true });
  const made = newToken();
  writeFileSync(path, `${made}\n`, { mode: 0o600, flag: 'wx' });
  return [made];
}

/** Where the keys are while we run: whether the file is another one than it was, and what it says now. None where they are in the settings. */
export type KeyFile = { stamp: () => string; read: () => readonly string[] };
export function keyFile(config: { SECRET_KEY?: string | undefined; DATA_DIR: string }): KeyFile | undefined {
  if (config.SECRET_KEY) return undefined;
  const path = join(config.DATA_DIR, 'secret.key');
  return {
    stamp: () => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found ? `${found.ino}-${found.mtimeMs}-${found.size}` : '';
    },
    read: () => secretKeys(config, true),
  };
}

/** Puts a new key first into the file; whoever runs finds it there with the next thing that is sealed or opened. */
export function addSecretKey(dataDir: string, keepFormer: boolean): string[] {
  const path = join(dataDir, 'secret.key');
  const former = keepFormer && existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  const keys = [newToken(), ...former];
  writeFileSync(`${path}.new`, `${keys.join('\n')}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return keys;
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

type Key = { id: Buffer; sealing: Buffer; signing: Buffer };
const keyOf = (secret: string): Key => ({
  id: Buffer.from(hkdfSync('sha256', secret, '', 'hearten key name', 4)),
  sealing: Buffer.from(hkdfSync('sha256', secret, '', 'hearten secrets at rest', 32)),
  signing: Buffer.from(hkdfSync('sha256', secret, '', 'hearten signatures', 32)),
});
/** What a sealed value begins with under a key: its form, then which key. */
export const sealedBy = (secret: string): Buffer => Buffer.concat([Buffer.from([2]), keyOf(secret).id]);

/**
 * With the file of the keys a process that runs seals with the newest, also one that never opens anything: what was sealed with a key that
 * was rotated away would be lost when its line is taken out of the file.
 */
export function makeSeal(secrets: string | readonly string[], file?: KeyFile): Seal {
  let keys = (typeof secrets === 'string' ? [secrets] : secrets).map(keyOf);
  let seen: string | undefined;
  const look = (): void => {
    const stamp = file?.stamp();
    if (!file || !stamp || stamp === seen) return;
    seen = stamp;
    keys = file.read().map(keyOf);
  };
  /** To look costs microseconds. A file that is damaged is not needed until the next start, which says so. */
  const first = (): Key => {
    try {
      look();
    } catch {
      return keys[0] as Key; // as before
    }
    return keys[0] as Key;
  };
  const withKey = ({ signing }: Key, purpose: string, text: string, bytes: number): string =>
    base32(createHmac('sha256', signing).update(`${purpose}\0${text}`).digest().subarray(0, bytes));
  /** A value of form 1 doesn't say its key. */
  const candidates = (sealed: Buffer): Key[] => {
    if (sealed[0] === 1) return keys;
    const named = (): Key[] => keys.filter((key) => key.id.equals(sealed.subarray(1, 5)));
    if (named().length === 0) look();
    return named();
  };
  const decipher = ({ sealing }: Key, sealed: Buffer, place: string): string => {
    const at = sealed[0] === 1 ? 1 : 5;
    const opened = createDecipheriv('aes-256-gcm', sealing, sealed.subarray(at, at + 12))
      .setAAD(Buffer.from(place))
      .setAuthTag(sealed.subarray(at + 12, at + 28));
    return opened.update(sealed.subarray(at + 28), undefined, 'utf8') + opened.final('utf8');
  };
  return {
    close: (text, place) => {
      const nonce = randomBytes(12);
      const key = first();
      const cipher = createCipheriv('aes-256-gcm', key.sealing, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      // With one key nothing has to say which: a program of before, that still runs beside us, can open it too.
      const form = keys.length === 1 ? [Buffer.from([1])] : [Buffer.from([2]), key.id];
      return Buffer.concat([...form, nonce, cipher.getAuthTag(), body]);
    },
    open: (sealed, place) => {
      if ((sealed[0] !== 1 && sealed[0] !== 2) || sealed.length < 29)
        throw new Error('A stored secret has an unknown form.');
      let cause: unknown;
      for (const key of candidates(sealed))
        try {
          return decipher(key, sealed, place);
        } catch (error) {
          cause = error;
        }
      throw Object.assign(
        new Error(
          'A stored secret does not open with this SECRET_KEY. Put the former key back, or enter the password again.',
        ),
        { cause },
      );
    },
    sign: (purpose, text, bytes = 10) => withKey(first(), purpose, text, bytes),
    // What was signed before a rotation stays signed: mail of years ago is answered.
    signed: (purpose, text, signature) => {
      first(); // another process may have signed it with a key that came just now
      const given = Buffer.from(signature.toLowerCase());
      return keys.some((key) => {
        const wanted = Buffer.from(withKey(key, purpose, text, 10));
        return wanted.length === given.length && timingSafeEqual(wanted, given);
      });
    },
  };
}

export const hash = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();
/** 256 random bits as text, for cookies, links and keys. */
export const newToken = (): string => randomBytes(32).toString('base64url');

import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { TooMany } from '../base/errors.ts';

// scrypt as OWASP advises (N = 2^14, r = 8, p = 5): as costly to guess as the larger settings, with 16 MB a guess
// instead of 128, so that a rush of sign-ins can't eat a small machine's memory.
const now = { power: 14, blocks: 8, lanes: 5 };
const BYTES = 32;

// Two at a time: hashing runs on the threads that files and DNS need too.
const AT_ONCE = 2;
const MOST_WAITING = 100;
let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: typeof now): Promise<Buffer> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING)
      throw TooMany('Very many people are signing in at this moment. Try again shortly.', 5);
    await new Promise<void>((go) => waiting.push(go));
  } else running++;
  try {
    const options: ScryptOptions = { N: 2 ** cost.power, r: cost.blocks, p: cost.lanes, maxmem: 64 * 2 ** 20 };
    return await new Promise((resolve, reject) =>
      // One password, one form: what a phone and a laptop type for é may differ in bytes (NFKC, as RFC 8265 has it).
      scrypt(password.normalize('NFKC'), salt, BYTES, options, (error, key) => (error ? reject(error) : resolve(key))),
    );
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

const write = (cost: typeof now, salt: Buffer, key: Buffer): string =>
  `scrypt$${cost.power}$${cost.blocks}$${cost.lanes}$${salt.toString('base64url')}$${key.toString('base64url')}`;

export async function hashPassword(password: string, cost = now): Promise<string> {
  const salt = randomBytes(16);
  return write(cost, salt, await derive(password, salt, cost));
}

// Compared when there is no such account, so that the answer takes as long.
const nobody = write(now, randomBytes(16), randomBytes(BYTES));

/** `stale` says that the hash was made with former settings and should be made anew. */
export async function checkPassword(
  password: string,
  stored: string | null | undefined,
): Promise<{ right: boolean; stale: boolean }> {
  const [, power, blocks, lanes, salt = '', key = ''] = (stored ?? nobody).split('$');
  const cost = { power: Number(power), blocks: Number(blocks), lanes: Number(lanes) };
  const wanted = Buffer.from(key, 'base64url');
  const got = await derive(password, Buffer.from(salt, 'base64url'), cost);
  const right = wanted.length === got.length && timingSafeEqual(wanted, got) && Boolean(stored);
  return { right, stale: cost.power !== now.power || cost.blocks !== now.blocks || cost.lanes !== now.lanes };
}

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

/** How one object of a backup is written: compressed, and encrypted when there is a passphrase. */
export type Box = {
  encrypted: boolean;
  close: (name: string, bytes: Buffer) => Promise<Buffer>;
  /** With a passphrase only what is sealed, or whoever may write to the place could put anything there; `plainToo` says otherwise. */
  open: (name: string, boxed: Buffer, plainToo?: boolean) => Promise<Buffer>;
};

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const derive = promisify(scrypt) as (
  secret: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;
const COST = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };
// The first bytes say what follows: HB1z compressed, HB1e compressed and encrypted: salt (16), nonce (12), tag (16), then the bytes.
const PLAIN = Buffer.from('HB1z');
const SEALED = Buffer.from('HB1e');
const HEAD = 4 + 16 + 12 + 16;

export const isSealed = (boxed: Buffer): boolean => boxed.subarray(0, 4).equals(SEALED);

/**
 * AES-256-GCM with a key from the passphrase (scrypt, then HKDF), a nonce for each object, bound to the object's name. Each backup has a salt
 * of its own and each object says which, so that objects of several backups can be read together. `plain`: somebody said that what is not
 * sealed is meant to be read all the same.
 */
export function makeBox(passphrase: string | undefined, plain = false): Box {
  const mine = randomBytes(16);
  const keys = new Map<string, Promise<Buffer>>();
  const keyOf = (secret: string, salt: Buffer): Promise<Buffer> => {
    const name = salt.toString('hex');
    const known = keys.get(name);
    if (known) return known;
    const made = derive(secret, salt, 32, COST).then((key) =>
      Buffer.from(hkdfSync('sha256', key, salt, 'hearten backup', 32)),
    );
    keys.set(name, made);
    return made;
  };
  return {
    encrypted: passphrase !== undefined,
    close: async (name, bytes) => {
      const small = await compress(bytes, {
        params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
      });
      if (passphrase === undefined) return Buffer.concat([PLAIN, small]);
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, mine), nonce).setAAD(Buffer.from(name));
      const body = cipher.update(small);
      cipher.final();
      return Buffer.concat([SEALED, mine, nonce, cipher.getAuthTag(), body]);
    },
    open: async (name, boxed, plainToo = plain) => {
      const kind = boxed.subarray(0, 4);
      let small = boxed.subarray(4);
      if (isSealed(boxed)) {
        if (passphrase === undefined)
          throw new Error('This backup is encrypted. Give its passphrase in BACKUP_PASSPHRASE.');
        const key = await keyOf(passphrase, boxed.subarray(4, 20));
        const cipher = createDecipheriv('aes-256-gcm', key, boxed.subarray(20, 32))
          .setAAD(Buffer.from(name))
          .setAuthTag(boxed.subarray(32, HEAD));
        try {
          small = Buffer.concat([cipher.update(boxed.subarray(HEAD)), cipher.final()]);
        } catch (error) {
          throw Object.assign(
            new Error(`${name} does not open with this passphrase, or was changed. Check BACKUP_PASSPHRASE.`),
            { cause: error },
          );
        }
      } else if (!kind.equals(PLAIN)) throw new Error(`${name} is not part of a backup made by Hearten.`);
      else if (passphrase !== undefined && !plainToo)
        throw new Error(
          `${name} is not encrypted, though BACKUP_PASSPHRASE is set. Nothing was read from it: somebody else may have put it there. If it was made before there was a passphrase, say --plain.`,
        );
      try {
        return await decompress(small);
      } catch (error) {
        throw Object.assign(new Error(`${name} is damaged. Take another backup.`), { cause: error });
      }
    },
  };
}

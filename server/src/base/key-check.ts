import type pg from 'pg';
import type { Config } from './config.ts';
import { connectTo } from './hosts.ts';
import { keyFile, makeSeal, type Seal, secretKeys } from './seal.ts';

export const KEY_CHECK = 'installation';
const SAID = 'hearten';

/** The seal of this installation, if its key is the one that sealed what lies in the database: with another nothing would open, and much be sealed anew. */
export async function openSeal(config: Config, url: string): Promise<{ seal: Seal; keys: string[] }> {
  const client = await connectTo(url, { application_name: 'hearten start' });
  try {
    const { rows } = await client.query<{ key_check: Buffer | null }>('select key_check from installation');
    const check = rows[0]?.key_check ?? null;
    const keys = secretKeys(config, check !== null);
    const seal = makeSeal(keys, keyFile(config));
    if (check === null)
      await client.query('update installation set key_check = $1 where key_check is null', [
        seal.close(SAID, KEY_CHECK),
      ]);
    else if (!opens(seal, check))
      throw new Error(
        `The secret key (${config.SECRET_KEY ? 'SECRET_KEY' : `${config.DATA_DIR}/secret.key`}) is not the one that sealed the passwords in this database. Nothing was changed. ` +
          'Put the former one back. To change keys, keep the former in SECRET_KEY_FORMER; if it is lost for good: hearten rotate --lost, and enter the passwords anew.',
      );
    return { seal, keys };
  } finally {
    await client.end();
  }
}

/** Whether the key of these settings is the one under which this check (hex, of a backup) was made. */
export const opensCheck = (config: Config, check: string): boolean => opensUnder(secretKeys(config, true), check);
export const opensUnder = (keys: readonly string[], check: string): boolean =>
  opens(makeSeal(keys), Buffer.from(check, 'hex'));

const opens = (seal: Seal, check: Buffer): boolean => {
  try {
    return seal.open(check, KEY_CHECK) === SAID;
  } catch {
    return false; // said by who asks
  }
};

/** From now on this seal's first key is the one; none: whatever the next start brings. */
export const noteKey = (client: pg.Client, seal: Seal | null): Promise<unknown> =>
  client.query('update installation set key_check = $1', [seal?.close(SAID, KEY_CHECK) ?? null]);

import { reseal } from '../backup/index.ts';
import { borrowPostgres } from '../base/embedded.ts';
import { connectTo } from '../base/hosts.ts';
import { KEY_CHECK, noteKey } from '../base/key-check.ts';
import { makeLog } from '../base/log.ts';
import { addSecretKey, makeSeal, secretKeys } from '../base/seal.ts';
import { type Command, EXIT, print } from './command.ts';
import { configOf } from './with-hearten.ts';

export const command: Command = {
  help: `hearten rotate [--lost]

A new secret key. Kept in DATA_DIR/secret.key, the new one becomes its first line; given in SECRET_KEY, put the new one there
yourself, the former into SECRET_KEY_FORMER, and restart first. Then everything that is sealed is sealed anew, beside a
Hearten that runs. Former keys stay readable. Broken off, call it again.
  --lost   the key is gone: lets Hearten start with another one. Passwords of mailboxes, tokens and second factors can't be
           opened any more and have to be entered anew.

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: { lost: { type: 'boolean' } },
  run: async (values) => {
    const config = configOf();
    if (!config) return EXIT.config;
    const log = makeLog('warn');
    const postgres = config.DATABASE_URL ? undefined : await borrowPostgres({ dataDir: config.DATA_DIR, log });
    const client = await connectTo(
      config.DATABASE_URL_DIRECT ?? config.DATABASE_URL ?? (postgres as { url: string }).url,
    );
    try {
      if (values.lost === true) {
        await noteKey(client, null);
        print(
          'Hearten starts with any key now, and keeps to it. Enter passwords of mailboxes and second factors anew.',
        );
        return EXIT.well;
      }
      const before = secretKeys(config, true);
      if (config.SECRET_KEY && before.length < 2)
        throw new Error(
          'SECRET_KEY is the only key. Put a new one into SECRET_KEY and this one into SECRET_KEY_FORMER, restart, and call this again. Nothing was changed.',
        );
      // What a former call left undone is done first, with the key it made.
      const check = (await client.query<{ key_check: Buffer | null }>('select key_check from installation')).rows[0];
      const unfinished =
        before.length > 1 && check?.key_check?.[0] !== undefined && !under(check.key_check, before[0] as string);
      const keys = config.SECRET_KEY || unfinished ? before : addSecretKey(config.DATA_DIR, true);
      const { done, stuck } = await reseal(client, makeSeal(keys), keys[0] as string);
      print(`${done} secrets are sealed with the new key.`);
      if (stuck > 0) print(`${stuck} open with none of the keys and stay as they were: enter those anew.`);
      return stuck > 0 ? EXIT.failed : EXIT.well;
    } finally {
      await client.end();
      await postgres?.stop();
    }
  },
};

const under = (sealed: Buffer, key: string): boolean => {
  try {
    return makeSeal(key).open(sealed, KEY_CHECK) === 'hearten';
  } catch {
    return false; // sealed by another key
  }
};

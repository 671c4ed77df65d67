import { once } from 'node:events';
import { openDb } from '../src/base/db.ts';
import { jobs } from '../src/base/jobs.ts';
import { makeLog } from '../src/base/log.ts';
import { makeSeal } from '../src/base/seal.ts';
import { accessFor } from '../src/channels/email/sign-in/grant.ts';

/** A process of its own that needs the token of a mailbox, when it is told to: `node token-process.ts '{"url": …}'`. */
const { url, key, config, home } = JSON.parse(process.argv[2] ?? '') as {
  url: string;
  key: string;
  config: Parameters<typeof accessFor>[0]['config'];
  home: Parameters<typeof accessFor>[1];
};
const db = openDb(url, { max: 4 });
await db.tx(home.workspace_id, async () => undefined);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const token = await accessFor({ config, db, jobs, log: makeLog('error'), seal: makeSeal(key) }, home);
process.stdout.write(`${token}\n`);
await db.close();
process.exit(0);

import { resolve } from 'node:path';
import { type Config, readConfig } from '../base/config.ts';
import { borrowPostgres } from '../base/embedded.ts';
import { makeLog } from '../base/log.ts';
import type { Hearten } from '../base/module.ts';
import { openHearten } from '../run.ts';
import { EXIT } from './command.ts';

/** The server's settings; what is wrong with them is told all at once. */
export function configOf(): Config | undefined {
  const read = readConfig(process.env, resolve(import.meta.dirname, '../../..'));
  if ('config' in read) return read.config;
  for (const { key, text } of read.troubles) process.stderr.write(`${key} ${text}\n`);
  process.stderr.write('Nothing was changed; correct the settings above and repeat.\n');
  return undefined;
}

/**
 * Works on the database the server uses, whether one runs or not. Its embedded Postgres is joined when it is up and left running;
 * when none is up, it is started for the command and stopped after it.
 */
export async function withHearten(work: (hearten: Hearten) => Promise<number>): Promise<number> {
  const config = configOf();
  if (!config) return EXIT.config;
  const log = makeLog(config.LOG_LEVEL === 'debug' ? 'debug' : 'warn');
  const postgres = config.DATABASE_URL ? undefined : await borrowPostgres({ dataDir: config.DATA_DIR, log });
  try {
    const { hearten, close } = await openHearten(config, config.DATABASE_URL ?? (postgres as { url: string }).url, log);
    try {
      return await work(hearten);
    } finally {
      await close();
    }
  } finally {
    await postgres?.stop();
  }
}

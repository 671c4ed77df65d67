import { resolve } from 'node:path';
import { readConfig } from './base/config.ts';
import { startPostgres } from './base/embedded.ts';
import { textOf } from './base/errors.ts';
import { makeLog } from './base/log.ts';
import { type Running, runHearten } from './run.ts';
import { setupLink } from './team/index.ts';

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const read = readConfig(process.env, resolve(import.meta.dirname, '../..'));
if ('troubles' in read) {
  for (const { key, text } of read.troubles) process.stderr.write(`${key} ${text}\n`);
  process.stderr.write('Hearten did not start. Nothing was changed; correct the settings above and start again.\n');
  process.exit(78);
}
const { config } = read;
const log = makeLog(config.LOG_LEVEL);
// Whoever reads what is said here may go, or have no room for it: nothing else stops for that.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => log.debug('What was said could not be written', { error }));
let running: Running | undefined;
let postgres: { url: string; stop: () => Promise<void> } | undefined;
let stopping = false;
let begun: Promise<unknown> = Promise.resolve();

async function stop(code: number): Promise<void> {
  if (stopping) return undefined;
  stopping = true;
  await begun; // what has begun is finished first, so that all of it can be stopped
  await running?.stop();
  await postgres?.stop();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
process.on('unhandledRejection', (error) => log.error('A promise failed and nobody waited for it', { error }));
process.on('uncaughtException', (error) => {
  // The state is not known any more: stop in order, so that a supervisor begins afresh.
  log.error('Hearten stops: something failed where nothing may', { error });
  void stop(70);
});

/** Answers with what went wrong. */
async function begin(): Promise<unknown> {
  try {
    if (!config.DATABASE_URL) postgres = await startPostgres({ dataDir: config.DATA_DIR, log });
    if (stopping) return undefined;
    running = await runHearten(config, config.DATABASE_URL ?? (postgres as { url: string }).url, log);
    if (stopping) return undefined;
    say(`Hearten is ready at ${running.url}`);
    const link = await setupLink(running.hearten, running.port);
    if (link) say(`Set it up here (this link works once): ${link}`);
    return undefined;
  } catch (error) {
    return error;
  }
}
begun = begin();
const error = await begun;
if (error !== undefined) {
  process.stderr.write(`Hearten could not start: ${textOf(error)}\n`);
  log.debug('start failed', { error });
  await stop(1);
}

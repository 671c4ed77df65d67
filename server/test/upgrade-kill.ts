import { spawn } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../src/base/migrate.ts';

/**
 * Migrates in a process of its own that is killed, with SIGKILL, the moment it has sent the statement that `at` finds: the server is in
 * the middle of it. Resolves to whether it came so far.
 */
export function killedWhile(url: string, at: { text: string; nth?: number }, dir?: string): Promise<boolean> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'upgrade-kill.ts')], {
    env: { ...process.env, KILL_URL: url, KILL_AT: at.text, KILL_NTH: String(at.nth ?? 1), KILL_DIR: dir ?? '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  return new Promise((done, failed) =>
    child.once('exit', (code, signal) =>
      signal === 'SIGKILL' ? done(true) : code === 0 ? done(false) : failed(new Error(said)),
    ),
  );
}

// As a program of its own.
if (process.argv[1] === import.meta.filename) {
  const { KILL_URL = '', KILL_AT = '', KILL_NTH = '1', KILL_DIR } = process.env;
  let left = Number(KILL_NTH);
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function watched(this: pg.Client, ...given: unknown[]) {
    const asked = (query as (...all: unknown[]) => unknown).apply(this, given);
    const text = typeof given[0] === 'string' ? given[0] : '';
    // Once it has left this process; nothing is sent after it.
    if (text.includes(KILL_AT) && --left === 0) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
    return asked;
  } as typeof query;
  await migrate(KILL_URL, KILL_DIR ? { dir: KILL_DIR } : {});
}

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { onNpmGone } from './parents.mjs';
import { root } from './say.mjs';

const patience = 30_000;

const node = install();
build(node);

// A session of its own: Ctrl-C reaches npm and us, and we alone tell the server, once.
const server = spawn(
  node,
  ['--import', join(root, 'launch/follow.mjs'), join(root, 'server/src/main.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: process.platform !== 'win32' },
);

let postgres;
server.on('message', (message) => {
  if (message?.postgres) postgres = message.postgres;
});

let asked = 0;
function stop(signal) {
  asked += 1;
  server.kill(asked === 1 ? signal : 'SIGKILL');
  if (asked === 1) setTimeout(() => server.kill('SIGKILL'), patience).unref();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => stop(signal === 'SIGHUP' ? 'SIGTERM' : signal));
onNpmGone(() => stop('SIGTERM'));

server.on('exit', async (code, signal) => {
  // A server that was killed could not stop its Postgres.
  if (postgres) await stopPostgres(postgres);
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
});

async function stopPostgres(pid) {
  for (const until = Date.now() + patience; Date.now() < until; ) {
    try {
      process.kill(pid, 'SIGINT');
    } catch {
      return; // gone
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { compileCache } from './node.mjs';
import { onNpmGone } from './parents.mjs';
import { root } from './say.mjs';

const patience = 30_000;

const node = install();
build(node);

// Small young generation and few malloc arenas: 131 MB become 108 for an idle server.
const lean = { NODE_COMPILE_CACHE: compileCache, MALLOC_ARENA_MAX: '2' };
const flags = ['--max-semi-space-size=4', '--import', join(root, 'launch/follow.mjs')];

// A session of its own: Ctrl-C reaches npm and us, and we alone tell the server, once.
const server = spawn(node, [...flags, join(root, 'server/src/main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  env: { ...lean, ...process.env },
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  detached: process.platform !== 'win32',
});

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

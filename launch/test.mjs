import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { compileCache } from './node.mjs';
import { root, say } from './say.mjs';
import { chromium, dovecot, faketime, pgbouncer, php, s3rver } from './tools.mjs';

const node = install();
const env = { ...process.env, NODE_ENV: 'test', NODE_COMPILE_CACHE: compileCache };
// Tests set what they need; what happens to be set around them must not decide whether they pass.
for (const name of ['DATABASE_URL', 'DATABASE_URL_DIRECT', 'DATA_DIR', 'PORT', 'HOST', 'BASE_URL', 'SECRET_KEY'])
  delete env[name];

env.CHROMIUM = chromium(node) ?? '';
env.DOVECOT = dovecot() ?? '';
env.PGBOUNCER = pgbouncer() ?? '';
env.PHP = php() ?? '';
env.S3RVER = s3rver() ?? '';
env.FAKETIME_LIBRARY = faketime() ?? '';
if (!env.CHROMIUM) say('No Chromium was found or could be installed: tests in a browser are skipped.');
if (!env.DOVECOT) say('No dovecot was found and installing it needs root and apt: tests over IMAP are skipped.');
if (!env.PGBOUNCER)
  say('No PgBouncer was found and installing it needs root and apt: tests behind a pooler are skipped.');
if (!env.PHP) say('No PHP was found and installing it needs root and apt: tests of the WordPress plugin are skipped.');
if (!env.S3RVER) say('No S3 server could be installed from npm: tests of buckets are skipped.');
if (!env.FAKETIME_LIBRARY)
  say('No libfaketime was found and installing it needs root and apt: the test of clocks that go wrong is skipped.');
build(node);

const args = [join(root, 'launch/test-run.mjs'), ...process.argv.slice(2)];
const child = spawn(node, args, { cwd: root, env, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));

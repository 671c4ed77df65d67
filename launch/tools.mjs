import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { npm } from './install.mjs';
import { say } from './say.mjs';

const isRoot = process.getuid?.() === 0;

/** A Chromium for the tests in a real browser: found, or installed; undefined when neither works. */
export function chromium(node) {
  return foundChromium() ?? (apt('chromium') && foundChromium()) ?? chromiumFromNpm(node) ?? undefined;
}

/** Dovecot, a real IMAP server, for the tests of receiving mail. */
export function dovecot() {
  return foundDovecot() ?? ((apt('dovecot-imapd') && foundDovecot()) || undefined);
}

/** PgBouncer, for the tests behind a pooler. */
export function pgbouncer() {
  return foundPgbouncer() ?? ((apt('pgbouncer') && foundPgbouncer()) || undefined);
}

/** libfaketime, which gives one process another time than all others: for the tests of clocks that go wrong. */
export function faketime() {
  if (process.platform !== 'linux') return undefined;
  return foundFaketime() ?? ((apt('libfaketime') && foundFaketime()) || undefined);
}

/** PHP, for the tests of the plugin for WordPress. */
export function php() {
  return foundPhp() ?? ((apt('php-cli') && foundPhp()) || undefined);
}

/** s3rver, a real S3 server, for the tests of buckets: a folder with it, or undefined. */
export function s3rver() {
  const folder = process.env.S3RVER ?? join(homedir(), '.cache/hearten/s3');
  const there = () => existsSync(join(folder, 'node_modules/s3rver'));
  if (!there()) {
    say('Installing an S3 server from npm for the tests of buckets…');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', 's3rver@3.7.1'], {
      cwd: folder,
    });
  }
  return there() ? folder : undefined;
}

function foundChromium() {
  if (runs(process.env.CHROMIUM)) return process.env.CHROMIUM;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return [...names.map(onPath), mac, ...fromPlaywright()].find(runs);
}

function fromPlaywright() {
  const caches = [join(homedir(), '.cache/ms-playwright'), join(homedir(), 'Library/Caches/ms-playwright')];
  return caches.filter(existsSync).flatMap((cache) =>
    readdirSync(cache)
      .filter((name) => name.startsWith('chromium-'))
      .flatMap((name) => [
        join(cache, name, 'chrome-linux64/chrome'),
        join(cache, name, 'chrome-linux/chrome'),
        join(cache, name, 'chrome-mac/Chromium.app/Contents/MacOS/Chromium'),
      ]),
  );
}

function chromiumFromNpm(node) {
  const folder = join(homedir(), '.cache/hearten/chromium');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'node_modules/@sparticuz/chromium'))) {
    say('Installing a Chromium from npm for the browser tests…');
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    npm(['install', '--no-audit', '--no-fund', '--loglevel=error', '@sparticuz/chromium'], { cwd: folder });
  }
  const unpack = `import('@sparticuz/chromium').then(async (c) => console.log(await c.default.executablePath()))`;
  const { stdout } = spawnSync(node, ['-e', unpack], { cwd: folder, encoding: 'utf8' });
  const path = stdout?.trim();
  return runs(path) ? path : undefined;
}

function foundDovecot() {
  return [process.env.DOVECOT, '/usr/sbin/dovecot', '/usr/local/sbin/dovecot', onPath('dovecot')].find(runs);
}

function foundPgbouncer() {
  return [process.env.PGBOUNCER, '/usr/sbin/pgbouncer', onPath('pgbouncer')].find(runs);
}

function foundPhp() {
  return [process.env.PHP, '/usr/bin/php', onPath('php')].find(runs);
}

function foundFaketime() {
  const places = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((kind) => `/usr/lib/${kind}/faketime/libfaketime.so.1`);
  return [process.env.FAKETIME_LIBRARY, ...places, '/usr/lib/faketime/libfaketime.so.1'].find(
    (path) => path && existsSync(path),
  );
}

function apt(name) {
  if (!isRoot || !onPath('apt-get')) return false;
  say(`Installing ${name} for the tests…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 2] };
  spawnSync('apt-get', ['update', '-qq'], quiet);
  return spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], quiet).status === 0;
}

/** Being there is not enough: Ubuntu's chromium package is only a pointer to a snap. */
function runs(path) {
  return Boolean(path) && existsSync(path) && spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(existsSync);
}

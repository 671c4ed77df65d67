import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { giveUp, root, say } from './say.mjs';

const shared = ['contract/src', 'package-lock.json'];
/** What is built for browsers: from which sources, and by which configurations of Vite, one after the other into the same folder; or by the compiler alone, with types. */
const parts = [
  {
    folder: 'web',
    what: 'the web app',
    sources: ['src', 'public', 'index.html', 'vite.config.ts', 'service-worker.ts', 'package.json'],
    more: ['launch/words'],
    configs: ['vite.config.ts'],
  },
  {
    folder: 'widget',
    what: 'the chat widget',
    sources: ['src', 'vite.app.ts', 'vite.loader.ts', 'package.json', 'tsconfig.json'],
    more: [],
    configs: ['vite.app.ts', 'vite.loader.ts'],
  },
  {
    folder: 'widget/package',
    what: 'the package of the chat',
    sources: ['index.ts', 'react.ts', 'package.json', 'tsconfig.json'],
    more: [],
    configs: [],
    types: true,
  },
];

/** Builds what browsers load, where its sources differ from those it was built from. Contents count, not dates. */
export function build(node) {
  for (const part of parts) if (existsSync(join(root, part.folder, 'package.json'))) buildOne(node, part);
}

/** `at` is where the sources lie. */
export function buildOne(node, { folder, what, sources, more, configs, types = false }, at = root) {
  const dist = join(at, folder, 'dist');
  // Each process its own: two that are started together, one for each role, build at the same time.
  const fresh = join(at, folder, `dist.new.${process.pid}`);
  const hash = `packed ${hashOf(at, [...sources.map((path) => `${folder}/${path}`), ...more, ...shared])}`;
  if (readOr(join(dist, '.built-from')) === hash) return;

  say(`Building ${what}…`);
  const vite = join(at, 'node_modules/vite/bin/vite.js');
  sweep(join(at, folder));
  const run = (...args) => {
    const { status } = spawnSync(node, args, { cwd: join(at, folder), stdio: ['ignore', 2, 2] });
    if (status !== 0) giveUp(`Building ${what} failed (see above). What was built before is still in place.`);
  };
  for (const config of configs) run(vite, 'build', '--config', config, '--outDir', fresh, '--logLevel', 'warn');
  if (types) {
    // What other people's programs import. Comments are for their editors: they stand beside the types and are sent to nobody.
    const tsc = [join(at, 'node_modules/typescript/bin/tsc'), '-p', '.', '--outDir', fresh];
    run(...tsc, '--removeComments', '--declaration', 'false');
    run(...tsc, '--emitDeclarationOnly');
  }

  // Built aside and moved in whole, so that an interrupted build never leaves half an app.
  keepFormer(dist, fresh);
  if (folder === 'web') packAll(fresh);
  writeFileSync(join(fresh, '.built-from'), hash);
  try {
    if (readOr(join(dist, '.built-from')) !== hash) {
      rmSync(dist, { recursive: true, force: true });
      renameSync(fresh, dist);
    }
  } catch (error) {
    // Another one moved its own in between the two: the same.
    if (readOr(join(dist, '.built-from')) !== hash) throw error;
  }
  rmSync(fresh, { recursive: true, force: true });
}

/**
 * Pages of the version before ask for its files until they are loaded anew, and a process of that version may still give such pages out.
 * Names are hashes, so both lie side by side; what is older than that goes.
 */
function keepFormer(dist, fresh) {
  const own = namesIn(join(fresh, 'assets'));
  if (!own) return;
  for (const name of (readOr(join(dist, '.assets')) ?? '').split('\n').filter(Boolean))
    if (!own.includes(name) && existsSync(join(dist, 'assets', name)))
      copyFileSync(join(dist, 'assets', name), join(fresh, 'assets', name));
  writeFileSync(join(fresh, '.assets'), own.join('\n'));
}

/** Beside each file that browsers load stands the same in fewer bytes: the server sends what the browser takes. */
function packAll(folder) {
  for (const name of namesIn(folder) ?? []) {
    const path = join(folder, name);
    if (namesIn(path)) packAll(path);
    else if (/\.(js|css|svg|json|webmanifest)$/.test(name)) {
      const plain = readFileSync(path);
      if (plain.length < 1000) continue; // fits into one packet as it is
      writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    }
  }
}

/** What builds that were broken off left behind: those of processes that are gone. */
function sweep(folder) {
  for (const name of namesIn(folder) ?? []) {
    const pid = /^dist\.new(?:\.(\d+))?$/.exec(name);
    if (pid && !isThere(Number(pid[1] ?? 0))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isThere(pid) {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // somebody else's
  }
}

function hashOf(at, paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const full = join(at, path);
    const names = namesIn(full);
    if (names) for (const name of names) visit(`${path}/${name}`);
    else if (existsSync(full) && !/\.test\.tsx?$/.test(path)) hash.update(`${path}\0`).update(readFileSync(full));
  };
  for (const path of paths) visit(path);
  return hash.digest('hex');
}

function namesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return undefined; // a file, or nothing
  }
}

function readOr(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

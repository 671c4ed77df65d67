import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, root, say } from './say.mjs';

const sources = ['web/src', 'web/public', 'web/index.html', 'web/vite.config.ts', 'web/package.json', 'contract/src'];
const dist = join(root, 'web/dist');
const fresh = join(root, 'web/dist.new');

/** Builds the web app when its sources differ from those it was built from. Contents count, not dates. */
export function build(node) {
  if (!existsSync(join(root, 'web/index.html'))) return;
  const hash = hashOf([...sources, 'package-lock.json']);
  if (readOr(join(dist, '.built-from')) === hash) return;

  say('Building the web app…');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'];
  const { status } = spawnSync(node, args, { cwd: join(root, 'web'), stdio: ['ignore', 2, 2] });
  if (status !== 0) giveUp('The web app could not be built (see above). What was built before is still in place.');

  // Built aside and moved in whole, so that an interrupted build never leaves half an app.
  writeFileSync(join(fresh, '.built-from'), hash);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

function hashOf(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const full = join(root, path);
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

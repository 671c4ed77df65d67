import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, root, say } from './say.mjs';

const folder = join(root, 'node_modules/node');
const pinned = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * Node keeps what it compiled here. Without it each start strips the types from every file again, with a compiler that
 * alone takes 25 MB; with it a start takes half the time. A folder of our own: what is in it is run.
 */
export const compileCache = join(root, 'node_modules/.cache/compiled');

/** The Node that runs Hearten: the one pinned in package-lock.json, or else the one that started the launcher. */
export function nodeCalled(which) {
  if (which === 'pinned') return existsSync(pinned) ? pinned : undefined;
  return which === 'own' && runsTypeScript(process.versions.node) ? process.execPath : undefined;
}

/**
 * The package `node` fetches its binary in an install script. npm may have been told not to run those (the setting
 * ignore-scripts, or a policy of npm 11 and later), so the step is done here when it wasn't done there.
 */
export function completeNode() {
  if (!existsSync(pinned)) {
    say('Fetching the pinned Node, because npm did not run its install script');
    spawnSync(process.execPath, ['installArchSpecificPackage.js'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const tried = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
  if (tried.status === 0) return 'pinned';
  if (runsTypeScript(process.versions.node)) return 'own'; // musl, for one, has no pinned Node
  giveUp(
    `Hearten needs Node 22.18 or newer. This is Node ${process.versions.node}, and the Node that comes with Hearten\n` +
      `does not run on this machine (${process.platform} ${process.arch}). Install a newer Node and try again.`,
  );
}

/** The launcher itself is plain JavaScript and content with less than what it launches. */
export function checkOwnNode() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return;
  giveUp(
    `Hearten needs Node 20 or newer to start (it then brings its own). This is Node ${process.versions.node}.\n` +
      `Install a newer one from your system's packages or nodejs.org, and run the command again.`,
  );
}

export function runsTypeScript(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

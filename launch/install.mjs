import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOwnNode, completeNode, nodeCalled } from './node.mjs';
import { giveUp, root, say } from './say.mjs';

const modules = join(root, 'node_modules');
const stamp = join(modules, '.hearten.json');

/** Installs what package-lock.json says when that isn't what is there. Returns the Node to run Hearten with. */
export function install() {
  checkOwnNode();
  const lock = readFileSync(join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  const known = readJson(stamp);
  const settled = known?.lock === hash && nodeCalled(known.node);
  if (settled) return settled;

  if (!matches(JSON.parse(lock.toString()))) runNpm();
  const which = completeNode();
  try {
    writeFileSync(stamp, JSON.stringify({ lock: hash, node: which }));
  } catch {
    say('(node_modules is read-only; the next start will look again)');
  }
  return nodeCalled(which);
}

/** npm keeps a list of what it installed, and writes it last: an interrupted installation has none. */
function matches(lock) {
  const installed = readJson(join(modules, '.package-lock.json'))?.packages;
  if (!installed) return false;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = installed[path];
    if (wanted.link) return found?.resolved === wanted.resolved;
    return found ? found.version === wanted.version : wanted.optional === true || wanted.peer === true;
  });
}

function runNpm() {
  say('Installing packages (once; about a minute)…');
  // In production npm leaves out development packages; Node itself and the web build are among them.
  const args = ['ci', '--include=dev', '--include=optional', '--prefer-offline', '--no-audit', '--no-fund'];
  const { status, error } = npm([...args, '--loglevel=error']);
  if (status === 0) return;
  if (error?.code === 'ENOENT')
    giveUp(
      'npm was not found. It usually comes with Node; install it (for example: apt-get install npm) and try again.',
    );
  giveUp(
    `npm could not install the packages (see above). Nothing else was changed.\n` +
      `Usual reasons: no network or a proxy npm doesn't know of (npm config set proxy …), a full disk,\n` +
      `or node_modules belonging to another user (was it installed by root?). Then run the command again.`,
  );
}

/** The npm that started us, if one did, else the one on the PATH. Its output goes to standard error. */
export function npm(args, options = {}) {
  const given = process.env.npm_execpath;
  const script = given?.endsWith('.js') && existsSync(given);
  const [command, ...before] = script ? [process.execPath, given] : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
  return spawnSync(command, [...before, ...args], { cwd: root, stdio: ['ignore', 2, 2], ...options });
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // absent, or cut short: as good as absent
  }
}

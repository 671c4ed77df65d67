import { readFileSync } from 'node:fs';

/**
 * Calls back once when npm is gone. npm passes SIGTERM on to the shell it put between us and itself, and that shell
 * dies without telling us; killed with -9, npm tells nobody. Started without npm (systemd, a terminal), nobody is
 * watched: a closed terminal is no reason to stop.
 */
export function onNpmGone(tell) {
  if (!process.env.npm_lifecycle_event) return;
  const watched = [process.ppid];
  const above = parentOf(process.ppid);
  if (above > 1 && nameOf(above).includes('npm')) watched.push(above);
  const timer = setInterval(() => {
    if (process.ppid === watched[0] && watched.every(isThere)) return;
    clearInterval(timer);
    tell();
  }, 250);
  timer.unref();
}

function isThere(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function parentOf(pid) {
  const stat = readOr(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

function nameOf(pid) {
  return readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Is there such a process? One that has ended but was not yet collected by its parent counts as gone. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return fieldsOf(pid)?.state !== 'Z';
}

/** Tells a process from another that got the same number later. Undefined when it is gone or can't be asked. */
export function startedAt(pid: number): string | undefined {
  const fields = fieldsOf(pid);
  if (fields) return `${bootId()}/${fields.started}`;
  return process.platform === 'linux' ? undefined : ps(pid, 'lstart');
}

export function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined;
  } catch {
    return process.platform === 'linux' ? undefined : ps(pid, 'command');
  }
}

/** Who listens on this TCP port? Only Linux lets us find out, and only about our own processes unless we are root. */
export function portHolder(port: number): { pid: number; command: string } | undefined {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readOr(table).split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && inode && Number.parseInt(local?.split(':')[1] ?? '', 16) === port) inodes.add(inode);
    }
  }
  if (!inodes.size) return undefined;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    for (const link of socketsOf(name))
      if (inodes.has(link)) return { pid: Number(name), command: commandOf(Number(name)) ?? '?' };
  }
  return undefined;
}

function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const link = /^socket:\[(\d+)\]$/.exec(linkOr(`/proc/${pid}/fd/${fd}`));
      return link?.[1] ? [link[1]] : [];
    });
  } catch {
    return []; // gone meanwhile, or not ours to look at
  }
}

function fieldsOf(pid: number): { state: string; parent: number; started: string } | undefined {
  const stat = readOr(`/proc/${pid}/stat`);
  const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const started = rest[17];
  return state && started ? { state, parent: Number(parent), started } : undefined;
}

function bootId(): string {
  return readOr('/proc/sys/kernel/random/boot_id').trim();
}

function ps(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined; // ps answers 1 when there is no such process
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function linkOr(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

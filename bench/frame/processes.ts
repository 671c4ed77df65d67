import { readdirSync, readFileSync } from 'node:fs';

const TICK = 10; // ms: USER_HZ is 100 on every Linux

type Stat = { pid: number; parent: number; cpu: number };
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // own time, and that of children that have ended and were collected: nothing is lost when a backend goes
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = rest.slice(11, 15).map(Number);
    return { pid, parent: Number(rest[1]), cpu: (user + system + childUser + childSystem) * TICK };
  } catch {
    return undefined; // ended between the listing and the look
  }
}

/** A process with all that descend from it: npm, launcher, server, Postgres with its backends. */
export function family(root: number): Stat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
  const found = all.filter(({ pid }) => pid === root);
  for (let i = 0; i < found.length; i++) found.push(...all.filter(({ parent }) => parent === found[i]?.pid));
  return found;
}

/** Processor milliseconds used by the whole family so far. */
export const cpuOf = (root: number): number => family(root).reduce((sum, { cpu }) => sum + cpu, 0);

/** The share of each, for reading: what kind of process used how much. */
export function cpuByKind(root: number): Record<string, number> {
  const out: Record<string, number> = {};
  for (const { pid, cpu } of family(root)) {
    const kind = kindOf(pid);
    out[kind] = (out[kind] ?? 0) + cpu;
  }
  return out;
}
function kindOf(pid: number): string {
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  if (command.startsWith('postgres: ')) return /^postgres: hearten/.test(command) ? 'backends' : 'postgres';
  if (command.includes('/bin/postgres')) return 'postgres';
  if (command.includes('main.ts')) return 'server';
  return command.includes('start.mjs') ? 'launcher' : 'npm';
}

/** Proportional set size in MB, the honest share of memory: pages used by several are counted once among them. */
export function pssOf(root: number): { total: number; byKind: Record<string, number> } {
  const byKind: Record<string, number> = {};
  for (const { pid } of family(root)) {
    const kb = Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
    byKind[kindOf(pid)] = (byKind[kindOf(pid)] ?? 0) + kb / 1024;
  }
  return { total: Object.values(byKind).reduce((a, b) => a + b, 0), byKind };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

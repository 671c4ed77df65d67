import { fstatSync, writeSync } from 'node:fs';

type Level = 'debug' | 'info' | 'warn' | 'error';
export type Facts = Record<string, unknown>;
export type Log = { [L in Level]: (text: string, facts?: Facts) => void } & { with: (facts: Facts) => Log };

const rank: Record<Level, number> = { debug: 10, info: 20, warn: 30, error: 40 };
const secret = /pass|secret|token|cookie|authorization|csrf|^key$|api_?key/i;

function clean(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return { message: value.message, stack: value.stack };
  if (typeof value === 'bigint') return String(value);
  if (Buffer.isBuffer(value)) return `${value.length} bytes`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 4) return '…';
  if (Array.isArray(value)) return value.slice(0, 50).map((one) => clean(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [k, secret.test(k) ? '(hidden)' : clean(v, depth + 1)]),
  );
}

let lost = 0;
/**
 * Standard error. Where that is a file, a disk that is full costs lines and nothing else: a stream would end the process. How many there
 * were is said as soon as there is room.
 */
function standardError(line: string): void {
  const to = fstatSync(2);
  if (process.stderr.isTTY || !(to.isFile() || to.isCharacterDevice())) return void process.stderr.write(line);
  try {
    if (lost > 0) {
      writeSync(2, `\n${entry('warn', `${lost} lines of this log are missing: the disk was full`)}`);
      lost = 0;
    }
    writeSync(2, line);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
    lost++;
  }
}
const entry = (level: Level, text: string, more: Facts = {}): string =>
  `${JSON.stringify({ at: new Date().toISOString(), level, text, ...more })}\n`;

/** JSON lines on standard error; values under secret-looking names are never written. */
export function makeLog(level: Level = 'info', facts: Facts = {}, write: (line: string) => void = standardError): Log {
  const say = (at: Level) => (text: string, more?: Facts) => {
    if (rank[at] < rank[level]) return;
    write(entry(at, text, clean({ ...facts, ...more }) as Facts));
  };
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    with: (more) => makeLog(level, { ...facts, ...more }, write),
  };
}

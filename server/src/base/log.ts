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

/** JSON lines on standard error; values under secret-looking names are never written. */
export function makeLog(
  level: Level = 'info',
  facts: Facts = {},
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const say = (at: Level) => (text: string, more?: Facts) => {
    if (rank[at] < rank[level]) return;
    write(
      `${JSON.stringify({ at: new Date().toISOString(), level: at, text, ...(clean({ ...facts, ...more }) as Facts) })}\n`,
    );
  };
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    with: (more) => makeLog(level, { ...facts, ...more }, write),
  };
}

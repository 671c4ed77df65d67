import { createHash } from 'node:crypto';

/** A piece of SQL with its values: sql`select … where id = ${id} ${more}`. Pieces nest; values never become text. */
export type Sql = { texts: readonly string[]; values: readonly unknown[]; sql: true };
const isSql = (value: unknown): value is Sql =>
  typeof value === 'object' && value !== null && 'sql' in value && value.sql === true && 'texts' in value;

export function sql(texts: TemplateStringsArray, ...values: unknown[]): Sql {
  return { texts, values, sql: true };
}
/** SQL text as it stands; only for constants of the code itself. */
export const raw = (text: string): Sql => ({ texts: [text], values: [], sql: true });
/**
 * A row count as it stands. As a parameter, `limit` is unknown to a general plan, so Postgres would plan the statement anew at each call.
 */
export const whole = (count: number): Sql => raw(String(Math.trunc(count)));
export const none: Sql = raw('');
export function join(pieces: Sql[], between = ', '): Sql {
  if (pieces.length === 0) return none;
  return { texts: ['', ...Array<string>(pieces.length - 1).fill(between), ''], values: pieces, sql: true };
}

type Ready = { name: string; text: string; values: unknown[] };
const names = new Map<string, string>();
const fixed = new WeakMap<readonly string[], { name: string; text: string }>();

function write(piece: Sql, out: { text: string; values: unknown[] }): void {
  for (let i = 0; i < piece.texts.length; i++) {
    out.text += piece.texts[i];
    if (i >= piece.values.length) continue;
    const value = piece.values[i];
    if (isSql(value)) write(value, out);
    else {
      out.values.push(value);
      out.text += `$${out.values.length}`;
    }
  }
}

/** Statements are prepared once a connection, under a name made from their text: planning is half the cost of a small one. */
export function ready(piece: Sql): Ready {
  if (!piece.values.some(isSql)) {
    let known = fixed.get(piece.texts);
    if (!known) {
      const text = piece.texts.reduce((before, after, i) => `${before}$${i}${after}`);
      known = { text, name: nameOf(text) };
      fixed.set(piece.texts, known);
    }
    return { ...known, values: piece.values as unknown[] };
  }
  const out = { text: '', values: [] as unknown[] };
  write(piece, out);
  return { ...out, name: nameOf(out.text) };
}
function nameOf(text: string): string {
  let name = names.get(text);
  if (!name) {
    name = `s${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`;
    if (names.size > 2000) names.clear();
    names.set(text, name);
  }
  return name;
}

/** The first `most` characters, never half of one: an emoji is two, and half a pair can't be kept as JSON by Postgres. */
export const cut = (text: string, most: number): string =>
  (text.length > most ? text.slice(0, most) : text).toWellFormed();

/** Where a text of a JSON value holds what Postgres can't keep (a NUL, half a surrogate pair), as a path; null when nowhere. */
export function unkeepable(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, one] of Object.entries(value)) {
    const found = unkeepable(key, path) ?? unkeepable(one, path ? `${path}.${key}` : key);
    if (found !== null) return found;
  }
  return null;
}

import { t } from '../language/index.ts';

const segments =
  typeof Intl.Segmenter === 'function' ? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : null;
const first = (word: string): string =>
  // The sign of a plain letter is that letter; asking the segmenter for each face of a list takes a while.
  /^[A-Za-z0-9][ -~]/.test(word)
    ? word.charAt(0)
    : segments
      ? (segments.segment(word)[Symbol.iterator]().next().value?.segment ?? '')
      : (Array.from(word)[0] ?? '');

/** AN for Ana Novak, 田 for 田中, c for claire@…: at most two letters, never an emoji cut in half. */
export const initials = (name: string): string => {
  const words = name
    .replace(/[@<(].*$/, '')
    .split(/[\s._-]+/)
    .filter((w) => /[\p{L}\p{N}]/u.test(w))
    .map((w) => w.replace(/^[^\p{L}\p{N}]+/u, ''));
  const start = words[0];
  if (start === undefined) return '?';
  const end = words.length > 1 ? words.at(-1) : undefined;
  const a = first(start);
  // One sign already fills the circle in scripts without letters like ours.
  return (
    /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(a) || end === undefined
      ? a
      : a + first(end)
  ).toUpperCase();
};

/** One of eight quiet colours, the same for the same id everywhere. */
export const hue = (id: string): number => {
  let sum = 0;
  for (const c of id) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) >>> 0;
  return (sum % 8) + 1;
};

/** Claire, from Claire Dubois; the address before its @ when there is no name. */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0]?.replace(/@.*$/, '') || name;

/** All of them: "9:00, 12:00 and 16:00" */
export const and = (all: readonly string[]): string => {
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : t('{a} and {b}', { a: all.slice(0, -1).join(', '), b: last });
};

/** "Ana", "Ana and Mei", "Ana, Mei and 2 more" */
export const listed = (names: readonly string[]): string => {
  const [a, b, ...rest] = names;
  if (a === undefined) return '';
  if (b === undefined) return a;
  return rest.length === 0
    ? t('{a} and {b}', { a, b })
    : t('{a}, {b} and {n, plural, one {# more} other {# more}}', { a, b, n: rest.length });
};

/** Live chat, or Live chat 2 where one is called that already, whatever its capitals. */
export const freeName = (name: string, taken: readonly string[]): string => {
  const all = new Set(taken.map((one) => one.trim().toLowerCase()));
  const called = (n: number): string => (n === 1 ? name : `${name} ${n}`);
  let n = 1;
  while (all.has(called(n).toLowerCase())) n++;
  return called(n);
};

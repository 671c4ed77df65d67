import { drawn, words } from './begin.ts';
import { keyOf } from './key.ts';

/** What a text may be told: nothing at all is shown as nothing. */
export type Value = string | number | null | undefined | false;
export type Values = Record<string, Value>;

/**
 * The text in the reader's language. The first argument is always a literal, the whole sentence in English (ICU):
 * `t('{n, plural, one {# answer} other {# answers}} from {name}', { n, name })`.
 * The language is known before any module of the app runs, so this may stand at module level; another language reloads the page.
 */
export const t = (text: string, values: Values = {}): string => {
  const told: Record<string, string | number> = {};
  for (const name in values) told[name] = values[name] || (values[name] === 0 ? 0 : '');
  return drawn(words._(keyOf(text), told, { message: text }));
};
/** The language the page speaks. */
export const spoken = (): string => words.locale;

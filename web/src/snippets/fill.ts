import type { Words } from '@hearten/contract';

/** What a text may name. An empty value is a missing one. */
export type Values = Record<string, string>;

const sign = /\{\{\s*([a-z][\p{L}\p{N}_.]*)\s*(?:\|([^{}]*))?\}\}/giu;
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/\n/g, '<br>');

/** As the server does it (`server/src/conversations/snippets/fill.ts`), so that nobody waits for words that are here. */
export const fill = (
  text: string,
  values: Values,
  as: 'text' | 'html' = 'text',
): { text: string; missing: string[] } => {
  const missing = new Set<string>();
  const out = text.replace(sign, (whole, typed: string, otherwise: string | undefined) => {
    const name = typed.toLowerCase();
    if (!Object.hasOwn(values, name)) return whole;
    const value = values[name] as string;
    if (value) return as === 'html' ? escaped(value) : value;
    if (otherwise !== undefined) return otherwise.trim();
    missing.add(name);
    return `{{${name}}}`;
  });
  return { text: out, missing: [...missing] };
};

/** In the language of who reads it, when there are words in it. */
export const inLanguage = (words: Words & { variants: Record<string, Words> }, language: string | null): Words => {
  if (!language) return words;
  const wanted = language.toLowerCase();
  const plain = wanted.split('-')[0];
  const tags = Object.keys(words.variants);
  const tag =
    tags.find((one) => one.toLowerCase() === wanted) ??
    tags.find((one) => one.toLowerCase() === plain) ??
    tags.find((one) => one.toLowerCase().split('-')[0] === plain);
  return tag ? (words.variants[tag] as Words) : words;
};

/** Names in a text that stand for nothing: typed wrong, or for another desk. */
export const unknownIn = (text: string, known: readonly string[]): string[] => [
  ...new Set(
    [...text.matchAll(sign)].map((m) => (m[1] as string).toLowerCase()).filter((name) => !known.includes(name)),
  ),
];
/** Blanks that are still to be filled before a text may leave. */
export const blanksIn = (text: string): string[] => [
  ...new Set(
    [
      ...text.matchAll(
        /\{\{\s*((?:customer|company)\.fields\.[\p{L}\p{N}_]+|(?:customer|agent|conversation|inbox|team|workspace)\.[a-z_]+|today)\s*\}\}/giu,
      ),
    ].map((m) => m[1] as string),
  ),
];

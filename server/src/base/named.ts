import { raw, type Sql, sql } from './db.ts';

const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const address = '[^[:space:]@]+@[^[:space:]@]+';
/** What names one person and nobody else, as Postgres has it: an id, or a whole mail address. */
export const ONE = `^(${uuid}|${address})$`;
const one = new RegExp(ONE.replaceAll('[:space:]', '\\s'), 'i');

/**
 * The words of somebody that may be looked for inside other words. Nothing stands in everything, and the "1" by which a site knows somebody
 * in every other number: neither names anyone.
 */
export const naming = (words: readonly string[]): string[] =>
  words.filter((word) => one.test(word)).map((word) => word.toLowerCase());

/** Addresses to be compared as they are. Nothing is the address of everybody who gave none. */
export const given = (addresses: readonly string[]): string[] => addresses.filter((each) => each.trim() !== '');

/**
 * SQL: whether `text`, in lower case, speaks of the one whom `word` names. An address is a whole one: bo@x.example stands neither in
 * jimbo@x.example nor in bo@x.example.org. In JSON a line's end before it is written as \n, which is no letter of it.
 */
export const says = (text: string, word: string): string =>
  `position(${word} in ${text}) > 0 and (position('@' in ${word}) = 0 or regexp_replace(${text}, ${escapes}, ' ', 'g')
    ~ ('(^|[^a-z0-9._%+-])' || regexp_replace(${word}, ${signs}, ${escaped}, 'g') || '($|[^a-z0-9.-]|[.-]($|[^a-z0-9]))'))`;
const escapes = String.raw`'\\(["\\/bfnrt]|u[0-9a-f]{4})'`;
const signs = String.raw`'([].^$*+?(){}|\\[])'`;
const escaped = String.raw`'\\\1'`;

/** Whether `text`, a column of the code in lower case, speaks of one whom these words name. */
export const speaksOf = (text: string, words: readonly string[]): Sql =>
  sql`exists (select 1 from unnest(${naming(words)}::text[]) w where ${raw(says(text, 'w'))})`;

import type { ToneMark } from '@hearten/contract';
import { type Language, languageOf, plain } from '../rules.ts';
import { type Sting, stings } from './words.ts';

/** A letter for a letter, so that what is found stands where it was written. */
const level = (text: string): string =>
  text
    .replace(/[’ʼ´`]/g, "'")
    .replace(/[\s\u00a0]/g, ' ')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ة/g, 'ه');

const latin = ['en', 'de', 'fr', 'es', 'pt'] as const;
const built = new Map<Language, [Sting, RegExp][]>();
function patternsOf(language: Language): [Sting, RegExp][] {
  const known = built.get(language);
  if (known) return known;
  const [start, end] = language === 'ja' ? ['', ''] : ['(?<![\\p{L}])', '(?![\\p{L}])'];
  // Arabic puts "and", "so" before the word.
  const before = language === 'ar' ? `${start}[وف]?` : start;
  const made = Object.entries(stings[language]).map(([kind, pieces]): [Sting, RegExp] => [
    kind as Sting,
    new RegExp(`${before}(?:${pieces.join('|')})${end}`, 'giu'),
  ]);
  built.set(language, made);
  return made;
}

/** Letters from which on a language is known by its little words. */
const SURE = 80;
const MOST = 20_000; // letters; an answer that is longer is no quick one
const MARKS = 8;

/**
 * What in an answer could be said more gently, where it stands and why: by the words of its language, and capitals and rows of
 * exclamation marks in any. It is a hint for whoever wrote it and is kept nowhere. Languages that are not known here have no marks but those.
 */
export function toneOf(raw: string): ToneMark[] {
  const text = level(raw.slice(0, MOST));
  const language = languageOf(plain(text));
  // A few words tell no language surely: then all that share the script are asked.
  const script = language !== 'ja' && language !== 'ar' && /\p{Script=Latin}/u.test(text);
  const asked: readonly Language[] = script && (!language || text.length < SURE) ? latin : language ? [language] : [];
  const marks: ToneMark[] = [];
  const add = (kind: ToneMark['kind'], from: number, length: number): void => {
    const to = from + length;
    if (marks.every((one) => to <= one.from || from >= one.to))
      marks.push({ kind, from, to, words: raw.slice(from, to) });
  };
  for (const one of asked)
    for (const [kind, pattern] of patternsOf(one))
      for (const found of text.matchAll(pattern)) add(kind, found.index, found[0].trimEnd().length);
  for (const found of text.matchAll(/[!！]{2,}|(?:[!！][?？]|[?？][!！])[!?！？]*/g))
    add('loud', found.index, found[0].length);
  for (const found of text.matchAll(/(?<!\p{L})\p{Lu}{4,}(?:[ ,]+\p{Lu}{2,})+(?!\p{L})/gu))
    add('loud', found.index, found[0].length);
  return marks.sort((a, b) => a.from - b.from).slice(0, MARKS);
}

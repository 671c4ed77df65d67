import { ar } from './words/ar.ts';
import { de } from './words/de.ts';
import { en } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import { ja } from './words/ja.ts';
import type { Words } from './words/kinds.ts';
import { pt } from './words/pt.ts';

const languages = { en, de, fr, es, pt, ja, ar } as const;
export type Language = keyof typeof languages;
const latin = ['en', 'de', 'fr', 'es', 'pt'] as const;

/** How often each kind of word stands in a text, what a "not" turned round left out. */
export type Signs = {
  language: Language | null;
  anger: number;
  again: number;
  stuck: number;
  hurry: number;
  bad: number;
  thanks: number;
  good: number;
  delight: number;
  asks: boolean;
  question: boolean;
  /** Good words that were turned round. */
  turned: number;
  /** Written in capitals, or with rows of exclamation marks. */
  loud: number;
  /** The thanks stand at the end of a request, as politeness has it. */
  politeEnd: boolean;
  words: number;
  /** The words that speak of anger, being stuck, having tried before or a hurry, as they were written; each kind once. */
  said: string[];
};

type Kind = Exclude<keyof Words, 'known'>;
const KINDS = ['anger', 'again', 'stuck', 'hurry', 'bad', 'thanks', 'good', 'delight', 'not', 'but', 'asks'] as const;

/** Arabic puts "and", "so", "with", "to" and "the" before the word; scripts without spaces begin anywhere. */
const beginning: Record<Language, string> = {
  en: '(?<![\\p{L}])',
  de: '(?<![\\p{L}])',
  fr: '(?<![\\p{L}])',
  es: '(?<![\\p{L}])',
  pt: '(?<![\\p{L}])',
  ja: '',
  ar: '(?<![\\p{L}])(?:[وف]?[بلك]?(?:ال)?)',
};

/** Built when a language is first met: an installation in one language needs no others. */
const built = new Map<Language, Record<Kind, RegExp>>();
function patternsOf(language: Language): Record<Kind, RegExp> {
  const known = built.get(language);
  if (known) return known;
  const words = languages[language];
  const made = Object.fromEntries(
    KINDS.map((kind) => {
      // A word's end, for every script: \b knows ASCII alone.
      const pieces = words[kind].map((piece) => piece.replaceAll('\\b', '(?![\\p{L}])'));
      // "isn't" holds its "not" inside.
      const start = kind === 'not' && language === 'en' ? '' : beginning[language];
      const end = kind === 'not' && language !== 'ja' ? '(?![\\p{L}])' : '';
      return [kind, new RegExp(`${start}(?:${pieces.join('|')})${end}`, 'giu')];
    }),
  ) as Record<Kind, RegExp>;
  built.set(language, made);
  return made;
}

/** One way to write what may be written in several: quotes, widths, and in Arabic vowels, hamzas and lengthened letters. */
export const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[’ʼ´`]/g, "'")
    .replace(/[\u064b-\u0652\u0670\u0640]/g, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/\s+/g, ' ')
    .trim();

/** By its script, or by its little words; null when neither tells. */
export function languageOf(text: string): Language | null {
  const count = (script: RegExp): number => text.match(script)?.length ?? 0;
  const letters = count(/\p{L}/gu);
  if (letters === 0) return null;
  if (count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) > letters * 0.15) return 'ja';
  if (count(/\p{Script=Arabic}/gu) > letters * 0.5) return 'ar';
  if (count(/\p{Script=Latin}/gu) < letters * 0.5) return null;
  // Letters that none of these five writes: a neighbour's language, whose little words look like theirs.
  if (/[ąćęłńśźżőűěčřžšůğışțșăđ]/i.test(text)) return null;
  const words = text.toLowerCase().match(/[\p{L}']+/gu) ?? [];
  let best: { language: Language; share: number } | null = null;
  for (const language of latin) {
    const known = littleWords(language);
    const share = words.filter((word) => known.has(word)).length / words.length;
    if (share > (best?.share ?? 0.12)) best = { language, share };
  }
  return best?.language ?? null;
}
const little = new Map<Language, Set<string>>();
function littleWords(language: Language): Set<string> {
  const known = little.get(language) ?? new Set(languages[language].known);
  little.set(language, known);
  return known;
}

const REACH = 24; // letters before a good word in which a "not" turns it round

export function signsOf(raw: string): Signs {
  const text = plain(raw);
  const language = languageOf(text);
  // A word or two tell no language: then all that share the script are asked, and the clearest answers.
  const asked: readonly Language[] = language
    ? [language]
    : /\p{Script=Latin}/u.test(text) && text.length < 60
      ? latin
      : [];
  const found = asked.map((one) => countIn(text, one)).sort((a, b) => clarity(b) - clarity(a))[0] ?? nothing();
  return { ...found, language, loud: loudness(text), words: text.match(/[\p{L}\p{N}']+/gu)?.length ?? 0 };
}
type Found = Omit<Signs, 'language' | 'loud' | 'words'>;
/** What tells most of why, first. */
const TELLING = ['anger', 'stuck', 'again', 'hurry'] as const;
const clarity = (one: Found): number =>
  one.anger + one.again + one.stuck + one.hurry + one.bad + one.thanks + one.good + one.delight;
const nothing = (): Found => ({
  ...{ anger: 0, again: 0, stuck: 0, hurry: 0, bad: 0, thanks: 0, good: 0, delight: 0 },
  ...{ asks: false, question: false, turned: 0, politeEnd: false, said: [] },
});

function countIn(text: string, language: Language): Found {
  const patterns = patternsOf(language);
  const spans = (kind: Kind): [number, number][] =>
    [...text.matchAll(patterns[kind])].map((one) => [one.index, one.index + one[0].length]);
  const places = (kind: Kind): number[] => spans(kind).map(([at]) => at);
  const nots = places('not');
  const turn = places('but')[0] ?? -1;
  // Japanese denies behind the word, and "no problem" and "no hurry" hold their "not" inside.
  const isTurned = ([at, end]: [number, number]): boolean =>
    language === 'ja'
      ? nots.some((not) => not >= end && not - end < 6 && !/[.!?。、]/.test(text.slice(end, not)))
      : nots.some((not) => not < at && at - not < REACH && !/[.!?,;،؟]/.test(text.slice(not, at)));
  const good = spans('good');
  const delight = spans('delight');
  const still = good.filter((one) => !isTurned(one) && one[0] > turn);
  const thanks = places('thanks');
  const asks = places('asks');
  const last = thanks.at(-1) ?? -1;
  return {
    anger: places('anger').length,
    again: places('again').length,
    stuck: places('stuck').length,
    hurry: places('hurry').length,
    bad: places('bad').length,
    thanks: thanks.length,
    good: still.length,
    delight: delight.filter((one) => !isTurned(one)).length,
    said: TELLING.flatMap((kind) => firstOf(text, patterns[kind], language)),
    turned: [...good, ...delight].filter(isTurned).length,
    asks: asks.length > 0,
    question: /[?？؟]/.test(text),
    politeEnd: thanks.length === 1 && last > text.length * 0.6 && text.length > 40 && still.length === 0,
  };
}

/** The whole words that a piece was found in, no longer than a chip holds. */
function firstOf(text: string, pattern: RegExp, language: Language): string[] {
  const found = [...text.matchAll(pattern)][0];
  if (!found) return [];
  const end = found.index + found[0].length;
  const rest = language === 'ja' ? '' : (/^[\p{L}'-]*/u.exec(text.slice(end))?.[0] ?? '');
  return [
    text
      .slice(found.index, end + rest.length)
      .trim()
      .slice(0, 40),
  ];
}

/** Whole words in capitals, and rows of marks. One mark is joy as often as anger. */
function loudness(text: string): number {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const shouted = (text.match(/(?<!\p{L})\p{Lu}{3,}(?!\p{L})/gu) ?? []).join('').length;
  const rows = text.match(/[!?！？]{2,}/g)?.length ?? 0;
  return (
    (letters > 12 && shouted > letters * 0.4 ? 2 : shouted >= 3 && letters > 12 ? 0.5 : 0) + Math.min(2, rows) * 0.5
  );
}

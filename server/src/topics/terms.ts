import { isStop } from './stop-words.ts';

/** A word as it is compared, and as it was written. */
export type Word = { stem: string; written: string; stop: boolean };

const LONGEST = 1_200; // characters of a conversation that are looked at
const MOST = 160; // words
// An address is sought where a word begins: from each of its letters on, a text without spaces took 45 ms.
const NOT_WORDS = /https?:\/\/\S+|www\.\S+|(?<!\S)[^\s@]+@\S+|[#№]\s*\S+/gu;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}]+)*/gu;
/** Scripts written without spaces. */
export const UNSPACED: RegExp = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
/** So long are the beginnings by which forms of a word are taken for one, in languages that end their words differently. */
const BEGINNING = 6;

let segmenter: Intl.Segmenter | undefined;

/** The words of what a customer wrote; addresses, links and numbers are none. Scripts without spaces are cut by their dictionary. */
export function wordsOf(text: string): Word[] {
  const clean = text.slice(0, LONGEST).normalize('NFKC').replace(NOT_WORDS, ' ');
  const words: Word[] = [];
  for (const written of pieces(clean)) {
    if (/\p{N}/u.test(written)) continue;
    const word = written.toLowerCase().replaceAll('’', "'");
    const stop = isStop(word);
    words.push({ stem: stop ? word : stemOf(word), written, stop });
    if (words.length === MOST) break;
  }
  return words;
}

function* pieces(text: string): Generator<string> {
  if (!UNSPACED.test(text)) {
    for (const [word] of text.matchAll(WORD)) yield word;
    return;
  }
  segmenter ??= new Intl.Segmenter('ja', { granularity: 'word' });
  for (const { segment, isWordLike } of segmenter.segment(text)) if (isWordLike) yield segment;
}

/** Without accents, the Arabic article and an English possessive; then its beginning. */
function stemOf(word: string): string {
  let bare = word.replace(/'s$/, '').normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
  if (bare.length > 4 && bare.startsWith('ال')) bare = bare.slice(2);
  if (/^[a-z]+$/.test(bare) && bare.length > 3)
    bare = bare.replace(/(?:ies|es|s)$/, (end) => (end === 'ies' ? 'y' : ''));
  return bare.length > BEGINNING ? bare.slice(0, BEGINNING) : bare;
}

/** What tells one conversation from another: words that mean something, and two that stand together. */
export function termsOf(words: readonly Word[]): Map<string, number> {
  const terms = new Map<string, number>();
  const add = (term: string): void => void terms.set(term, (terms.get(term) ?? 0) + 1);
  let before: string | null = null;
  for (const { stem, stop } of words) {
    if (stop) continue;
    if (stem.length > 1 || UNSPACED.test(stem)) {
      add(stem);
      if (before && before !== stem) add(`${before} ${stem}`);
      before = stem;
    }
  }
  return terms;
}

import { cut } from '../base/text.ts';

// Runs of scripts written without spaces become overlapping pairs, so that a word inside a sentence is found.
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{2,}/gu;
export const isUnspaced: RegExp = new RegExp(`^${unspaced.source.slice(0, -4)}$`, 'u');
const hasUnspaced = new RegExp(unspaced.source, 'u'); // without the g, whose test() would begin where the last one ended
const pairs = (run: string): string => {
  const letters = [...run];
  return ` ${letters
    .slice(0, -1)
    .map((letter, i) => letter + letters[i + 1])
    .join(' ')} `;
};
const LONGEST = 20_000; // characters of a message that are searchable

/** The words of a message as the index keeps them; Postgres folds case and accents. */
export function searchable(...texts: string[]): string {
  const text = cut(texts.join(' '), LONGEST).replaceAll('\0', ' ');
  return hasUnspaced.test(text) ? text.replace(unspaced, pairs) : text;
}

/** What a person typed → a tsquery's text: every word. Empty when there is no word. `unfinished`: the last one may go on. */
export function queryText(typed: string, unfinished = false): string {
  const words = typed
    .replace(unspaced, pairs)
    .split(/[^\p{L}\p{N}@._+-]+/u)
    .map((word) => word.replace(/^[._+-]+|[._+-]+$/g, ''))
    .filter(Boolean)
    .slice(0, 12);
  return words
    .map((word, i) => {
      // Fewer than three letters begin half of all messages' words, and so do the pieces of a number such as AB-123.
      const open = unfinished && i === words.length - 1 && /^[\p{L}\p{N}]{3,}$/u.test(word) && !hasUnspaced.test(typed);
      return `'${word.replace(/['\\]/g, '')}'${open ? ':*' : ''}`;
    })
    .join(' & ');
}

/** What a text shows the classifier: words, pairs of words, pieces of words, and how it is written. Each as a 32-bit number. */
export function featuresOf(text: string): Uint32Array {
  const words = wordsOf(text);
  const found = new Set<number>();
  let before = '<';
  for (const word of words) {
    found.add(hashOf('w', word));
    found.add(hashOf('p', `${before} ${word}`));
    if (word.length > 3) for (const piece of piecesOf(`<${word}>`)) found.add(hashOf('c', piece));
    before = word;
  }
  found.add(hashOf('p', `${before} >`));
  for (const trait of traitsOf(text, words.length)) found.add(hashOf('t', trait));
  return Uint32Array.from(found);
}

const MOST_WORDS = 400;
const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*|[!?]+|\.{2,}|[:;]-?[()DPp/|]|\p{Extended_Pictographic}/gu;

function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.normalize('NFKC').matchAll(WORD)) {
    words.push(shortened(word.toLowerCase().replaceAll('’', "'")));
    if (words.length === MOST_WORDS) break;
  }
  return words;
}

/** "soooo" and "!!!!!" are "sooo" and "!!": how much longer tells nothing more. */
const shortened = (word: string): string => word.replace(/([!?.])\1+/g, '$1$1').replace(/(.)\1{2,}/gu, '$1$1$1');

function piecesOf(word: string): string[] {
  const pieces: string[] = [];
  for (const size of [4, 5]) for (let i = 0; i + size <= word.length; i++) pieces.push(word.slice(i, i + size));
  return pieces;
}

function traitsOf(text: string, words: number): string[] {
  const traits: string[] = [`length ${words < 4 ? 0 : words < 9 ? 1 : words < 18 ? 2 : 3}`];
  const letters = text.replace(/[^\p{L}]/gu, '');
  if (letters.length > 7 && letters.replace(/[^\p{Lu}]/gu, '').length > letters.length * 0.6) traits.push('loud');
  if (text.includes('?')) traits.push('asks');
  if (text.trimEnd().endsWith('?')) traits.push('ends asking');
  if (text.includes('!')) traits.push('calls');
  return traits;
}

/** FNV-1a, over UTF-16 units: fast, spread well enough, and the same on every machine. */
function hashOf(kind: string, text: string): number {
  let hash = 0x811c9dc5 ^ kind.charCodeAt(0);
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

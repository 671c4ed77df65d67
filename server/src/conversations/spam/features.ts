import { isUnspaced } from '../words.ts';

/** What is counted of a mail: each word once, as a number below 65,536, and where in the text it stands, so that it can be shown. */
export type Features = { text: string; ids: Uint16Array; starts: Uint16Array; ends: Uint16Array };

export const SIZE = 65_536;
const LONGEST = 4_000; // characters: what sells is said at the beginning
const MOST = 400;
const SHORTEST = 2;
const LONGEST_WORD = 40; // what is longer is no word but a code, and is never seen again

const WORD = 1; // a letter or digit of a script with spaces
const PAIR = 2; // of a script without: every two neighbours are a word, as in the search
const MARK = 3; // belongs to the letter before it
/** For each UTF-16 unit: what it is, and the letter it is counted as (small, without accents). Looked up, because a regular expression costs ten times as much. */
const tables = (() => {
  let made: { kind: Uint8Array; letter: Uint16Array } | null = null;
  return () => {
    if (made) return made;
    const [kind, letter] = [new Uint8Array(SIZE), new Uint16Array(SIZE)];
    for (let code = 0; code < SIZE; code++) {
      if (code >= 0xd800 && code < 0xe000) {
        // Half of an emoji or of a rare letter: both halves together are a word.
        [kind[code], letter[code]] = [PAIR, code];
        continue;
      }
      const sign = String.fromCharCode(code);
      if (/\p{M}/u.test(sign)) kind[code] = MARK;
      else if (/[\p{L}\p{N}]/u.test(sign)) {
        kind[code] = isUnspaced.test(sign) ? PAIR : WORD;
        const bare = sign.normalize('NFKD').replace(/\p{M}+/gu, '');
        letter[code] = (bare.length === 1 ? bare : sign).toLowerCase().charCodeAt(0);
      }
    }
    made = { kind, letter };
    return made;
  };
})();

const BASIS = 0x811c9dc5;
const step = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193) >>> 0;
const place = (hash: number): number => (hash ^ (hash >>> 16)) & 0xffff;

// Which features this mail has already: a mark of this turn in a table, instead of a set for each mail.
const turns = new Uint32Array(SIZE);
let turn = 0;

/** The words of a subject and a text; beside them whose domain it is from and where its links lead. */
export function featuresOf(subject: string, body: string, domain: string): Features {
  const { kind, letter } = tables();
  const text = `${subject.slice(0, 500)}\n${body.slice(0, LONGEST)}\n@${domain.slice(0, 255)}`;
  const ids = new Uint16Array(MOST);
  const [starts, ends] = [new Uint16Array(MOST), new Uint16Array(MOST)];
  let n = 0;
  if (++turn === 0xffffffff) {
    turns.fill(0);
    turn = 1;
  }
  const add = (hash: number, from: number, to: number): void => {
    const id = place(hash);
    if (turns[id] === turn || n === MOST) return;
    turns[id] = turn;
    [ids[n], starts[n], ends[n]] = [id, from, to];
    n++;
  };
  whole(text, text.length - Math.min(domain.length, 255) - 1, text.length, add);
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3))
    whole(text, at + 2, hostEnd(text, at + 3), add);
  const end = text.length - Math.min(domain.length, 255) - 1;
  let hash = BASIS;
  let from = 0;
  let letters = 0;
  let before = 0; // of a script without spaces: the letter before this one, and where it stands
  let beforeAt = 0;
  for (let i = 0; i <= end; i++) {
    const code = i === end ? 0 : text.charCodeAt(i);
    const what = kind[code];
    if (what === MARK && (letters > 0 || before > 0)) continue;
    if (what === WORD) {
      if (letters === 0) [hash, from] = [BASIS, i];
      hash = step(hash, letter[code] as number);
      letters++;
      before = 0;
      continue;
    }
    if (letters >= SHORTEST && letters <= LONGEST_WORD) add(hash, from, i);
    letters = 0;
    if (what !== PAIR) {
      before = 0;
      continue;
    }
    if (before) add(step(step(BASIS, before), letter[code] as number), beforeAt, i + 1);
    [before, beforeAt] = [letter[code] as number, i];
  }
  return { text, ids: ids.slice(0, n), starts: starts.slice(0, n), ends: ends.slice(0, n) };
}

/** A domain as one word, told from others by the sign before it. */
function whole(text: string, from: number, to: number, add: (hash: number, from: number, to: number) => void): void {
  const { letter } = tables();
  let hash = BASIS;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    hash = step(hash, letter[code] || code);
  }
  if (to - from > 2) add(hash, from + 1, to);
}
function hostEnd(text: string, from: number): number {
  let to = from;
  while (to < text.length && to - from < 255 && /[\w.-]/.test(text[to] as string)) to++;
  return to;
}

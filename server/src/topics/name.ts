import { cut } from '../base/text.ts';
import { UNSPACED, type Word } from './terms.ts';

type Phrase = { stems: string[]; n: number; written: Map<string, number> };
const MOST_WORDS = 3;
/** Words of a name altogether; a label that is longer says less. */
const LONGEST = 5;
const SHARE = 0.2;

/** What a group may be called: the one or two phrases that stand in much of it and seldom elsewhere, as customers write them. */
export function nameOf(own: readonly Word[][], others: Others): string {
  const mine = phrasesOf(own);
  const candidates = [...mine.values()].filter(({ n }) => n >= 2 && n >= own.length * SHARE * 0.5);
  const scored = candidates
    .map((one) => {
      const share = one.n / own.length;
      const rest = ((others.counts.get(one.stems.join(' ')) ?? 0) + 0.5) / (others.n + 1);
      const lift = Math.log(Math.max(1, share / rest));
      return { ...one, share, score: share * lift * (1 + 0.4 * (one.stems.length - 1)) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.stems.join(' ').localeCompare(b.stems.join(' ')));
  const chosen: typeof scored = [];
  for (const one of scored) {
    const words = chosen.reduce((sum, { stems }) => sum + stems.length, 0);
    if (chosen.length === 2 || words + one.stems.length > LONGEST) break;
    const known = new Set(chosen.flatMap(({ stems }) => stems));
    if (one.stems.some((stem) => known.has(stem))) continue;
    if (chosen[0] && (one.share < SHARE || one.score < chosen[0].score * 0.4)) break;
    chosen.push(one);
  }
  return spoken(chosen.map(({ written }) => usual(written)));
}

/** Listed as their script lists, and beginning as a sentence does. */
function spoken(phrases: string[]): string {
  const all = phrases.join(' ');
  const between = /\p{Script=Arabic}/u.test(all) ? '، ' : UNSPACED.test(all) ? '、' : ', ';
  const name = cut(phrases.join(between), 120);
  const [first = ''] = name;
  return first.toUpperCase() + name.slice(first.length);
}
const usual = (written: Map<string, number>): string =>
  [...written].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0]?.[0] ?? '';

/** Phrases of up to three words that begin and end with one that means something; each conversation counts once. */
function* phrasesIn(words: readonly Word[]): Generator<{ stems: string[]; written: string }> {
  for (let i = 0; i < words.length; i++) {
    if (words[i]?.stop) continue;
    for (let size = 1; size <= MOST_WORDS && i + size <= words.length; size++) {
      const run = words.slice(i, i + size);
      if (run.at(-1)?.stop) continue;
      const between = run.every(({ written }) => UNSPACED.test(written)) ? '' : ' ';
      yield {
        stems: run.map(({ stem }) => stem),
        written: run.map(({ written }) => written).join(between),
      };
    }
  }
}
function phrasesOf(all: readonly Word[][]): Map<string, Phrase> {
  const found = new Map<string, Phrase>();
  for (const words of all) {
    const seen = new Set<string>();
    for (const { stems, written } of phrasesIn(words)) {
      const key = stems.join(' ');
      const known = found.get(key) ?? { stems, n: 0, written: new Map<string, number>() };
      if (!seen.has(key)) known.n++;
      seen.add(key);
      known.written.set(written, (known.written.get(written) ?? 0) + 1);
      found.set(key, known);
    }
  }
  return found;
}
/** In how many of these a phrase stands; counted once, for every group that is named. */
export type Others = { n: number; counts: ReadonlyMap<string, number> };
export function othersOf(all: readonly Word[][]): Others {
  const counts = new Map<string, number>();
  for (const words of all) {
    const seen = new Set<string>();
    for (const { stems } of phrasesIn(words)) seen.add(stems.join(' '));
    for (const key of seen) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return { n: all.length, counts };
}

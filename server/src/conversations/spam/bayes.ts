import { type Features, SIZE } from './features.ts';

/** What was learned: in how many mails of each kind, and how often each feature in them (two counts a feature, spam first). */
export type Model = { spam: number; good: number; counts: Uint16Array };

/** Below this many of each kind nothing is said: a few mails teach prejudice. */
export const ENOUGH = 20;
const STRONG = 150; // features that are weighed: the ones that say most
const WEAK = 0.1; // a feature this near to a half says nothing
const DOUBT = 0.45; // how much a feature is taken for neutral before it was seen (Robinson)

export const empty = (): Model => ({ spam: 0, good: 0, counts: new Uint16Array(SIZE * 2) });
export const isEnough = (model: { spam: number; good: number }): boolean =>
  model.spam >= ENOUGH && model.good >= ENOUGH;

/** Adds (or takes back) one mail. Counts never pass their ends, so a model is always one that mails could have made. */
export function count(model: Model, ids: Uint16Array, spam: boolean, by: 1 | -1): void {
  if (spam) model.spam = Math.max(0, model.spam + by);
  else model.good = Math.max(0, model.good + by);
  for (const id of ids) {
    const at = id * 2 + (spam ? 0 : 1);
    const next = (model.counts[at] as number) + by;
    if (next >= 0 && next <= 0xffff) model.counts[at] = next;
  }
}

/** How much one feature speaks for spam, from 0 to 1. */
function chance(model: Model, id: number): number {
  const spam = model.counts[id * 2] as number;
  const good = model.counts[id * 2 + 1] as number;
  const n = spam + good;
  if (n === 0) return 0.5;
  const [s, g] = [spam / model.spam, good / model.good];
  return (DOUBT * 0.5 + n * (s / (s + g))) / (DOUBT + n);
}

/** The chance that so large a sum came by accident: chi-square with an even number of degrees of freedom. */
function accident(half: number, pairs: number): number {
  let term = Math.exp(-half);
  let sum = term;
  for (let i = 1; i < pairs; i++) {
    term *= half / i;
    sum += term;
  }
  return Math.min(1, sum);
}

/**
 * How much a mail resembles what was marked as spam, from 0 to 1, with the words that say so most. Fisher's way of combining (as Gary
 * Robinson described it for mail): where the words disagree, or there are few, it stays near a half instead of being sure of something.
 */
export function resemblance(model: Model, features: Features): { p: number; words: string[] } {
  if (!isEnough(model)) return { p: 0.5, words: [] };
  const telling: { chance: number; at: number }[] = [];
  for (let at = 0; at < features.ids.length; at++) {
    const one = chance(model, features.ids[at] as number);
    if (Math.abs(one - 0.5) > WEAK) telling.push({ chance: one, at });
  }
  telling.sort((a, b) => Math.abs(b.chance - 0.5) - Math.abs(a.chance - 0.5) || a.at - b.at);
  if (telling.length > STRONG) telling.length = STRONG;
  let [forSpam, forGood] = [0, 0];
  for (const { chance: one } of telling) {
    forSpam -= Math.log(1 - one);
    forGood -= Math.log(one);
  }
  const n = telling.length;
  const p = n === 0 ? 0.5 : (1 + accident(forGood, n) - accident(forSpam, n)) / 2;
  const words = telling
    .filter((one) => one.chance > 0.5 === p > 0.5)
    .slice(0, 8)
    .map(({ at }) => features.text.slice(features.starts[at], features.ends[at]));
  return { p, words };
}

import type { Vectors } from './vectors.ts';

/** A graph: the neighbours of each, in both directions, with how alike they are. */
export type Graph = { n: number; from: Uint32Array; to: Uint32Array; weights: Float32Array };

/** Neighbours of each that are kept, and how alike they must be at least. */
const NEIGHBOURS = 10;
const ALIKE = 0.18;
/** By its most telling terms each looks for others; in a term that many have, at so many of those that stand next to it there. */
const TELLING = 14;
const LOOKED = 400;
/** So many of those found are compared by all they say. */
const COMPARED = 40;

/**
 * Who is most like whom, kept where either finds the other. They are found through the terms they share (an index from term to
 * conversations); a term of thousands is looked at in part, so that fifty thousand cost seconds and not minutes.
 */
export function graphOf(v: Vectors): Graph {
  const { n } = v;
  const starts = new Uint32Array(v.often.length + 1);
  for (const term of v.terms) starts[term + 1] = (starts[term + 1] ?? 0) + 1;
  for (let i = 0; i < v.often.length; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  const next = starts.slice();
  const docs = new Uint32Array(v.terms.length);
  const weights = new Float32Array(v.terms.length);
  const places = new Uint32Array(v.terms.length);
  for (let doc = 0; doc < n; doc++)
    for (let at = v.from[doc] as number; at < (v.from[doc + 1] as number); at++) {
      const term = v.terms[at] as number;
      const place = next[term] as number;
      next[term] = place + 1;
      places[at] = place;
      docs[place] = doc;
      weights[place] = v.weights[at] as number;
    }
  const score = new Float32Array(n);
  const mine = new Float32Array(v.often.length);
  const pairs: [number, number, number][] = [];
  const touched: number[] = [];
  for (let doc = 0; doc < n; doc++) {
    const [begin, end] = [v.from[doc] as number, v.from[doc + 1] as number];
    touched.length = 0;
    for (let at = begin; at < end && at < begin + TELLING; at++) {
      const term = v.terms[at] as number;
      const [first, last] = [starts[term] as number, starts[term + 1] as number];
      const from = Math.max(first, Math.min((places[at] as number) - LOOKED / 2, last - LOOKED));
      for (let place = from; place < last && place < from + LOOKED; place++) {
        const other = docs[place] as number;
        if (other === doc) continue;
        const had = score[other] as number;
        if (had === 0) touched.push(other);
        score[other] = had + (v.weights[at] as number) * (weights[place] as number);
      }
    }
    const found = touched.length > COMPARED ? best(touched, score, COMPARED) : touched.slice();
    for (const other of touched) score[other] = 0;
    for (let at = begin; at < end; at++) mine[v.terms[at] as number] = v.weights[at] as number;
    const near: number[] = [];
    for (const other of found) {
      let sum = 0;
      for (let at = v.from[other] as number; at < (v.from[other + 1] as number); at++)
        sum += (v.weights[at] as number) * (mine[v.terms[at] as number] as number);
      score[other] = sum;
      if (sum >= ALIKE) near.push(other);
    }
    for (const other of best(near, score, NEIGHBOURS)) pairs.push([doc, other, score[other] as number]);
    for (const other of found) score[other] = 0;
    for (let at = begin; at < end; at++) mine[v.terms[at] as number] = 0;
  }
  return graph(n, pairs);
}

/** The highest of them, of equals the earlier. Most are lower than those kept, and cost one look: sorting thousands would cost most of all. */
function best(some: readonly number[], score: Float32Array, most: number): number[] {
  const kept: number[] = [];
  for (const one of some) {
    const mine = score[one] as number;
    const last = kept.length === most ? (kept.at(-1) as number) : -1;
    if (last >= 0 && (mine < (score[last] as number) || (mine === score[last] && one > last))) continue;
    let at = kept.length === most ? most - 1 : kept.length;
    for (; at > 0; at--) {
      const before = kept[at - 1] as number;
      if ((score[before] as number) > mine || (score[before] === mine && before < one)) break;
      kept[at] = before;
    }
    kept[at] = one;
  }
  return kept;
}

/** Both directions, each pair once; whom both find counts twice. */
function graph(n: number, pairs: [number, number, number][]): Graph {
  const sums = new Map<number, number>();
  for (const [a, b, weight] of pairs) {
    const key = a < b ? a * n + b : b * n + a;
    sums.set(key, (sums.get(key) ?? 0) + weight / 2);
  }
  const from = new Uint32Array(n + 1);
  for (const key of sums.keys()) {
    const [a, b] = [Math.floor(key / n), key % n];
    from[a + 1] = (from[a + 1] ?? 0) + 1;
    from[b + 1] = (from[b + 1] ?? 0) + 1;
  }
  for (let i = 0; i < n; i++) from[i + 1] = (from[i + 1] ?? 0) + (from[i] ?? 0);
  const next = from.slice();
  const to = new Uint32Array(from[n] as number);
  const weights = new Float32Array(to.length);
  for (const [key, weight] of sums) {
    const [a, b] = [Math.floor(key / n), key % n];
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const place = next[one] as number;
      next[one] = place + 1;
      to[place] = other;
      weights[place] = weight;
    }
  }
  return { n, from, to, weights };
}

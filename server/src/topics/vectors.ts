/** Terms of each conversation as numbers, with weights that come to length 1: what stands in few tells more than what stands in many. */
export type Vectors = {
  n: number;
  /** Where the terms of each begin; one more than there are. */
  from: Uint32Array;
  terms: Uint32Array;
  weights: Float32Array;
  /** In how many a term stands. */
  often: Uint32Array;
  /** The terms by their numbers. */
  names: string[];
};

/** The terms that tell most of one conversation; a long one has no more to say in a comparison. */
const MOST = 40;
/** How much words count that nobody else has: typing errors and names are among them. */
const ALONE = 0.5;

/** Takes conversations one by one and keeps numbers alone: fifty thousand with their words would be hundreds of megabytes. */
export function collector(): { add: (terms: ReadonlyMap<string, number>) => void; vectors: () => Vectors } {
  const numbers = new Map<string, number>();
  const pair: boolean[] = [];
  const counts: number[] = [];
  const kept: { terms: Uint32Array; times: Uint8Array }[] = [];
  const add = (terms: ReadonlyMap<string, number>): void => {
    const mine = new Uint32Array(terms.size);
    const times = new Uint8Array(terms.size);
    let at = 0;
    for (const [term, often] of terms) {
      let number = numbers.get(term);
      if (number === undefined) {
        number = counts.length;
        numbers.set(term, number);
        counts.push(0);
        pair.push(term.includes(' '));
      }
      counts[number] = (counts[number] ?? 0) + 1;
      mine[at] = number;
      times[at++] = Math.min(often, 255);
    }
    kept.push({ terms: mine, times });
  };
  return { add, vectors: () => weigh(kept, counts, pair, [...numbers.keys()]) };
}

function weigh(
  kept: readonly { terms: Uint32Array; times: Uint8Array }[],
  counts: number[],
  pair: boolean[],
  names: string[],
): Vectors {
  const n = kept.length;
  const from = new Uint32Array(n + 1);
  const terms: number[] = [];
  const weights: number[] = [];
  // What stands once is like nothing else; what stands nearly everywhere tells nothing.
  const most = Math.max(40, n * 0.25);
  for (const [i, mine] of kept.entries()) {
    const scored: [number, number][] = [];
    let alone = 0;
    for (const [at, number] of mine.terms.entries()) {
      const often = counts[number] as number;
      if (often > most) continue;
      // Two words together say more than each, but they stand there with both already.
      const share = pair[number] ? 0.7 : 1;
      const weight = share * (1 + Math.log(mine.times[at] as number)) * Math.log((n + 1) / often);
      if (often > 1) scored.push([number, weight]);
      // A word of its own finds nobody, but it makes a letter less like those with which it shares a closing sentence.
      else if (!pair[number]) alone += weight * weight;
    }
    scored.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    scored.length = Math.min(scored.length, MOST);
    const length = Math.sqrt(scored.reduce((sum, [, weight]) => sum + weight * weight, ALONE * alone)) || 1;
    for (const [number, weight] of scored) {
      terms.push(number);
      weights.push(weight / length);
    }
    from[i + 1] = terms.length;
  }
  return {
    n,
    from,
    terms: Uint32Array.from(terms),
    weights: Float32Array.from(weights),
    often: Uint32Array.from(counts),
    names,
  };
}

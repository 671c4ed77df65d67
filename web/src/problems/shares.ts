/** Parts in whole numbers that come to `sum`, as large beside each other as `of` says, each at least 1. */
function parted(of: number[], sum: number): number[] {
  const all = of.reduce((a, b) => a + b, 0) || 1;
  const exact = of.map((one) => (one / all) * sum);
  const out = exact.map((one) => Math.max(1, Math.floor(one)));
  const left = (): number => sum - out.reduce((a, b) => a + b, 0);
  const byRest = exact.map((one, i) => ({ i, rest: one % 1 })).sort((a, b) => b.rest - a.rest);
  for (const { i } of byRest) if (left() > 0) out[i] = (out[i] ?? 0) + 1;
  // Where small ones were lifted to 1, the largest gives.
  while (left() < 0) {
    const most = out.indexOf(Math.max(...out));
    out[most] = (out[most] ?? 0) - 1;
  }
  return out;
}

/** Weights in hundredths, 100 in all. */
export const hundredths = (weights: number[]): number[] => parted(weights, 100);

/** One gets the share that is said, and the others keep what they have beside each other: it stays 100 in all. */
export function withShare(shares: number[], at: number, wanted: number): number[] {
  const others = shares.filter((_, i) => i !== at);
  const mine = Math.min(100 - others.length, Math.max(1, Math.round(wanted)));
  return parted(others, 100 - mine).toSpliced(at, 0, mine);
}

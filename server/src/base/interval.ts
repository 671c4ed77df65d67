/**
 * How far a figure from few can be trusted: it stands beside the figure, with how many that rests on.
 */

const Z = 1.959964; // 95 %, two-sided

/**
 * Between which shares the true one lies, with 95 %, when `hits` of `n` said yes. Wilson (1927), "Probable inference, the law of
 * succession, and statistical inference", JASA 22; Brown, Cai and DasGupta (2001) recommend it for small n, and it never leaves 0 to 1.
 */
export function wilson(hits: number, n: number): { share: number; low: number; high: number } {
  const share = hits / n;
  const spread = 1 + Z ** 2 / n;
  const middle = (share + Z ** 2 / (2 * n)) / spread;
  const half = (Z / spread) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Student's t for 95 %, after Cornish and Fisher; at 9 degrees of freedom 2.258 instead of 2.262. */
export const student = (free: number): number =>
  Z + (Z ** 3 + Z) / (4 * free) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * free ** 2);

import type { SurveyKind, SurveyPart } from '@hearten/contract';

/** Fewer than this give no figure, only "too few yet". */
export const LEAST = 10;
const Z = 1.959964; // 95 %, two-sided

/** Between which shares the true one lies, with 95 % (Wilson 1927): for few, too, and never below 0 or above 1. */
export function shareOf(hits: number, n: number): { share: number; low: number; high: number } {
  const share = hits / n;
  const spread = 1 + Z ** 2 / n;
  const middle = (share + Z ** 2 / (2 * n)) / spread;
  const half = (Z / spread) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * CSAT and CES are shares. NPS is a difference of two shares of the same people: its variance is that of a value of 1, 0 or -1 (Rocks 2016),
 * with three more answers put in (three quarters for, three quarters against), which keeps its interval honest for few (Agresti and Min 2005, adjusted Wald).
 */
export function scoreOf(
  kind: SurveyKind,
  { scored: n, high, low }: { scored: number; high: number; low: number },
): NonNullable<SurveyPart['score']> {
  if (kind !== 'nps') {
    const { share, low: from, high: to } = shareOf(high, n);
    return { value: share, low: from, high: to };
  }
  const value = (high - low) / n;
  const [more, up, down] = [n + 3, high + 0.75, low + 0.75];
  const middle = (up - down) / more;
  const half = Z * Math.sqrt(((up + down) / more - middle ** 2) / more);
  return { value, low: Math.max(-1, middle - half), high: Math.min(1, middle + half) };
}

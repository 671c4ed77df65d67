/** `hits` of `hits + misses` at these values of the terms. */
export type Cell = { terms: number[]; hits: number; misses: number };
export type Fit = { at: number[]; covariance: number[][]; spread: number; settled: boolean };

const ROUNDS = 60;

/**
 * Logistic regression on counts, each coefficient with a normal prior around nought (`deviations`, in log odds): with few reporters a
 * plain fit runs to infinity, or takes a wave of chance for a season (weakly informative priors: Gelman, Jakulin, Pittau and Su, Ann.
 * Appl. Stat. 2(4), 2008). Newton's steps to the mode; the covariance is the inverse of the curvature there, times how much more the
 * weeks scatter than a binomial does (Pearson's chi-square by its degrees of freedom, never below one: McCullagh and Nelder, Generalized
 * Linear Models, 4.5). Columns with a deviation of Infinity are free.
 */
export function fit(cells: Cell[], deviations: number[]): Fit {
  const size = deviations.length;
  const precision = deviations.map((one) => (Number.isFinite(one) ? 1 / one ** 2 : 1e-6));
  let at = new Array<number>(size).fill(0);
  let settled = false;
  for (let round = 0; round < ROUNDS && !settled; round++) {
    const { slope, curve } = look(cells, at, precision);
    const step = times(inverse(curve), slope);
    // Half a step where a whole one would be wild: the log likelihood is flat far out.
    const longest = Math.max(...step.map(Math.abs));
    const scale = longest > 3 ? 3 / longest : 1;
    at = at.map((one, i) => one + scale * (step[i] ?? 0));
    settled = longest < 1e-8;
  }
  const { curve } = look(cells, at, precision);
  const spread = spreadOf(cells, at, size);
  return { at, covariance: inverse(curve).map((row) => row.map((one) => one * spread)), spread, settled };
}

const dot = (a: number[], b: number[]): number => a.reduce((sum, one, i) => sum + one * (b[i] ?? 0), 0);
export const times = (matrix: number[][], by: number[]): number[] => matrix.map((row) => dot(row, by));
const chance = (terms: number[], at: number[]): number => 1 / (1 + Math.exp(-dot(terms, at)));

function look(cells: Cell[], at: number[], precision: number[]): { slope: number[]; curve: number[][] } {
  const slope = at.map((one, i) => -(precision[i] ?? 0) * one);
  const curve = at.map((_, i) => at.map((__, j) => (i === j ? (precision[i] ?? 0) : 0)));
  for (const { terms, hits, misses } of cells) {
    const n = hits + misses;
    if (n === 0) continue;
    const p = chance(terms, at);
    const weight = n * p * (1 - p);
    terms.forEach((x, i) => {
      if (x === 0) return;
      slope[i] = (slope[i] ?? 0) + x * (hits - n * p);
      const row = curve[i] as number[];
      terms.forEach((y, j) => {
        row[j] = (row[j] ?? 0) + weight * x * y;
      });
    });
  }
  return { slope, curve };
}

/** Only cells in which something was to be expected say how much they scatter. */
function spreadOf(cells: Cell[], at: number[], size: number): number {
  let [sum, n] = [0, 0];
  for (const { terms, hits, misses } of cells) {
    const all = hits + misses;
    const p = chance(terms, at);
    if (all * p < 0.5 || all * (1 - p) < 0.5) continue;
    sum += (hits - all * p) ** 2 / (all * p * (1 - p));
    n++;
  }
  return n > size ? Math.max(1, sum / (n - size)) : 1;
}

/** By Gauss and Jordan, with the largest of what is left as pivot; what is inverted here has a prior and so is never singular. */
export function inverse(matrix: number[][]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...matrix.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    const chosen = rows[pivot] as number[];
    rows[pivot] = rows[column] as number[];
    const by = chosen[column] as number;
    const scaled = chosen.map((one) => one / by);
    rows[column] = scaled;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const old = rows[row] as number[];
      const factor = old[column] as number;
      if (factor !== 0) rows[row] = old.map((one, i) => one - factor * (scaled[i] as number));
    }
  }
  return rows.map((row) => row.slice(size));
}

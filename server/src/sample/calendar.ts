const HOUR = 3_600_000;
// When people write to a shop: little at night, most before noon, a second wave in the evening; Mondays are the busiest.
const hours = [2, 1, 1, 1, 1, 2, 4, 7, 11, 14, 15, 14, 12, 12, 13, 13, 12, 10, 9, 9, 10, 9, 6, 4];
const days = [4, 14, 13, 12, 12, 10, 5]; // Sunday first

/** Moments between two others, one for each place in the row, ascending; growing towards the end as a shop's mail does. */
export function calendar(from: number, until: number): (share: number) => number {
  const steps = Math.max(1, Math.floor((until - from) / HOUR));
  const sums = new Float64Array(steps + 1);
  for (let i = 0; i < steps; i++) {
    const at = new Date(from + i * HOUR);
    const weight = (hours[at.getUTCHours()] as number) * (days[at.getUTCDay()] as number) * (0.6 + (0.8 * i) / steps);
    sums[i + 1] = (sums[i] as number) + weight;
  }
  const total = sums[steps] as number;
  return (share) => {
    const wanted = share * total;
    let low = 0;
    let high = steps;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) <= wanted) low = middle;
      else high = middle;
    }
    const width = (sums[low + 1] as number) - (sums[low] as number);
    return Math.floor(from + (low + (width > 0 ? (wanted - (sums[low] as number)) / width : 0)) * HOUR);
  };
}

import { hash } from 'node:crypto';

/** How many rows, and a sum of their hashes: the same for the same rows in whatever order. */
export type Sum = { rows: number; lanes: [number, number, number] };
const LANE = 2 ** 48;

export const emptySum = (): Sum => ({ rows: 0, lanes: [0, 0, 0] });

export function addRow(sum: Sum, row: Buffer): void {
  const digest = hash('sha256', row, 'buffer');
  sum.rows++;
  for (const lane of [0, 1, 2] as const) sum.lanes[lane] = (sum.lanes[lane] + digest.readUIntBE(lane * 6, 6)) % LANE;
}
export const printSum = ({ lanes }: Sum): string => lanes.map((lane) => lane.toString(16).padStart(12, '0')).join('');

/** Gives out whole rows of a COPY as text: no row holds a line feed but its own end. */
export function rowsOf(each: (row: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer | null = null;
  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, at);
      each(rest ? Buffer.concat([rest, piece]) : piece);
      rest = null;
      from = at + 1;
    }
    if (from < chunk.length) {
      const left = chunk.subarray(from);
      rest = rest ? Buffer.concat([rest, left]) : Buffer.from(left);
    }
  };
}

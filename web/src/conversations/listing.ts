import type { ConversationRow } from '@hearten/contract';
import { before } from '../patch.ts';
import type { Landmarks } from './data.ts';

/** A part of a list below what is loaded from its top: how long it is, as far as one knows, and its rows when they are here. */
export type Part = { cursor: string; from: number; length: number; rows: ConversationRow[] | undefined };
export type Listing = {
  length: number;
  /** Those that are here. */
  here: ConversationRow[];
  /** Undefined: it is there, but not here yet. */
  at: (index: number) => ConversationRow | undefined;
  /** -1: not among those that are here. */
  indexOf: (which: { id?: string | undefined; number?: number | undefined }) => number;
  /** Those of a stretch that are here. */
  between: (from: number, to: number) => ConversationRow[];
};

/** The parts that begin at landmarks, one behind the other; one that was fetched is as long as it was found to be. */
export const partsOf = (
  marks: Landmarks | null | undefined,
  start: number,
  rowsAt: (cursor: string) => ConversationRow[] | undefined,
  lengthAt: (cursor: string) => number | undefined,
): Part[] => {
  if (!marks) return [];
  let from = start;
  return [marks.after, ...marks.cursors].flatMap((cursor, i) => {
    const rows = rowsAt(cursor);
    const guess = i < marks.cursors.length ? marks.every : marks.count - marks.every * marks.cursors.length;
    const part = { cursor, from, length: rows?.length ?? lengthAt(cursor) ?? guess, rows };
    from += part.length;
    return part.length > 0 ? [part] : [];
  });
};
/** What is loaded from the top, as far as the parts don't say it. */
export const headOf = (rows: ConversationRow[], marks: Landmarks | null | undefined): ConversationRow[] => {
  if (!marks) return rows;
  const end = rows.findIndex((r) => r.id !== marks.last.id && before(marks.last, r));
  return end === -1 ? rows : rows.slice(0, end);
};

/** A list as long as it is, of which some is here. */
export const listingOf = (head: ConversationRow[], parts: Part[]): Listing => {
  const last = parts.at(-1);
  const here: [number, ConversationRow[]][] = [
    [0, head],
    ...parts.flatMap((p): [number, ConversationRow[]][] => (p.rows ? [[p.from, p.rows]] : [])),
  ];
  let places: Map<string | number, number> | undefined;
  const partAt = (index: number): Part | undefined => {
    let [low, high] = [0, parts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((parts[middle]?.from ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return parts[low];
  };
  const at = (index: number): ConversationRow | undefined => {
    if (index < 0) return undefined;
    if (index < head.length) return head[index];
    const part = partAt(index);
    return part?.rows?.[index - part.from];
  };
  return {
    length: last ? last.from + last.length : head.length,
    here: here.flatMap(([, rows]) => rows),
    at,
    indexOf: ({ id, number }) => {
      if (!places) {
        places = new Map();
        for (const [from, rows] of here)
          for (const [i, r] of rows.entries()) {
            if (!places.has(r.id)) places.set(r.id, from + i).set(r.number, from + i);
          }
      }
      return places.get(id ?? number ?? '') ?? -1;
    },
    between: (from, to) => {
      const out: ConversationRow[] = [];
      for (let i = from; i < to; i++) {
        const row = at(i);
        if (row) out.push(row);
      }
      return out;
    },
  };
};

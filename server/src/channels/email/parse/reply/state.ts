import type { Line } from './lines.ts';

/** What a line is to the reader: newly written, quoted, the announcement of a quote, signature, or blank. */
export type LineKind = 'text' | 'quote' | 'header' | 'signature' | 'blank';

/** The mail while it is being sorted: `keep` says what stays, `end` where the new part ends at the latest. */
export type State = { lines: readonly Line[]; kinds: LineKind[]; end: number; keep: boolean[] };

export function hide(state: State, from: number, to: number): void {
  for (let i = Math.max(0, from); i < to; i++) state.keep[i] = false;
}

export const hasText = (state: State, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (state.kinds[i] === 'text') return true;
  return false;
};

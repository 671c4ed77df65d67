import { cutRest } from './cut-rest.ts';
import { cutSignature } from './cut-signature.ts';
import { judgeQuotes } from './judge-quotes.ts';
import { isBlank, type Line } from './lines.ts';
import { headerBlockAt, mayEndHeader, quoteHeaderAt, separatorOf } from './quote-header.ts';
import type { State } from './state.ts';

export type Split = { keep: boolean[]; found: boolean };

/**
 * Decides line by line what is new. Order matters: forwards are kept whole; below a header block everything is old;
 * quotes are judged by what stands around them; signatures go last, from what is left.
 */
export function splitReply(lines: readonly Line[], isForward: boolean): Split {
  const forwardAt = isForward ? firstForward(lines, true) : firstForward(lines, false);
  const state: State = { lines, kinds: [], end: lines.length, keep: lines.map(() => true) };
  if (forwardAt >= 0) state.end = forwardAt;
  label(state);
  cutRest(state, forwardAt < 0);
  judgeQuotes(state, forwardAt >= 0);
  if (forwardAt < 0) cutSignature(state);
  const found = state.keep.some((k, i) => !k && !isBlank(lines[i]));
  return { keep: state.keep, found };
}

/** Index of the line a forward begins with; -1 when this is none. */
function firstForward(lines: readonly Line[], bySubject: boolean): number {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (!line || line.depth > 0) continue;
    const separator = separatorOf(line.text);
    if (separator === 'forwarded') return i;
    if (bySubject && (separator === 'original' || line.mark === 'rest' || headerBlockAt(lines, i) >= 3)) return i;
  }
  return -1;
}

function label(state: State): void {
  const { lines, kinds, end } = state;
  // the next line a quote header could end with
  let ending = -1;
  for (let i = 0; i < end; i++) {
    while (ending < i || (ending < end && !mayEndHeader(lines[ending]?.text ?? ''))) ending++;
    const line = lines[i];
    if (!line) break;
    if (isBlank(line)) kinds[i] = line.depth > 0 ? 'quote' : 'blank';
    else if (line.depth > 0) kinds[i] = 'quote';
    else if (line.mark === 'signature') kinds[i] = 'signature';
    else if (line.mark === 'header') kinds[i] = 'header';
    else {
      const span = ending <= i + 4 ? quoteHeaderAt(lines, i) : 0;
      if (span > 0) {
        for (let k = 0; k < span && i + k < end; k++) kinds[i + k] = 'header';
        i += span - 1;
      } else kinds[i] = 'text';
    }
  }
  // a line between quoted lines, without a blank around it, was wrapped off its quote
  for (let i = 1; i + 1 < end; i++) {
    if (kinds[i] !== 'text' || kinds[i - 1] !== 'quote' || kinds[i + 1] !== 'quote') continue;
    const before = lines[i - 1]?.text ?? '';
    const text = lines[i]?.text ?? '';
    if (text.length < 80 && !/[.!?:]$/.test(text.trim()) && (before.length > 55 || /https?:|>\s*$/.test(text)))
      kinds[i] = 'quote';
  }
}

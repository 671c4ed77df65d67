import { isBlank } from './lines.ts';
import { headerBlockAt, separatorOf } from './quote-header.ts';
import { isAppLine } from './signature.ts';
import { hide, type LineKind, type State } from './state.ts';

/** Below a header block, "Original Message", or an unmarked quote header, nothing is new, unless all of it is below. */
export function cutRest(state: State, cutSeparators: boolean): void {
  const { lines, kinds } = state;
  const next = nextSolid(state);
  let written = false;
  for (let i = 0; i < state.end; i++) {
    const line = lines[i];
    if (i > 0 && kinds[i - 1] === 'text') written = true;
    if (!line || kinds[i] === 'quote' || kinds[i] === 'blank') continue;
    let length = 0;
    if (line.mark === 'rest') length = 1;
    else if (kinds[i] === 'header') length = next[i] === 'quote' || next[i] === undefined ? 0 : headerRun(state, i);
    else if (kinds[i] === 'text') {
      const separator = separatorOf(line.text);
      if (separator === 'above' || (separator === 'original' && cutSeparators)) length = 1;
      else length = headerBlockAt(lines, i);
      if (length === 0 && written && isBlank(lines[i - 1]) && isAppLine(line.text)) {
        hide(state, i, state.end);
        state.end = i;
        return;
      }
    }
    if (length === 0) {
      if (kinds[i] === 'header') i += headerRun(state, i) - 1;
      continue;
    }
    if (written) {
      const from = absorbRules(state, i);
      hide(state, from, state.end);
      state.end = from;
      return;
    }
    // nothing stands above: the old mail's marks were lost, and all there is to show is below
    const from = absorbRules(state, i);
    hide(state, from, Math.min(state.end, i + length));
    for (let k = from; k < i + length && k < state.end; k++) kinds[k] = 'header';
    i += length - 1;
  }
}

function headerRun(state: State, i: number): number {
  let n = 0;
  while (state.kinds[i + n] === 'header' && i + n < state.end) n++;
  return Math.max(1, n);
}

/** For every line the kind of the next one at or below it that is quote, text or signature. */
function nextSolid(state: State): (LineKind | undefined)[] {
  const next: (LineKind | undefined)[] = new Array(state.end);
  let solid: LineKind | undefined;
  for (let i = state.end - 1; i >= 0; i--) {
    const kind = state.kinds[i];
    if (kind === 'quote' || kind === 'text' || kind === 'signature') solid = kind;
    next[i] = solid;
  }
  return next;
}

/** Rules and blank lines right above a cut belong to it. */
function absorbRules(state: State, index: number): number {
  let from = index;
  for (let i = index - 1; i >= 0 && i >= index - 6; i--) {
    const text = state.lines[i]?.text ?? '';
    if (isBlank(state.lines[i])) continue;
    const separator = separatorOf(text);
    if (separator === 'rule' || separator === 'original') from = i;
    else break;
  }
  return from;
}

import { isBlank } from './lines.ts';
import { isAppLine, isDelimiter, isDisclaimer, looksLikeContact } from './signature.ts';
import { hide, type State } from './state.ts';

const MAX_TAIL = 60;

/** Signature and small print, from the end of what is left. */
export function cutSignature(state: State): void {
  const { lines, keep, kinds } = state;
  const left: number[] = [];
  for (let i = 0; i < state.end; i++) if (keep[i]) left.push(i);
  const textAt = left.findIndex((i) => kinds[i] === 'text');
  if (textAt < 0) return;
  for (const i of left) if (kinds[i] === 'signature') keep[i] = false;
  const lastQuote = left.findLast((i) => kinds[i] === 'quote') ?? -1;
  let cut = -1;
  for (let n = textAt; n < left.length; n++) {
    const i = left[n] ?? 0;
    const line = lines[i];
    if (!line || kinds[i] !== 'text') continue;
    if (n === textAt || i < lastQuote) continue;
    const delimiter = isDelimiter(line.text);
    if (delimiter === null && !isAppLine(line.text)) continue;
    if (delimiter === 'loose' && !shortTail(state, left, n + 1, /^[_—–]/.test(line.text.trim()))) continue;
    cut = i;
    break;
  }
  if (cut >= 0) hide(state, cut, state.end);
  cutDisclaimers(state);
}

/** Is what follows short enough for a signature? Under a rule of dashes it must also look like contact data. */
function shortTail(state: State, left: readonly number[], from: number, sure: boolean): boolean {
  if (left.length - from > MAX_TAIL) return false;
  const texts = left
    .slice(from)
    .map((i) => state.lines[i]?.text.trim() ?? '')
    .filter((t) => t !== '');
  if (texts.length === 0) return true;
  if (texts.length > 12 || texts.some((t) => t.length > 110)) return false;
  return sure ? texts.join(' ').length < 500 : texts.some(looksLikeContact);
}

function cutDisclaimers(state: State): void {
  const { lines, keep } = state;
  for (let guard = 0; guard < 8; guard++) {
    let to = state.end - 1;
    while (to >= 0 && (!keep[to] || isBlank(lines[to]))) to--;
    if (to < 0) return;
    let from = to;
    let text = '';
    while (from >= 0 && to - from <= MAX_TAIL && keep[from] && !isBlank(lines[from]))
      text = `${lines[from--]?.text.trim() ?? ''} ${text}`.slice(0, 6000);
    if (to - from > MAX_TAIL) return;
    if (!hasVisible(state, from) || !isDisclaimer(text.trim())) return;
    hide(state, from + 1, to + 1);
  }
}

function hasVisible(state: State, upTo: number): boolean {
  for (let i = 0; i <= upTo; i++) if (state.keep[i] && state.kinds[i] === 'text') return true;
  return false;
}

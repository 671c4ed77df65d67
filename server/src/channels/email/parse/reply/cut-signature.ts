import { isBlank } from './lines.ts';
import { isAppLine, isDelimiter, isDisclaimer, looksLikeContact } from './signature.ts';
import { hide, type State } from './state.ts';

/** Signature and small print, from the end of what is left. */
export function cutSignature(state: State): void {
  const { lines, keep, kinds } = state;
  const left: number[] = [];
  for (let i = 0; i < state.end; i++) if (keep[i]) left.push(i);
  const textAt = left.findIndex((i) => kinds[i] === 'text');
  if (textAt < 0) return;
  for (const i of left) if (kinds[i] === 'signature') keep[i] = false;
  let cut = -1;
  for (let n = textAt; n < left.length; n++) {
    const i = left[n] ?? 0;
    const line = lines[i];
    if (!line || kinds[i] !== 'text') continue;
    const delimiter = isDelimiter(line.text);
    if (delimiter === null ? !isAppLine(line.text) : false) continue;
    if (n === textAt) continue;
    if (delimiter === 'loose' && !shortTail(state, left.slice(n + 1), /^[_—–]/.test(line.text.trim()))) continue;
    if (kinds.slice(i + 1, state.end).some((k, j) => k === 'quote' && keep[i + 1 + j])) continue;
    cut = i;
    break;
  }
  if (cut >= 0) hide(state, cut, state.end);
  cutDisclaimers(state);
}

function shortTail(state: State, rest: number[], sure: boolean): boolean {
  const texts = rest.map((i) => state.lines[i]?.text.trim() ?? '').filter((t) => t !== '');
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
    while (from >= 0 && keep[from] && !isBlank(lines[from]))
      text = `${lines[from--]?.text.trim() ?? ''} ${text}`.slice(0, 6000);
    if (!hasVisible(state, from) || !isDisclaimer(text.trim())) return;
    hide(state, from + 1, to + 1);
  }
}

function hasVisible(state: State, upTo: number): boolean {
  for (let i = 0; i <= upTo; i++) if (state.keep[i] && state.kinds[i] === 'text') return true;
  return false;
}

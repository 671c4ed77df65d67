import { isBlank, type Line, lowerStart } from './lines.ts';
import { headerBlockAt, quoteHeaderAt, separatorOf } from './quote-header.ts';
import { isAppLine, isDelimiter, isDisclaimer, looksLikeContact } from './signature.ts';

/** What a line is to the reader: newly written, quoted, the announcement of a quote, signature, or blank. */
type Kind = 'text' | 'quote' | 'header' | 'signature' | 'blank';

export type Split = { keep: boolean[]; found: boolean };

type State = { lines: readonly Line[]; kinds: Kind[]; end: number; keep: boolean[] };

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
  for (let i = 0; i < end; i++) {
    const line = lines[i];
    if (!line) break;
    if (isBlank(line)) kinds[i] = line.depth > 0 ? 'quote' : 'blank';
    else if (line.depth > 0) kinds[i] = 'quote';
    else if (line.mark === 'signature') kinds[i] = 'signature';
    else if (line.mark === 'header') kinds[i] = 'header';
    else {
      const span = quoteHeaderAt(lines, i);
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
    if (text.length < 80 && !/[.!?:]$/.test(text.trim()) && (before.length > 55 || /https?:|>\s*$/.test(text))) kinds[i] = 'quote';
  }
}

function hide(state: State, from: number, to: number): void {
  for (let i = Math.max(0, from); i < to; i++) state.keep[i] = false;
}

const hasText = (state: State, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (state.kinds[i] === 'text') return true;
  return false;
};

/** Below a header block, "Original Message", or an unmarked quote header, nothing is new, unless all of it is below. */
function cutRest(state: State, cutSeparators: boolean): void {
  const { lines, kinds } = state;
  for (let i = 0; i < state.end; i++) {
    const line = lines[i];
    if (!line || kinds[i] === 'quote' || kinds[i] === 'blank') continue;
    let length = 0;
    if (line.mark === 'rest') length = 1;
    else if (kinds[i] === 'header') length = quotesFollow(state, i) ? 0 : headerRun(state, i);
    else if (kinds[i] === 'text') {
      const separator = separatorOf(line.text);
      if (separator === 'above' || (separator === 'original' && cutSeparators)) length = 1;
      else length = headerBlockAt(lines, i);
      if (length === 0 && isAppLine(line.text) && isBlank(lines[i - 1]) && hasText(state, 0, i)) {
        hide(state, i, state.end);
        state.end = i;
        return;
      }
    }
    if (length === 0) {
      if (kinds[i] === 'header') i += headerRun(state, i) - 1;
      continue;
    }
    if (hasText(state, 0, i)) {
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

function quotesFollow(state: State, header: number): boolean {
  for (let i = header; i < state.end; i++) {
    const kind = state.kinds[i];
    if (kind === 'quote') return true;
    if (kind === 'text' || kind === 'signature') return false;
  }
  return true;
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

type Run = { from: number; to: number; headed: boolean; cited: boolean };

function runsOf(state: State): Run[] {
  const runs: Run[] = [];
  let open: Run | null = null;
  let header = -1;
  for (let i = 0; i < state.end; i++) {
    const kind = state.kinds[i];
    if (state.keep[i] === false) continue;
    if (kind === 'quote') {
      if (!open) open = { from: header >= 0 ? header : i, to: i + 1, headed: header >= 0 || headedInside(state, i), cited: false };
      open.to = i + 1;
      open.cited ||= state.lines[i]?.cited ?? false;
      header = -1;
    } else if (kind === 'header') {
      if (open) runs.push(open);
      open = null;
      if (header < 0) header = i;
    } else if (kind === 'text' || kind === 'signature') {
      if (open) runs.push(open);
      open = null;
      header = -1;
    }
  }
  if (open) runs.push(open);
  return runs;
}

/** Apple Mail puts the header inside the quote. */
function headedInside(state: State, index: number): boolean {
  for (let i = index; i < Math.min(state.end, index + 3); i++) {
    const line = state.lines[i];
    if (!line || line.depth === 0) return false;
    if (isBlank(line)) continue;
    const bare = { ...line, text: line.text.replace(/^[\s>|]+/, ''), depth: 0 };
    const following = state.lines.slice(i + 1, i + 4).map((l) => ({ ...l, text: l.text.replace(/^[\s>|]+/, ''), depth: 0 }));
    return quoteHeaderAt([bare, ...following], 0) > 0;
  }
  return false;
}

/** Top-posted and bottom-posted quotes go; answers between quotes are kept together with what they answer. */
function judgeQuotes(state: State, forwardFollows: boolean): void {
  const runs = runsOf(state);
  const first = runs[0];
  const last = runs.at(-1);
  if (!first || !last) return;
  const before = hasText(state, 0, first.from);
  const after = hasText(state, last.to, state.end) && !onlyFooter(state, last.to);
  if (!after && (before || runs.length > 1) && !forwardFollows) {
    const trailing = hasText(state, 0, last.from) ? last : null;
    if (trailing) hide(state, trailing.from, state.end);
    runs.pop();
    if (runs.length === 0) return;
    if (!hasText(state, first.from, last.from)) {
      for (const run of runs) if (run.headed || run.cited) hide(state, run.from, run.to);
      return;
    }
    if (runs.length === 1 && !before && (first.headed || first.cited)) hide(state, first.from, first.to);
    return;
  }
  if (!before && !after) {
    hide(state, first.from, last.to);
    return;
  }
  if (runs.length === 1) {
    const closing = before && isClosing(state, last.to);
    if ((!before || closing) && (first.headed || first.cited)) hide(state, first.from, first.to);
  } else if (!hasText(state, first.from, last.from)) {
    for (const run of runs) if (run.headed || run.cited) hide(state, run.from, run.to);
  }
}

/** What follows the quote is only a signature or small print. */
function onlyFooter(state: State, from: number): boolean {
  let i = from;
  while (i < state.end && isBlank(state.lines[i])) i++;
  const text = state.lines[i]?.text ?? '';
  if (isDelimiter(text) === 'strict' || isAppLine(text)) return true;
  if (isDelimiter(text) === 'loose' && state.end - i < 12) return true;
  return isDisclaimer(paragraphAt(state, i).text) && !hasText(state, paragraphAt(state, i).to, state.end);
}

/** "Regards, Roman": a line or two under the quote that only close the letter. */
function isClosing(state: State, from: number): boolean {
  const rest: string[] = [];
  for (let i = from; i < state.end; i++) if (state.kinds[i] === 'text') rest.push(state.lines[i]?.text.trim() ?? '');
  return rest.length <= 3 && rest.join(' ').length < 70 && !/[?]/.test(rest.join(' ')) && CLOSING.test(lowerStart(rest[0] ?? '', 60));
}

const CLOSING =
  /^(best|kind|warm|many thanks|thanks|thank you|regards|cheers|sincerely|yours|mit freundlichen|viele grüße|beste grüße|liebe grüße|gruß|grüße|mfg|lg|vg|cordialement|bien à vous|merci|salutations|saludos|un saludo|gracias|atentamente|cordiali|saluti|distinti|grazie|atenciosamente|obrigad|abraço|cumprimentos|met vriendelijke|groet|mvg|bedankt|pozdrawiam|z poważaniem|dziękuję|с уважением|спасибо|з повагою|дякую|saygılarımla|teşekkür|よろしく|敬具|ありがとう|谢谢|此致|祝好|s pozdravem|děkuji|med vänlig|mvh|hälsningar|tack|med venlig|hilsen|tak|vennlig|takk|ystävällisin|terveisin|kiitos|감사)/;

function paragraphAt(state: State, from: number): { text: string; to: number } {
  let to = from;
  let text = '';
  while (to < state.end && !isBlank(state.lines[to]) && text.length < 3000) text += `${state.lines[to++]?.text.trim() ?? ''} `;
  return { text: text.trim(), to: Math.max(to, from + 1) };
}

/** Signature and small print, from the end of what is left. */
function cutSignature(state: State): void {
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
    while (from >= 0 && keep[from] && !isBlank(lines[from])) text = `${lines[from--]?.text.trim() ?? ''} ${text}`.slice(0, 6000);
    if (!hasVisible(state, from) || !isDisclaimer(text.trim())) return;
    hide(state, from + 1, to + 1);
  }
}

function hasVisible(state: State, upTo: number): boolean {
  for (let i = 0; i <= upTo; i++) if (state.keep[i] && state.kinds[i] === 'text') return true;
  return false;
}

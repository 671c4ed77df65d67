import { isBlank, lowerStart } from './lines.ts';
import { quoteHeaderAt } from './quote-header.ts';
import { isAppLine, isDelimiter, isDisclaimer } from './signature.ts';
import { hasText, hide, type State } from './state.ts';

type Run = { from: number; to: number; headed: boolean; cited: boolean };

function runsOf(state: State): Run[] {
  const runs: Run[] = [];
  let open: Run | null = null;
  let header = -1;
  for (let i = 0; i < state.end; i++) {
    const kind = state.kinds[i];
    if (state.keep[i] === false) continue;
    if (kind === 'quote') {
      if (!open)
        open = {
          from: header >= 0 ? header : i,
          to: i + 1,
          headed: header >= 0 || headedInside(state, i),
          cited: false,
        };
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
    const following = state.lines
      .slice(i + 1, i + 4)
      .map((l) => ({ ...l, text: l.text.replace(/^[\s>|]+/, ''), depth: 0 }));
    return quoteHeaderAt([bare, ...following], 0) > 0;
  }
  return false;
}

/** Top-posted and bottom-posted quotes go; answers between quotes are kept together with what they answer. */
export function judgeQuotes(state: State, forwardFollows: boolean): void {
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
  return (
    rest.length <= 3 &&
    rest.join(' ').length < 70 &&
    !/[?]/.test(rest.join(' ')) &&
    CLOSING.test(lowerStart(rest[0] ?? '', 60))
  );
}

const CLOSING =
  /^(best|kind|warm|many thanks|thanks|thank you|regards|cheers|sincerely|yours|mit freundlichen|viele grüße|beste grüße|liebe grüße|gruß|grüße|mfg|lg|vg|cordialement|bien à vous|merci|salutations|saludos|un saludo|gracias|atentamente|cordiali|saluti|distinti|grazie|atenciosamente|obrigad|abraço|cumprimentos|met vriendelijke|groet|mvg|bedankt|pozdrawiam|z poważaniem|dziękuję|с уважением|спасибо|з повагою|дякую|saygılarımla|teşekkür|よろしく|敬具|ありがとう|谢谢|此致|祝好|s pozdravem|děkuji|med vänlig|mvh|hälsningar|tack|med venlig|hilsen|tak|vennlig|takk|ystävällisin|terveisin|kiitos|감사)/;

function paragraphAt(state: State, from: number): { text: string; to: number } {
  let to = from;
  let text = '';
  while (to < state.end && !isBlank(state.lines[to]) && text.length < 3000)
    text += `${state.lines[to++]?.text.trim() ?? ''} `;
  return { text: text.trim(), to: Math.max(to, from + 1) };
}

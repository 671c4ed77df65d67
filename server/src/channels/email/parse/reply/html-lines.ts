import { decodeEntities } from '../body/entities.ts';
import { scanHtml } from '../body/html-scan.ts';
import type { Line } from './lines.ts';

const BLOCK = new Set(
  'address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const SPACED = new Set('p h1 h2 h3 h4 h5 h6 ul ol pre'.split(' '));
const SILENT = new Set('script style head title noscript template object iframe svg math select textarea'.split(' '));
const MARKABLE = new Set('div blockquote span p table td section hr font article body'.split(' '));

const CITED =
  /type\s*=\s*["']?cite|gmail_quote|protonmail|yahoo|zmail|tutanota|moz|front-blockquote|mcntmcnt|quote|border-left|cite\s*=/i;
const SIGNATURE = /(?:class|id|name|data-smartmail)\s*=\s*["']?[^"'>]{0,120}signature/i;
const REST =
  /(?:id|class)\s*=\s*["']?[^"'>]{0,60}(?:divRplyFwdMsg|yahoo_quoted|OutlookMessageHeader|mail-editor-reference-message|zwchr|ms-outlook-mobile-body-separator|gmail_quote_attribution|replySplit|outlookReplyHeader|hmmessage_quote|quoted_header)/i;
const HEADER =
  /class\s*=\s*["']?[^"'>]{0,80}(?:gmail_attr|moz-cite-prefix|moz-email-headers|protonmail_quote_header|quote-header|quotedHeader|replyHeader|front-attribution)/i;
const QUOTE_BOX =
  /name\s*=\s*["']?quote\b|class\s*=\s*["']?[^"'>]{0,80}(?:zmail_extra|gmail_extra_quote|tutanota_quote|cite\b|quotedText)/i;
const RULED_TOP = /border-top\s*:\s*(?:solid|[\d.]+p[tx] solid|#)|border\s*:\s*none\s*;\s*border-top/i;
const BOLD_LABEL = /^[\s\S]{0,400}?<(?:b|strong)\b[^>]{0,200}>\s{0,20}(?:<span[^>]{0,300}>)?\s{0,20}[^<]{1,40}[:：]/i;
const UNSEEN =
  /display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px)?\s*;[^"']{0,200}overflow\s*:\s*hidden/i;

type Frame = { name: string; nested: number; quote: boolean; cited: boolean; mark: Line['mark']; silent: boolean };

/** What a reader sees of an HTML mail, line by line, with the structure that tells new from old. Linear, flat memory. */
export function htmlLines(html: string): Line[] {
  const out: Line[] = [];
  const frames: Frame[] = [];
  const lists: { ordered: boolean; n: number }[] = [];
  let text = '';
  let at = -1;
  let depth = 0;
  let cites = 0;
  let silent = 0;
  let pre = 0;
  let blank = true;
  let pendingRest = false;
  const markNow = (): Line['mark'] => {
    for (let i = frames.length - 1, seen = 0; i >= 0 && seen < 12; i--, seen++) {
      const mark = frames[i]?.mark;
      if (mark) return mark;
    }
    return null;
  };
  const push = (line: string) => {
    const seen = line.trim() !== '';
    const mark = pendingRest && seen ? 'rest' : markNow();
    if (seen) pendingRest = false;
    out.push({ text: line, depth, mark, cited: cites > 0, at: Math.max(1, at) });
    blank = !seen;
    text = '';
    at = -1;
  };
  const endLine = () => {
    if (text.trim() !== '') push(text.trimEnd());
    text = '';
  };
  const gap = () => {
    endLine();
    if (!blank && out.length > 0) push('');
  };
  const enter = (frame: Frame) => {
    frames.push(frame);
    if (frame.quote) {
      depth++;
      blank = true;
    }
    if (frame.cited) cites++;
    if (frame.silent) silent++;
  };
  const leave = (frame: Frame) => {
    if (frame.quote || frame.mark) endLine();
    if (frame.quote) depth--;
    if (frame.cited) cites--;
    if (frame.silent) silent--;
  };
  scanHtml(html, {
    open(name, attributes, position) {
      if (BLOCK.has(name)) SPACED.has(name) ? gap() : endLine();
      if (name === 'br') push(text.trimEnd());
      else if (name === 'li') {
        const list = lists.at(-1);
        text = `${'  '.repeat(Math.max(0, Math.min(lists.length, 8) - 1))}${list?.ordered ? `${++list.n}. ` : '- '}`;
      } else if (name === 'ul' || name === 'ol') lists.push({ ordered: name === 'ol', n: 0 });
      else if (name === 'pre') pre++;
      else if ((name === 'td' || name === 'th') && text !== '' && !text.endsWith(' ')) text += ' ';
      else if (name === 'img') text += shortAlt(attributes);
      if (SILENT.has(name) && !attributes.endsWith('/')) enter(frameOf(name, { silent: true }));
      else if (name === 'blockquote') enter(frameOf(name, { quote: true, cited: CITED.test(attributes) }));
      else {
        const top = frames.at(-1);
        const effect = attributes.length > 5 && MARKABLE.has(name) ? effectOf(name, attributes, html, position) : null;
        if (effect === 'rest' || name === 'hr') {
          if (effect === 'rest') pendingRest = true;
          if (name === 'hr' && silent === 0) {
            text = '________________________________';
            push(text);
          }
          if (top?.name === name && name !== 'hr') top.nested++;
        } else if (effect) {
          endLine();
          enter(frameOf(name, effect));
        } else if (top?.name === name) top.nested++;
      }
    },
    close(name) {
      if (BLOCK.has(name)) SPACED.has(name) || name === 'blockquote' ? gap() : endLine();
      if (name === 'ul' || name === 'ol') lists.pop();
      else if (name === 'pre' && pre > 0) pre--;
      const top = frames.at(-1);
      if (top?.name !== name) return;
      if (top.nested > 0) top.nested--;
      else {
        frames.pop();
        leave(top);
      }
    },
    text(from, to) {
      if (silent > 0) return;
      const raw = html.slice(from, to);
      if (at < 0 && raw.trim() !== '') at = from;
      if (pre > 0) {
        const rows = decodeEntities(raw).split('\n');
        for (const [i, row] of rows.entries()) {
          text += row;
          if (i < rows.length - 1) push(text.trimEnd());
        }
        return;
      }
      const flat = decodeEntities(raw.replace(/[\t\n\r\f ]+/g, ' '));
      text += text === '' || text.endsWith(' ') ? flat.replace(/^ /, '') : flat;
    },
  });
  endLine();
  for (const line of out) if (line.text.includes('\u00a0')) line.text = line.text.replaceAll('\u00a0', ' ').trimEnd();
  return out;
}

function frameOf(name: string, part: Partial<Frame>): Frame {
  return { name, nested: 0, quote: false, cited: false, mark: null, silent: false, ...part };
}

/** What an element says about its lines: a signature, a quote header, an old mail's beginning, or nothing. */
function effectOf(name: string, attributes: string, html: string, at: number): Partial<Frame> | 'rest' | null {
  if (REST.test(attributes)) return 'rest';
  if (name === 'hr') return null;
  if (SIGNATURE.test(attributes)) return { mark: 'signature' };
  if (HEADER.test(attributes)) return { mark: 'header' };
  if (QUOTE_BOX.test(attributes)) return { quote: true, cited: true };
  if (name === 'div' && RULED_TOP.test(attributes) && BOLD_LABEL.test(html.slice(at, at + 1200))) return 'rest';
  if (UNSEEN.test(attributes)) return { silent: true };
  return null;
}

/** Emoji sent as pictures carry themselves in alt; other descriptions are noise in running text. */
function shortAlt(attributes: string): string {
  const m = /\balt\s*=\s*["']([^"']{1,8})["']/.exec(attributes);
  const alt = m?.[1] ?? '';
  return alt !== '' && (alt.codePointAt(0) ?? 0) > 0x2000 ? alt : '';
}

/** Lines as text: quotes marked "> ". */
export function linesToText(lines: readonly Line[]): string {
  const rows = lines.map((line) =>
    line.depth > 0 ? `${'>'.repeat(Math.min(line.depth, 10))} ${line.text}`.trimEnd() : line.text,
  );
  let from = 0;
  let to = rows.length;
  while (from < to && rows[from]?.trim() === '') from++;
  while (to > from && rows[to - 1]?.trim() === '') to--;
  return rows.slice(from, to).join('\n');
}

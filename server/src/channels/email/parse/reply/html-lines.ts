import { decodeEntities } from '../body/entities.ts';
import { scanHtml } from '../body/html-scan.ts';
import { linkTarget, saidTarget } from '../body/link-target.ts';
import type { Line } from './lines.ts';

const BLOCK = new Set(
  'address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const SPACED = new Set('p h1 h2 h3 h4 h5 h6 ul ol pre'.split(' '));
const SILENT = new Set('script style head title noscript template svg math select textarea'.split(' '));
const MARKABLE = new Set('div blockquote span p table td section hr font article body'.split(' '));

const CITED =
  /type\s*=\s*["']?cite|gmail_quote|protonmail|yahoo|zmail|tutanota|moz|front-blockquote|mcntmcnt|quote|border-left|cite\s*=/i;
const SIGNATURE = /(?:class|id|name|data-smartmail)\s*=\s*["']?[^"'>]{0,120}signature/i;
const REST =
  /(?:id|class|data-marker)\s*=\s*["']?[^"'>]{0,60}(?:divRplyFwdMsg|yahoo_quoted|OutlookMessageHeader|mail-editor-reference-message|zwchr|ms-outlook-mobile-body-separator|OLK_SRC_BODY_SECTION|stopSpelling|__DIVIDER__|replySplit|outlookReplyHeader|hmmessage_quote|quoted_header)/i;
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
  const row = rowOfText();
  const effectFor = effects(html);
  let cursor = 0;
  let lineFrom = 0;
  let depth = 0;
  let cites = 0;
  let silent = 0;
  let pre = 0;
  let blank = true;
  let pendingRest = false;
  const push = (text: string) => {
    const seen = text.trim() !== '';
    out.push({
      text,
      depth,
      mark: pendingRest && seen ? 'rest' : innermostMark(frames),
      cited: cites > 0,
      at: lineFrom,
      ...row.links(),
    });
    if (seen) pendingRest = false;
    blank = !seen;
    lineFrom = cursor;
  };
  const endLine = () => {
    const text = row.take();
    if (text.trim() !== '') push(text);
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
    frames.pop();
    if (frame.quote || frame.mark) endLine();
    if (frame.quote) depth--;
    if (frame.cited) cites--;
    if (frame.silent) silent--;
  };
  const rule = () => {
    if (silent > 0) return;
    row.take();
    push('________________________________');
  };
  const openBlock = (name: string) => {
    if (SPACED.has(name)) gap();
    else endLine();
    const top = frames.at(-1);
    // these close by themselves when a block begins
    if (top && (top.name === 'p' || (top.name === 'head' && name === 'body'))) leave(top);
  };
  scanHtml(html, {
    open(name, attributes, position) {
      cursor = position;
      if (BLOCK.has(name)) openBlock(name);
      if (name === 'br') push(row.take());
      else if (name === 'li')
        row.start(`${'  '.repeat(Math.max(0, Math.min(lists.length, 8) - 1))}${bullet(lists.at(-1))}`);
      else if (name === 'ul' || name === 'ol') lists.push({ ordered: name === 'ol', n: 0 });
      else if (name === 'pre') pre++;
      else if (name === 'td' || name === 'th') row.space();
      else if (name === 'img') row.add(shortAlt(attributes));
      else if (name === 'a' && silent === 0) row.link(attributes);
      const top = frames.at(-1);
      if (SILENT.has(name)) {
        if (!attributes.endsWith('/')) enter(frameOf(name, { silent: true }));
      } else if (name === 'blockquote') enter(frameOf(name, { quote: true, cited: CITED.test(attributes) }));
      else {
        const effect = attributes.length > 5 && MARKABLE.has(name) ? effectFor(name, attributes, position) : null;
        if (effect === 'rest') pendingRest = true;
        if (name === 'hr') rule();
        else if (effect && typeof effect !== 'string') {
          endLine();
          enter(frameOf(name, effect));
        } else if (top?.name === name && frames.at(-1) === top) top.nested++;
      }
    },
    close(name, position) {
      cursor = position;
      if (SPACED.has(name) || name === 'blockquote') gap();
      else if (BLOCK.has(name)) endLine();
      if (name === 'ul' || name === 'ol') lists.pop();
      else if (name === 'pre' && pre > 0) pre--;
      else if (name === 'a') row.linked();
      const top = frames.at(-1);
      if (top?.name !== name) return;
      if (top.nested > 0) top.nested--;
      else leave(top);
    },
    text(from, to) {
      if (silent > 0) return;
      cursor = to;
      const raw = html.slice(from, to);
      if (pre === 0) {
        row.add(decodeEntities(/[\t\n\r\f]| {2}/.test(raw) ? raw.replace(/[\t\n\r\f ]+/g, ' ') : raw));
        return;
      }
      const rows = decodeEntities(raw).split('\n');
      for (const [i, part] of rows.entries()) {
        row.addRaw(part);
        if (i < rows.length - 1) push(row.take());
      }
    },
  });
  cursor = html.length;
  endLine();
  return out;
}

/** Gathers the pieces of one line; joined once, so a line of a million pieces costs no more than its length. */
function rowOfText() {
  let parts: string[] = [];
  let spaced = true;
  let length = 0;
  let within: { from: number; part: number; target: string } | null = null;
  let links: NonNullable<Line['links']> = [];
  let said: Pick<Line, 'links'> = {};
  const addRaw = (s: string) => {
    if (s === '') return;
    parts.push(s);
    length += s.length;
    spaced = s.endsWith(' ');
  };
  const linked = () => {
    if (!within || parts.length <= within.part) return;
    const words = parts.slice(within.part).join('').trimEnd();
    const target = saidTarget(words, within.target);
    if (target !== '') links.push({ after: within.from + words.length, target });
    if (words !== '') within = null;
  };
  return {
    addRaw,
    link: (attributes: string) => {
      linked();
      const target = linkTarget(attributes);
      within = target === '' ? null : { from: length, part: parts.length, target };
    },
    linked: () => {
      linked();
      within = null;
    },
    /** Of the line that was taken last. */
    links: () => {
      const found = said;
      said = {};
      return found;
    },
    add: (s: string) => addRaw(spaced && s.startsWith(' ') ? s.slice(1) : s),
    space: () => {
      if (parts.length > 0 && !spaced) addRaw(' ');
    },
    start: (s: string) => {
      parts = [s];
      length = s.length;
      links = [];
      if (within) within = { ...within, from: length, part: 1 };
      spaced = true;
    },
    take: (): string => {
      linked();
      said = links.length > 0 ? { links } : {};
      links = [];
      if (within) within = { ...within, from: 0, part: 0 };
      length = 0;
      const text = parts.length === 1 ? (parts[0] ?? '') : parts.join('');
      parts = [];
      spaced = true;
      return (text.includes('\u00a0') ? text.replaceAll('\u00a0', ' ') : text).trimEnd();
    },
  };
}

function innermostMark(frames: readonly Frame[]): Line['mark'] {
  for (let i = frames.length - 1; i >= 0 && i >= frames.length - 12; i--) {
    const mark = frames[i]?.mark;
    if (mark) return mark;
  }
  return null;
}

function bullet(list: { ordered: boolean; n: number } | undefined): string {
  if (!list?.ordered) return '- ';
  list.n++;
  return `${list.n}. `;
}

function frameOf(name: string, part: Partial<Frame>): Frame {
  return { name, nested: 0, quote: false, cited: false, mark: null, silent: false, ...part };
}

type Effect = Partial<Frame> | 'rest' | 'ruled' | null;

/** Mails repeat their attributes a thousand times; each spelling is judged once. */
function effects(html: string): (name: string, attributes: string, at: number) => Effect {
  const judged = new Map<string, Effect>();
  return (name, attributes, at) => {
    const key = name === 'hr' || name === 'div' ? name + attributes : attributes;
    let effect = judged.get(key);
    if (effect === undefined) {
      effect = effectOf(name, attributes);
      if (judged.size < 500) judged.set(key, effect);
    }
    if (effect !== 'ruled') return effect;
    return BOLD_LABEL.test(html.slice(at, at + 1200)) ? 'rest' : null;
  };
}

/** What an element says about its lines: a signature, a quote header, an old mail's beginning, or nothing. */
function effectOf(name: string, attributes: string): Effect {
  if (REST.test(attributes)) return 'rest';
  if (name === 'hr') return null;
  if (SIGNATURE.test(attributes)) return { mark: 'signature' };
  if (HEADER.test(attributes)) return { mark: 'header' };
  if (QUOTE_BOX.test(attributes)) return { quote: true, cited: true };
  if (name === 'div' && RULED_TOP.test(attributes)) return 'ruled';
  if (UNSEEN.test(attributes)) return { silent: true };
  return null;
}

/** Emoji sent as pictures carry themselves in alt; other descriptions are noise in running text. */
function shortAlt(attributes: string): string {
  const m = /\balt\s*=\s*["']([^"']{1,8})["']/.exec(attributes);
  const alt = m?.[1] ?? '';
  return alt !== '' && (alt.codePointAt(0) ?? 0) > 0x2000 ? alt : '';
}

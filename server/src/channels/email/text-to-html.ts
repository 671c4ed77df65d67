import { escaped } from '../../base/html.ts';

// Where a link ends: punctuation after it belongs to the sentence, a bracket only when none was opened inside.
const link = /\bhttps?:\/\/[^\s<>"']{1,2000}/g;

function linkEnd(url: string): number {
  let end = url.length;
  for (;;) {
    const last = url[end - 1] as string;
    const open = last === ')' ? '(' : last === ']' ? '[' : null;
    if (/[.,;:!?…'*_]/.test(last) || (open && !url.slice(0, end - 1).includes(open))) end--;
    else return end;
  }
}

/** Lines of text with their breaks, and links that can be clicked. Nothing else gets in. */
export function linesToHtml(text: string): string {
  let out = '';
  let from = 0;
  for (const found of text.matchAll(link)) {
    const url = found[0].slice(0, linkEnd(found[0]));
    out += `${escaped(text.slice(from, found.index))}<a href="${escaped(url)}">${escaped(url)}</a>`;
    from = found.index + url.length;
  }
  out += escaped(text.slice(from));
  return out.replace(/\r\n?/g, '\n').replace(/\n/g, '<br>\n').replace(/ {2}/g, ' &nbsp;');
}

const FROM_RIGHT = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
export const isFromRight = (text: string): boolean => FROM_RIGHT.test(text);
/**
 * A style, and beside it that its text is read from the right, by its first letter: not every mail program finds that out by itself, and
 * some (Roundcube) set all lines to the left that do not say otherwise.
 */
export const styled = (text: string, style: string): string =>
  isFromRight(text) ? ` dir="rtl" style="${style};text-align:right"` : ` style="${style}"`;
/** Where the marks of a list stand. */
export const indented = (text: string): string => (isFromRight(text) ? 'padding:0 2em 0 0' : 'padding:0 0 0 2em');

const DEEPEST = 8;
type Block = { next: number; html: (style: string) => string };
/** Lines in a row, from one on, as long as they are what is wanted; fewer than two are none. */
function run(lines: string[], at: number, is: (line: string, nth: number) => boolean): string[] {
  let end = at;
  while (end < lines.length && is(lines[end] as string, end - at)) end++;
  return end - at < 2 ? [] : lines.slice(at, end);
}
const items = (tag: string, list: string[], mark: RegExp): Block['html'] => {
  const rows = list.map((line) => `<li>${linesToHtml(line.replace(mark, ''))}</li>`).join('\n');
  const first = (list[0] ?? '').replace(mark, '');
  return (style) => `<${tag}${styled(first, `${style};${indented(first)}`)}>\n${rows}\n</${tag.slice(0, 2)}>`;
};

/** What begins at this line and is more than words: a list, code, or what somebody else said. */
function special(lines: string[], at: number, depth: number): Block | null {
  const line = lines[at] as string;
  if (line.startsWith('- ')) {
    const list = run(lines, at, (one) => /^- \S/.test(one));
    if (list.length > 0) return { next: at + list.length, html: items('ul', list, /^- /) };
  }
  const first = Number(/^([1-9]\d{0,2})\. \S/.exec(line)?.[1]);
  if (first) {
    const list = run(lines, at, (one, nth) => one.startsWith(`${first + nth}. `) && /^\d+\. \S/.test(one));
    const tag = first === 1 ? 'ol' : `ol start="${first}"`;
    if (list.length > 0) return { next: at + list.length, html: items(tag, list, /^\d+\. /) };
  }
  if (line === '```') {
    const end = lines.indexOf('```', at + 1);
    const code = escaped(lines.slice(at + 1, end).join('\n'));
    const look =
      'padding:.6em .8em;background:#f4f4f4;color:#1c2b27;border-radius:4px;white-space:pre-wrap;font-size:13px';
    if (end > at + 1) return { next: end + 1, html: (style) => `<pre style="${style};${look}">\n${code}</pre>` };
  }
  if (depth < DEEPEST && /^>( .|$)/.test(line)) {
    let next = at;
    while (next < lines.length && /^>( .|$)/.test(lines[next] as string)) next++;
    const inner = lines.slice(at, next).map((one) => one.slice(2));
    const look = 'padding:0 0 0 .8em;border-left:2px solid #8b9a94';
    return {
      next,
      html: (style) => `<blockquote style="${style};${look}">\n${blocks(inner, depth + 1)}\n</blockquote>`,
    };
  }
  return null;
}

function blocks(lines: string[], depth: number): string {
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const found = special(lines, at, depth);
    let next = found?.next ?? at + 1;
    if (!found && lines[at] !== '')
      while (next < lines.length && lines[next] !== '' && !special(lines, next, depth)) next++;
    const text = lines.slice(at, next).join('\n');
    // The empty line after it is its margin.
    const apart = lines[at] !== '' && lines[next] === '' && next + 1 < lines.length;
    const style = apart ? 'margin:0 0 1em' : 'margin:0';
    out.push(found ? found.html(style) : `<p${styled(text, style)}>${text === '' ? '<br>' : linesToHtml(text)}</p>`);
    at = next + (apart ? 1 : 0);
  }
  return out.join('\n');
}

/** Plain text as simple HTML that every mail program shows alike: paragraphs, lists ("- ", "1. "), quoted lines, code between ```, links. */
export const textToHtml = (text: string): string => blocks(text.replace(/\r\n?/g, '\n').split('\n'), 0);

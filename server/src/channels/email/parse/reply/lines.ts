import { inlineHeaderAt } from './quote-header.ts';

/** One line of a mail as a person sees it, with what its source says about it. */
export type Line = {
  text: string;
  /** Quote depth, from ">" marks or from HTML structure. */
  depth: number;
  /** Structure that names itself: a client's signature, its quote header, or "everything below is the old mail". */
  mark: 'signature' | 'header' | 'rest' | null;
  /** The client itself calls this a quote (type=cite, gmail_quote …), not merely an indented passage. */
  cited: boolean;
  /** Where the line begins in the HTML source, the tags before its text included; 0 for plain text. */
  at: number;
  /** Where its links lead, to be said after their words; the line is judged without them. */
  links?: { after: number; target: string }[];
};

const MAX_LINES = 200_000;

/** Plain text → lines; ">" and "|" marks give the depth, the text stays as it was typed. */
export function textLines(text: string): Line[] {
  const out: Line[] = [];
  for (const raw of text.split('\n', MAX_LINES)) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const inline = quoteDepth(line) === 0 ? inlineHeaderAt(line) : -1;
    if (inline > 0)
      out.push(typed(line.slice(0, inline).replace(/[-\s]+$/, '')), typed(line.slice(inline).trimStart()));
    else out.push(typed(line));
  }
  return out;
}

const typed = (text: string): Line => ({ text, depth: quoteDepth(text), mark: null, cited: false, at: 0 });

export function quoteDepth(line: string): number {
  let depth = 0;
  let i = 0;
  const stop = Math.min(line.length, 200);
  while (i < stop) {
    const c = line[i];
    if (c === '>') depth++;
    else if (c !== ' ' && c !== '\t') break;
    else if (depth === 0 && i > 3) break;
    i++;
  }
  if (depth === 0 && (line.startsWith('| ') || line === '|')) return 1;
  if (depth === 0 && /^[A-Z]{1,3}>/.test(line)) return 1;
  return depth;
}

/** The beginning of a line in lower case, with the invisible marks some programs add taken out. */
export function lowerStart(line: string, length: number): string {
  return line
    .slice(0, length)
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .trimStart()
    .replaceAll('İ', 'i')
    .toLowerCase();
}

/** Nothing but spaces and quote marks. */
export function isBlank(line: Line | undefined): boolean {
  if (line === undefined) return true;
  const { text } = line;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c > 32 && c !== 62 && c !== 124 && c !== 160) return false;
  }
  return true;
}

function withLinks(text: string, links: NonNullable<Line['links']>): string {
  const parts: string[] = [];
  let from = 0;
  for (const { after, target } of links) {
    parts.push(text.slice(from, after), target);
    from = after;
  }
  return parts.join('') + text.slice(from);
}

/** Lines as text. Depth that comes from HTML is written out as "> "; blank lines at the ends fall away. */
export function linesToText(lines: readonly Line[]): string {
  const rows = lines.map((line) => {
    const text = line.links ? withLinks(line.text, line.links) : line.text;
    return line.depth > 0 && quoteDepth(line.text) === 0
      ? `${'>'.repeat(Math.min(line.depth, 10))} ${text}`.trimEnd()
      : text;
  });
  let from = 0;
  let to = rows.length;
  while (from < to && rows[from]?.trim() === '') from++;
  while (to > from && rows[to - 1]?.trim() === '') to--;
  return rows.slice(from, to).join('\n').trimEnd();
}

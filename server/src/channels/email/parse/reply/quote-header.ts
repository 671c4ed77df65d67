import { type Line, lowerStart } from './lines.ts';
import { FORWARDED, LABELS, type Label, ORIGINAL, REPLY_ABOVE, STARTERS, WROTE } from './words.ts';

const MAX_HEADER = 500;
const MAX_SPAN = 5;
const TIME_OR_DATE = /(^|\D)\d{1,2}[:.h]\d{2}|(^|\D)(?:19|20)\d{2}(\D|$)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d年|\d월/;
const EMAIL = /[^\s<>()"'[\]:;,]{1,64}@[^\s<>()"'[\]:;,]{1,200}/;

const starters = new Set(STARTERS);
const verbEnds = new Set(WROTE.map((verb) => verb.slice(-3)));
const endsInVerb = (s: string): boolean => verbEnds.has(s) || verbEnds.has(s.slice(-2));

/** Cheap first look: could a quote header end with this line? Most lines of most mails end the question here. */
export function mayEndHeader(text: string): boolean {
  let end = text.length;
  if (end === 0 || end > MAX_HEADER) return false;
  let c = text.charCodeAt(end - 1);
  while (end > 0 && (c === 32 || c === 9 || c === 160 || c === 42 || c === 46 || c === 44))
    c = text.charCodeAt(--end - 1);
  if (c === 58 || c === 0xff1a || c === 62 || c === 45 || c === 0x2013 || c === 0x2014 || c === 0x200f || c === 0x202c)
    return true;
  return endsInVerb(text.slice(Math.max(0, end - 3), end).toLowerCase()) || /^\s{0,4}\d{4}[-/]/.test(text);
}

/**
 * Does a quote header ("On … X wrote:") begin at `index`? Returns how many lines it takes, 0 when none does. It may be
 * wrapped over a few lines; the shortest reading wins.
 */
export function quoteHeaderAt(lines: readonly Line[], index: number): number {
  const first = lines[index];
  if (!first || first.text.length > MAX_HEADER) return 0;
  const start = bareStart(first.text);
  if (start === '' || !beginsLikeHeader(start))
    return headerWithName(lines, index) || (betweenDashes(first.text) ? 1 : 0);
  let joined = '';
  for (let span = 1; span <= MAX_SPAN; span++) {
    const line = lines[index + span - 1];
    if (!line || line.depth > first.depth + 1 || (span > 1 && line.text.trim() === '')) break;
    joined += `${joined === '' ? '' : ' '}${line.text.trim()}`;
    if (joined.length > MAX_HEADER) break;
    // the line before a header may look like its beginning: "Merci, …", "On average …"
    if (span > 1 && TIME_OR_DATE.test(line.text) && beginsLikeHeader(bareStart(line.text)) && readsAsHeader(line.text))
      return 0;
    if (readsAsHeader(joined)) return span;
  }
  return 0;
}

const bareStart = (text: string): string => lowerStart(text, 80).replace(/^[-–—*_\s>|"'“‘]+/, '');

/** "---- John Smith wrote ----" */
function betweenDashes(text: string): boolean {
  const s = text.trim();
  return s.length < 160 && /^[-–—]{2,}/.test(s) && /[-–—]{2,}$/.test(s) && endsWithVerb(stripped(s));
}

/**
 * "Thanks On Wed, Apr 4, 2012 at 3:59 PM, bob@x.org wrote:" — where in a line a quote header begins behind other words;
 * -1 when it doesn't.
 */
export function inlineHeaderAt(text: string): number {
  if (text.length < 20 || !mayEndHeader(text) || !/\d/.test(text) || !endsWithVerb(stripped(text))) return -1;
  for (const m of text.matchAll(/(?:^|\s|-{2,} ?)(?=(?:On|Am|Le|El|Il|Em|Op|Den|Dnia|W dniu|Dne|В|在) )/g)) {
    const at = m.index + m[0].length;
    if (m.index === 0) return -1;
    if (/^\S+ .{0,24}\d/.test(text.slice(at, at + 40)) && readsAsHeader(text.slice(at))) return m.index;
  }
  return -1;
}

/** "Ann <ann@x.org> wrote:" without a date; over two lines at most. */
function headerWithName(lines: readonly Line[], index: number): number {
  if (!lines[index]?.text.includes('@') && !lines[index + 1]?.text.includes('@')) return 0;
  let joined = '';
  for (let span = 1; span <= 2; span++) {
    const line = lines[index + span - 1];
    if (!line || line.text.trim() === '' || line.text.length > 250 || line.depth !== lines[index]?.depth) return 0;
    if (span === 2 && (beginsLikeHeader(lowerStart(line.text, 80)) || !/[<("]/.test(joined))) return 0;
    joined += `${joined === '' ? '' : ' '}${line.text.trim()}`;
    const bare = stripped(joined);
    const dated = /\)[:：]$/.test(bare) && TIME_OR_DATE.test(bare) && hasVerb(bare);
    if ((endsWithVerb(bare) || dated) && EMAIL.test(bare) && bare.split(/\s+/).length < 20) return span;
  }
  return 0;
}

function beginsLikeHeader(start: string): boolean {
  if (/^\d/.test(start)) return true;
  const word = /^[\p{L}.'’]+/u.exec(start)?.[0] ?? '';
  if (starters.has(word) || starters.has(word.replace(/\.$/, ''))) return true;
  return /^\p{L}{1,12}[.,]{0,2} \d/u.test(start);
}

function stripped(joined: string): string {
  return joined
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/^[-–—*_\s>|"“]{1,40}/, '')
    .replace(/[-–—*_\s]{1,40}$/, '');
}

function readsAsHeader(joined: string): boolean {
  const s = stripped(joined);
  const dated = TIME_OR_DATE.test(s);
  if (endsWithVerb(s)) return dated || /^[-–—]{2}/.test(joined.trim()) || (EMAIL.test(s) && s.length < 200);
  const colon = /[:：]$/.test(s);
  if (colon && dated && hasVerb(s)) return true;
  // "2014-03-20 8:48 GMT+01:00 Rémi <r@x.org>:"
  if (colon && dated && /[>)\]]\s{0,2}>?[:：]$/.test(s) && EMAIL.test(s)) return /^\D{0,24}\d/.test(s);
  if (!colon && /^\d{4}[-/]\d{1,2}[-/]\d{1,2} \d{1,2}:\d{2} GMT[+-]\d{1,2}:\d{2} \S/.test(s)) return s.length < 160;
  return !colon && /^\d{4}[-/]\d{1,2}[-/]\d{1,2} [^<>]{1,120}<[^<>\s]+@[^<>\s]+>$/.test(s);
}

function endsWithVerb(s: string): boolean {
  const tail = s
    .slice(-60)
    .replace(/[\s:：.,\u00a0*]{1,20}$/, '')
    .toLowerCase();
  if (!endsInVerb(tail.slice(-3))) return false;
  return WROTE.some(
    (verb) => tail.endsWith(verb) && !/\p{L}/u.test(isCjk(verb) ? '' : (tail[tail.length - verb.length - 1] ?? '')),
  );
}

function hasVerb(s: string): boolean {
  const low = s.toLowerCase();
  return WROTE.some((verb) => {
    const at = low.indexOf(verb);
    if (at < 0) return false;
    if (isCjk(verb)) return true;
    return !/\p{L}/u.test(low[at - 1] ?? ' ') && !/\p{L}/u.test(low[at + verb.length] ?? ' ');
  });
}

const isCjk = (word: string): boolean => (word.codePointAt(0) ?? 0) > 0x2e80;

/** The label a header-block line carries, and its value. */
export function labelOf(text: string): { label: Label; value: string } | null {
  const first = text.search(/[:：]/);
  if (first < 1 || first > 100) return null;
  const s = text.slice(0, 400).replace(/^[\s>|*_]{1,60}/, '');
  const m = /[:：]/.exec(s.slice(0, 40));
  if (!m || m.index === 0) return null;
  const name = s
    .slice(0, m.index)
    .replace(/[\s*_\u00a0]+$/g, '')
    .toLowerCase();
  const label = LABELS.get(name);
  return label ? { label, value: s.slice(m.index + 1).replace(/^[\s*_\u00a0]+/, '') } : null;
}

/**
 * Outlook's block of From:/Sent:/To:/Subject: lines. Returns its length in lines, 0 when there is none. A From line
 * alone counts when it holds nothing but a name and an address.
 */
export function headerBlockAt(lines: readonly Line[], index: number): number {
  const first = labelOf(lines[index]?.text ?? '');
  if (!first || first.label === 'cc' || first.label === 'other') return 0;
  const seen = new Set<Label>([first.label]);
  let strong = first.label === 'from' && EMAIL.test(first.value);
  let last = index;
  let gap = 0;
  for (let i = index + 1; i < lines.length && i <= index + 14; i++) {
    const text = lines[i]?.text ?? '';
    const next = labelOf(text);
    if (next) {
      if (seen.has(next.label) && next.label !== 'cc' && next.label !== 'other' && next.label !== 'to') break;
      seen.add(next.label);
      if (next.label === 'from' && EMAIL.test(next.value)) strong = true;
      last = i;
      gap = 0;
    } else if (++gap > 2 || (text.trim() === '' && seen.size >= 3)) break;
  }
  const kinds = ['from', 'date', 'to', 'subject'].filter((k) => seen.has(k as Label)).length;
  if (kinds >= 3 && seen.has('from')) return last - index + 1;
  if (kinds >= 3 && (seen.has('date') || seen.has('subject')) && strong) return last - index + 1;
  if (kinds === 2 && seen.has('from') && strong && (seen.has('subject') || seen.has('date') || seen.has('to')))
    return last - index + 1;
  return kinds === 1 &&
    strong &&
    /^[^<>]{0,80}<[^<>\s]{3,120}>$/.test(first.value.trim()) &&
    (lines[index + 1]?.text.trim() ?? '') === ''
    ? 1
    : 0;
}

export type Separator = 'original' | 'forwarded' | 'above' | 'rule' | null;

/** Such lines begin with a mark or end with a colon. */
function mayPart(text: string): boolean {
  let from = 0;
  let end = text.length;
  while (from < end && text.charCodeAt(from) <= 32) from++;
  while (end > from && text.charCodeAt(end - 1) <= 32) end--;
  if (from === end) return false;
  const first = text.charCodeAt(from);
  const last = text.charCodeAt(end - 1);
  return MARKS.has(first) || (first >= 0x200b && first <= 0x2014) || last === 58 || last === 0xff1a || last === 42;
}
const MARKS = new Set([...'-_=*#>+'].map((c) => c.charCodeAt(0)));

/** A line that parts the new from the old: "-----Original Message-----", a rule of dashes, "reply above this line". */
export function separatorOf(text: string): Separator {
  if (text.length > 200 || !mayPart(text)) return null;
  const s = lowerStart(text, 200).trim();
  if (s === '') return null;
  if (/^[_\-–—=*]{5,}$/.test(s)) return 'rule';
  const inner = s.replace(/^[\s\-–—_=*#>+]{1,60}|[\s\-–—_=*#:：<+]{1,60}$/g, '');
  if (inner === '' || inner.length > 90) return null;
  const dashed = /^[*\s]{0,3}[-–—_=*#>]{2,}/.test(s);
  if (FORWARDED.some((w) => inner === w || (dashed && inner.startsWith(w))))
    return dashed || /[:：]\**$/.test(s) ? 'forwarded' : null;
  if (dashed && ORIGINAL.some((w) => inner === w || inner.startsWith(`${w} `))) return 'original';
  if (REPLY_ABOVE.some((w) => inner.includes(w)) && (dashed || inner.length < 60)) return 'above';
  return null;
}

/** A stretch of time in which the clocks of a zone stay so far ahead of UTC; all in ms. */
export type Span = { from: number; to: number; offset: number };

export const MINUTE = 60_000;
export const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      timeZone: zone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  return format;
}

/** Asked of the calendar data the server brings; some microseconds each, so `spansOf` asks once and remembers. */
function offsetAt(zone: string, at: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** The first moment in (from, to] at which the offset is no longer that of `from`, to the second. */
function changeBetween(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from);
  let [low, high] = [from / 1000, to / 1000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * 1000) === before) low = middle;
    else high = middle;
  }
  return high * 1000;
}

const years = new Map<string, Span[]>();
const MOST_YEARS = 20_000;

/** No zone has changed its clocks twice within so long since 1970: the shortest was a week, in Recife in October 2000. */
const STEP = 3 * DAY;

/** The stretches of one UTC year, in order and without a hole. */
function yearOf(zone: string, year: number): Span[] {
  const key = `${zone} ${year}`;
  const known = years.get(key);
  if (known) return known;
  const spans: Span[] = [];
  const [start, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
  let [from, offset] = [start, offsetAt(zone, start)];
  for (let at = start; at < end; at += STEP) {
    const next = offsetAt(zone, at + STEP);
    if (next === offset) continue;
    const change = changeBetween(zone, at, at + STEP);
    if (change < end) {
      spans.push({ from, to: change, offset });
      [from, offset] = [change, next];
    }
  }
  spans.push({ from, to: end, offset });
  if (years.size >= MOST_YEARS) years.clear();
  years.set(key, spans);
  return spans;
}

/** The stretches between two moments, clipped to them. */
export function spansOf(zone: string, from: number, to: number): Span[] {
  const out: Span[] = [];
  for (let year = new Date(from).getUTCFullYear(); Date.UTC(year, 0, 1) < to; year++)
    for (const span of yearOf(zone, year)) {
      const clipped = { from: Math.max(span.from, from), to: Math.min(span.to, to), offset: span.offset };
      const last = out.at(-1);
      if (clipped.from >= clipped.to) continue;
      if (last?.offset === clipped.offset) last.to = clipped.to;
      else out.push(clipped);
    }
  return out;
}

/** Days that no clock there ever showed: Samoa went from 29 to 31 December 2011. Days are counted from 1 January 1970. */
export function skippedDays(zone: string, from: number, to: number): Set<number> {
  const skipped = new Set<number>();
  const spans = spansOf(zone, from, to);
  for (const [i, span] of spans.entries()) {
    const before = spans[i - 1];
    if (!before || span.offset - before.offset < DAY) continue;
    for (let day = Math.ceil((span.from + before.offset) / DAY); (day + 1) * DAY <= span.from + span.offset; day++)
      skipped.add(day);
  }
  return skipped;
}

/**
 * The moment at which a clock there shows this (`local` is that time as if it were UTC). Shown twice, the first; left out by summer
 * time, as far after the change as it would have been: what calendars do.
 */
export function momentOf(zone: string, local: number): number {
  const spans = spansOf(zone, local - 2 * DAY, local + 2 * DAY);
  for (const { from, to, offset } of spans) if (local - offset >= from && local - offset < to) return local - offset;
  const after = spans.findIndex(({ from, offset }) => local - offset < from);
  return local - (spans[Math.max(0, after - 1)] as Span).offset;
}

/** What a clock and a calendar show there: the day counted from 1970, and the ms of it. */
export function localOf(zone: string, at: number): { day: number; ms: number } {
  const [span] = spansOf(zone, at, at + 1);
  const local = at + (span as Span).offset;
  return { day: Math.floor(local / DAY), ms: local - Math.floor(local / DAY) * DAY };
}

/** Is it a name from the list of the world's zones? An offset alone (`+02:00`) knows no summer time, and is none. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

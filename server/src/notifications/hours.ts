import type { NotificationChoice } from '@hearten/contract';

type Local = { year: number; month: number; day: number; weekday: number; minutes: number };
const formats = new Map<string, Intl.DateTimeFormat>();
/** What a clock on the wall and a calendar show there; UTC where the zone is none this server knows. */
function local(at: number, timeZone: string): Local {
  let format = formats.get(timeZone);
  if (!format) {
    const make = (zone: string): Intl.DateTimeFormat =>
      new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
        timeZone: zone,
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        hourCycle: 'h23',
      });
    try {
      format = make(timeZone);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      format = make('UTC');
    }
    formats.set(timeZone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = part;
  return { year, month, day, weekday: weekdayOf(year, month, day), minutes: hour * 60 + minute };
}
/** Monday is 1. */
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Does nothing interrupt at this moment? Hours that go over midnight belong to both days. */
export function isQuiet(at: Date, quiet: NotificationChoice['quiet'], timeZone: string): boolean {
  if (!quiet.hours && quiet.days.length === 0) return false;
  const { weekday, minutes } = local(at.getTime(), timeZone);
  if (quiet.days.includes(weekday)) return true;
  if (!quiet.hours) return false;
  const [from, to] = [minutesOf(quiet.hours.from), minutesOf(quiet.hours.to)];
  return from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

/**
 * The moment at which a clock there shows this time on this day. A time that summer time leaves out is told when the clock has passed
 * it; one that comes twice is the first of the two.
 */
function momentOf(year: number, month: number, day: number, minutes: number, timeZone: string): number {
  const wanted = Date.UTC(year, month - 1, day) + minutes * 60_000;
  const shownAt = (at: number): number => {
    const there = local(at, timeZone);
    return Date.UTC(there.year, there.month - 1, there.day) + there.minutes * 60_000;
  };
  // What the zone is ahead of UTC well before and well after; between the two lies at most one change.
  const [before, after] = [-86_400_000, 86_400_000].map((off) => shownAt(wanted + off) - (wanted + off)) as [
    number,
    number,
  ];
  const first = wanted - Math.max(before, after);
  const second = wanted - Math.min(before, after);
  if (shownAt(first) === wanted) return first;
  return second;
}

/** The next time after `after` at which a digest is due. */
export function nextDigest(after: Date, digest: NotificationChoice['digest'], timeZone: string): Date {
  const { year, month, day } = local(after.getTime(), timeZone);
  for (let ahead = 0; ahead <= 8; ahead++) {
    const date = new Date(Date.UTC(year, month - 1, day + ahead));
    const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    if (!digest.days.includes(weekdayOf(y, m, d))) continue;
    for (const clock of digest.at.toSorted()) {
      const at = momentOf(y, m, d, minutesOf(clock), timeZone);
      if (at > after.getTime()) return new Date(at);
    }
  }
  throw new Error('A digest has neither a time nor a day.');
}

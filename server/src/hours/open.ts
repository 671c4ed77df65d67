import type { HolidayRule, HoursInterval } from '@hearten/contract';
import { dateOfDay, dayOfDate, daysOf, weekdayOf } from './rules.ts';
import { DAY, localOf, MINUTE, skippedDays, spansOf } from './zone.ts';

/** Everything from which it follows when a team works. Intervals are minutes of the day on which they begin; past 1440 they go into the next. */
export type Plan = {
  zone: string;
  /** Monday first. */
  week: readonly (readonly HoursInterval[])[];
  holidays: readonly { name: string; rule: HolidayRule; open: readonly HoursInterval[] }[];
  exceptions: readonly { date: string; name: string; open: readonly HoursInterval[] }[];
  /** What calendars say: whole days (the last one counts, too), and times. */
  days: readonly { name: string; from: string; to: string }[];
  times: readonly { name: string; from: number; to: number }[];
};
/** What holds on a day, and why: the week, or something that comes before it. */
export type Day = { why: 'week' | 'calendar' | 'holiday' | 'exception'; name: string; open: readonly HoursInterval[] };

export type Hours = {
  zone: string;
  isOpen: (at: number) => boolean;
  /** When it closes, asked while it is open; null while it is closed, and where it never closes. */
  closes: (at: number) => number | null;
  /** When it opens the next time: after the coming close, where it is open now. Null where it never does. */
  opens: (at: number) => number | null;
  /** The earliest moment by which so much working time has passed; null where there is not that much to come. */
  add: (at: number, ms: number) => number | null;
  /** Working time between two moments; less than nothing where the second is the earlier. */
  between: (from: number, to: number) => number;
  day: (date: string) => Day;
};

/** Open stretches of a UTC year in order, none touching the next, and how much was worked before each. */
type Year = { from: number[]; to: number[]; before: number[]; all: number };
type Stretch = { from: number; to: number };

/** So far ahead is looked: a 29 February is at most eight years off, and what happens later happens never. */
const AHEAD = 12;
const KEPT = 60;
const LAST = 275_000; // years that a Date can say

export function hoursOf(plan: Plan): Hours {
  const exceptions = new Map(plan.exceptions.map((one) => [dayOfDate(one.date), one]));
  const fromCalendars = new Map<number, string>();
  for (const { name, from, to } of plan.days)
    for (let day = dayOfDate(from); day <= dayOfDate(to); day++) fromCalendars.set(day, name);
  const closedTimes = merged(plan.times.filter((one) => one.from < one.to));
  const holidaysOf = remembered((year: number) => holidaysIn(plan, year));

  /** An exception comes before a holiday, a holiday before a calendar, and all before the week. */
  const dayOf = (day: number): Day => {
    const exception = exceptions.get(day);
    if (exception) return { why: 'exception', name: exception.name, open: exception.open };
    const year = new Date(day * DAY).getUTCFullYear();
    // New Year's Day that is moved to the Friday before belongs to the year after.
    for (const near of [year, year + 1, year - 1]) {
      const holiday = holidaysOf(near).get(day);
      if (holiday) return { why: 'holiday', ...holiday };
    }
    const closed = fromCalendars.get(day);
    if (closed !== undefined) return { why: 'calendar', name: closed, open: [] };
    return { why: 'week', name: '', open: plan.week[weekdayOf(day) - 1] ?? [] };
  };

  const yearOf = remembered((year: number): Year => {
    const [from, to] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
    const skipped = skippedDays(plan.zone, from - 3 * DAY, to + 3 * DAY);
    const dayBefore = (day: number): number => (skipped.has(day - 1) ? dayBefore(day - 1) : day - 1);
    const [usual, excepted]: [Stretch[], Stretch[]] = [[], []];
    for (const span of spansOf(plan.zone, from, to)) {
      const [first, last] = [span.from + span.offset, span.to + span.offset];
      const add = (day: number, [begins, ends]: readonly [number, number], of: Day): void => {
        const start = Math.max(day * DAY + begins * MINUTE, first) - span.offset;
        const end = Math.min(day * DAY + ends * MINUTE, last) - span.offset;
        if (start < end) (of.why === 'exception' ? excepted : usual).push({ from: start, to: end });
      };
      let before = dayOf(dayBefore(Math.floor(first / DAY)));
      for (let day = Math.floor(first / DAY); day * DAY < last; day++) {
        if (skipped.has(day)) continue;
        const today = dayOf(day);
        for (const [, ends] of before.open) if (ends > 1440) add(day, [0, ends - 1440], before);
        for (const [begins, ends] of today.open) add(day, [begins, Math.min(ends, 1440)], today);
        before = today;
      }
    }
    return counted(merged([...without(merged(usual), closedTimes), ...excepted]));
  });
  const yearAt = (at: number): number => new Date(at).getUTCFullYear();

  const closes = (at: number): number | null => {
    let year = yearAt(at);
    let open = yearOf(year);
    let i = indexAt(open, at);
    if (i < 0 || at >= (open.to[i] as number)) return null;
    for (let ahead = 0; ahead <= AHEAD; ahead++) {
      const end = open.to[i] as number;
      if (end < Date.UTC(year + 1, 0, 1)) return end;
      open = yearOf(++year);
      if (open.from[0] !== end) return end;
      i = 0;
    }
    return null;
  };
  const opens = (at: number): number | null => {
    const after = working(at) ? closes(at) : at;
    if (after === null) return null;
    let year = yearAt(after);
    let i = indexAt(yearOf(year), after) + 1;
    for (let ahead = 0; ahead <= AHEAD; ahead++, year++, i = 0) {
      const start = yearOf(year).from[i];
      if (start !== undefined) return start;
    }
    return null;
  };
  const working = (at: number): boolean => {
    const open = yearOf(yearAt(at));
    const i = indexAt(open, at);
    return i >= 0 && at < (open.to[i] as number);
  };
  const add = (at: number, ms: number): number | null => {
    if (ms <= 0) return at;
    let year = yearAt(at);
    let target = workedBy(yearOf(year), at) + ms;
    for (let ahead = 0; ahead <= AHEAD; ) {
      const open = yearOf(year);
      if (target <= open.all) {
        const i = firstReaching(open, target);
        return (open.from[i] as number) + target - (open.before[i] as number);
      }
      target -= open.all;
      // Years in which nothing is worked are given up on; a long sum of working years is not.
      ahead = open.all > 0 && year < LAST ? 0 : ahead + 1;
      year++;
    }
    return null;
  };
  const between = (from: number, to: number): number => {
    if (to < from) return 0 - between(to, from);
    let sum = workedBy(yearOf(yearAt(to)), to) - workedBy(yearOf(yearAt(from)), from);
    for (let year = yearAt(from); year < yearAt(to); year++) sum += yearOf(year).all;
    return sum;
  };
  return { zone: plan.zone, isOpen: working, closes, opens, add, between, day: (date) => dayOf(dayOfDate(date)) };
}

/** Where several fall on one day, one on which nobody works comes before one with other hours. */
function holidaysIn(plan: Plan, year: number): Map<number, { name: string; open: readonly HoursInterval[] }> {
  const found = new Map<number, { name: string; open: readonly HoursInterval[] }>();
  for (const { name, rule, open } of plan.holidays)
    for (const day of daysOf(rule, year)) {
      const there = found.get(day);
      if (!there || (there.open.length > 0 && open.length === 0)) found.set(day, { name, open });
    }
  return found;
}

function remembered<T>(find: (year: number) => T): (year: number) => T {
  const known = new Map<number, T>();
  return (year) => {
    let found = known.get(year);
    if (found === undefined) {
      found = find(year);
      if (known.size >= KEPT) known.clear();
      known.set(year, found);
    }
    return found;
  };
}

/** In order; what touches is one. */
function merged(stretches: readonly Stretch[]): Stretch[] {
  const out: Stretch[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}

/** What is left of the first when the second is taken out; both in order. */
function without(stretches: readonly Stretch[], closed: readonly Stretch[]): Stretch[] {
  if (closed.length === 0) return [...stretches];
  const out: Stretch[] = [];
  let next = 0;
  for (const { from, to } of stretches) {
    while (next < closed.length && (closed[next] as Stretch).to <= from) next++;
    let start = from;
    for (let i = next; i < closed.length && (closed[i] as Stretch).from < to; i++) {
      const gone = closed[i] as Stretch;
      if (gone.from > start) out.push({ from: start, to: gone.from });
      start = Math.max(start, gone.to);
    }
    if (start < to) out.push({ from: start, to });
  }
  return out;
}

function counted(stretches: readonly Stretch[]): Year {
  const year: Year = { from: [], to: [], before: [], all: 0 };
  for (const { from, to } of stretches) {
    year.from.push(from);
    year.to.push(to);
    year.before.push(year.all);
    year.all += to - from;
  }
  return year;
}

/** The last stretch that began by then, or -1. */
function indexAt({ from }: Year, at: number): number {
  let [low, high] = [0, from.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((from[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How much of the year's work was done by then. */
function workedBy(year: Year, at: number): number {
  const i = indexAt(year, at);
  return i < 0 ? 0 : (year.before[i] as number) + Math.min(at, year.to[i] as number) - (year.from[i] as number);
}
/** The first stretch at whose end so much was worked. */
function firstReaching({ from, to, before }: Year, target: number): number {
  let [low, high] = [0, from.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const reached = (before[middle] as number) + (to[middle] as number) - (from[middle] as number);
    if (reached < target) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The state at a moment, as everyone is told it. `holiday` names what closes it today, where it isn't the week. */
export function stateAt(
  hours: Hours,
  at: number,
): { open: boolean; closesAt: string | null; opensAt: string | null; holiday: string } {
  const iso = (moment: number | null): string | null => (moment === null ? null : new Date(moment).toISOString());
  const today = hours.day(dateOfDay(localOf(hours.zone, at).day));
  return {
    open: hours.isOpen(at),
    closesAt: iso(hours.closes(at)),
    opensAt: iso(hours.opens(at)),
    holiday: today.why === 'week' ? '' : today.name,
  };
}

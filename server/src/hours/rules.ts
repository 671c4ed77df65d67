import type { HolidayRule } from '@hearten/contract';
import { DAY } from './zone.ts';

/** Days are counted from 1 January 1970, a Thursday. */
export const dayNumber = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day) / DAY;
export const dayOfDate = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY;
export const dateOfDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
/** Monday is 1. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;
const lastOf = (year: number, month: number): number => dayNumber(year, month + 1, 0);

/** Easter Sunday of the western churches: the Gregorian computus, after Butcher. */
function westernEaster(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * sunday) / 451);
  const sum = epact + sunday - 7 * late + 114;
  return dayNumber(year, Math.floor(sum / 31), (sum % 31) + 1);
}

/** Easter Sunday of the eastern churches: reckoned in the Julian calendar, after Meeus, said in ours. */
function orthodoxEaster(year: number): number {
  const moon = (19 * (year % 19) + 15) % 30;
  const sunday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7;
  const sum = moon + sunday + 114;
  const behind = Math.floor(year / 100) - Math.floor(year / 400) - 2;
  return dayNumber(year, Math.floor(sum / 31), (sum % 31) + 1) + behind;
}

/** The first such weekday on this day or after it. */
const onOrAfter = (day: number, weekday: number): number => day + ((weekday - weekdayOf(day) + 7) % 7);
const onOrBefore = (day: number, weekday: number): number => day - ((weekdayOf(day) - weekday + 7) % 7);

/** A day of a month that this year has not (29 February) is no day. */
function fixed(year: number, month: number, day: number): number | null {
  const found = dayNumber(year, month, day);
  return found <= lastOf(year, month) ? found : null;
}
function moved(day: number, how: 'never' | 'monday' | 'nearest'): number {
  const weekday = weekdayOf(day);
  if (how === 'never' || weekday < 6) return day;
  if (how === 'nearest') return weekday === 6 ? day - 1 : day + 1;
  return onOrAfter(day, 1);
}

/** The days that a rule gives in a year; for one that happens once, all its days, whatever the year. */
export function daysOf(rule: HolidayRule, year: number): number[] {
  switch (rule.kind) {
    case 'once': {
      const [from, to] = [dayOfDate(rule.from), dayOfDate(rule.to)];
      return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
    }
    case 'date': {
      const day = fixed(year, rule.month, rule.day);
      return day === null ? [] : [moved(day, rule.moves)];
    }
    case 'nth': {
      if (rule.nth === -1) return [onOrBefore(lastOf(year, rule.month), rule.weekday)];
      const day = onOrAfter(dayNumber(year, rule.month, 1), rule.weekday) + (rule.nth - 1) * 7;
      return day <= lastOf(year, rule.month) ? [day] : [];
    }
    case 'near': {
      const day = fixed(year, rule.month, rule.day);
      if (day === null) return [];
      return [rule.side === 'after' ? onOrAfter(day, rule.weekday) : onOrBefore(day, rule.weekday)];
    }
    case 'easter':
      return [(rule.church === 'orthodox' ? orthodoxEaster(year) : westernEaster(year)) + rule.days];
  }
}

/** The next dates of a rule, that of today among them. */
export function nextDates(rule: HolidayRule, from: number, most = 3): string[] {
  const found = new Set<number>();
  const year = new Date(from * DAY).getUTCFullYear();
  // A 29 February that is nobody's weekend may be far off; a rule that gives nothing in so long gives nothing.
  for (let ahead = -1; ahead <= 12 && found.size < most + 2; ahead++)
    for (const day of daysOf(rule, year + ahead)) if (day >= from) found.add(day);
  return [...found]
    .sort((a, b) => a - b)
    .slice(0, most)
    .map(dateOfDay);
}

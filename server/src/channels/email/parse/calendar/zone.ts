import { type Component, propertyOf } from './lines.ts';
import { ofWindows } from './windows-zones.ts';

/** Minutes a wall clock is ahead of UTC, asked with the wall time itself as if it were UTC milliseconds. */
export type Zone = { name: string; offset: (wall: number) => number };

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * What a TZID means. A name the world knows goes before the rules a file brings along: those are often those of one
 * year, or wrong. Null: nothing is known of it.
 */
export function zoneOf(tzid: string, calendar: Component): Zone | null {
  const rules = calendar.parts.find(
    (p) => p.name === 'VTIMEZONE' && (propertyOf(p, 'TZID')?.value ?? '').trim() === tzid,
  );
  const located = rules ? propertyOf(rules, 'X-LIC-LOCATION')?.value.trim() : undefined;
  const name = tzid.trim().replace(/^"|"$/g, '');
  for (const known of [nameIn(name), located && nameIn(located), ofWindows(name), ofCity(name)])
    if (known && isZone(known)) return named(known);
  if (rules) return byRules(name, rules);
  return byOffset(name);
}

/** Europe/Berlin, also at the end of a longer name: /freeassociation.sourceforge.net/Tzfile/Europe/Berlin. */
function nameIn(tzid: string): string | undefined {
  if (/^(UTC|GMT|Z)$/i.test(tzid)) return 'UTC';
  return /(?:^|\/)((?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\/[\w+-]+(?:\/[\w+-]+)?)$/.exec(
    tzid,
  )?.[1];
}

/** Outlook's long names: "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna". */
function ofCity(name: string): string | undefined {
  const cities = /^\((?:UTC|GMT)(?:[+-]\d{1,2}[:.]?\d{2})?\)\s*(.{2,200})$/.exec(name)?.[1];
  if (!cities) return undefined;
  const all = Intl.supportedValuesOf('timeZone');
  for (const city of cities.split(/[,/;]/)) {
    const wanted = `/${city.trim().replace(/\s+/g, '_')}`.toLowerCase();
    const found = all.find((zone) => zone.toLowerCase().endsWith(wanted));
    if (found) return found;
  }
  return undefined;
}

function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

function shiftAt(timeZone: string, at: number): number {
  const parts: Record<string, number> = {};
  for (const p of formatOf(timeZone).formatToParts(new Date(at))) parts[p.type] = Number(p.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - at) / MINUTE);
}

function named(name: string): Zone {
  return {
    name,
    offset: (wall) => {
      // Asked before and after the day's change: a time that is skipped keeps the clock from before it (RFC 5545 3.3.5).
      const before = shiftAt(name, wall - DAY);
      const after = shiftAt(name, wall + DAY);
      if (before === after) return shiftAt(name, wall - before * MINUTE);
      const first = wall - before * MINUTE;
      if (shiftAt(name, first) === before) return before;
      const second = wall - after * MINUTE;
      return shiftAt(name, second) === after ? after : before;
    },
  };
}

/** (UTC-05:00) and nothing else known: right for half the year at least. */
function byOffset(name: string): Zone | null {
  const m = /(?:UTC|GMT)\s?([+-])(\d{1,2})(?:[:.]?(\d{2}))?/i.exec(name);
  if (!m) return null;
  const minutes = (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3] ?? 0));
  return { name: m[0], offset: () => minutes };
}

type Observance = { from: number; to: number; start: number; rule: string | null };

/** VTIMEZONE: of all changes before this moment the latest counts. */
function byRules(name: string, rules: Component): Zone | null {
  const observances = rules.parts.flatMap((part): Observance[] => {
    const to = minutesOf(propertyOf(part, 'TZOFFSETTO')?.value);
    const start = wallOf(propertyOf(part, 'DTSTART')?.value ?? '');
    if (to === null || start === null) return [];
    const from = minutesOf(propertyOf(part, 'TZOFFSETFROM')?.value) ?? to;
    return [{ from, to, start, rule: propertyOf(part, 'RRULE')?.value ?? null }];
  });
  const [first] = observances;
  if (!first) return null;
  return {
    name,
    offset: (wall) => {
      let best: { at: number; to: number } | null = null;
      for (const o of observances) {
        const at = lastBefore(o, wall);
        if (at !== null && (best === null || at > best.at)) best = { at, to: o.to };
      }
      return best?.to ?? observances.reduce((a, b) => (b.start < a.start ? b : a), first).from;
    },
  };
}

function lastBefore(o: Observance, wall: number): number | null {
  if (wall < o.start) return null;
  const m = o.rule ? /BYMONTH=(\d{1,2})/i.exec(o.rule) : null;
  const day = o.rule ? /BYDAY=([+-]?\d)?(SU|MO|TU|WE|TH|FR|SA)/i.exec(o.rule) : null;
  if (!m || !day) return o.start;
  const until = wallOf(/UNTIL=([\dTZ]+)/i.exec(o.rule ?? '')?.[1] ?? '');
  const monthDay = Number(/BYMONTHDAY=(\d{1,2})/i.exec(o.rule ?? '')?.[1] ?? 0);
  const time = ((o.start % DAY) + DAY) % DAY;
  const year = new Date(wall).getUTCFullYear();
  for (const y of [year, year - 1]) {
    const at = dayIn(y, Number(m[1]) - 1, day[2] ?? 'SU', Number(day[1] ?? 1), monthDay) + time;
    if (at <= wall && at >= o.start - DAY && (until === null || at <= until + DAY)) return at;
  }
  return until !== null && wall > until ? until : o.start;
}

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** The nth (from the end: -n) such weekday of a month, or the first on or after a day of it. */
function dayIn(year: number, month: number, weekday: string, nth: number, from: number): number {
  const wanted = WEEKDAYS.indexOf(weekday.toUpperCase());
  if (nth < 0) {
    const last = Date.UTC(year, month + 1, 0);
    return last - ((new Date(last).getUTCDay() - wanted + 7) % 7) * DAY + (nth + 1) * 7 * DAY;
  }
  const first = Date.UTC(year, month, from || 1);
  return first + ((wanted - new Date(first).getUTCDay() + 7) % 7) * DAY + (nth - 1) * 7 * DAY;
}

function minutesOf(value: string | undefined): number | null {
  const m = /^([+-])(\d{2})(\d{2})/.exec(value?.trim() ?? '');
  return m ? (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3])) : null;
}

/** 20260329T020000 as milliseconds on the wall's own clock. */
export function wallOf(value: string): number | null {
  const m = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?)?/.exec(value.trim());
  if (!m) return null;
  const date = new Date(0);
  date.setUTCFullYear(Number(m[1]), Number(m[2]) - 1, Number(m[3]));
  return date.getTime() + (Number(m[4] ?? 0) * 60 + Number(m[5] ?? 0)) * MINUTE + Number(m[6] ?? 0) * 1000;
}

import { matched } from '../language/choice.ts';
import { spoken, t } from '../language/index.ts';

/** Everything a person reads about time, in their language and time zone. */
// The browser's way of writing, when it is in the same language: whoever reads English in London has their clock.
const written = (language: string): string | undefined =>
  matched(navigator.language) === language ? undefined : language || undefined;
let locale: string | undefined = written(spoken());
let zone: string | undefined;
export const speak = (language: string, timeZone: string) => {
  const [said, there] = [written(language), timeZone || undefined];
  if (said === locale && there === zone) return;
  locale = said;
  zone = there;
  for (const made of [kept, numbers, elsewhere, names]) made.clear();
  shape = undefined;
};
/** Making one costs a hundred times what using it does, and a list of rows asks for many. */
const kept = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<number, Intl.NumberFormat>();
const elsewhere = new Map<string, Intl.DateTimeFormat>();
const names = new Map<string, string>();
const format = (options: Intl.DateTimeFormatOptions) => {
  const key = JSON.stringify(options);
  const known = kept.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  kept.set(key, made);
  return made;
};
/** 9:00 AM where clocks count to twelve, 09:00 where they count to 24: one way on every screen. */
let shape: 'numeric' | '2-digit' | undefined;
const hours = (): 'numeric' | '2-digit' => {
  shape ??= new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12 ? 'numeric' : '2-digit';
  return shape;
};
/** 1,000 or 1.000, with so many digits behind the point. */
export const number = (n: number, digits = 0): string => {
  const made =
    numbers.get(digits) ??
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  numbers.set(digits, made);
  return made.format(n);
};
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const dayOf = (d: Date) => format({ year: 'numeric', month: '2-digit', day: '2-digit' }).format(d);

/** 09:41, 9:41 AM */
export const clock = (at: string | Date) => format({ hour: hours(), minute: '2-digit' }).format(new Date(at));
/** Thu 19 Nov 2026, 09:41 — for titles and where exactness matters. */
export const full = (at: string | Date) =>
  format({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: hours(),
    minute: '2-digit',
  }).format(new Date(at));
/** 19 Nov 2026 */
export const date = (at: string | Date) =>
  format({ day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(at));

/** How old something is, short: now, 7 min, 3 h, Thu, 19 Nov, 19 Nov 2024. */
export const age = (at: string, now = Date.now()): string => {
  const past = now - Date.parse(at);
  if (past < minute) return t('now');
  if (past < hour) return t('{n} min', { n: number(Math.floor(past / minute)) });
  if (past < 12 * hour) return t('{n} h', { n: number(Math.floor(past / hour)) });
  const d = new Date(at);
  if (dayOf(d) === dayOf(new Date(now))) return clock(d);
  if (past < 6 * day) return format({ weekday: 'short' }).format(d);
  if (d.getFullYear() === new Date(now).getFullYear()) return format({ day: 'numeric', month: 'short' }).format(d);
  return date(d);
};

/** The same in a sentence: just now, 34 min ago, Thu, 19 Nov. */
export const ago = (at: string, now = Date.now()): string => {
  const short = age(at, now);
  const past = now - Date.parse(at);
  return past < minute ? t('just now') : past < 12 * hour ? t('{time} ago', { time: short }) : short;
};

/** When something was said, for a timeline: 09:41 today, Thu 09:41 this week, 19 Nov, 09:41 before. */
export const said = (at: string, now = Date.now()): string => {
  const d = new Date(at);
  if (dayOf(d) === dayOf(new Date(now))) return clock(d);
  const past = now - d.getTime();
  if (past >= 0 && past < 6 * day) return `${format({ weekday: 'short' }).format(d)} ${clock(d)}`;
  return `${d.getFullYear() === new Date(now).getFullYear() ? format({ day: 'numeric', month: 'short' }).format(d) : date(d)}, ${clock(d)}`;
};

/** When something will happen: 14:00 today, tomorrow 09:00, Mon 09:00, 3 Dec 09:00. */
export const due = (at: string | Date, now = Date.now()): string => {
  const d = new Date(at);
  if (dayOf(d) === dayOf(new Date(now))) return clock(d);
  if (dayOf(d) === dayOf(new Date(now + day))) return t('tomorrow {time}', { time: clock(d) });
  const ahead = d.getTime() - now;
  return `${ahead > 0 && ahead < 6 * day ? format({ weekday: 'short' }).format(d) : format({ day: 'numeric', month: 'short' }).format(d)} ${clock(d)}`;
};

/** A value as people of this language write it, with the digits it has. */
export const plainly = (value: number): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value);
/** What stands between whole and part in this language's numbers. */
export const decimalSign = (): string =>
  new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '.';

/** The time of day somewhere else. */
export const there = (timeZone: string, now = new Date()): string => {
  try {
    const made =
      elsewhere.get(timeZone) ?? new Intl.DateTimeFormat(locale, { hour: hours(), minute: '2-digit', timeZone });
    elsewhere.set(timeZone, made);
    return made.format(now);
  } catch (error) {
    if (error instanceof RangeError) return '';
    throw error;
  }
};

export const languageName = (tag: string): string => {
  try {
    const name = names.get(tag) ?? new Intl.DisplayNames(locale, { type: 'language' }).of(tag) ?? tag;
    names.set(tag, name);
    return name;
  } catch (error) {
    if (error instanceof RangeError) return tag;
    throw error;
  }
};

/** The name of a country by its two letters. */
export const regionName = (code: string): string => {
  try {
    return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code;
  } catch (error) {
    if (error instanceof RangeError) return code;
    throw error;
  }
};

/** 940 B, 12 kB, 3.4 MB */
export const bytes = (n: number): string => {
  if (n < 1000) return t('{n} B', { n });
  if (n < 1e6) return t('{n} kB', { n: number(Math.round(n / 1e3)) });
  return t('{n} MB', { n: number(Number((n / 1e6).toFixed(1)), n < 1e7 ? 1 : 0) });
};

const zones = new Map<string, Intl.DateTimeFormat>();
const partsIn = (timeZone: string): Intl.DateTimeFormat => {
  const known = zones.get(timeZone);
  if (known) return known;
  const numeric = 'numeric' as const;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
  });
  zones.set(timeZone, made);
  return made;
};
const inZone = (d: Date, timeZone: string) => {
  const parts = Object.fromEntries(
    partsIn(timeZone)
      .formatToParts(d)
      .map((p) => [p.type, Number(p.value)]),
  );
  return { y: parts.year ?? 0, m: parts.month ?? 1, d: parts.day ?? 1, h: parts.hour ?? 0, min: parts.minute ?? 0 };
};
/** The moment when clocks in `timeZone` show that day and hour. */
export const wall = (y: number, m: number, d: number, h: number, timeZone: string, min = 0): Date => {
  const guess = Date.UTC(y, m - 1, d, h, min);
  const shift = (t: number) => {
    const z = inZone(new Date(t), timeZone);
    return Date.UTC(z.y, z.m - 1, z.d, z.h, z.min) - t;
  };
  // Twice: the first guess may lie on the other side of a clock change.
  return new Date(guess - shift(guess - shift(guess)));
};
/** The moment of a `datetime-local` field, whose text knows no zone; null while it is not whole. */
export const atWall = (text: string, timeZone: string): Date | null => {
  const m = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(text);
  if (!m) return null;
  const [y, mo, d, h, min] = m.slice(1).map(Number) as [number, number, number, number, number];
  return wall(y, mo, d, h, timeZone, min);
};
/** When an answer may leave later, in the person's own time zone. */
export const laterTimes = (now: Date, timeZone: string): { label: string; at: Date }[] => {
  const z = inZone(now, timeZone);
  const weekday = new Date(Date.UTC(z.y, z.m - 1, z.d)).getUTCDay();
  const on = (days: number) => wall(z.y, z.m, z.d + days, 9, timeZone);
  const monday = (8 - weekday) % 7 || 7;
  return [
    { label: t('In an hour'), at: new Date(Math.ceil((now.getTime() + hour) / minute) * minute) },
    ...(z.h < 9 ? [{ label: t('Today at nine'), at: on(0) }] : []),
    { label: t('Tomorrow at nine'), at: on(1) },
    ...(monday > 1 ? [{ label: t('Monday at nine'), at: on(monday) }] : []),
  ];
};
/** What the snooze menu offers, in the person's own time zone. */
export const snoozeTimes = (now: Date, timeZone: string): { label: string; at: Date }[] => {
  const z = inZone(now, timeZone);
  const weekday = new Date(Date.UTC(z.y, z.m - 1, z.d)).getUTCDay();
  const on = (days: number, h: number) => wall(z.y, z.m, z.d + days, h, timeZone);
  const out = [{ label: t('In an hour'), at: new Date(Math.ceil((now.getTime() + hour) / (5 * minute)) * 5 * minute) }];
  if (z.h < 12) out.push({ label: t('This afternoon'), at: on(0, 14) });
  else if (z.h < 16) out.push({ label: t('This evening'), at: on(0, 18) });
  out.push({ label: t('Tomorrow'), at: on(1, 9) });
  if (weekday >= 1 && weekday <= 3) out.push({ label: t('In two days'), at: on(2, 9) });
  out.push({ label: t('Next Monday'), at: on((8 - weekday) % 7 || 7, 9) });
  if (weekday === 0) out.pop();
  out.push({ label: t('In a week'), at: on(7, 9) });
  return out.filter(
    (o, i) => o.at.getTime() > now.getTime() && out.findIndex((p) => p.at.getTime() === o.at.getTime()) === i,
  );
};

/**
 * From when to when: Thu 19 Nov 2026, 09:00–10:30. Whole days are days wherever one is, and a time without a zone is shown as written.
 */
export const span = (start: string, end: string | null, allDay: boolean): string => {
  const floating = allDay || !/(Z|[+-]\d\d:\d\d)$/.test(start);
  const moment = (text: string) => new Date(allDay ? `${text}T00:00:00Z` : floating ? `${text}Z` : text);
  const shown = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(allDay ? {} : { hour: hours(), minute: '2-digit' }),
    timeZone: floating ? 'UTC' : zone,
    ...(floating ? {} : { timeZoneName: 'short' as const }),
  });
  const from = moment(start);
  const to = end === null ? from : moment(end);
  return to > from ? shown.formatRange(from, to) : shown.format(from);
};

/** A day that is one wherever one is: 3 May. */
export const onDay = (at: string, now = Date.now()): string =>
  new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(new Date(at).getUTCFullYear() === new Date(now).getUTCFullYear() ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(new Date(at));

/** A moment on the clocks of a place: 17:00 today, Monday 09:00 within the week, 3 Dec 2026, 09:00 later. */
export const onClockOf = (timeZone: string, at: string, now = Date.now()): string => {
  const there_ = (options: Intl.DateTimeFormatOptions, moment: number) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(moment);
  const moment = Date.parse(at);
  const time = there_({ hour: hours(), minute: '2-digit' }, moment);
  const dayThere = (one: number) => there_({ year: 'numeric', month: '2-digit', day: '2-digit' }, one);
  if (dayThere(moment) === dayThere(now)) return time;
  return Math.abs(moment - now) < 6 * day
    ? there_({ weekday: 'long', hour: hours(), minute: '2-digit' }, moment)
    : there_({ day: 'numeric', month: 'short', year: 'numeric', hour: hours(), minute: '2-digit' }, moment);
};
const inUtc = (options: Intl.DateTimeFormatOptions, at: number): string =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(at);
/** Mon, 25 May 2026: a day of the calendar, wherever. */
export const calendarDay = (day_: string): string =>
  inUtc({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }, Date.parse(`${day_}T00:00:00Z`));
/** Monday is 1. */
export const weekdayName = (n: number, style: 'long' | 'short' = 'long'): string =>
  inUtc({ weekday: style }, Date.UTC(2024, 0, n));
export const monthName = (n: number): string => inUtc({ month: 'long' }, Date.UTC(2024, n - 1, 1));
/** 25 May, each year. */
export const dayOfYear = (month: number, day_: number): string =>
  inUtc({ day: 'numeric', month: 'long' }, Date.UTC(2024, month - 1, day_));

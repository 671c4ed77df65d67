import { parentPort, workerData } from 'node:worker_threads';
import ICAL from 'ical.js';
import { dateOfDay } from '../rules.ts';
import { DAY, isZone, momentOf } from '../zone.ts';

/** What a calendar closes: whole days, both ends counted, or from moment to moment. */
export type Closure =
  | { name: string; firstDay: string; lastDay: string }
  | { name: string; startsAt: number; endsAt: number };
export type Asked = { text: string; zone: string; from: number; to: number };
export type Read = { closures: Closure[] } | { trouble: 'no-calendar' | 'too-much' };

const MOST_EVENTS = 5_000;
const MOST_CLOSURES = 2_000;
/** Steps of recurrence rules in a whole file: a daily event since 1900 takes 46,000. */
const MOST_STEPS = 200_000;

/**
 * What stands in an iCal file between two moments. Every entry that was not cancelled closes, also one that is marked as free: calendars
 * of holidays mark them so. Runs in a thread that may be killed (`apart.ts`): a rule that gives nothing may let the library search long.
 */
export function readCalendar(asked: Asked): Read {
  const calendars = parsed(asked.text);
  if (!calendars) return { trouble: 'no-calendar' };
  const closures: Closure[] = [];
  const steps = { left: MOST_STEPS };
  let events = 0;
  for (const calendar of calendars)
    for (const event of calendar.getAllSubcomponents('vevent')) {
      if (++events > MOST_EVENTS) return { trouble: 'too-much' };
      // One entry that makes no sense takes none of the others along.
      const found = quietly(() => closuresOf(event, asked, steps, MOST_CLOSURES - closures.length));
      if (found === 'too-much') return { trouble: 'too-much' };
      if (found) closures.push(...found);
    }
  return { closures: closures.sort((a, b) => begins(a) - begins(b)) };
}
const begins = (one: Closure): number => ('firstDay' in one ? Date.parse(`${one.firstDay}T00:00Z`) : one.startsAt);

function quietly<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

function parsed(text: string): ICAL.Component[] | null {
  const clean = text.replace(/^\uFEFF/, '');
  if (!/^\s*BEGIN:VCALENDAR/i.test(clean)) return null;
  const parse = (file: string) => quietly(() => ICAL.parse(file.trimStart())) as unknown[] | null;
  const read = parse(clean) ?? parse(withoutSenseless(clean));
  if (!read) return null;
  const several = Array.isArray(read[0]) ? (read as unknown[][]) : [read];
  const calendars = several.map((one) => new ICAL.Component(one as [string, unknown[], unknown[]]));
  return calendars.every((one) => one.name === 'vcalendar') ? calendars : null;
}

/** The library refuses a whole file for one entry it can't read: those go, the others stay. */
function withoutSenseless(text: string): string {
  let events = 0;
  return text.replace(/^BEGIN:VEVENT\r?\n[\s\S]*?^END:VEVENT[^\n]*\n?/gim, (event) =>
    ++events <= MOST_EVENTS && quietly(() => ICAL.parse(`BEGIN:VCALENDAR\r\n${event.trimEnd()}\r\nEND:VCALENDAR`))
      ? event
      : '',
  );
}

function closuresOf(
  component: ICAL.Component,
  asked: Asked,
  steps: { left: number },
  room: number,
): Closure[] | 'too-much' {
  // What changes one occurrence of a series is looked at with the series.
  if (component.hasProperty('recurrence-id') && hasSeries(component)) return [];
  const event = new ICAL.Event(component, { strictExceptions: true, exceptions: changesOf(component) });
  const out: Closure[] = [];
  const add = (one: ICAL.Event, start: ICAL.Time, end: ICAL.Time): void => {
    if (String(one.component.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED') return;
    const closure = closureOf(nameOf(one), { start, end, named: zoneNamed(one.component) }, asked);
    if (closure) out.push(closure);
  };
  if (!event.isRecurring()) {
    add(event, event.startDate, event.endDate);
    return out.length > room ? 'too-much' : out;
  }
  const series = event.iterator();
  for (let next = series.next(); next; next = series.next()) {
    if (--steps.left < 0) return 'too-much';
    const { startDate, endDate, item } = event.getOccurrenceDetails(next);
    // An occurrence may have been moved; what the rule gives comes in order all the same.
    if (roughly(next) > asked.to + DAY) break;
    add(item, startDate, endDate);
    if (out.length > room) return 'too-much';
  }
  return out;
}

const idOf = (component: ICAL.Component): string => String(component.getFirstPropertyValue('uid') ?? '');
/** By their id, once a file: asked of each event anew, a file of changes alone would take its square in time. */
type Series = { rules: Set<string>; changes: Map<string, ICAL.Component[]> };
const known = new WeakMap<ICAL.Component, Series>();
function seriesIn(calendar: ICAL.Component): Series {
  let found = known.get(calendar);
  if (!found) {
    found = { rules: new Set(), changes: new Map() };
    for (const event of calendar.getAllSubcomponents('vevent')) {
      const id = idOf(event);
      if (!event.hasProperty('recurrence-id')) found.rules.add(id);
      else found.changes.set(id, [...(found.changes.get(id) ?? []), event]);
    }
    known.set(calendar, found);
  }
  return found;
}
const hasSeries = (event: ICAL.Component): boolean => seriesIn(event.parent).rules.has(idOf(event));
const changesOf = (event: ICAL.Component): ICAL.Component[] => seriesIn(event.parent).changes.get(idOf(event)) ?? [];

function nameOf(event: ICAL.Event): string {
  const said = String(event.summary ?? '');
  return said
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

const zoneNamed = (event: ICAL.Component): string =>
  String(event.getFirstProperty('dtstart')?.getFirstParameter('tzid') ?? '');
const roughly = (time: ICAL.Time): number => Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute);

type When = { start: ICAL.Time; end: ICAL.Time | null; named: string };
function closureOf(name: string, { start, end, named }: When, { zone, from, to }: Asked): Closure | null {
  if (start.isDate) {
    const first = Math.floor(roughly(start) / DAY);
    // The day on which it ends is the first that is free again.
    const last = Math.max(first, end ? Math.floor(roughly(end) / DAY) - 1 : first);
    const [begin, finish] = [Math.max(first, Math.floor(from / DAY)), Math.min(last, Math.floor(to / DAY))];
    return begin > finish ? null : { name, firstDay: dateOfDay(begin), lastDay: dateOfDay(finish) };
  }
  if (!end) return null;
  const [startsAt, endsAt] = [Math.max(momentIn(start, named, zone), from), Math.min(momentIn(end, named, zone), to)];
  return startsAt < endsAt ? { name, startsAt, endsAt } : null;
}

/**
 * A zone of the world's list is reckoned as everywhere in Hearten, whatever the file says of it; one of the file's own making as the file
 * says; a time without any is that of the hours themselves.
 */
function momentIn(time: ICAL.Time, said: string, zone: string): number {
  if (time.zone === ICAL.Timezone.utcTimezone) return roughly(time) + time.second * 1000;
  const local = roughly(time) + time.second * 1000;
  const own = String(time.zone?.tzid ?? '');
  const named = own === '' || own === 'floating' ? said : own;
  // Some write it with the name of their program before it: /example.org/2024/Europe/Berlin.
  const world = [named, named.split('/').slice(-2).join('/')].find(isZone);
  if (world) return momentOf(world, local);
  if (time.zone && time.zone !== ICAL.Timezone.localTimezone) return time.toUnixTime() * 1000;
  return momentOf(zone, local);
}

// In the thread that apart.ts starts for one file, this is all that happens.
parentPort?.postMessage(readCalendar(workerData as Asked));

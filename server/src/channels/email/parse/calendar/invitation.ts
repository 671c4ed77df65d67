import type { Address, Invitation } from '../types.ts';
import { type Component, type Property, propertyOf, readCalendar, textOf } from './lines.ts';
import { repeatsInWords } from './repeats.ts';
import { wallOf, type Zone, zoneOf } from './zone.ts';

const MAX_CHARS = 1_000_000;
const MAX_ATTENDEES = 100;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** What a calendar file invites to; null when it holds no event. `method` is what the mail says it is. */
export function readInvitation(text: string, method: string | null): Omit<Invitation, 'part'> | null {
  const root = readCalendar(text.slice(0, MAX_CHARS));
  const calendar = root.parts.find((p) => p.name === 'VCALENDAR') ?? root;
  const events = calendar.parts.filter((p) => p.name === 'VEVENT');
  // of a series with exceptions the series; else the first
  const event = events.find((e) => !propertyOf(e, 'RECURRENCE-ID')) ?? events[0];
  const start = event && when(propertyOf(event, 'DTSTART'), calendar);
  if (!event || !start) return null;
  const rule = propertyOf(event, 'RRULE')?.value;
  return {
    state: stateOf(method ?? textOf(calendar, 'METHOD'), event),
    title: textOf(event, 'SUMMARY').slice(0, 500),
    place: textOf(event, 'LOCATION')
      .replace(/\s*\n\s*/g, ', ')
      .slice(0, 500),
    note: textOf(event, 'DESCRIPTION').slice(0, 2_000),
    start: start.at,
    end: endOf(event, start, calendar),
    allDay: start.allDay,
    zone: start.zone,
    repeats: rule ? repeatsInWords(rule) : null,
    organiser: personOf(propertyOf(event, 'ORGANIZER'))?.who ?? null,
    attendees: attendeesOf(event),
    others: new Set(events.map((e) => textOf(e, 'UID'))).size - 1,
  };
}

function stateOf(method: string, event: Component): Invitation['state'] {
  const said = method.toUpperCase();
  if (said === 'CANCEL' || textOf(event, 'STATUS').toUpperCase() === 'CANCELLED') return 'cancelled';
  if (said === 'REPLY') return 'answered';
  if (said === 'COUNTER') return 'proposed';
  if (said !== 'REQUEST') return 'event';
  return Number(textOf(event, 'SEQUENCE')) > 0 ? 'updated' : 'invited';
}

type When = { at: string; wall: number; allDay: boolean; zone: string | null };

/**
 * A moment as ISO 8601; a day as YYYY-MM-DD. `zone` is null where a clock time was given without saying whose: it is then
 * shown as written.
 */
function when(property: Property | undefined, calendar: Component): When | null {
  const value = property?.value.trim() ?? '';
  const wall = wallOf(value);
  if (!property || wall === null || Number.isNaN(wall)) return null;
  const iso = new Date(wall).toISOString();
  if (property.params.VALUE === 'DATE' || !value.includes('T'))
    return { at: iso.slice(0, 10), wall, allDay: true, zone: null };
  if (/Z$/i.test(value)) return { at: iso, wall, allDay: false, zone: 'UTC' };
  const zone = zoneFor(property, calendar);
  if (!zone) return { at: iso.slice(0, 19), wall, allDay: false, zone: null };
  return { at: new Date(wall - zone.offset(wall) * MINUTE).toISOString(), wall, allDay: false, zone: zone.name };
}

function zoneFor(property: Property, calendar: Component): Zone | null {
  const said = property.params.TZID ?? propertyOf(calendar, 'X-WR-TIMEZONE')?.value;
  return said ? zoneOf(said, calendar) : null;
}

/** A whole day's end is the first day after it (RFC 5545): given here as the last day itself. */
function endOf(event: Component, start: When, calendar: Component): string | null {
  const end = when(propertyOf(event, 'DTEND'), calendar);
  if (end && start.allDay) return new Date(Math.max(start.wall, end.wall - DAY)).toISOString().slice(0, 10);
  if (end) return end.at;
  const lasts = durationOf(textOf(event, 'DURATION'));
  if (lasts === null) return null;
  if (start.allDay) return new Date(Math.max(start.wall, start.wall + lasts - DAY)).toISOString().slice(0, 10);
  return start.zone === null
    ? new Date(start.wall + lasts).toISOString().slice(0, 19)
    : new Date(Date.parse(start.at) + lasts).toISOString();
}

function durationOf(text: string): number | null {
  const m = /^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/i.exec(text);
  if (!m || text.length < 3) return null;
  const [, w, d, h, min, s] = m.map((n) => Number(n ?? 0));
  return ((w ?? 0) * 7 + (d ?? 0)) * DAY + ((h ?? 0) * 60 + (min ?? 0)) * MINUTE + (s ?? 0) * 1000;
}

const ANSWERS: Record<string, Invitation['attendees'][number]['answer']> = {
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentative',
};

function attendeesOf(event: Component): Invitation['attendees'] {
  return event.properties
    .filter((p) => p.name === 'ATTENDEE' && p.params.CUTYPE !== 'RESOURCE' && p.params.CUTYPE !== 'ROOM')
    .slice(0, MAX_ATTENDEES)
    .flatMap((p) => {
      const person = personOf(p);
      return person ? [{ ...person.who, answer: ANSWERS[(p.params.PARTSTAT ?? '').toUpperCase()] ?? null }] : [];
    });
}

function personOf(property: Property | undefined): { who: Address } | null {
  if (!property) return null;
  const mail = property.value.trim().replace(/^mailto:/i, '');
  const address = mail.includes('@') ? mail : (property.params.EMAIL ?? '');
  const name = (property.params.CN ?? '').slice(0, 200);
  return address || name ? { who: { address: address.slice(0, 320), name: name === address ? '' : name } } : null;
}

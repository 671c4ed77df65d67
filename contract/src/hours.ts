import { z } from 'zod';
import { at, byId, endpoint, id, line, nothing, timeZone } from './endpoint.ts';

/**
 * From when to when, in minutes of the day on which it begins: `[540, 1020]` is 9:00 to 17:00. Past 1440 it goes on into the next day:
 * `[1320, 1560]` is 22:00 to 2:00. `[0, 1440]` is the whole day.
 */
export const hoursInterval = z
  .tuple([z.number().int().min(0).max(1439), z.number().int().min(1).max(2880)])
  .refine(([from, to]) => to > from, 'ends before it begins')
  .refine(([from, to]) => to - from <= 1440, 'is longer than a day');
export type HoursInterval = z.infer<typeof hoursInterval>;

const overlaps = (all: readonly HoursInterval[]): boolean => {
  const sorted = [...all].sort((a, b) => a[0] - b[0]);
  return sorted.some(([from], i) => i > 0 && from < (sorted[i - 1] as HoursInterval)[1]);
};
const inOrder = (all: HoursInterval[]): HoursInterval[] => [...all].sort((a, b) => a[0] - b[0]);
/** The hours of one day; none: closed. */
const open = z
  .array(hoursInterval)
  .max(12)
  .refine((all) => !overlaps(all), 'overlap')
  .transform(inOrder);
/** Monday first. Hours past midnight may not run into those of the next day. */
export const hoursWeek = z
  .array(open)
  .max(7)
  .refine((days) => days.length === 7, 'needs a list for each of the seven days')
  .superRefine((week, context) => {
    for (const [day, hours] of week.entries()) {
      const next = week[(day + 1) % 7]?.[0];
      const last = hours.at(-1);
      if (next && last && last[1] - 1440 > next[0])
        context.addIssue({ code: 'custom', path: [day], message: 'run into the hours of the next day' });
    }
  });
export type HoursWeek = z.infer<typeof hoursWeek>;

const date = z.iso.date().refine((day) => day >= '1970-01-01' && day < '2300-01-01', 'is too far away');
const month = z.number().int().min(1).max(12);
const dayOfMonth = z.number().int().min(1).max(31);
/** Monday is 1. */
const weekday = z.number().int().min(1).max(7);
export const holidayRule = z.discriminatedUnion('kind', [
  /** From the one day to the other, both counted; once. */
  z
    .object({ kind: z.literal('once'), from: date, to: date })
    .refine(({ from, to }) => from <= to, { message: 'ends before it begins', path: ['to'] })
    .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= 366 * 86_400_000, {
      message: 'is longer than a year',
      path: ['to'],
    }),
  /** Each year; on a weekend it stays, moves to the Monday after, or to the nearest weekday. */
  z
    .object({
      kind: z.literal('date'),
      month,
      day: dayOfMonth,
      moves: z.enum(['never', 'monday', 'nearest']).default('never'),
    })
    .refine(({ month: m, day }) => day <= new Date(Date.UTC(2024, m, 0)).getUTCDate(), {
      message: 'is no day of that month',
      path: ['day'],
    }),
  /** The first Monday of September; -1 is the last. */
  z.object({
    kind: z.literal('nth'),
    month,
    weekday,
    nth: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(-1)]),
  }),
  /** The Monday on or before 24 May. */
  z
    .object({ kind: z.literal('near'), month, day: dayOfMonth, weekday, side: z.enum(['before', 'after']) })
    .refine(({ month: m, day }) => day <= new Date(Date.UTC(2024, m, 0)).getUTCDate(), {
      message: 'is no day of that month',
      path: ['day'],
    }),
  /** So many days after Easter Sunday: Good Friday is -2. */
  z.object({
    kind: z.literal('easter'),
    church: z.enum(['western', 'orthodox']),
    days: z.number().int().min(-120).max(250),
  }),
]);
export type HolidayRule = z.infer<typeof holidayRule>;

/** Times are moments; `holiday` says what it is closed for today, empty on a usual day. */
export const hoursState = z.object({
  open: z.boolean(),
  /** Null while it is closed, and where it never closes. */
  closesAt: at.nullable(),
  /** The next time it opens; null where it never does. */
  opensAt: at.nullable(),
  holiday: z.string(),
});
export type HoursState = z.infer<typeof hoursState>;

const zone = timeZone.refine((name) => /^[A-Za-z]/.test(name), 'is not the name of a time zone, as Europe/Paris is');
const row = z.object({
  id,
  name: z.string(),
  timeZone: z.string(),
  week: z.array(z.array(z.tuple([z.number().int(), z.number().int()]))),
  /** Holds wherever nothing closer does. */
  isDefault: z.boolean(),
  now: hoursState,
});
export const hoursPlaceKind = z.enum(['brand', 'inbox', 'team']);
export type HoursPlaceKind = z.infer<typeof hoursPlaceKind>;
const place = z.object({ kind: hoursPlaceKind, id, name: z.string(), scheduleId: id.nullable() });
export type HoursPlace = z.infer<typeof place>;

export const holiday = z.object({
  id,
  name: z.string(),
  rule: holidayRule,
  /** Hours on that day all the same; none: closed. */
  open: z.array(z.tuple([z.number().int(), z.number().int()])),
  /** The next three dates. */
  next: z.array(z.string()),
});
export type Holiday = z.infer<typeof holiday>;
const exception = z.object({
  date: z.string(),
  name: z.string(),
  open: z.array(z.tuple([z.number().int(), z.number().int()])),
});
export type HoursException = z.infer<typeof exception>;
/** Why a calendar could not be read; what was read before holds on. */
export const calendarTrouble = z.enum(['unreachable', 'inward', 'refused', 'too-large', 'no-calendar', 'too-much']);
export type CalendarTrouble = z.infer<typeof calendarTrouble>;
const calendar = z.object({
  id,
  name: z.string(),
  /** Null for a file. */
  address: z.string().nullable(),
  fetchedAt: at.nullable(),
  triedAt: at.nullable(),
  trouble: calendarTrouble.nullable(),
  /** The answer of the server, where it refused. */
  status: z.number().int().nullable(),
  /** How many days and times it closes, from a year ago to three years ahead. */
  count: z.number().int(),
  /** What comes next; a whole day as a date, the last one included, a time as a moment. */
  next: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })),
});
export type HoursCalendar = z.infer<typeof calendar>;
export const schedule = row.extend({
  holidays: z.array(holiday),
  exceptions: z.array(exception),
  calendars: z.array(calendar),
});
export type ScheduleRow = z.infer<typeof row>;
export type Schedule = z.infer<typeof schedule>;

const name = line(120);
const address = z
  .string()
  .trim()
  .max(2000)
  .transform((text) => text.replace(/^webcals?:\/\//i, 'https://'))
  .pipe(
    z
      .url({ protocol: /^https?$/, error: 'must be an address like https://example.com/holidays.ics' })
      .refine((text) => {
        const url = URL.parse(text);
        return url !== null && url.username === '' && url.password === '';
      }, 'must hold no name and no password'),
  );
const ofHoliday = z.object({ id, holidayId: id });
const ofDate = z.object({ id, date });
const ofCalendar = z.object({ id, calendarId: id });

export const hoursEndpoints = {
  'GET /hours': endpoint({
    summary: 'All hours, whether they are open now, and where each holds',
    may: 'member',
    reply: z.object({ items: z.array(row), places: z.array(place) }),
  }),
  'POST /hours': endpoint({
    summary: 'Make hours; the first hold everywhere. With `copyOf` all is taken over from others, holidays too',
    may: 'workspace.write',
    body: z.object({ name, timeZone: zone.optional(), week: hoursWeek.optional(), copyOf: id.optional() }),
    reply: schedule,
  }),
  'GET /hours/:id': endpoint({
    summary: 'Hours with their holidays, exceptions and calendars',
    may: 'member',
    params: byId,
    reply: schedule,
  }),
  'PATCH /hours/:id': endpoint({
    summary: 'Change the name, the time zone or the week; or let these hold wherever nothing closer does',
    may: 'workspace.write',
    params: byId,
    body: z.object({ name, timeZone: zone, week: hoursWeek, isDefault: z.literal(true) }).partial(),
    reply: schedule,
  }),
  'DELETE /hours/:id': endpoint({
    summary: 'Delete hours; where they held the next closest hold',
    may: 'workspace.write',
    params: byId,
    reply: nothing,
  }),
  'PUT /hours/places/:kind/:id': endpoint({
    summary: 'Say which hours hold for a brand, an inbox or a team; null: those of what stands above it',
    may: 'workspace.write',
    params: z.object({ kind: hoursPlaceKind, id }),
    body: z.object({ scheduleId: id.nullable() }),
    reply: nothing,
  }),
  'GET /hours/now': endpoint({
    summary:
      'Which hours hold there, and whether it is open: those of the team, else of the inbox, the brand, the workspace',
    may: 'member',
    query: z.object({ teamId: id.optional(), inboxId: id.optional(), brandId: id.optional() }),
    reply: z.object({
      scheduleId: id.nullable(),
      by: z.enum(['team', 'inbox', 'brand', 'workspace']).nullable(),
      timeZone: z.string().nullable(),
      now: hoursState.nullable(),
    }),
  }),
  'GET /hours/:id/time': endpoint({
    summary: 'Reckon in working time: open at a moment, the working minutes until another, or when so many have passed',
    may: 'member',
    params: byId,
    query: z.object({
      at: at.optional(),
      to: at.optional(),
      minutes: z.coerce.number().min(0).max(5_000_000).optional(),
    }),
    reply: z.object({
      at,
      state: hoursState,
      /** Working minutes from `at` to `to`; less than nothing where `to` is the earlier. */
      minutes: z.number().nullable(),
      /** When so many working minutes will have passed; null also where there are not that many to come. */
      reaches: at.nullable(),
    }),
  }),
  'POST /hours/dates': endpoint({
    summary: 'The next dates a holiday rule gives; nothing is changed',
    may: 'workspace.write',
    apart: true,
    body: z.object({ rule: holidayRule }),
    reply: z.object({ dates: z.array(z.string()) }),
  }),
  'POST /hours/:id/holidays': endpoint({
    summary: 'Add a holiday',
    may: 'workspace.write',
    params: byId,
    body: z.object({ name, rule: holidayRule, open: open.optional() }),
    reply: schedule,
  }),
  'PATCH /hours/:id/holidays/:holidayId': endpoint({
    summary: 'Change a holiday',
    may: 'workspace.write',
    params: ofHoliday,
    body: z.object({ name, rule: holidayRule, open }).partial(),
    reply: schedule,
  }),
  'DELETE /hours/:id/holidays/:holidayId': endpoint({
    summary: 'Remove a holiday',
    may: 'workspace.write',
    params: ofHoliday,
    reply: schedule,
  }),
  'PUT /hours/:id/exceptions/:date': endpoint({
    summary: 'Say other hours for one date; they come before holidays and calendars',
    may: 'workspace.write',
    params: ofDate,
    body: z.object({ name: line(120).or(z.literal('')).optional(), open }),
    reply: schedule,
  }),
  'DELETE /hours/:id/exceptions/:date': endpoint({
    summary: 'Remove the other hours of a date',
    may: 'workspace.write',
    params: ofDate,
    reply: schedule,
  }),
  'POST /hours/:id/calendars': endpoint({
    summary: 'Close when a calendar says so: an address that is looked at once a day, or the text of an iCal file',
    may: 'workspace.write',
    params: byId,
    body: z.object({
      name,
      address: address.optional(),
      text: z.string().max(1_900_000, 'is more than 1.9 MB').optional(),
    }),
    reply: schedule,
  }),
  'POST /hours/:id/calendars/:calendarId/fetch': endpoint({
    summary: 'Look at the address of a calendar now',
    may: 'workspace.write',
    params: ofCalendar,
    reply: schedule,
  }),
  'DELETE /hours/:id/calendars/:calendarId': endpoint({
    summary: 'Remove a calendar, and what it closed',
    may: 'workspace.write',
    params: ofCalendar,
    reply: schedule,
  }),
};

import { type Calls, of } from './call.ts';

export const hoursCalls = {
  'GET /hours': () => ({}),
  'POST /hours': (_, b) => ({ body: { name: 'x', copyOf: b.hours }, ids: 'body' }),
  'GET /hours/now': (_, b) => ({ query: { inboxId: b.inbox, teamId: b.team } }),
  'GET /hours/:id': (p) => of(p.hours),
  'PATCH /hours/:id': (p) => ({ ...of(p.hours), body: { name: 'Renamed' } }),
  'DELETE /hours/:id': (p) => of(p.hours),
  'PUT /hours/places/:kind/:id': (p, b) => ({
    params: { kind: 'inbox', id: p.inbox },
    body: { scheduleId: b.hours },
    ids: 'body',
  }),
  'GET /hours/:id/time': (p) => ({ ...of(p.hours), query: { minutes: '60' } }),
  'POST /hours/dates': () => ({ body: { rule: { kind: 'easter', church: 'western', days: 1 } } }),
  'POST /hours/:id/holidays': (p) => ({
    ...of(p.hours),
    body: { name: 'x', rule: { kind: 'date', month: 1, day: 1 } },
  }),
  'PATCH /hours/:id/holidays/:holidayId': (p) => ({
    params: { id: p.hours, holidayId: p.holiday },
    body: { name: 'Renamed' },
  }),
  'DELETE /hours/:id/holidays/:holidayId': (p) => ({ params: { id: p.hours, holidayId: p.holiday } }),
  'PUT /hours/:id/exceptions/:date': (p) => ({ params: { id: p.hours, date: '2026-05-05' }, body: { open: [] } }),
  'DELETE /hours/:id/exceptions/:date': (p) => ({ params: { id: p.hours, date: '2026-05-04' } }),
  'POST /hours/:id/calendars': (p) => ({
    ...of(p.hours),
    body: { name: 'x', text: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR' },
  }),
  'POST /hours/:id/calendars/:calendarId/fetch': (p) => ({ params: { id: p.hours, calendarId: p.calendar } }),
  'DELETE /hours/:id/calendars/:calendarId': (p) => ({ params: { id: p.hours, calendarId: p.calendar } }),
} satisfies Calls;

import { type Hearten, type Module, nothing } from '../base/module.ts';
import { makeOutbound, type Outbound } from '../base/outbound.ts';
import { addCalendar, keepLooking, lookAtCalendar, lookNow, removeCalendar } from './calendars.ts';
import { holdingNow, setPlace } from './places.ts';
import { nextDates } from './rules.ts';
import { changeSchedule, deleteSchedule, listSchedules, makeSchedule, reckon, scheduleById } from './schedules.ts';
import { addHoliday, changeHoliday, removeException, removeHoliday, setException } from './special-days.ts';
import { DAY } from './zone.ts';

export { type Hours, stateAt } from './open.ts';
export { hoursFor, type Whose } from './places.ts';

/** When a team works: schedules, holidays, exceptions, calendars of others, and where each holds. */
export function hours(hearten: Hearten, given?: Outbound): Module {
  const { jobs } = hearten;
  const outbound = given ?? makeOutbound(hearten.config.OUTBOUND_ALLOW);
  return {
    name: 'hours',
    routes: {
      'GET /hours': ({ tx }) => tx(listSchedules),
      'POST /hours': ({ tx, who, body }) => tx((t) => makeSchedule(t, who, body)),
      'GET /hours/now': ({ tx, query }) => tx((t) => holdingNow(t, query)),
      'GET /hours/:id': ({ tx, params }) => tx((t) => scheduleById(t, params.id)),
      'PATCH /hours/:id': ({ tx, who, params, body }) => tx((t) => changeSchedule(t, jobs, who, params.id, body)),
      'DELETE /hours/:id': ({ tx, who, params }) => nothing(tx((t) => deleteSchedule(t, who, params.id))),
      'PUT /hours/places/:kind/:id': ({ tx, who, params, body }) =>
        nothing(tx((t) => setPlace(t, who, params, body.scheduleId))),
      'GET /hours/:id/time': ({ tx, params, query }) => tx((t) => reckon(t, params.id, query)),
      'POST /hours/dates': async ({ body }) => ({ dates: nextDates(body.rule, Math.floor(Date.now() / DAY)) }),
      'POST /hours/:id/holidays': ({ tx, who, params, body }) => tx((t) => addHoliday(t, who, params.id, body)),
      'PATCH /hours/:id/holidays/:holidayId': ({ tx, who, params, body }) =>
        tx((t) => changeHoliday(t, who, params, body)),
      'DELETE /hours/:id/holidays/:holidayId': ({ tx, who, params }) => tx((t) => removeHoliday(t, who, params)),
      'PUT /hours/:id/exceptions/:date': ({ tx, who, params, body }) => tx((t) => setException(t, who, params, body)),
      'DELETE /hours/:id/exceptions/:date': ({ tx, who, params }) => tx((t) => removeException(t, who, params)),
      'POST /hours/:id/calendars': ({ tx, who, params, body }) => addCalendar(hearten, tx, who, params.id, body),
      'POST /hours/:id/calendars/:calendarId/fetch': ({ tx, params }) => tx((t) => lookNow(t, jobs, params)),
      'DELETE /hours/:id/calendars/:calendarId': ({ tx, who, params }) => tx((t) => removeCalendar(t, who, params)),
    },
    jobs: { calendar: lookAtCalendar(hearten, outbound) },
    start: () => keepLooking(hearten),
  };
}

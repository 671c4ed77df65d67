import { wallOf } from './zone.ts';

const DAYS: Record<string, string> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
};
const ORDER = Object.keys(DAYS);
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const NTH: Record<string, string> = {
  '1': 'first',
  '2': 'second',
  '3': 'third',
  '4': 'fourth',
  '5': 'fifth',
  '-1': 'last',
  '-2': 'second to last',
};
const UNITS: Record<string, string> = {
  HOURLY: 'hour',
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
};

/** A recurrence rule in words: "Every 2 weeks on Tuesday and Thursday, until 3 May 2027". Null when it can't be said. */
export function repeatsInWords(rule: string): string | null {
  const of = Object.fromEntries(
    rule
      .toUpperCase()
      .split(';')
      .map((piece) => piece.trim().split('=') as [string, string]),
  );
  const unit = UNITS[of.FREQ ?? ''];
  if (!unit) return null;
  const interval = Math.max(1, Number(of.INTERVAL) || 1);
  const days = (of.BYDAY ?? '')
    .split(',')
    .filter((day) => day !== '')
    .sort((a, b) => ORDER.indexOf(a.slice(-2)) - ORDER.indexOf(b.slice(-2)));
  const workdays = (unit === 'week' || unit === 'day') && interval === 1 && days.join() === 'MO,TU,WE,TH,FR';
  const every = workdays ? 'Every workday' : interval === 1 ? `Every ${unit}` : `Every ${interval} ${unit}s`;
  const on = workdays ? '' : daysInWords(days, of.BYSETPOS, unit);
  const monthDays = of.BYMONTHDAY ? ` on ${list(of.BYMONTHDAY.split(',').map(monthDay))}` : '';
  const months = of.BYMONTH ? ` in ${list(of.BYMONTH.split(',').map((m) => MONTHS[Number(m) - 1] ?? ''))}` : '';
  return `${every}${on}${monthDays}${months}${ending(of.COUNT, of.UNTIL)}`;
}

function daysInWords(days: string[], position: string | undefined, unit: string): string {
  if (days.length === 0) return '';
  const named = days.map((day) => {
    const m = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(day);
    if (!m) return '';
    const nth = m[1] ? NTH[String(Number(m[1]))] : undefined;
    return `${nth ? `the ${nth} ` : ''}${DAYS[m[2] ?? ''] ?? ''}`;
  });
  const nth = position && unit !== 'week' ? NTH[String(Number(position))] : undefined;
  if (!nth) return ` on ${list(named)}`;
  return days.length === 5 && !days.includes('SA') && !days.includes('SU')
    ? ` on the ${nth} workday`
    : ` on the ${nth} ${days.length === 7 ? 'day' : list(named, 'or')}`;
}

const monthDay = (day: string): string =>
  Number(day) === -1 ? 'the last day' : Number(day) < 0 ? `the day ${-Number(day)} from the end` : `day ${Number(day)}`;

function ending(count: string | undefined, until: string | undefined): string {
  if (count && Number(count) > 0) return count === '1' ? ', once' : `, ${Number(count)} times`;
  const at = until ? wallOf(until) : null;
  if (at === null) return '';
  const date = new Date(at);
  return `, until ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function list(words: string[], last = 'and'): string {
  const said = words.filter((word) => word !== '');
  return said.length < 2 ? (said[0] ?? '') : `${said.slice(0, -1).join(', ')} ${last} ${said.at(-1)}`;
}

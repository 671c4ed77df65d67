import type { HoursInterval } from '@hearten/contract';
import { there } from '../ui/time.ts';

const DAY = 1440;
const padded = (n: number): string => String(n).padStart(2, '0');

/** "9", "9:30", "17.30", "0930", "5 pm": minutes of the day; null for what is no time. */
export function minutesOf(typed: string): number | null {
  const found = /^(\d{1,2})(?:[:.h ]?(\d{2}))?\s*([ap])?\.?(?:m\.?)?$/i.exec(typed.trim().replace(/\s+/g, ' '));
  if (!found) return null;
  let hour = Number(found[1]);
  const minute = Number(found[2] ?? 0);
  const half = found[3]?.toLowerCase();
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = (hour % 12) + (half === 'p' ? 12 : 0);
  const all = hour * 60 + minute;
  return minute > 59 || all > DAY ? null : all;
}

/** As clocks are read here, where what is shown can be typed again; else 09:00. Midnight at the end of a day is 24:00. */
export function clockOf(minutes: number): string {
  if (minutes === DAY) return '24:00';
  const at = minutes % DAY;
  const shown = there('UTC', new Date(at * 60_000)).replace(/[\u00a0\u202f]/g, ' ');
  return minutesOf(shown) === at ? shown : `${padded(Math.floor(at / 60))}:${padded(at % 60)}`;
}

export const intervalsIn = (all: readonly HoursInterval[]): string =>
  all.map(([from, to]) => `${clockOf(from)}–${clockOf(to)}`).join(', ');

/** "9–12, 13–17": several at once; an end that is earlier is that of the next day. Null for what is none, or overlaps. */
export function intervalsOf(typed: string): HoursInterval[] | null {
  const out: HoursInterval[] = [];
  for (const part of typed.split(/[,;،、]/)) {
    const [from, to, ...more] = part.split(/[-–—]/).map(minutesOf);
    if (from === null || to === null || from === undefined || to === undefined || more.length || from >= DAY)
      return null;
    if (from === to) return null;
    out.push([from, to > from ? to : to + DAY]);
  }
  out.sort((a, b) => a[0] - b[0]);
  return out.some(([from], i) => i > 0 && from < (out[i - 1] as HoursInterval)[1]) ? null : out;
}

export type Fault = 'backwards' | 'overlap' | 'next-day' | null;
/** What is wrong with the hours of a day, before anyone is asked. */
export function faultOf(day: readonly HoursInterval[], next: readonly HoursInterval[]): Fault {
  const sorted = [...day].sort((a, b) => a[0] - b[0]);
  if (sorted.some(([from, to]) => to <= from)) return 'backwards';
  if (sorted.some(([from], i) => i > 0 && from < (sorted[i - 1] as HoursInterval)[1])) return 'overlap';
  const last = sorted.at(-1);
  return last && next[0] && last[1] - DAY > next[0][0] ? 'next-day' : null;
}

/** Where more hours fit: nine to five on a free day, else after the last, else before the first. */
export function roomIn(day: readonly HoursInterval[]): HoursInterval | null {
  const last = day.at(-1);
  if (!last) return [540, 1020];
  if (last[1] + 120 <= DAY) return [last[1] + 60, Math.min(last[1] + 300, DAY)];
  const first = (day[0] as HoursInterval)[0];
  return first >= 120 ? [Math.max(0, first - 300), first - 60] : null;
}

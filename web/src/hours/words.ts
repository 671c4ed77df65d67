import type { CalendarTrouble, HolidayRule, HoursState } from '@hearten/contract';
import { t } from '../language/index.ts';
import { calendarDay, dayOfYear, monthName, onClockOf, weekdayName } from '../ui/time.ts';

/** "Open now until 17:00 · opens Monday 09:00", on the clocks of the place. */
export const stateInWords = ({ open, closesAt, opensAt, holiday }: HoursState, zone: string): string => {
  const opens = opensAt ? onClockOf(zone, opensAt) : '';
  if (open && closesAt)
    return opens
      ? t('Open now until {closes} · opens {opens}', { closes: onClockOf(zone, closesAt), opens })
      : t('Open now until {closes}', { closes: onClockOf(zone, closesAt) });
  if (open) return t('Open around the clock');
  if (!opens) return t('Closed, and nothing says when it opens');
  return holiday
    ? t('Closed for {holiday} · opens {opens}', { holiday, opens })
    : t('Closed now · opens {opens}', { opens });
};

export const nthWords: Record<string, string> = {
  1: t('First'),
  2: t('Second'),
  3: t('Third'),
  4: t('Fourth'),
  5: t('Fifth'),
  '-1': t('Last'),
};

export const ruleInWords = (rule: HolidayRule): string => {
  switch (rule.kind) {
    case 'once':
      return rule.from === rule.to
        ? calendarDay(rule.from)
        : t('{from} to {to}', { from: calendarDay(rule.from), to: calendarDay(rule.to) });
    case 'date': {
      const day = dayOfYear(rule.month, rule.day);
      if (rule.moves === 'monday') return t('Every year on {day}; from a weekend it moves to Monday', { day });
      if (rule.moves === 'nearest')
        return t('Every year on {day}; from a weekend it moves to the nearest weekday', { day });
      return t('Every year on {day}', { day });
    }
    case 'nth':
      return t('{which} {weekday} of {month}', {
        which: nthWords[rule.nth] ?? '',
        weekday: weekdayName(rule.weekday),
        month: monthName(rule.month),
      });
    case 'near': {
      const [weekday, day] = [weekdayName(rule.weekday), dayOfYear(rule.month, rule.day)];
      return rule.side === 'after'
        ? t('{weekday} on or after {day}', { weekday, day })
        : t('{weekday} on or before {day}', { weekday, day });
    }
    case 'easter': {
      const n = Math.abs(rule.days);
      const orthodox = rule.church === 'orthodox';
      if (n === 0) return orthodox ? t('Orthodox Easter Sunday') : t('Easter Sunday');
      if (rule.days < 0)
        return orthodox
          ? t('{n, plural, one {# day} other {# days}} before Orthodox Easter', { n })
          : t('{n, plural, one {# day} other {# days}} before Easter Sunday', { n });
      return orthodox
        ? t('{n, plural, one {# day} other {# days}} after Orthodox Easter', { n })
        : t('{n, plural, one {# day} other {# days}} after Easter Sunday', { n });
    }
  }
};

export const troubleInWords = (trouble: CalendarTrouble, status: number | null): string =>
  ({
    unreachable: t('This address does not answer. What was read before still holds; it is tried again every day.'),
    inward: t('This address is not on the public internet, so it is not asked.'),
    refused: t('The server answered {status}. What was read before still holds; it is tried again every day.', {
      status: String(status ?? ''),
    }),
    'too-large': t('What this address answers is larger than 5 MB, so it is not read.'),
    'no-calendar': t('What stands at this address is no iCal calendar.'),
    'too-much': t('This calendar holds more than can be taken over: 2,000 entries in three years.'),
  })[trouble];

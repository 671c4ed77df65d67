import type { EndedState, RestoredPart } from '@hearten/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';
import { spoken, t } from '../language/index.ts';

const staleTime = 60_000;
export const restoredQuery = (weeks: number) =>
  queryOptions({
    queryKey: ['reports', 'restored', weeks],
    queryFn: () => api('GET /restored', { query: { weeks: String(weeks) } }),
    staleTime,
  });
export const removedQuery = (weeks: number) =>
  queryOptions({
    queryKey: ['reports', 'removed', weeks],
    queryFn: () => api('GET /removed', { query: { weeks: String(weeks) } }),
    staleTime,
  });
export const speedQuery = (weeks: number) =>
  queryOptions({
    queryKey: ['reports', 'speed', weeks],
    queryFn: () => api('GET /speed', { query: { weeks: String(weeks) } }),
    staleTime,
  });

export const behindWords: Record<EndedState, string> = {
  ended: t('All that ended'),
  asked: t('Asked'),
  answered: t('They answered'),
  restored: t('Restored'),
  'not restored': t('Not restored'),
  provisional: t('Followed a link, not confirmed'),
  silent: t('Silent'),
  'not asked': t('Were not asked'),
};

/** 82 % */
export const percent = (share: number): string =>
  new Intl.NumberFormat(spoken(), { style: 'percent', maximumFractionDigits: 0 }).format(share);
/** 78 to 86 %, as the language says ranges. */
export const between = ({ low, high }: { low: number; high: number }): string =>
  new Intl.NumberFormat(spoken(), { style: 'percent', maximumFractionDigits: 0 }).formatRange(low, high);
/** 4.2, and 16 */
export const decimal = (n: number): string =>
  new Intl.NumberFormat(spoken(), { maximumFractionDigits: Math.abs(n) < 10 ? 1 : 0 }).format(n);
/** +0.4 */
export const signed = (n: number): string =>
  new Intl.NumberFormat(spoken(), { signDisplay: 'exceptZero', maximumFractionDigits: 1 }).format(n);
/** 40 sec, 12 min, 2.8 hr, 3 days */
export const long = (seconds: number): string => {
  const [value, unit, digits] =
    seconds < 90
      ? [seconds, 'second', 0]
      : seconds < 5400
        ? [seconds / 60, 'minute', 0]
        : seconds < 129_600
          ? [seconds / 3600, 'hour', 1]
          : [seconds / 86_400, 'day', 1];
  return new Intl.NumberFormat(spoken(), {
    style: 'unit',
    unit: unit as string,
    unitDisplay: 'short',
    maximumFractionDigits: digits as number,
  }).format(value as number);
};

/** The share of a part in words, or why there is none. */
export const shareWords = (part: Pick<RestoredPart, 'restored' | 'withheld'>): string =>
  part.restored
    ? percent(part.restored.share)
    : part.withheld === 'personal'
      ? t('One person’s: not shown')
      : t('Too few yet');

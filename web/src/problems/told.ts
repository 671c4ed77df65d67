import type { ContactRate } from '@hearten/contract';
import { t } from '../language/index.ts';

export const percent = (share: number): string =>
  new Intl.NumberFormat(document.documentElement.lang || 'en', {
    style: 'percent',
    maximumFractionDigits: 0,
  }).format(share);

/** What is found of a fix, or why nothing can be said yet; and once the time in which it is looked at is over, that there is nothing. */
export const told = (f: ContactRate['finding']): string =>
  f.over && f.verdict !== 'verified'
    ? [
        t('The fix changed nothing that can be measured.'),
        t('{n} whole weeks since it are over, and it is looked at no longer.', { n: f.weeksAfter }),
        f.verdict === 'too-few'
          ? t('Too few customers reported it to tell a fall from chance.')
          : f.verdict === 'too-short-before'
            ? t('Too few whole weeks before the fix can be compared.')
            : found(f),
      ].join(' ')
    : found(f);

function found(f: ContactRate['finding']): string {
  const parts = f.effect
    ? { ratio: percent(f.effect.ratio), low: percent(f.effect.low), high: percent(f.effect.high) }
    : { ratio: '', low: '', high: '' };
  switch (f.verdict) {
    case 'verified':
      return t(
        'Since the fix {ratio} of what was to be expected comes in (90 % interval: {low} to {high}). The fall goes beyond that of other problems.',
        parts,
      );
    case 'unproven':
      return t(
        'Since the fix {ratio} of what was to be expected comes in (90 % interval: {low} to {high}). That is not sure enough: the whole interval has to lie below 70 % and the rate itself has to fall, two weeks in a row.',
        parts,
      );
    case 'shared':
      return t('It fell, but so did the other problems: to {share} of what they were. That says nothing of the fix.', {
        share: percent(f.others ?? 1),
      });
    case 'not-shipped':
      return t('Nothing can be said yet: no fix has shipped.');
    case 'no-denominator':
      return t('Nothing can be said: for some of these weeks it is not known how many customers were active.');
    case 'too-short-before':
      return t('Nothing can be said yet: {n} of 8 whole weeks before the fix can be compared.', { n: f.weeksBefore });
    case 'too-early':
      return t('Nothing can be said yet: {n} of 4 whole weeks since the fix are over.', { n: f.weeksAfter });
    case 'channel-gone':
      return t(
        'Nothing can be said: an inbox through which it was reported is switched off or fell silent. A fall may only be that.',
      );
    case 'no-control':
      return t('Nothing can be said: too few customers reported other problems to compare with.');
    default:
      return t('Nothing can be said yet: too few customers reported it to tell a fall from chance.');
  }
}

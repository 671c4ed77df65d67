import type { ContactRate, ProblemState } from '@hearten/contract';
import { spoken, t } from '../language/index.ts';

export const percent = (share: number): string =>
  new Intl.NumberFormat(spoken() || 'en', { style: 'percent', maximumFractionDigits: 0 }).format(share);

type Finding = ContactRate['finding'];
type Effect = NonNullable<Finding['effect']>;
/** What is known of the problem beside what the rule finds today: it looks at two years alone, and what it said before stands in its life. */
type Known = { state: ProblemState } & Partial<Pick<ContactRate, 'life' | 'shippedOn'>>;

/** What is found of a fix, or why nothing can be said yet; and once the time in which it is looked at is over, what came of it. */
export function told(f: Finding, { state, life = [], shippedOn = null }: Known): string {
  const said = life.filter((step) => step.shippedOn === shippedOn);
  if (state === 'verified' && f.verdict !== 'verified')
    return once(said.findLast((step) => step.state === 'verified')?.why ?? null);
  if (!f.over || f.verdict === 'verified') return found(f);
  const before = (f.effect ? undefined : said.findLast(({ why }) => why?.unproven)?.why) ?? null;
  const effect = f.effect ?? effectIn(before);
  const weeks = t('{n} whole weeks since it are over, and it is looked at no longer.', {
    n: before?.weeks ?? f.weeksAfter,
  });
  const why =
    f.verdict === 'too-few'
      ? t('Too few customers reported it to tell a fall from chance.')
      : f.verdict === 'too-short-before'
        ? t('Too few whole weeks before the fix can be compared.')
        : found(f);
  if (!effect || (effect.low <= 1 && effect.high >= 1))
    return [t('The fix changed nothing that can be measured.'), weeks, why].join(' ');
  return [weeks, before ? found({ ...f, verdict: 'unproven', effect }) : why].join(' ');
}

type Why = Record<string, number> | null;
const effectIn = (why: Why): Effect | null =>
  why?.ratio !== undefined && why.low !== undefined && why.high !== undefined
    ? { ratio: why.ratio, low: why.low, high: why.high }
    : null;

/** It was verified, whatever can be said today. */
function once(why: Why): string {
  const effect = effectIn(why);
  return effect
    ? t(
        'It was verified over {weeks} weeks since the fix, with {ratio} of what was to be expected (90 % interval: {low} to {high}). It stays so until it comes back.',
        { weeks: why?.weeks, ...inPercent(effect) },
      )
    : t('It was verified, and stays so until it comes back.');
}
const inPercent = ({ ratio, low, high }: Effect): Record<keyof Effect, string> => ({
  ratio: percent(ratio),
  low: percent(low),
  high: percent(high),
});

function found(f: Finding): string {
  const parts = f.effect ? inPercent(f.effect) : { ratio: '', low: '', high: '' };
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

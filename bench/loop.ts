import { type Finding, verify } from '../server/src/problems/verify.ts';
import { clusters } from './loop/clusters.ts';
import { rising } from './loop/rising.ts';
import { type Plan, type Year, yearOf } from './loop/year.ts';
import { missedOf } from './targets.ts';

const SEEDS = 20;
const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1);

/** What the rule says each week from the fix to the end of the year, as it is asked in earnest. */
const asked = ({ life, fixAt }: Year): Finding[] =>
  Array.from({ length: life.weeks.length - fixAt - 1 }, (_, i) =>
    verify({ ...life, weeks: life.weeks.slice(0, fixAt + 2 + i) }),
  );

/** After how many weeks since the fix the rule says so for the first time; null when it never does. */
function verifiedAfter({ life, fixAt }: Year, most = life.weeks.length - fixAt - 1): number | null {
  for (let after = 1; after <= Math.min(most, life.weeks.length - fixAt - 1); after++)
    if (verify({ ...life, weeks: life.weeks.slice(0, fixAt + 1 + after) }).verdict === 'verified') return after;
  return null;
}
/** So many weeks that each fix can be looked at for a year. */
const LONG = 39 + 52;

/** What must never be verified, in any week of any seed: no fix, but what looks like one; or a fix that cannot be told. */
const traps: Record<string, (seed: number) => Plan> = {
  hidden_email: (seed) => ({ seed, effect: 1, hidden: 'email' }),
  hidden_chat: (seed) => ({ seed, effect: 1, hidden: 'chat' }),
  hidden_form: (seed) => ({ seed, effect: 1, hidden: 'form' }),
  seasonal_fall: (seed) => ({ seed, effect: 1, sharedFall: 0.4 }),
  own_season: (seed) => ({ seed, effect: 1, ownSeason: 0.4 }),
  no_denominator: (seed) => ({ seed, effect: 0.2, denominator: 'none' }),
  lost_denominator: (seed) => ({ seed, effect: 0.2, denominator: 'lost' }),
  late_denominator: (seed) => ({ seed, effect: 0.2, denominator: 'late' }),
};

/**
 * Whether a fix that works is found, and nothing else is taken for one: years made by seed with and without a planted fix, each with a
 * seasonal swing and a shift of mood, and the traps. The planted effect is a fall to between 15 and 40 %; `wide` are falls to between
 * 15 and 50 %, asked to the end of the calendar year and until 52 weeks after the fix.
 */
export async function measure(): Promise<Record<string, number>> {
  let [found, half, covered, wrong, back, early] = [0, 0, 0, 0, 0, 0];
  let [wide, wideLater, wrongLater, backLater] = [0, 0, 0, 0];
  const waited: number[] = [];
  say('seed  planted  effect  90 % interval  verified  in week   without: verified');
  for (const seed of seeds) {
    const effect = 0.15 + (0.25 * (seed - 1)) / (SEEDS - 1);
    const planted = asked(yearOf({ seed, effect }));
    const last = planted.at(-1)?.effect ?? null;
    const at = planted.findIndex((one) => one.verdict === 'verified');
    const inside = last !== null && last.low <= effect && effect <= last.high;
    if (at >= 0) found++;
    if (at >= 0) waited.push(at + 1);
    if (inside) covered++;
    const nothing = asked(yearOf({ seed: seed + 1000, effect: 1 })).some((one) => one.verdict === 'verified');
    if (nothing) wrong++;
    if (asked(yearOf({ seed, effect: 0.5 })).some((one) => one.verdict === 'verified')) half++;
    const returns = asked(yearOf({ seed, effect: 0.15, backAfter: 7 }));
    const shown = returns.findIndex((one) => one.returned !== null);
    if (shown >= 7) back++;
    // What is fixed is opened again whether or not it was ever verified.
    if (planted.some((one) => one.returned)) early++;
    const fall = 0.15 + (0.35 * (seed - 1)) / (SEEDS - 1);
    if (verifiedAfter(yearOf({ seed, effect: fall })) !== null) wide++;
    if (verifiedAfter(yearOf({ seed, effect: fall, weeks: LONG }), 52) !== null) wideLater++;
    if (verifiedAfter(yearOf({ seed: seed + 1000, effect: 1, weeks: LONG }), 52) !== null) wrongLater++;
    const late = yearOf({ seed, effect: 0.15, backAfter: 40, weeks: LONG });
    const weeks = late.life.weeks.slice(0, late.fixAt + 1 + 40 + 12);
    if (weeks.some((_, i) => i > late.fixAt + 41 && verify({ ...late.life, weeks: weeks.slice(0, i + 1) }).returned))
      backLater++;
    const [mid, low, high] = [last?.ratio, last?.low, last?.high].map((one) => (one ?? Number.NaN).toFixed(2));
    say(
      `${String(seed).padStart(4)}  ${effect.toFixed(2).padStart(7)}  ${mid?.padStart(6)}  ${`${low}–${high}${inside ? '' : ' *'}`.padStart(13)}  ${(at >= 0 ? 'yes' : (planted.at(-1)?.verdict ?? '')).padStart(8)}  ${(at >= 0 ? String(at + 1) : '').padStart(7)}   ${nothing ? 'YES' : 'no'}`,
    );
  }
  const figures: Record<string, number> = {
    found_of_20: found,
    false_of_20: wrong,
    covered_percent: (100 * covered) / SEEDS,
    found_half_of_20: half,
    weeks_to_verify_p50: waited.sort((a, b) => a - b)[waited.length >> 1] ?? Number.NaN,
    returned_of_20: back,
    reopened_falsely_of_20: early,
    found_wide_of_20: wide,
    found_wide_in_52_weeks_of_20: wideLater,
    false_in_52_weeks_of_20: wrongLater,
    returned_after_40_weeks_of_20: backLater,
    trapped: 0,
  };
  for (const [name, plan] of Object.entries(traps)) {
    const fell = seeds.filter((seed) => asked(yearOf(plan(seed))).some((one) => one.verdict === 'verified'));
    figures.trapped = (figures.trapped ?? 0) + fell.length;
    figures[`trapped_${name}_of_20`] = fell.length;
    say(`${name.padEnd(18)} verified in ${fell.length} of ${SEEDS}${fell.length ? ` (seeds ${fell.join(', ')})` : ''}`);
  }
  Object.assign(figures, await clusters(), await rising());
  const missed = missedOf('loop', figures);
  say(missed.length ? `missed: ${missed.join(', ')}` : 'nothing missed');
  return figures;
}
const say = (line: string): void => void process.stderr.write(`${line}\n`);

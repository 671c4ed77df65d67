import type { Life, Part, Week } from '../../server/src/problems/verify.ts';

export type Plan = {
  seed: number;
  /** What becomes of the problem's rate at the fix; 1 is nothing. */
  effect: number;
  /** An inbox that is hidden when the fix ships: its customers write nowhere, or half of them elsewhere. */
  hidden?: 'email' | 'chat' | 'form';
  /** All problems fall from the fix on, with the season. */
  sharedFall?: number;
  /** The problem has a season of its own, and it ends as the fix ships. */
  ownSeason?: number;
  denominator?: 'none' | 'lost' | 'late';
  /** Weeks after the fix from which on the rate is what it was before. */
  backAfter?: number;
  /** How long it is looked at; a year, if nothing else is said. */
  weeks?: number;
};
export type Year = { life: Life; fixAt: number };

const inboxes = ['email', 'chat', 'form'] as const;
const START = Date.UTC(2025, 0, 6);
const WEEK = 7 * 86_400_000;

/**
 * A year of weeks by seed: customers grow by a few percent, everybody's readiness to write swings with the season by up to a half and
 * shifts once when the mood does, weeks scatter more than chance alone (gamma, 15 %), single problems have weeks of their own, and a
 * part of what is written is filed. The fix ships between the 26th and the 38th week.
 */
export function yearOf(plan: Plan): Year {
  const random = dice(plan.seed * 7919 + 17);
  const fixAt = 26 + Math.floor(random() * 13);
  const level = 8 + random() * 14;
  const split = [0.55 + random() * 0.15, 0.2 + random() * 0.1];
  const shares = { email: split[0] ?? 0, chat: split[1] ?? 0, form: 1 - (split[0] ?? 0) - (split[1] ?? 0) };
  const leaning = { email: 0.6 + random() * 0.8, chat: 0.6 + random() * 0.8, form: 0.6 + random() * 0.8 };
  const swing = 0.2 + random() * 0.3;
  const peak = random() * 52;
  const moodAt = 8 + Math.floor(random() * 36);
  const mood = random() < 0.5 ? 0.7 + random() * 0.2 : 1.15 + random() * 0.25;
  const growth = 1 + (random() - 0.3) * 0.3;
  const others = Array.from({ length: 6 }, () => 3 + random() * 12);
  const weeks: Week[] = [];
  for (let i = 0; i < (plan.weeks ?? 52); i++) {
    const since = i > fixAt ? 1 : 0;
    const customers = Math.round(4000 * growth ** (i / 52) * (1 + (random() - 0.5) * 0.04));
    const season = 1 + swing * Math.cos((2 * Math.PI * (i - peak)) / 52);
    const shared =
      (customers / 4000) * season * (i >= moodAt ? mood : 1) * (since && plan.sharedFall ? plan.sharedFall : 1);
    const busy = shared * gamma(random, 45);
    const holds = since && (plan.backAfter === undefined || i - fixAt <= plan.backAfter);
    const seasonal = plan.ownSeason ? 1 + plan.ownSeason * Math.cos((2 * Math.PI * (i - fixAt + 13)) / 52) : 1;
    const own = level * busy * seasonal * (holds ? plan.effect : 1) * gamma(random, 40);
    const rest = others.map((one) => one * busy * gamma(random, 15));
    const parts = inboxes.map((inbox): Part => {
      const open = !(plan.hidden && since && inbox === plan.hidden);
      const moved = plan.hidden && since && inbox !== plan.hidden ? 1 + shares[plan.hidden] / 2 : 1;
      const here = open ? shares[inbox] * moved : 0.02 * shares[inbox];
      const many = poisson(random, rest.reduce((a, b) => a + b, 0) * here * 0.85);
      const alone = poisson(random, 40 * busy * here);
      return {
        inbox,
        reporters: poisson(random, own * here * leaning[inbox] * 0.85),
        others: many,
        rest: many + alone,
      };
    });
    const written = parts.reduce((n, one) => n + one.reporters + one.rest, 0);
    const missing =
      plan.denominator === 'none' ||
      (plan.denominator === 'lost' && since) ||
      (plan.denominator === 'late' && i < fixAt - 3);
    weeks.push({
      week: new Date(START + i * WEEK).toISOString().slice(0, 10),
      customers: missing ? null : customers,
      filed: Math.round(written * (0.75 + random() * 0.1)),
      written,
      parts,
    });
  }
  const shippedOn = new Date(START + fixAt * WEEK + Math.floor(random() * 7) * 86_400_000).toISOString().slice(0, 10);
  return { life: { weeks, shippedOn, closed: new Set() }, fixAt };
}

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** Of mean 1 and variance 1 / shape (Marsaglia and Tsang). */
export function gamma(random: () => number, shape: number): number {
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return (d * v) / shape;
  }
}
export function poisson(random: () => number, mean: number): number {
  const floor = Math.exp(-Math.min(mean, 500));
  let [n, product] = [0, random()];
  while (product > floor) {
    n++;
    product *= random();
  }
  return n;
}

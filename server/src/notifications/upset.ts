import { type Said, say } from '../base/words.ts';

/** What was kept of why: the customer's own words, and how many of their messages stand without an answer. */
export type Why = { words: string[]; unanswered: number } | null;

const rank = (mood: unknown): number => {
  if (mood === 'upset') return 2;
  return mood === 'stuck' ? 1 : 0;
};

/**
 * A step down: to stuck, or to upset. Who was upset and is only stuck is better off, and nobody is told; nor when somebody takes back what
 * they had said of the mood (`value` is null), by which what was told before holds again.
 */
export const isWorse = (data: Record<string, unknown>): boolean =>
  data.value !== null && rank(data.shown) > rank(data.before);

/** That somebody is upset or stuck, and what says so. */
export const whyUpset = (event: { data: Record<string, unknown> }, why: Why): Said =>
  say(
    '{mood, select, upset {Upset} other {Stuck}}{words, select, none {} other {: “{words}”}}{n, plural, =0 {} one {, # message without an answer} other {, # messages without an answer}}',
    {
      mood: String(event.data.shown),
      words: why?.words.join('”, “') || 'none',
      n: why?.unanswered ?? 0,
    },
  );

/** How often a word stands in conversations of a problem, and how much more than elsewhere (as a logarithm). */
export type Words = Record<string, [share: number, lift: number]>;
export type Known = { id: string; name: string; conversations: number; words: Words };
export type Alike = { id: string; name: string; confidence: number };

const MOST = 80;
/** A word in one conversation of many tells nothing; in one of two or three it may. */
const enough = (n: number): number => (n < 4 ? 1 : 2);

/** The words that tell a problem's conversations from others. Counts are conversations that hold the word. */
export function telling(
  own: ReadonlyMap<string, number>,
  n: number,
  others: ReadonlyMap<string, number>,
  m: number,
): Words {
  const all: [string, [number, number]][] = [];
  for (const [word, count] of own) {
    if (count < enough(n)) continue;
    const share = count / n;
    const lift = Math.log((count + 0.5) / (n + 1) / (((others.get(word) ?? 0) + 0.5) / (m + 1)));
    if (lift > 0.4) all.push([word, [round(share), round(lift)]]);
  }
  return Object.fromEntries(all.sort((a, b) => weight(b[1]) - weight(a[1])).slice(0, MOST));
}
const round = (x: number): number => Math.round(x * 1000) / 1000;
const weight = ([share, lift]: [number, number]): number => share * lift;

/** How much of what its own conversations usually hold is in this one; 1 is as much as usual. */
function likeness(said: ReadonlySet<string>, words: Words): number {
  let found = 0;
  let usual = 0;
  for (const [word, known] of Object.entries(words)) {
    if (said.has(word)) found += weight(known);
    usual += known[0] * weight(known);
  }
  return usual > 0 ? Math.min(1, found / usual) : 0;
}

/**
 * What a conversation resembles, the most alike first. The confidence is low for what was filed once or twice only, for little in common,
 * and where another problem is nearly as alike: two that cannot be told apart have half each.
 */
export function resemble(said: ReadonlySet<string>, known: readonly Known[]): Alike[] {
  const scored = known
    .map((one) => ({ ...one, like: likeness(said, one.words) * (one.conversations / (one.conversations + 1)) }))
    .filter((one) => one.like > 0.05)
    .sort((a, b) => b.like - a.like)
    .slice(0, 5);
  return scored.map((one) => {
    const rival = scored.reduce((most, other) => (other.id === one.id ? most : Math.max(most, other.like)), 0);
    return { id: one.id, name: one.name, confidence: round(one.like * (one.like / (one.like + rival))) };
  });
}

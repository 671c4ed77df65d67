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

/** In which of the known a word stands, and what it weighs there. */
type Places = Map<string, [place: number, weight: number][]>;

/**
 * What conversations resemble, the most alike first: made once for all that are looked at together, then each costs the words that are said
 * in it, however many are known. How alike: how much of what its own conversations usually hold is in this one; 1 is as much as usual. The
 * confidence is low for what was filed once or twice only, for little in common, and where another problem is nearly as alike: two that
 * cannot be told apart have half each.
 */
export function resembler(known: readonly Known[]): (said: Iterable<string>) => Alike[] {
  const places: Places = new Map();
  const usual = new Float64Array(known.length);
  for (const [place, { words }] of known.entries())
    for (const [word, heavy] of Object.entries(words)) {
      const at = places.get(word);
      if (at) at.push([place, weight(heavy)]);
      else places.set(word, [[place, weight(heavy)]]);
      usual[place] = (usual[place] ?? 0) + heavy[0] * weight(heavy);
    }
  return (said) => {
    const found = new Map<number, number>();
    for (const word of new Set(said))
      for (const [place, much] of places.get(word) ?? []) found.set(place, (found.get(place) ?? 0) + much);
    return ranked(
      [...found].map(([place, much]) => {
        const { id, name, conversations } = known[place] as Known;
        const whole = usual[place] ?? 0;
        const like = whole > 0 ? Math.min(1, much / whole) * (conversations / (conversations + 1)) : 0;
        return { id, name, like };
      }),
    );
  };
}

function ranked(all: { id: string; name: string; like: number }[]): Alike[] {
  const scored = all
    .filter((one) => one.like > 0.05)
    .sort((a, b) => b.like - a.like || (a.id < b.id ? -1 : 1))
    .slice(0, 5);
  return scored.map((one) => {
    const rival = scored.reduce((most, other) => (other.id === one.id ? most : Math.max(most, other.like)), 0);
    return { id: one.id, name: one.name, confidence: round(one.like * (one.like / (one.like + rival))) };
  });
}

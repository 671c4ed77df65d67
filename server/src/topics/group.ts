import { parentPort, workerData } from 'node:worker_threads';
import { communities } from './communities.ts';
import { nameOf, othersOf } from './name.ts';
import { graphOf } from './near.ts';
import { termsOf, wordsOf } from './terms.ts';
import { collector, type Vectors } from './vectors.ts';

export type Said = { id: string; text: string };
export type Group = {
  name: string;
  members: { id: string; closeness: number }[];
  /** In how many of its conversations a term stands, and in how many others. */
  counts: [term: string, own: number, others: number][];
};

/** Fewer are no pattern. */
export const FEWEST = 5;
/** How like the middle of its group a conversation is at least; what is less like belongs nowhere. */
const CLOSE = 0.22;
/** How finely they are told apart (communities.ts). Among a few hundred there are few topics, and a fine sieve would leave none. */
const finenessFor = (n: number): number => Math.min(6, Math.max(0.6, n / 200));
/** Of each text as much is kept as a name needs. */
const FOR_A_NAME = 240;
/** So many of a group are read for its name. */
const READ = 120;
/** Terms of a group that are handed on. */
const TOLD = 200;

/** Which conversations are about the same, and what each such group may be called. The same conversations give the same groups. */
export function grouping(): { add: (said: Said) => void; groups: () => Group[] } {
  const ids: string[] = [];
  const texts: string[] = [];
  const collected = collector();
  return {
    add: ({ id, text }) => {
      ids.push(id);
      texts.push(text.slice(0, FOR_A_NAME));
      collected.add(termsOf(wordsOf(text)));
    },
    groups: () => {
      const vectors = collected.vectors();
      const label = communities(graphOf(vectors), finenessFor(vectors.n));
      const together = new Map<number, number[]>();
      for (const [i, one] of label.entries()) {
        const mine = together.get(one);
        if (mine) mine.push(i);
        else together.set(one, [i]);
      }
      const found = [...together.values()]
        .filter((members) => members.length >= FEWEST)
        .map((members) => closest(vectors, members))
        .filter((members) => members.length >= FEWEST)
        .sort((a, b) => b.length - a.length);
      const step = Math.max(1, Math.floor(texts.length / 2_000));
      const others = othersOf(texts.filter((_, i) => i % step === 0).map(wordsOf));
      return found.map((members) => ({
        name: nameOf(
          members.slice(0, READ).map(({ i }) => wordsOf(texts[i] ?? '')),
          others,
        ),
        members: members.map(({ i, closeness }) => ({ id: ids[i] as string, closeness })),
        counts: countsOf(vectors, members),
      }));
    },
  };
}

function countsOf(v: Vectors, members: readonly { i: number }[]): Group['counts'] {
  const own = new Map<number, number>();
  for (const { i } of members)
    for (let at = v.from[i] as number; at < (v.from[i + 1] as number); at++) {
      const term = v.terms[at] as number;
      own.set(term, (own.get(term) ?? 0) + 1);
    }
  return [...own]
    .filter(([, n]) => n > 1)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, TOLD)
    .map(([term, n]) => [v.names[term] as string, n, (v.often[term] as number) - n]);
}

/** Those near the middle of what all of them say, the nearest first. */
function closest(v: Vectors, members: number[]): { i: number; closeness: number }[] {
  const middle = new Map<number, number>();
  for (const i of members)
    for (let at = v.from[i] as number; at < (v.from[i + 1] as number); at++) {
      const term = v.terms[at] as number;
      middle.set(term, (middle.get(term) ?? 0) + (v.weights[at] as number));
    }
  const n = members.length;
  let length = 0;
  for (const weight of middle.values()) length += weight * weight;
  const near = members.map((i) => {
    // Without what it says itself: in a group of five each would be near by itself.
    let [dot, own] = [0, 0];
    for (let at = v.from[i] as number; at < (v.from[i + 1] as number); at++) {
      const weight = v.weights[at] as number;
      dot += weight * (middle.get(v.terms[at] as number) ?? 0);
      own += weight * weight;
    }
    const rest = Math.sqrt(Math.max(1e-9, length - 2 * dot + own));
    return { i, closeness: Math.round((1000 * (dot - own)) / rest) / 1000 };
  });
  return n < 2
    ? []
    : near.filter((one) => one.closeness >= CLOSE).sort((a, b) => b.closeness - a.closeness || a.i - b.i);
}

/** What tells a thread that it is to group (apart.ts): seconds of arithmetic, in which the process goes on answering. */
export const THREAD = 'group conversations';
if (parentPort && workerData === THREAD) {
  const port = parentPort;
  const group = grouping();
  port.on('message', (some: Said[] | null) => {
    if (some) for (const one of some) group.add(one);
    port.postMessage(some ? null : group.groups());
  });
}

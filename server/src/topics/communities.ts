import type { Graph } from './near.ts';

/**
 * Who belongs together: each moves to the neighbours with whom it shares most, beyond what chance would give, until nobody moves; then the
 * groups move the same way (Blondel, Guillaume, Lambiotte and Lefebvre, "Fast unfolding of communities", 2008). A higher `fineness` makes
 * smaller groups. The same graph gives the same groups.
 */
export function communities(graph: Graph, fineness: number): Uint32Array {
  let label = Uint32Array.from({ length: graph.n }, (_, i) => i);
  let level: Level = { ...graph, own: new Float64Array(graph.n) };
  for (let round = 0; round < 12; round++) {
    const moved = settle(level, fineness);
    const { names, count } = renumber(moved);
    if (count === level.n) break;
    label = label.map((one) => names[one] as number);
    level = together(level, names, count);
  }
  return label;
}

/** `own`: what is said within a group that became one. */
type Level = Graph & { own: Float64Array };

function settle(g: Level, fineness: number): Uint32Array {
  const home = Uint32Array.from({ length: g.n }, (_, i) => i);
  const strength = new Float64Array(g.n);
  let all = 0;
  for (let i = 0; i < g.n; i++) {
    let sum = g.own[i] as number;
    for (let at = g.from[i] as number; at < (g.from[i + 1] as number); at++) sum += g.weights[at] as number;
    strength[i] = sum;
    all += sum;
  }
  if (all === 0) return home;
  const total = strength.slice();
  const shared = new Float64Array(g.n);
  const seen: number[] = [];
  for (let pass = 0; pass < 20; pass++) {
    let moves = 0;
    for (let i = 0; i < g.n; i++) {
      const mine = home[i] as number;
      const k = strength[i] as number;
      seen.length = 0;
      for (let at = g.from[i] as number; at < (g.from[i + 1] as number); at++) {
        const there = home[g.to[at] as number] as number;
        if (shared[there] === 0) seen.push(there);
        shared[there] = (shared[there] as number) + (g.weights[at] as number);
      }
      total[mine] = (total[mine] as number) - k;
      const worth = (to: number): number => (shared[to] as number) - (fineness * k * (total[to] as number)) / all;
      let best = mine;
      let most = worth(mine) + 1e-9;
      for (const to of seen) {
        const here = worth(to);
        if (here > most) [best, most] = [to, here];
      }
      total[best] = (total[best] as number) + k;
      if (best !== mine) {
        home[i] = best;
        moves++;
      }
      for (const to of seen) shared[to] = 0;
    }
    if (moves <= g.n / 1_000) break;
  }
  return home;
}

function renumber(home: Uint32Array): { names: Uint32Array; count: number } {
  const known = new Map<number, number>();
  const names = home.map((one) => {
    const name = known.get(one) ?? known.size;
    known.set(one, name);
    return name;
  });
  return { names, count: known.size };
}

function together(g: Level, names: Uint32Array, count: number): Level {
  const own = new Float64Array(count);
  const sums = Array.from({ length: count }, () => new Map<number, number>());
  for (let i = 0; i < g.n; i++) {
    const a = names[i] as number;
    own[a] = (own[a] as number) + (g.own[i] as number);
    for (let at = g.from[i] as number; at < (g.from[i + 1] as number); at++) {
      const b = names[g.to[at] as number] as number;
      const weight = g.weights[at] as number;
      if (a === b) own[a] = (own[a] as number) + weight;
      else sums[a]?.set(b, (sums[a]?.get(b) ?? 0) + weight);
    }
  }
  const from = new Uint32Array(count + 1);
  const to: number[] = [];
  const weights: number[] = [];
  for (const [i, mine] of sums.entries()) {
    for (const [other, weight] of mine) {
      to.push(other);
      weights.push(weight);
    }
    from[i + 1] = to.length;
  }
  return { n: count, from, to: Uint32Array.from(to), weights: Float32Array.from(weights), own };
}

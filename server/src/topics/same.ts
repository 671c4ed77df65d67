import type { Group } from './group.ts';

export type Old = { id: string; name: string; state: 'open' | 'dismissed'; dismissedAtSize: number | null };
export type Kept = { id: string; name: string; state: 'open' | 'dismissed'; group: Group };

/** So much of the smaller of two must be in both for them to be the same. */
const SHARED = 0.4;
/** What was dismissed comes again when it is twice as large, and by ten at least. */
const again = (size: number, then: number): boolean => size >= 2 * then && size >= then + 10;

/**
 * Which of the groups found now is which of before: those that share most find each other first, and each only once. It keeps its name
 * and what was decided about it.
 */
export function keepNames(
  groups: readonly Group[],
  old: readonly Old[],
  before: ReadonlyMap<string, string>,
  newId: () => string,
): Kept[] {
  const sizes = new Map<string, number>();
  for (const cluster of before.values()) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  const pairs = groups.flatMap((group, i) => {
    const shared = new Map<string, number>();
    for (const { id } of group.members) {
      const cluster = before.get(id);
      if (cluster) shared.set(cluster, (shared.get(cluster) ?? 0) + 1);
    }
    return [...shared]
      .filter(([cluster, n]) => n >= SHARED * Math.min(group.members.length, sizes.get(cluster) ?? 0))
      .map(([cluster, n]) => ({ i, cluster, n }));
  });
  const was = new Map<number, Old>();
  const taken = new Set<string>();
  const known = new Map(old.map((one) => [one.id, one]));
  for (const { i, cluster } of pairs.sort((a, b) => b.n - a.n || a.i - b.i || a.cluster.localeCompare(b.cluster))) {
    const one = known.get(cluster);
    if (!one || was.has(i) || taken.has(cluster)) continue;
    was.set(i, one);
    taken.add(cluster);
  }
  return groups.map((group, i): Kept => {
    const one = was.get(i);
    if (!one) return { id: newId(), name: group.name, state: 'open', group };
    const stays = one.state === 'dismissed' && !again(group.members.length, one.dismissedAtSize ?? 0);
    return { id: one.id, name: one.name || group.name, state: stays ? 'dismissed' : 'open', group };
  });
}

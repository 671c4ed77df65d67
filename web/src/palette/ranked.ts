import type { LucideIcon } from 'lucide-react';
import type { ActionId } from '../keys/catalogue.ts';
import { type Match, match } from './fuzzy.ts';

export type Entry = {
  id: string;
  words: string;
  section: string;
  run: () => void;
  /** Other words it is found by. */
  also?: string | undefined;
  icon?: LucideIcon | undefined;
  /** Whose key stands beside it. */
  key?: ActionId | undefined;
  hint?: string | undefined;
  /** Only when it was asked for by words: one person of many, one tag of many. */
  asked?: true;
  /** Found by the server, which knows more than the words. */
  found?: true;
  /** Always there and never first: what Enter means is meant by its words. */
  last?: true;
};
export type Ranked = Entry & { match: Match };
export type Group = { section: string; entries: Ranked[] };

const most = 6;
/**
 * What fits, by section. Nothing typed: what stands first by nature. Else the section with the best hit comes first, so that Enter takes
 * what was meant; of equals what was used lately.
 */
export const ranked = (entries: readonly Entry[], query: string, lately: readonly string[]): Group[] => {
  const words = query.trim();
  const rank = (id: string) => {
    const at = lately.indexOf(id);
    return at === -1 ? 0 : 12 - Math.min(at, 11);
  };
  const groups = new Map<string, Ranked[]>();
  for (const entry of entries) {
    if (!words && entry.asked) continue;
    const hit = entry.last
      ? { score: 0, ranges: [] }
      : (match(words, entry.words, entry.also) ?? (entry.found ? { score: 10, ranges: [] } : null));
    if (!hit) continue;
    const score = words && !entry.last ? hit.score + rank(entry.id) + (entry.asked ? -5 : 0) : entry.last ? -1 : 0;
    const group = groups.get(entry.section) ?? [];
    group.push({ ...entry, match: { ...hit, score } });
    groups.set(entry.section, group);
  }
  const out = [...groups].map(([section, some]) => ({ section, entries: some }));
  if (!words) return out;
  const tier = (g: Group) => Math.floor((g.entries[0]?.match.score ?? 0) / 25);
  for (const g of out) g.entries = g.entries.sort((a, b) => b.match.score - a.match.score).slice(0, most);
  return out.sort((a, b) => tier(b) - tier(a));
};

import type { Happening, Item, Message } from '@hearten/contract';

/** So many of the latest messages stand open; the older ones are one line each, behind one line. */
const open = 4;
/** Where the folded part ends: before the last few messages, and never inside what is new. */
export const foldAt = (items: Item[], fresh: string | null = null): number => {
  const messages = items.flatMap((i, n) => (i.type === 'event' ? [] : [n]));
  if (messages.length <= open + 1) return 0;
  const from = messages[messages.length - open] ?? 0;
  const first = fresh === null ? -1 : items.findIndex((i) => i.id === fresh);
  return first === -1 ? from : Math.min(from, first);
};

/** What waits for its time stands at the end: it is not said yet. */
export const saidFirst = (items: Item[]): Item[] => {
  const waits = (i: Item): boolean => i.type !== 'event' && i.plan !== null;
  return items.some(waits) ? [...items.filter((i) => !waits(i)), ...items.filter(waits)] : items;
};

/** Where one begins to read what one never saw: after the last answer of ours. Null while there is no answer before it. */
export const beginOf = (items: Item[]): string | null => {
  const answered = items.findLastIndex((i) => i.type === 'out' && i.plan === null);
  return items.slice(answered + 1).find((i) => i.type !== 'event' && (i.type !== 'out' || i.plan === null))?.id ?? null;
};
/** The first thing said since somebody was here last, by anybody else. */
export const freshOf = (items: Item[], seenUpTo: string | null, me: string): string | null => {
  const until = seenUpTo === null ? 0 : Date.parse(seenUpTo);
  if (!until) return null;
  return (
    items.find((i) => i.type !== 'event' && i.plan === null && i.authorId !== me && Date.parse(i.at) > until)?.id ??
    null
  );
};

/** Messages one by one, what happened between two of them together. */
export type Line = { id: string; message: Message } | { id: string; events: Happening[] };
export const linesOf = (items: Item[]): Line[] => {
  const lines: Line[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (item.type !== 'event') lines.push({ id: item.id, message: item });
    else if (last && 'events' in last) last.events.push(item);
    else lines.push({ id: item.id, events: [item] });
  }
  return lines;
};

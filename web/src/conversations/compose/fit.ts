/** How well a line fits what was typed: 0 is best, null not at all. The beginning of it, then of a word in it, then within. */
export const fit = (label: string, keywords: string, query: string): number | null => {
  const sought = query.trim().toLowerCase();
  if (sought === '') return 0;
  const name = label.toLowerCase();
  if (name.startsWith(sought)) return 0;
  const words = `${name} ${keywords.toLowerCase()}`.split(/[\s_-]+/);
  const parts = sought.split(/\s+/);
  if (parts.every((part) => words.some((word) => word.startsWith(part)))) return 1;
  return `${name} ${keywords.toLowerCase()}`.includes(sought) ? 2 : null;
};
export const fitting = <T>(
  all: readonly T[],
  query: string,
  about: (one: T) => { label: string; keywords: string },
): T[] =>
  all
    .flatMap((one) => {
      const { label, keywords } = about(one);
      const how = fit(label, keywords, query);
      return how === null ? [] : [{ one, how }];
    })
    .sort((a, b) => a.how - b.how)
    .map(({ one }) => one);

/** Where the letters that were typed stand in the words: from, to. */
export type Range = [number, number];
export type Match = { score: number; ranges: Range[] };

/** Without accents and capitals, letter by letter as long as before, so that places stay places. */
export const plain = (text: string): string =>
  [...text]
    .map((c) => {
      const bare = c.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace('ł', 'l');
      return bare.length === c.length ? bare : c.toLowerCase().slice(0, c.length).padEnd(c.length);
    })
    .join('');

const starts = (text: string, at: number) => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ');

/** One word of the query in a text: at the beginning, at the beginning of a word, anywhere, or its letters one after the other. */
const word = (wanted: string, text: string): Match | null => {
  let at = text.indexOf(wanted);
  if (at === 0) return { score: 100, ranges: [[0, wanted.length]] };
  for (let next = at; next !== -1; next = text.indexOf(wanted, next + 1))
    if (starts(text, next)) return { score: 80 - Math.min(next, 20) / 2, ranges: [[next, next + wanted.length]] };
  if (at !== -1 && wanted.length > 1) return { score: 50, ranges: [[at, at + wanted.length]] };
  // Letters apart must each begin a word or follow the one before: "st" finds "Send this", never "resolve it".
  const ranges: Range[] = [];
  at = -1;
  for (const letter of wanted) {
    let next = at + 1;
    if (ranges.length === 0 || text[next] !== letter) {
      next = text.indexOf(letter, next);
      while (next !== -1 && !starts(text, next)) next = text.indexOf(letter, next + 1);
    }
    if (next === -1) return null;
    const before = ranges.at(-1);
    if (before && before[1] === next) before[1] = next + 1;
    else ranges.push([next, next + 1]);
    at = next;
  }
  return { score: 40 - ranges.length * 4, ranges };
};

/** Every word of the query must be found, in the words or in what else the thing is called. The shorter of two equals comes first. */
export const match = (query: string, words: string, also = ''): Match | null => {
  const wanted = plain(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return { score: 0, ranges: [] };
  const text = plain(words);
  const other = plain(also);
  let score = 0;
  const ranges: Range[] = [];
  for (const w of wanted) {
    const found = word(w, text);
    const aside = other ? word(w, other) : null;
    if (found && (!aside || found.score >= aside.score * 0.6)) {
      score += found.score;
      ranges.push(...found.ranges);
    } else if (aside && aside.score >= 50) score += aside.score * 0.6;
    else return null;
  }
  return { score: score / wanted.length - Math.min(text.length, 60) / 20, ranges: joined(ranges) };
};

const joined = (ranges: Range[]): Range[] => {
  const out: Range[] = [];
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    const before = out.at(-1);
    if (before && from <= before[1]) before[1] = Math.max(before[1], to);
    else out.push([from, to]);
  }
  return out;
};

/** The words cut where they were found, for marking. */
export const pieces = (words: string, ranges: Range[]): { text: string; hit: boolean }[] => {
  const out: { text: string; hit: boolean }[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from > at) out.push({ text: words.slice(at, from), hit: false });
    out.push({ text: words.slice(from, to), hit: true });
    at = to;
  }
  if (at < words.length) out.push({ text: words.slice(at), hit: false });
  return out;
};

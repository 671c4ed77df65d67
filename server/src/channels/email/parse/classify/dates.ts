const MONTHS: [RegExp, number][] = (
  [
    ['jan|ene|gen|sty|янв|січ|oca|led|tammi|ocak|januari', 1],
    ['feb|fév|fev|lut|фев|лют|şub|sub|úno|uno|helmi', 2],
    ['mar|mär|maa|maart|mrt|мар|бер|bře|bre|maalis', 3],
    ['apr|avr|abr|kwi|апр|кві|nis|dub|huhti', 4],
    ['may|mai|maj|mag|mei|май|мая|тра|kvě|kve|touko|mayıs', 5],
    ['jun|jui?n|giu|cze|июн|чер|haz|červn|kesä', 6],
    ['jul|juil|lug|lip|июл|лип|tem|červenc|heinä', 7],
    ['aug|aoû|aou|ago|sie|авг|сер|ağu|agu|srp|elo', 8],
    ['sep|set|wrz|сен|вер|eyl|zář|zar|syys', 9],
    ['oct|okt|ott|out|paź|paz|окт|жов|eki|říj|rij|loka', 10],
    ['nov|lis|ноя|kas|marras', 11],
    ['dec|dez|déc|dic|gru|дек|гру|ara|pro|joulu', 12],
  ] as [string, number][]
).map(([names, n]) => [new RegExp(`^(?:${names})`, 'u'), n]);

/** The date written in a short stretch of text, in any of the languages spoken here; the one nearest the keyword. */
export function latestDate(window: string, sent: string | null, side: 'before' | 'after'): string | null {
  const text = window.toLowerCase();
  const base = sent ? new Date(sent) : new Date();
  const found: { at: number; iso: string }[] = [];
  const add = (at: number, y: number | null, m: number, d: number) => {
    const iso = isoDate(y, m, d, base);
    if (iso) found.push({ at, iso });
  };
  for (const m of text.matchAll(/(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?/g))
    add(m.index, Number(m[1]), Number(m[2]), Number(m[3]));
  if (found.length === 0)
    for (const m of text.matchAll(/(?:(\d{4})年\s?)?(\d{1,2})月(\d{1,2})[日号]/g))
      add(m.index, m[1] ? Number(m[1]) : null, Number(m[2]), Number(m[3]));
  if (found.length === 0)
    for (const m of text.matchAll(/(\d{1,2})월\s?(\d{1,2})일/g)) add(m.index, null, Number(m[1]), Number(m[2]));
  if (found.length === 0) {
    for (const m of text.matchAll(/(?<!\d)(\d{1,2})([./-])\s?(\d{1,2})(?:[./-]\s?(\d{2,4})?)?/g)) {
      const a = Number(m[1]);
      const b = Number(m[3]);
      const year = m[4] ? fullYear(Number(m[4])) : null;
      if (b > 12 && a <= 12) add(m.index, year, a, b);
      else if (a > 12 || m[2] !== '/') add(m.index, year, b, a);
      else add(m.index, year, ...nearer(a, b, year, base));
    }
  }
  if (found.length === 0) {
    for (const m of text.matchAll(
      /(\d{1,2})(?:st|nd|rd|th|er|\.|º|ª|e)?\s{0,2}(?:de\s|of\s|di\s|d’|d')?\s?([\p{L}]{3,12})\.?,?(?:\s(?:de\s)?(\d{4}))?/gu,
    )) {
      const month = monthOf(m[2] ?? '');
      if (month) add(m.index, m[3] ? Number(m[3]) : null, month, Number(m[1]));
    }
    for (const m of text.matchAll(/([\p{L}]{3,12})\.?\s(\d{1,2})(?:st|nd|rd|th)?(?!\d|[:.]\d)(?:,?\s(\d{4}))?/gu)) {
      const month = monthOf(m[1] ?? '');
      if (month) add(m.index, m[3] ? Number(m[3]) : null, month, Number(m[2]));
    }
  }
  if (found.length === 0) return null;
  found.sort((a, b) => a.at - b.at);
  return (side === 'before' ? found[0] : found.at(-1))?.iso ?? null;
}

function monthOf(word: string): number | null {
  for (const [pattern, n] of MONTHS) if (pattern.test(word)) return n;
  return null;
}

const fullYear = (y: number): number => (y < 100 ? 2000 + y : y);

/** 4/5: April 5th or May 4th? The one that comes sooner after the mail was sent. */
function nearer(a: number, b: number, year: number | null, base: Date): [number, number] {
  const first = isoDate(year, b, a, base);
  const second = isoDate(year, a, b, base);
  const now = base.toISOString().slice(0, 10);
  if (!first || !second) return first ? [b, a] : [a, b];
  if (first >= now && second >= now) return first <= second ? [b, a] : [a, b];
  return first >= now ? [b, a] : [a, b];
}

/** Without a year: the next such day, a few days of the past allowed. */
function isoDate(year: number | null, month: number, day: number, base: Date): string | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  let y = year ?? base.getUTCFullYear();
  if (year === null && Date.UTC(y, month - 1, day) < base.getTime() - 60 * 86_400_000) y++;
  const date = new Date(Date.UTC(y, month - 1, day));
  if (date.getUTCDate() !== day || y < 1990 || y > 2200) return null;
  return date.toISOString().slice(0, 10);
}

import { idAt, type Random } from './random.ts';
import { type Language, languages } from './texts/index.ts';

export type Company = { id: string; name: string; domain: string };
export type Customer = {
  id: string;
  name: string;
  address: string;
  language: Language;
  company: string | null;
  at: number;
};

const trades =
  'hotel bakery school practice office museum theatre brewery library bookshop cafe studio pharmacy garage nursery'.split(
    ' ',
  );
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/[^a-z]/g, '');

type Shares = readonly (readonly [language: Language, share: number])[];
function languageOf(random: Random, shares: Shares): Language {
  let left = random.next();
  for (const [language, share] of shares) {
    left -= share;
    if (left < 0) return language;
  }
  return shares[0]?.[0] as Language;
}

/** A few surnames are common and most are rare; many are those of places. */
function named(random: Random, language: Language, first: number): { name: string; latin: string } {
  const at = random.rank(language.last.length);
  const given = language.first[first] ?? '';
  const [begins, ends] = language.place;
  const last =
    language.latinLast || random.chance(0.35) ? (language.last[at] ?? '') : random.pick(begins) + random.pick(ends);
  const name = language.joined ? `${last} ${given}` : `${given} ${last}`;
  return { name, latin: `${plain(language.latinFirst?.[first] ?? given)}.${plain(language.latinLast?.[at] ?? last)}` };
}

/** Those who write: a third as many as conversations, four in ten for a company. All addresses are ones that nobody can own. */
export function customersOf(
  random: Random,
  many: number,
  from: number,
  mark: string,
  cast: { companies?: number; languages?: Shares } = {},
): { customers: Customer[]; companies: Company[] } {
  const [english] = languages[0] as [Language, number];
  const companies = Array.from({ length: cast.companies ?? Math.max(1, Math.ceil(many / 8)) }, (): Company => {
    const [begins, ends] = english.place;
    const place = random.pick(begins) + random.pick(ends);
    const trade = random.pick(trades);
    const id = idAt(random, from);
    return {
      id,
      name: `${place} ${trade.charAt(0).toUpperCase()}${trade.slice(1)}`,
      domain: `${trade}-${place.toLowerCase()}-${random.whole(1000, 99_999_999)}.example`,
    };
  });
  const customers = Array.from({ length: many }, (_, i): Customer => {
    const language = languageOf(random, cast.languages ?? languages);
    const first = random.rank(language.first.length);
    const { name, latin } = named(random, language, first);
    const company = random.chance(0.4) ? random.zipf(companies) : null;
    return {
      id: idAt(random, from),
      name,
      address: `${latin}.${mark}${i.toString(36)}@${company ? company.domain : `post-${language.code}.example`}`,
      language,
      company: company?.id ?? null,
      at: from,
    };
  });
  return { customers, companies };
}

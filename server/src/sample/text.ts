import type { Random } from './random.ts';
import type { Language } from './texts/index.ts';

/** What stays the same through one conversation: the things it is about. */
export type Matter = {
  product: string;
  problem: string;
  order: string;
  model: string;
  colour: string;
  room: string;
  name: string;
};

const syllables = 'lu mo ra ve lo na si ta ka re mi do nor ful bel an dor is el va ri no sol ten mar ki o stra'.split(
  ' ',
);
// A few thousand names of lamps, the known ones named often, the rest hardly ever: the long tail every real shop has.
const models = Array.from({ length: 4000 }, (_, i) => {
  const count = i < 60 ? 2 : 3;
  let rest = (i * 7919 + 17) % 17_576;
  let name = '';
  for (let s = 0; s < count; s++) {
    name += syllables[rest % syllables.length];
    rest = Math.floor(rest / syllables.length) + i * 13 + s;
  }
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${10 + ((i * 37) % 90)}`;
});

const orderOf = (random: Random): string => `NL-${random.whole(100_000, 999_999)}`;
const serialOf = (random: Random): string =>
  `${String.fromCharCode(65 + random.whole(0, 25))}${random.whole(10, 99)}${String.fromCharCode(65 + random.whole(0, 25))}-${random.whole(1000, 9999)}`;
const placeOf = (random: Random, { place: [begins, ends] }: Language): string =>
  random.zipf(begins) + random.zipf(ends);
const weekdays = new Map<string, string[]>();
function weekdayOf(random: Random, { code }: Language): string {
  let names = weekdays.get(code);
  if (!names) {
    const format = new Intl.DateTimeFormat(code, { weekday: 'long', timeZone: 'UTC' });
    names = Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2024, 0, 1 + day)));
    weekdays.set(code, names);
  }
  return random.pick(names);
}
const streetOf = (random: Random, language: Language): string => {
  const name = placeOf(random, language);
  const number = random.whole(1, 180);
  if (language.code === 'de') return `${name}er Straße ${number}`;
  return language.code === 'fr' ? `${number} rue de ${name}` : `${number} ${name} Road`;
};

export const matterOf = (random: Random, language: Language, name: string): Matter => ({
  product: random.zipf(language.products),
  problem: random.zipf(language.problems),
  order: orderOf(random),
  model: random.zipf(models),
  colour: random.zipf(language.colours),
  room: random.zipf(language.rooms),
  name,
});

function fill(template: string, random: Random, language: Language, matter: Matter): string {
  return template.replace(/\{(\w+)\}/g, (_, what: string) => {
    if (what in matter) return matter[what as keyof Matter];
    if (what === 'place') return placeOf(random, language);
    if (what === 'street') return streetOf(random, language);
    if (what === 'weekday') return weekdayOf(random, language);
    if (what === 'serial') return serialOf(random);
    return String(what === 'hour' ? random.whole(5, 11) : random.whole(2, 28));
  });
}
const sentence = (text: string, { code }: Language): string =>
  code === 'en' || code === 'fr' ? text.charAt(0).toUpperCase() + text.slice(1) : text;

export const subjectOf = (random: Random, language: Language, matter: Matter): string =>
  sentence(fill(random.zipf(language.subjects), random, language, matter), language);

type Body = { begin: string[]; more: string[]; sentences: number; end: string[] };
function letter(random: Random, language: Language, matter: Matter, body: Body, hello: string, bye: string): string {
  const sentences = body.begin.map((text) => fill(text, random, language, matter));
  for (let i = 0; i < body.sentences; i++) sentences.push(fill(random.zipf(body.more), random, language, matter));
  sentences.push(...body.end.map((text) => fill(text, random, language, matter)));
  const told = [...new Set(sentences)].map((text, i) => (i === 0 ? text : sentence(text, language)));
  const between = language.joined ? '' : ' ';
  // Longer letters have paragraphs.
  const half = told.length > 5 ? Math.ceil(told.length / 2) : told.length;
  const paragraphs = [told.slice(0, half), told.slice(half)]
    .filter((one) => one.length)
    .map((one) => one.join(between));
  return [hello, ...paragraphs, bye].filter(Boolean).join('\n\n');
}

export function customerText(random: Random, language: Language, matter: Matter, turn: number, last: boolean): string {
  if (last && turn > 0 && random.chance(0.7)) return fill(random.zipf(language.thanks), random, language, matter);
  const begin = [random.zipf(turn === 0 ? language.opening : language.again)];
  const body = {
    begin,
    more: language.detail,
    sentences: random.rank(9) + (turn === 0 ? 1 : 0),
    end: [random.zipf(language.ask)],
  };
  const hello = turn === 0 || random.chance(0.5) ? random.zipf(language.hello) : '';
  return letter(random, language, matter, body, hello, `${random.zipf(language.bye)}\n${matter.name}`);
}

export function askText(random: Random, language: Language, matter: Matter, words: string): string {
  const body = { begin: [words], more: [], sentences: 0, end: [] };
  return letter(
    random,
    language,
    matter,
    body,
    random.zipf(language.hello),
    `${random.zipf(language.bye)}\n${matter.name}`,
  );
}

export function agentText(random: Random, language: Language, matter: Matter, author: string, words?: string): string {
  const body = words
    ? { begin: [words], more: [], sentences: 0, end: [] }
    : { begin: [random.zipf(language.answer)], more: language.agentDetail, sentences: 1 + random.rank(5), end: [] };
  const hello = fill(random.zipf(language.agentHello), random, language, matter);
  return letter(random, language, matter, body, hello, `${random.zipf(language.agentBye)}\n${author}`);
}

export const noteText = (random: Random, language: Language, matter: Matter): string =>
  fill(random.zipf(language.note), random, language, matter);

/** The folded rest below an answer. */
export const quoteOf = (language: Language, before: string, writer: string, at: string): string =>
  `${at.slice(0, 16).replace('T', ' ')}, ${writer} ${language.wrote}\n${before
    .slice(0, 400)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')}`;

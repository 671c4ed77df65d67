import type { Random } from '../random.ts';
import type { Language } from '../texts/index.ts';

/** Something customers could not do, as the shop knows it: what they say of it, how often, and what was done. */
export type Trouble = {
  key: string;
  /** Which of the phrases of `texts/` say it, by language. */
  said: Partial<Record<string, number>>;
  /** Of a hundred troubles so many are this one. */
  often: number;
  /** Fixed when so much of the whole time was still to come; what is left of it since, as a share. */
  fixed?: { since: number; left: number };
  /** Only in the last weeks: nobody has made a problem of it yet. */
  fresh?: { weeks: number };
  /** Of those who answer, how many leave better, and how many worse. */
  better: number;
  worse: number;
  known?: Known;
};
type Known = {
  name: string;
  state: 'found' | 'known' | 'fixing' | 'fixed' | 'wont';
  step: string;
  remedy: string;
  prevention: string;
  cause: 'product' | 'policy' | 'docs' | 'support' | null;
  fix: 'article' | 'product' | 'policy' | 'message' | 'none' | null;
  workaround: string;
  answer: string;
};

const all = (at: number): Trouble['said'] => ({ en: at, de: at, fr: at, es: at, ja: at, ar: at });
const nothing = { step: '', remedy: '', prevention: '', cause: null, fix: null, workaround: '', answer: '' } as const;

/** In the order in which they stand in no list: whatever happens most is said so by its number. */
export const troubles: Trouble[] = [
  {
    key: 'broken', said: all(2), often: 17, fixed: { since: 0.45, left: 0.1 }, better: 0.74, worse: 0.08,
    known: {
      name: 'Lamps arrive with broken glass', state: 'fixed', step: 'Unpacking', cause: 'product', fix: 'product',
      remedy: 'A new one leaves the same day, and nobody has to send the pieces back.',
      prevention: 'The glass travels in a box of its own, with corners of cardboard.',
      workaround: 'Ask for a photo only when the parcel looks whole from outside.',
      answer: 'I am sorry that it came broken. A new one leaves today; please keep nothing of the old one.',
    },
  },
  {
    key: 'twice', said: { en: 11, de: 11, fr: 9 }, often: 11, fixed: { since: 0.32, left: 0.05 }, better: 0.66, worse: 0.14,
    known: {
      name: 'An order is charged twice', state: 'fixed', step: 'Paying', cause: 'product', fix: 'product',
      remedy: 'The second payment goes back the same day.',
      prevention: 'The button of the checkout can be pressed once only.',
      workaround: 'The second charge is a reservation for most banks, and falls away after three days.',
      answer: 'You paid once, and the second charge is on its way back to you. It takes your bank up to three days.',
    },
  },
  {
    key: 'undelivered', said: { en: 5, de: 5, fr: 5, es: 5, ja: 4, ar: 4 }, often: 16, fixed: { since: 0.09, left: 0.35 }, better: 0.46, worse: 0.22,
    known: {
      name: 'Customers cannot see where their parcel is', state: 'fixed', step: 'Waiting for the parcel', cause: 'support', fix: 'message',
      remedy: 'Tell the day, not “soon”; after ten days a new one is sent.',
      prevention: 'Each parcel has a page that says where it is, and a message when it is late.',
      workaround: 'The carrier’s own page knows it a day earlier than ours.',
      answer: 'Your parcel is on its way. This is its page; if it is not there by the day it names, we send a new one.',
    },
  },
  {
    key: 'flickers', said: all(1), often: 13, better: 0.58, worse: 0.13,
    known: {
      name: 'Lamps flicker on a dimmer that is not ours', state: 'fixing', step: 'First evening', cause: 'product', fix: 'product',
      remedy: 'A small adapter goes out free of charge.',
      prevention: 'The next drivers work with every dimmer; until then the box says which ones do.',
      workaround: 'Turning the lower end of the dimmer up a little ends most of it.',
      answer: 'Your lamp and this dimmer do not get along. An adapter is on its way to you; until it is there, turn the lower end of the dimmer up a little.',
    },
  },
  {
    key: 'dead', said: all(0), often: 14, better: 0.63, worse: 0.12,
    known: {
      name: 'A lamp does not switch on any more', state: 'known', step: 'After some months', cause: 'product', fix: 'product',
      remedy: 'Within five years a new one, without questions.', prevention: '',
      workaround: 'Of three, one has a loose bulb: turn it out and in again.',
      answer: 'That should not happen. Please turn the bulb out and in again; if it stays dark, a new lamp leaves today.',
    },
  },
  {
    key: 'itself', said: { en: 7, de: 7, fr: 7, es: 6, ja: 6, ar: 6 }, often: 8, better: 0.68, worse: 0.08,
    known: {
      name: 'Lamps switch themselves off after a few minutes', state: 'known', step: 'First evening', cause: 'docs', fix: 'article',
      remedy: 'Say where the timer is.', prevention: 'The manual shows the timer on its first page.',
      workaround: 'The small button below the stand turns the timer off.',
      answer: 'That is the timer, and it can be turned off: press the small button below the stand for three seconds.',
    },
  },
  {
    key: 'remote', said: { en: 15, de: 12, fr: 10, ja: 7 }, often: 6, better: 0.7, worse: 0.06,
    known: { ...nothing, name: 'The remote control does nothing', state: 'found', workaround: 'New batteries are paired again by holding both buttons.' },
  },
  {
    key: 'hums', said: { en: 3, de: 3, fr: 3, es: 3 }, often: 5, better: 0.5, worse: 0.2,
    known: { ...nothing, name: 'A dimmed lamp hums', state: 'found' },
  },
  {
    key: 'colour', said: { en: 6, de: 6, fr: 6, ja: 5, ar: 5 }, often: 5, better: 0.6, worse: 0.15,
    known: {
      ...nothing, name: 'The colour is another than in the pictures', state: 'wont', step: 'Choosing', cause: 'policy', fix: 'none',
      remedy: 'Free return.', prevention: 'Screens differ. A card with all colours comes on request.',
    },
  },
  { key: 'pairing', said: { en: 18 }, often: 9, fresh: { weeks: 4 }, better: 0.4, worse: 0.3 },
  { key: 'smell', said: { en: 9, de: 9, fr: 8 }, often: 4, fresh: { weeks: 7 }, better: 0.5, worse: 0.25 },
]; // biome-ignore format: a row as a row

const WEEK = 7 * 86_400_000;
export type Span = { from: number; until: number };
export const fixedAt = ({ since }: { since: number }, { from, until }: Span): number => until - since * (until - from);

/** How often something is said at a moment, of a hundred. */
function oftenAt({ often, fixed, fresh }: Trouble, at: number, span: Span): number {
  if (!fresh) return fixed && at > fixedAt(fixed, span) ? often * fixed.left : often;
  const weeksAgo = (span.until - at) / WEEK;
  return weeksAgo < fresh.weeks ? often * (1 - weeksAgo / fresh.weeks / 2) : 0;
}

/** What somebody who writes at this moment writes about, in their words; nothing where it is something else. */
export function troubleAt(random: Random, language: Language, at: number, span: Span): string | null {
  let left = random.next() * 108;
  for (const one of troubles) {
    const phrase = language.problems[one.said[language.code] ?? -1];
    if (phrase === undefined) continue;
    left -= oftenAt(one, at, span);
    if (left < 0) return phrase;
  }
  return null;
}

/** Which trouble a letter is about, by the words of its language; a letter may be about none. */
export function troubleIn(text: string, language: Language): Trouble | null {
  let first: { at: number; trouble: Trouble } | null = null;
  for (const trouble of troubles) {
    const phrase = language.problems[trouble.said[language.code] ?? -1];
    const at = phrase ? text.toLowerCase().indexOf(phrase.toLowerCase()) : -1;
    if (at >= 0 && (first === null || at < first.at)) first = { at, trouble };
  }
  return first?.trouble ?? null;
}

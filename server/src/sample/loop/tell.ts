import type { Special } from '../fill.ts';
import type { Customer } from '../people.ts';
import { type Random, randomFrom } from '../random.ts';
import { askedAgain } from './asked.ts';
import { troubleAt } from './matters.ts';
import { felt } from './words.ts';

/** One in twelve is at the end of their patience, one in six worried, one in ten kind all the same. */
function feelingOf(random: Random, code: string): string | null {
  const said = felt[code];
  const luck = random.next();
  if (!said || luck > 0.35) return null;
  return random.pick(luck < 0.08 ? said.upset : luck < 0.25 ? said.uneasy : said.kind);
}

/** What a customer writes about at a moment and how they feel, and that most answers are the last that was needed. */
export function teller(mark: string, from: number, until: number): (i: number, of: Customer, at: number) => Special {
  return (i, { language }, at) => {
    const random = randomFrom(`${mark} tells ${i}`);
    const asks = askedAgain(randomFrom(`${mark} asks ${i}`), language.code);
    if (asks) return { resolves: 0.9, asks };
    const problem = random.chance(0.97) ? troubleAt(random, language, at, { from, until }) : null;
    const feels = feelingOf(random, language.code);
    return { resolves: 0.7, ...(problem ? { matter: { problem } } : {}), ...(feels ? { feels } : {}) };
  };
}

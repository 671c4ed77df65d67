/**
 * What is looked for in one language, as pieces of regular expressions. Where words are written apart, a piece begins at a word's beginning
 * and may end anywhere, so that `refus` finds refuse, refused and refusal; `\b` ends it where that matters.
 */
export type Words = {
  /** How the language is known: its little words. None where its script says it. */
  known: string[];
  /** Anger, insult, being done with somebody. */
  anger: string[];
  /** It was tried or written before, and nothing came of it. */
  again: string[];
  /** Somebody cannot do what they need to. */
  stuck: string[];
  /** It must be soon, or harm is done. */
  hurry: string[];
  /** Let down, worried, confused, something wrong or missing. */
  bad: string[];
  /** What makes a good word its opposite: "not happy". */
  not: string[];
  /** What follows weighs, what was before does not: "thanks, but …". */
  but: string[];
  thanks: string[];
  /** It works, it came, I like it. */
  good: string[];
  /** More than that. */
  delight: string[];
  /** A request: what is thanked for in advance. */
  asks: string[];
};

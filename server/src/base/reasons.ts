import { inTheWords, isReason, type Reason, reasons } from '@hearten/contract';
import { inWords, type Said, say } from './words.ts';

/** Says a reason in the language of whoever reads it. */
export const reasonIn = (why: Reason, language: string): string =>
  inTheWords(why, language, (id, values) => inWords(say(id, values), language));

/** The same for an error, which is said to whoever asked. */
export const said = ({ code, values = {} }: Reason): Said =>
  say(
    reasons[code],
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isReason(value) ? said(value) : value])),
  );

/** What a row keeps of a reason: its code, and its English for whatever knows no codes (the API, a search, an older process). */
export const worded = (why: Reason): { text: string; why: Reason } => ({ text: reasonIn(why, 'en'), why });

/** A kept reason for its reader; rows from before codes were kept have their text alone. */
export const readIn = (kept: unknown, text: string, language: string): string =>
  isReason(kept) ? reasonIn(kept, language) : text;

/** What an error says of itself, where it knows a reason; whatever else was thrown has words of its own. */
export const whyOf = (error: unknown): Reason | null =>
  error instanceof Error && 'why' in error && isReason(error.why) ? error.why : null;
export const withWhy = <E extends Error>(error: E, why: Reason): E => Object.assign(error, { why });

/** An error for whoever ran something, with its reason for the row that tells of it. */
export const told = (why: Reason): Error => withWhy(new Error(reasonIn(why, 'en')), why);

/** Words that are nobody's to translate: what another server said, or an error of this machine. */
export const quoted = (text: string): Reason => ({ code: 'quoted', values: { text } });

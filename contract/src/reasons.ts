import { z } from 'zod';
import { reasons } from './reason-texts.ts';

export * from './reason-texts.ts';
export type ReasonCode = keyof typeof reasons;
/** What a reason is told; one may stand in another: `Given up after 10 tries: {why}`. */
export type Reason = { code: ReasonCode; values?: Record<string, string | number | Reason> };

/** Older rows have none, and their English text is shown; so it is for a code that only a newer process knows. */
export const why = z.object({ code: z.string(), values: z.record(z.string(), z.unknown()).optional() }).optional();
export const isReason = (one: unknown): one is Reason =>
  typeof one === 'object' && one !== null && 'code' in one && Object.hasOwn(reasons, String(one.code));

/** A day, as reasons are told it; each language writes it in its own way. */
const DAY = /^\d{4}-\d\d-\d\d$/;
/** The text of a reason in one language, whatever says its texts there. */
export function inTheWords(
  { code, values = {} }: Reason,
  language: string,
  text: (id: string, values: Record<string, string | number>) => string,
): string {
  const told = Object.entries(values).map(([name, value]): [string, string | number] => {
    if (isReason(value)) return [name, inTheWords(value, language, text)];
    return [name, typeof value === 'string' && DAY.test(value) ? dayIn(value, language) : value];
  });
  return text(reasons[code], Object.fromEntries(told));
}
const dayIn = (day: string, language: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(language, { dateStyle: 'long', timeZone: 'UTC' });

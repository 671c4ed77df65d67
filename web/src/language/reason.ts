import type { Reason } from '@hearten/contract';
import { drawn, words } from './begin.ts';
import { spoken } from './index.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;
const dayIn = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(spoken(), { dateStyle: 'long', timeZone: 'UTC' });
/** The words of a language hold each reason by its code. */
const isSaid = (why: unknown): why is Reason =>
  typeof why === 'object' &&
  why !== null &&
  'code' in why &&
  Object.hasOwn(words.messages, `reason:${String(why.code)}`);

function say({ code, values = {} }: Reason): string {
  const told = Object.entries(values).map(([name, value]): [string, string | number] => {
    if (typeof value === 'object') return [name, isSaid(value) ? say(value) : ''];
    return [name, typeof value === 'string' && DAY.test(value) ? dayIn(value) : value];
  });
  return words._(`reason:${code}`, Object.fromEntries(told));
}

/** Why something is so, in the reader's language; what has no code, or one this page does not know yet, as it was written. */
export const reasonWords = ({ why, text }: { why?: unknown; text: string }): string =>
  isSaid(why) ? drawn(say(why)) : text;

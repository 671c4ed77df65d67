import type { ChatSettings, ChatTrigger } from '@hearten/contract';
import type { Hours } from './now.ts';

/** A rule as the script carries it: all that is left to do on the page is to look at its address and wait. */
export type Carried = { i: string; t: string; p: string; s: number; v: number; f: number; u: number };
const NEVER = 8.64e15; // the last moment that a date can be

const plain = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const HOST = '^https?:\\/\\/[^\\/]+';
/** What begins with a slash is a path on whatever host the page has; anything else is a whole address. */
const from = (value: string): string => (value.startsWith('/') ? HOST : '^');

/** Which addresses a rule means, as a pattern. `*` stands for anything; without one, `is` means that page whatever follows its `?` or `#`. */
export function patternOf({ how, value }: ChatTrigger['page']): string {
  if (how === 'any' || value === '') return '';
  if (how === 'contains') return plain(value);
  if (how === 'starts') return from(value) + plain(value);
  return `${from(value)}${value.split('*').map(plain).join('.*')}([?#].*)?$`;
}

/** Greetings by page and time, each with the hours in which it may be shown; nothing where there are none. */
export function triggersOf(settings: ChatSettings, hours: Hours): { triggers?: Carried[] } {
  const triggers = settings.triggers.filter((one) => one.enabled);
  if (triggers.length === 0) return {};
  const [from, until] = openBetween(hours);
  return {
    triggers: triggers.map((one) => ({
      ...{ i: one.id, t: one.text, p: patternOf(one.page), s: one.seconds, v: one.visits },
      ...{ f: one.openOnly ? from : 0, u: one.openOnly ? until : NEVER },
    })),
  };
}
/** From when to when somebody is there, as far as it is known now, in ms. A chat without hours is always open. */
function openBetween(hours: Hours): [number, number] {
  const at = (text: string | null): number => (text ? Date.parse(text) : NEVER);
  if (!hours) return [0, NEVER];
  return hours.open ? [0, at(hours.until)] : [at(hours.opens), NEVER];
}

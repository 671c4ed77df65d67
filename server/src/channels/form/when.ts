import type { Tx } from '../../base/db.ts';
import { inWords, type Said, say } from '../../base/words.ts';
import { hoursFor, stateAt } from '../../hours/index.ts';

const sameDay = (a: Date, b: Date, timeZone: string): boolean => {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return day.format(a) === day.format(b);
};
/** A moment as people there say it: the time alone when it is today, the day too when it is not. */
function moment(at: string, now: Date, language: string, timeZone: string): string {
  const date = new Date(at);
  return new Intl.DateTimeFormat(language, {
    timeZone,
    ...(sameDay(date, now, timeZone) ? {} : { weekday: 'long', day: 'numeric', month: 'long' }),
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(date);
}

export type When = { open: boolean; at: string | null };
/** The same for who has a clock of their own: whether somebody is there, and until or from when; null where nobody said any hours. */
export async function whenThere(tx: Tx, inboxId: string, now = new Date()): Promise<When | null> {
  const held = await hoursFor(tx, { inboxId });
  if (!held) return null;
  const { open, closesAt, opensAt } = stateAt(held.hours, now.getTime());
  return open || opensAt ? { open, at: open ? closesAt : opensAt } : null;
}

/** When somebody reads it, as far as that is known: the hours that hold for the inbox. Empty where nobody said any. */
export async function whenRead(tx: Tx, inboxId: string, language: string, now = new Date()): Promise<string> {
  const held = await hoursFor(tx, { inboxId });
  if (!held) return '';
  const state = stateAt(held.hours, now.getTime());
  const at = (time: string): string => moment(time, now, language, held.timeZone);
  const said = (text: Said): string => inWords(text, language);
  if (state.open)
    return state.closesAt
      ? said(say('We are here now, until {time}.', { time: at(state.closesAt) }))
      : said(say('We are here now.'));
  if (!state.opensAt) return '';
  return said(say('We are not here right now, and answer from {time} on.', { time: at(state.opensAt) }));
}

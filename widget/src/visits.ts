import { ask, Refused } from './ask.ts';
import { ended } from './doing.ts';
import { ready } from './state.ts';

type Told = { id: string; name: string; meta: unknown; at: string };
/** In this page's memory until the visit has begun: who never opens the chat, signs in or agrees is not told of. */
let events: Told[] = [];
let consented: boolean | null = null;
/** What the page said of being counted; null when it said nothing. */
export const said = (): boolean | null => consented;

export async function consent(yes: unknown): Promise<void> {
  if (typeof yes !== 'boolean' || yes === consented) return;
  consented = yes;
  if (ready.value && (await ask<{ gone: boolean }>('POST', '/consent', { yes })).gone) ended();
}
export function track(told: Omit<Told, 'id'>): void {
  events = [...events, { ...told, id: crypto.randomUUID() }].slice(-20);
  if (ready.value) flushEvents();
}
/** Sent again with the next when there is no way to the server now; what is wrong with one is said to whoever wrote the page. */
export function flushEvents(): void {
  const some = events;
  events = [];
  if (some.length)
    ask('POST', '/events', { events: some }).catch((error: unknown) => {
      if (error instanceof Refused && error.status < 500) console.warn(error.message);
      else events = [...some, ...events].slice(-20);
    });
}

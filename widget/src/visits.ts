import { ask, isRefused } from './ask.ts';
import { ended } from './doing.ts';
import { ready } from './state.ts';

type Told = { id: string; name: string; meta: unknown; at: string };
/** In this page's memory until the visit has begun: who never opens the chat, signs in or agrees is not told of. */
const MOST = 40;
const AT_ONCE = 20;
let events: Told[] = [];
let consented: boolean | null = null;
/** What the page said of being counted; null when it said nothing. */
export const said = (): boolean | null => consented;
/** Whoever comes next to this page is asked anew, and nothing waits for them. */
export function forgetVisit(): void {
  consented = null;
  events = [];
}

export async function consent(yes: unknown): Promise<void> {
  if (typeof yes !== 'boolean' || yes === consented) return;
  consented = yes;
  if (ready.value && (await ask<{ gone: boolean }>('POST', '/consent', { yes })).gone) ended();
}
export function track(told: Omit<Told, 'id'>): void {
  events = [...events, { ...told, id: crypto.randomUUID() }].slice(-MOST);
  if (ready.value) flushEvents();
}
/** Sent again with the next when there is no way to the server now; what is wrong with one is said to whoever wrote the page. */
export function flushEvents(): void {
  const some = events.splice(0, AT_ONCE);
  if (some.length)
    ask('POST', '/events', { events: some }).then(flushEvents, (error: unknown) => {
      if (!isRefused(error)) events = [...some, ...events].slice(-MOST);
      else if (error.message) console.warn(error.message);
    });
}

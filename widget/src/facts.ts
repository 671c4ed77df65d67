import type { ChatAsk } from '../../contract/src/chat-asks.ts';
import { allowed } from './state.ts';

export type Audience = 'new' | 'returning' | 'signedIn';
/** What the server wrote into the page of the frame. */
export type Facts = {
  id: string;
  name: string;
  greeting: string;
  colour: string;
  /** What can be read on it. */
  ink: string;
  theme: 'auto' | 'light' | 'dark';
  /** What each is asked before a conversation begins. */
  asks: { [A in Audience]: ChatAsk };
  files: boolean;
  mail: boolean;
  domains: string[];
  /** In how many seconds half of the first answers came; null where too few came to say it. */
  usual: number | null;
  /** Somebody with room, only people who are with others, or nobody. */
  there: 'free' | 'full' | 'away';
  hours: { open: boolean; until: string | null; opens: string | null } | null;
};
export const facts = JSON.parse(document.body.dataset.chat ?? '{}') as Facts;

/** Opened by the link of a mail, by itself and not in a page of somebody else's. */
export const alone = location.pathname.endsWith('/continue');

/**
 * Where the visitor's secret lies: in the storage of our own origin, which browsers keep apart for each site. Where a frame may store nothing
 * the visit lasts as long as the page, and goes on by mail.
 */
const KEY = `hearten:${facts.id}`;
const LINK = `${KEY}:link`;
let inMemory: string | null = null;
export const kept = {
  /** `lasting`: of an anonymous visitor, who comes back by it. One that was vouched for is vouched for anew by each page. */
  keep: (token: string, lasting: boolean): void => {
    inMemory = token;
    if (lasting) allowed(() => localStorage.setItem(KEY, token));
  },
  read: (): string | null => inMemory || allowed(() => localStorage.getItem(KEY)),
  /** The link of a mail that began the visit, as its hash: whoever holds another goes on with nothing of it. */
  keepLink: (hash: string): void => {
    allowed(() => localStorage.setItem(LINK, hash));
  },
  begunBy: (hash: string): boolean => hash !== '' && allowed(() => localStorage.getItem(LINK)) === hash,
  forget: (): void => {
    inMemory = null;
    for (const key of [KEY, LINK]) allowed(() => localStorage.removeItem(key));
  },
};

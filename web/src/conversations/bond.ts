import type { Address, ConversationRow, Opened } from '@hearten/contract';
import { makeStore } from '../ui/store.ts';
import type { Begun } from './compose/left.ts';

/** What is being done between conversations: one dialog at a time. `ids`: to all of these, not to `row` alone. */
export type Bond = {
  what: 'merge' | 'link' | 'parent' | 'child' | 'aside' | 'split';
  row: ConversationRow;
  ids?: readonly string[];
  /** Where it is to be split, and whether the message leaves alone. */
  messageId?: string;
  only?: boolean;
  /** What was written aside and taken back: to go on with. */
  aside?: Aside;
};
export type Aside = { to: Address[]; cc: Address[]; subject: string; messages: string[]; letter: Begun };

const store = makeStore<Bond | null>(null);
export const bond = { get: store.get, watch: store.watch };
export const openBond = (next: Bond): void => store.set(next);
export const closeBond = (): void => store.set(null);

type Message = Exclude<Opened['items'][number], { type: 'event' }>;
/** What was said so far, to or by the customer. */
export const isSaid = (i: Opened['items'][number]): i is Message =>
  (i.type === 'in' || i.type === 'out') && i.plan === null && i.state !== 'cancelled' && !i.aside;

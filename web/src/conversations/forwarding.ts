import type { Address } from '@hearten/contract';
import { makeStore } from '../ui/store.ts';
import { type Begun, blank } from './compose/left.ts';

/** What is being passed on, or said to a third person: `about` is the message it begins at; without one it is an answer to them. */
export type Forwarding = {
  conversationId: string;
  about: string | null;
  whole: boolean;
  to: Address[];
  cc: Address[];
  letter: Begun;
  /** It was sent and taken back. */
  again?: boolean;
};
const open = makeStore<Forwarding | null>(null);
export const forwarding = { get: open.get, watch: open.watch };
const sent = new Map<string, Forwarding>();

export const startForward = (conversationId: string, about: string): void =>
  open.set({ conversationId, about, whole: false, to: [], cc: [], letter: blank });
export const startAside = (conversationId: string, to: Address): void =>
  open.set({ conversationId, about: null, whole: false, to: [to], cc: [], letter: blank });
export const closeForward = (): void => open.set(null);
/** Sent, it can be taken back for a few seconds: then it is there to go on with. */
export const rememberForward = (messageId: string, what: Forwarding): void => {
  sent.set(messageId, what);
};
export const reopenForward = (messageId: string): void => open.set(sent.get(messageId) ?? null);

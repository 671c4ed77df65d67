import { useSyncExternalStore } from 'react';
import { makeStore } from '../ui/store.ts';

/** What is on its way to the server just now, by conversation and kind; whoever left meanwhile and comes back finds it so. */
const going = makeStore<ReadonlySet<string>>(new Set());
const nameOf = (conversation: string, kind: 'reply' | 'note') => `${conversation} ${kind}`;

/** It leaves; the answer says that its fate is known. */
export const beginFlight = (conversation: string, kind: 'reply' | 'note'): (() => void) => {
  const name = nameOf(conversation, kind);
  going.set(new Set([...going.get(), name]));
  return () => going.set(new Set([...going.get()].filter((one) => one !== name)));
};
export const isFlying = (conversation: string, kind: 'reply' | 'note'): boolean =>
  going.get().has(nameOf(conversation, kind));
export const useFlying = (conversation: string, kind: 'reply' | 'note'): boolean =>
  useSyncExternalStore(going.watch, () => isFlying(conversation, kind));

const fields = new Map<string, Set<() => void>>();
/** A field hears that its words were sent from one that was there before it. Returns the way to stop. */
export const hearSent = (conversation: string, kind: 'reply' | 'note', then: () => void): (() => void) => {
  const name = nameOf(conversation, kind);
  const hearing = fields.get(name) ?? new Set();
  fields.set(name, hearing.add(then));
  return () => {
    hearing.delete(then);
    if (hearing.size === 0) fields.delete(name);
  };
};
export const tellSent = (conversation: string, kind: 'reply' | 'note', but: () => void): void => {
  for (const then of [...(fields.get(nameOf(conversation, kind)) ?? [])]) if (then !== but) then();
};

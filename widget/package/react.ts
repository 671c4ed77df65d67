'use client';

import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { hearten, hide, type Options, onHide, onShow, onUnreadCountChange, type Place, update } from './index.js';

/** Whether the chat is open, and how many answers wait in it. */
export type Chat = { open: boolean; unread: number };
const none: Chat = { open: false, unread: 0 };
let now = none;
let listens = false;
const watchers = new Set<() => void>();
function become(change: Partial<Chat>): void {
  now = { ...now, ...change };
  for (const look of watchers) look();
}
function watch(look: () => void): () => void {
  watchers.add(look);
  // Once a page: what happens while no component looks is known to the next one.
  if (!listens) {
    listens = true;
    onShow(() => become({ open: true }));
    onHide(() => become({ open: false }));
    onUnreadCountChange((unread) => become({ unread }));
  }
  return () => void watchers.delete(look);
}

/** What is true of the chat, for a button of your own. What it does is imported beside it: `show`, `showNewMessage`, `trackEvent` … */
export const useHearten = (): Chat =>
  useSyncExternalStore(
    watch,
    () => now,
    () => none,
  );

/** Puts the chat on the page while it is mounted, and says whatever changes. It draws nothing of its own. */
export function HeartenProvider({ children, ...given }: Place & Options & { children?: ReactNode }): ReactNode {
  const before = useRef<object>({});
  const said = JSON.stringify(given); // what it holds counts, not which object it is
  useEffect(() => {
    const settings = JSON.parse(said) as Place & Options;
    const left = Object.fromEntries(Object.keys(before.current).map((name) => [name, undefined]));
    before.current = settings;
    // The bubble may be away since a component before this one was taken off.
    hearten({ hide_default_launcher: false, ...left, ...settings });
  }, [said]);
  // Taken off, it takes the bubble along and forgets nothing: that is `shutdown`, when somebody signs out.
  useEffect(
    () => () => {
      hide();
      update({ hide_default_launcher: true });
    },
    [],
  );
  return children;
}

import type { Doing, Present } from '@hearten/contract';
import { useEffect, useSyncExternalStore } from 'react';
import { line, listen, say } from '../live.ts';
import { useMe } from '../me.ts';
import { makeStore } from '../ui/store.ts';

type Here = Present[string];
const nobody: Here = [];
const present = makeStore<Present>({});
listen((frame) => {
  if (frame.type !== 'present') return;
  const next = frame.whole ? frame.at : { ...present.get(), ...frame.at };
  present.set(Object.fromEntries(Object.entries(next).filter(([, here]) => here.length > 0)));
});

const LOOK = 250; // ms at one conversation before it counts as looking: j held down says nothing
const PAUSE = 8_000; // after the last letter someone is reading again, no longer answering
const AGAIN = 4_000; // said again; three times missed, the server lets go
const AWAY = 15_000; // a window in the background is looked at by nobody

let at: string | null = null;
let doing: Doing = 'viewing';
let hidden = false;
const tell = () => say({ type: 'at', conversationId: hidden ? null : at, doing });
let again: ReturnType<typeof setInterval> | undefined;
let dwell: ReturnType<typeof setTimeout> | undefined;
let pause: ReturnType<typeof setTimeout> | undefined;
let leaving: ReturnType<typeof setTimeout> | undefined;

/** At which conversation this window is; null for none. */
export const viewing = (id: string | null) => {
  clearTimeout(dwell);
  dwell = setTimeout(() => {
    if (at === id) return;
    clearTimeout(pause);
    clearInterval(again);
    at = id;
    doing = 'viewing';
    tell();
    if (id) again = setInterval(tell, AGAIN);
  }, LOOK);
};
/** Called with every letter: colleagues see who answers, or writes a note, until a pause. Says something only when it changes. */
export const replying = (id: string, kind: 'reply' | 'note' = 'reply') => {
  clearTimeout(pause);
  pause = setTimeout(() => stopped(id), PAUSE);
  const now = kind === 'note' ? 'noting' : 'replying';
  if (at === id && doing === now) return;
  clearTimeout(dwell);
  clearInterval(again);
  at = id;
  doing = now;
  again = setInterval(tell, AGAIN);
  tell();
};
/** What was being written is sent, or put aside. */
export const stopped = (id: string) => {
  clearTimeout(pause);
  if (at !== id || doing === 'viewing') return;
  doing = 'viewing';
  tell();
};
line.watch(() => {
  if (line.get() === 'open') tell();
  else present.set({});
});
document.addEventListener('visibilitychange', () => {
  clearTimeout(leaving);
  if (document.visibilityState === 'hidden') {
    leaving = setTimeout(() => {
      hidden = true;
      tell();
    }, AWAY);
  } else if (hidden) {
    hidden = false;
    tell();
  }
});

/** This window shows that conversation, as long as the component is on screen. */
export const useViewing = (id: string) => {
  useEffect(() => {
    viewing(id);
    return () => viewing(null);
  }, [id]);
};
/** Colleagues who are at a conversation now; oneself is not among them. */
export const useColleagues = (id: string): Here => {
  const me = useMe().person.id;
  const here = useSyncExternalStore(present.watch, () => present.get()[id] ?? nobody);
  return here.length === 0 ? nobody : here.filter((one) => one.personId !== me);
};

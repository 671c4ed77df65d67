import { makeStore } from '../ui/store.ts';

/** What the palette can ask for, one level down. */
export type Asking = 'assign' | 'move' | 'snooze' | 'tag' | 'priority' | 'macro';
export type Opened = { asking: Asking | null } | null;
export const opened = makeStore<Opened>(null);
export const openPalette = (asking: Asking | null = null) => opened.set({ asking });
export const closePalette = () => opened.set(null);

import { useSyncExternalStore } from 'react';
import { makeStore } from './store.ts';

export type Theme = 'auto' | 'light' | 'dark';
export type Density = 'compact' | 'default' | 'relaxed';
const dusk = matchMedia('(prefers-color-scheme: dark)');
const kept = (name: string) => localStorage.getItem(`hearten.${name}`);

const chosen = makeStore((kept('theme') as Theme | null) ?? 'auto');
/** Puts the chosen scheme on the page; `auto` follows the machine. */
export const paint = () => {
  const wanted = chosen.get();
  document.documentElement.dataset.theme = wanted === 'auto' ? (dusk.matches ? 'dark' : 'light') : wanted;
};
export const setTheme = (next: Theme) => {
  localStorage.setItem('hearten.theme', next);
  chosen.set(next);
  paint();
};
dusk.addEventListener('change', paint);
export const useTheme = () => useSyncExternalStore(chosen.watch, chosen.get);

/** Is the window at least that wide? Follows it. */
export const useWide = (px: number): boolean => {
  const query = matchMedia(`(min-width: ${px}px)`);
  return useSyncExternalStore(
    (w) => {
      query.addEventListener('change', w);
      return () => query.removeEventListener('change', w);
    },
    () => query.matches,
  );
};

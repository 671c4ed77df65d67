import type { Look } from '@hearten/contract';
import { useSyncExternalStore } from 'react';
import { makeStore } from './store.ts';

export type Theme = Look['theme'];
export type Density = Look['density'];
const plain: Look = { theme: 'auto', contrast: 'auto', density: 'default' };
const dusk = matchMedia('(prefers-color-scheme: dark)');
const sharp = matchMedia('(prefers-contrast: more)');

/** What this device showed last, so that the first paint is right before one knows who is there. */
const remembered = (): Look => {
  const kept = (name: string) => localStorage.getItem(`hearten.${name}`);
  const one = <T extends string>(name: string, of: readonly T[], none: T): T =>
    of.find((o) => o === kept(name)) ?? none;
  return {
    theme: one('theme', ['auto', 'light', 'dark'], plain.theme),
    contrast: one('contrast', ['auto', 'high'], plain.contrast),
    density: one('density', ['compact', 'default', 'relaxed'], plain.density),
  };
};
const chosen = makeStore<Look>(remembered());
/** Puts the chosen look on the page; `auto` follows the machine. */
export const paint = () => {
  const { theme, contrast, density } = chosen.get();
  const { dataset } = document.documentElement;
  dataset.theme = theme === 'auto' ? (dusk.matches ? 'dark' : 'light') : theme;
  dataset.contrast = contrast === 'high' || sharp.matches ? 'high' : 'auto';
  dataset.density = density;
};
dusk.addEventListener('change', paint);
sharp.addEventListener('change', paint);

/** Shows a look on this device. Who chooses one keeps it with the person too: `useKeepLook`. */
export const setLook = (next: Look) => {
  const was = chosen.get();
  if (JSON.stringify(was) === JSON.stringify(next)) return;
  for (const [name, value] of Object.entries(next)) localStorage.setItem(`hearten.${name}`, value);
  chosen.set(next);
  paint();
};
export const lookNow = (): Look => chosen.get();
export const useLook = (): Look => useSyncExternalStore(chosen.watch, chosen.get);

type Width = { watch: (w: () => void) => () => void; is: () => boolean };
const widths = new Map<number, Width>();
const widthOf = (px: number): Width => {
  const known = widths.get(px);
  if (known) return known;
  const query = matchMedia(`(min-width: ${px}px)`);
  const made: Width = {
    watch: (w) => {
      query.addEventListener('change', w);
      return () => query.removeEventListener('change', w);
    },
    is: () => query.matches,
  };
  widths.set(px, made);
  return made;
};
/** Is the window at least that wide? Follows it. */
export const useWide = (px: number): boolean => {
  const { watch, is } = widthOf(px);
  return useSyncExternalStore(watch, is);
};

const heights: Record<Density, [wide: number, phone: number]> = {
  compact: [44, 56],
  default: [64, 76],
  relaxed: [80, 92],
};
/** How high a row of the list is: the same as `--row` says, which the list has to know before it draws. */
export const useRowHeight = (): number => {
  const { density } = useLook();
  return heights[density][useWide(600) ? 0 : 1];
};

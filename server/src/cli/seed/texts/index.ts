import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import type { Language } from './language.ts';

export type { Language } from './language.ts';
/** Each as often as its share says. */
export const languages: [language: Language, share: number][] = [
  [en, 0.52],
  [de, 0.2],
  [fr, 0.14],
  [ja, 0.08],
  [ar, 0.06],
];

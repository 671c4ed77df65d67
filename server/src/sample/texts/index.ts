import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
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
/** Those of the sample workspace: six. */
export const sampleLanguages: readonly (readonly [language: Language, share: number])[] = [
  [en, 0.4],
  [de, 0.18],
  [fr, 0.13],
  [es, 0.12],
  [ja, 0.09],
  [ar, 0.08],
];

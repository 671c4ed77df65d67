/** The languages Hearten speaks, each in its own words. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  'pt-BR': 'Português (Brasil)',
  ja: '日本語',
  ar: 'العربية',
} as const;
export type Language = keyof typeof languages;
const known = Object.keys(languages) as Language[];

/** Which of ours a tag means: `de-AT` is de, `pt` is pt-BR; null when we don't speak it. */
export const matched = (tag: string): Language | null => {
  const base = tag.toLowerCase().split('-')[0];
  return (
    known.find((l) => l.toLowerCase() === tag.toLowerCase()) ?? known.find((l) => l.split('-')[0] === base) ?? null
  );
};

const key = 'hearten.language';
const kept = (): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // a browser that keeps nothing: its own language then, at every start
  }
};
/** What the next start speaks. Whether it could be kept. */
export const keep = (tag: string): boolean => {
  try {
    localStorage.setItem(key, tag);
    return true;
  } catch {
    return false;
  }
};

/** The person's language when one has signed in here before, else the browser's. */
export const wanted = (): string =>
  kept() ?? navigator.languages.map(matched).find((language) => language !== null) ?? 'en';

const rtl = new Set(['ar', 'he', 'fa', 'ur', 'ps', 'sd', 'ug', 'yi', 'dv', 'ckb', 'iw']);
/** The direction a language is written in. */
export const direction = (language: string): 'ltr' | 'rtl' =>
  rtl.has(language.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr';

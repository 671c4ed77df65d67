import '../again.ts';
import { setupI18n } from '@lingui/core';
import { direction, type Language, matched, wanted } from './choice.ts';

type Catalog = { default: Record<string, never> };
type Catalogs = Record<Language, () => Promise<Catalog>>;
const catalogs: Catalogs = {
  en: () => import('virtual:words/en'),
  de: () => import('virtual:words/de'),
  fr: () => import('virtual:words/fr'),
  es: () => import('virtual:words/es'),
  'pt-BR': () => import('virtual:words/pt-BR'),
  ja: () => import('virtual:words/ja'),
  ar: () => import('virtual:words/ar'),
};
const ofSettings: Catalogs = {
  en: () => import('virtual:words/en/settings'),
  de: () => import('virtual:words/de/settings'),
  fr: () => import('virtual:words/fr/settings'),
  es: () => import('virtual:words/es/settings'),
  'pt-BR': () => import('virtual:words/pt-BR/settings'),
  ja: () => import('virtual:words/ja/settings'),
  ar: () => import('virtual:words/ar/settings'),
};

export const words = setupI18n({ locale: 'en', messages: { en: {} } });
/** What is done to every text at last: nothing, but for the pseudo-language of the tests. */
export let drawn = (text: string): string => text;

/** `Hello {name}` needs no compiler. What has plurals comes compiled with its language; where nothing is built, Lingui compiles. */
const plain = (text: string): (string | [string])[] =>
  text.split(/\{(\w+)\}/).map((part, n): string | [string] => (n % 2 ? [part] : part));
if (process.env.NODE_ENV === 'production') words.setMessagesCompiler(plain);

/**
 * Words that are on the server no more belong to a version that is over: the one that waits takes this tab over, and the
 * page begins again. Where none waits yet, English is spoken until it does; a page without a word helps nobody.
 */
const instead = async (error: unknown, of: Catalogs): Promise<Record<string, never>> => {
  const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const waiting = (await worker?.getRegistration())?.waiting;
  if (!worker || !waiting) return (await of.en().catch(() => Promise.reject(error))).default;
  worker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage({ type: 'take-over' });
  return new Promise(() => undefined);
};

const read = (of: Catalogs, language: Language) =>
  of[language]().then(
    (catalog) => catalog.default,
    (error: unknown) => instead(error, of),
  );
let more: Promise<void> | undefined;
/** What only the settings say; waited for before the code of any page of theirs runs. */
export const settingsWords = (): Promise<void> => {
  const language = words.locale as Language;
  more ??= read(ofSettings, language).then(
    (messages) => words.load(language, messages),
    (error: unknown) => {
      more = undefined;
      throw error;
    },
  );
  return more;
};

// Whatever says something imports this and so waits here: the language is there before a first text is.
if (typeof document === 'object') {
  const tag = wanted();
  const language = matched(tag) ?? 'en';
  words.loadAndActivate({ locale: language, messages: await read(catalogs, language) });
  document.documentElement.lang = language;
  document.documentElement.dir = direction(language);
  // What the app offers at its icon, once it is installed, is said there.
  if (process.env.NODE_ENV === 'production' && language !== 'en')
    document.querySelector('link[rel=manifest]')?.setAttribute('href', `/manifest.${language}.webmanifest`);
  if (tag === 'pseudo') drawn = (await import('./pseudo.ts')).pseudo;
}

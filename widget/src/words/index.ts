import { allowed, signal } from '../state.ts';
import type { Words } from './en.ts';

const en = (): Promise<{ words: Words }> => import('./en.ts');
const languages: Record<string, typeof en> = {
  en,
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  pt: () => import('./pt.ts'),
  ja: () => import('./ja.ts'),
  ar: () => import('./ar.ts'),
};
export const locale = signal('en');
/** Nothing is drawn before there are words. */
const words = signal({} as Words);

/** Speaks the language of the page, or English where it has none of these, or where its words do not come: without any nothing is drawn. */
export async function speak(wanted: string): Promise<void> {
  const tag = wanted.replaceAll('_', '-');
  const base = tag.toLowerCase().split(/\W/)[0] ?? '';
  const came = await languages[base]?.().catch(() => null);
  words.value = (came ?? (await en())).words;
  // As browsers write it; of one that they would refuse wherever a date is said, such as `en-us.utf8`, the language alone.
  locale.value = came ? (allowed(() => Intl.getCanonicalLocales(tag)[0]) ?? base) : 'en';
  document.documentElement.lang = locale.value;
  document.documentElement.dir = /^(ar|he|fa|ur)\b/i.test(locale.value) ? 'rtl' : 'ltr';
}
export const t = (key: keyof Words, values: Record<string, string> = {}): string =>
  words.value[key].replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
/**
 * The first that is asked of a browser about dates or numbers makes it look for all it knows of them, and holds a slow phone up for a tenth of a
 * second. So a thread of its own asks before us; where there is none, we ask ourselves. Until then no time can be said, and nothing waits for that.
 */
export const dated = signal(false);
const found = (): boolean => (dated.value = true);
const url = String(document.body.dataset.dates);
try {
  const policy = (window as unknown as Policies).trustedTypes?.createPolicy('dates', { createScriptURL: () => url });
  const thread = new Worker(policy?.createScriptURL('') ?? url, { name: navigator.language });
  thread.onmessage = thread.onerror = found;
} catch {
  found(); // no threads here
}
setTimeout(found, 3_000); // a thread whose script never comes says nothing at all
type Policies = {
  trustedTypes?: {
    createPolicy: (
      name: string,
      rules: { createScriptURL: (url: string) => string },
    ) => { createScriptURL: (url: string) => string };
  };
};
/** Made once for each language: each would cost a slow phone a millisecond or two, and a chat asks for hundreds. */
const made = new Map<string, unknown>();
function once<T>(kind: string, make: (locale: string) => T): T {
  const key = `${kind} ${locale.value}`;
  if (!made.has(key)) made.set(key, make(locale.value));
  return made.get(key) as T;
}
export const timeOf = (at: string): string =>
  once('time', (l) => new Intl.DateTimeFormat(l, { hour: 'numeric', minute: '2-digit' })).format(new Date(at));
/** So long, in the largest unit that says it: "3 minutes". */
export const longOf = (seconds: number): string => {
  const [size, unit] = seconds < 3570 ? [60, 'minute'] : seconds < 84_600 ? [3600, 'hour'] : [86_400, 'day'];
  return new Intl.NumberFormat(locale.value, { style: 'unit', unit: String(unit), unitDisplay: 'long' }).format(
    Math.max(1, Math.round(seconds / Number(size))),
  );
};
const daysTo = (at: string): number =>
  Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000);
/** The three days that have a name are words of ours: what a browser has for them takes a slow phone a tenth of a second to find. */
const named: Record<number, keyof Words> = { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' };
export const dayOf = (at: string): string => {
  const name = named[daysTo(at)];
  return name
    ? t(name)
    : once('day', (l) => new Intl.DateTimeFormat(l, { day: 'numeric', month: 'long' })).format(new Date(at));
};
/** A day and a time, to be waited for: "tomorrow 9:00 AM", "Tuesday at 9:00 AM", or with the date when it is more than a week away. */
export const momentOf = (at: string): string => {
  const days = daysTo(at);
  if (days < 2) return `${dayOf(at)} ${timeOf(at)}`;
  const day = days < 7 ? ({ weekday: 'long' } as const) : ({ day: 'numeric', month: 'long' } as const);
  return new Date(at).toLocaleString(locale.value, { ...day, hour: 'numeric', minute: '2-digit' });
};

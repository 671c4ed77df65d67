/** What the script carries along, written into it by the server. */
export type Facts = {
  id: string;
  origin: string;
  name: string;
  colour: string;
  /** What can be read on it. */
  ink: string;
  side: 'end' | 'start';
  theme: 'auto' | 'light' | 'dark';
  signed: boolean;
  /** Greetings: id, words, pattern of addresses, seconds, from which visit on, and from when to when, in ms. */
  triggers?: { i: string; t: string; p: string; s: number; v: number; f: number; u: number }[];
};
declare const __HEARTEN__: Facts;
const script = document.currentScript as HTMLScriptElement | null;
/** Ours is where the script came from: a house may be reached under more than one name. */
export const facts: Facts = { ...__HEARTEN__, origin: script?.src ? new URL(script.src).origin : __HEARTEN__.origin };
/** Named in the tag: then the chat begins by itself. */
export const { appId, locale, consent: agreed } = script?.dataset ?? ({} as DOMStringMap);

const KEY = `hearten:${facts.id}`;
/**
 * What is kept of a visitor on this page's side, and only of who opened the chat, wrote, or agreed to be counted: that they come back ('':
 * 1 wrote, 2 agreed, 0 is to be forgotten), and which greetings they had (':g'). Null forgets all of it.
 */
export const kept = (what: '' | ':g', value?: string | null): string | null => {
  try {
    if (value) localStorage.setItem(KEY + what, value);
    else if (value === null) for (const one of ['', ':g']) localStorage.removeItem(KEY + one);
    return localStorage.getItem(KEY + what);
  } catch {
    return null; // a page that may store nothing: the visitor opens the chat anew
  }
};

/** The few words outside the frame: what the bubble is called, and what so many are, after their number. */
const words: Record<string, [open: string, close: string, unread: string]> = {
  en: ['Chat with us', 'Close', 'unread'],
  de: ['Mit uns chatten', 'Schließen', 'ungelesen'],
  fr: ['Discuter avec nous', 'Fermer', 'non lus'],
  es: ['Chatear con nosotros', 'Cerrar', 'sin leer'],
  pt: ['Converse conosco', 'Fechar', 'não lidas'],
  ja: ['チャットで問い合わせる', '閉じる', '件未読'],
  ar: ['تحدث معنا', 'إغلاق', 'غير مقروءة'],
};
export const wordsIn = (locale: string): [open: string, close: string, unread: string] =>
  words[locale.slice(0, 2).toLowerCase()] ?? (words.en as [string, string, string]);
export const isRightToLeft = (locale: string): boolean => /^(ar|he|fa|ur)\b/i.test(locale);

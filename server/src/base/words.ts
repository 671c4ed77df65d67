import { existsSync, readFileSync } from 'node:fs';
import { type I18n, setupI18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';

/** The languages Hearten speaks. English needs no catalog: its words are the ids. */
export const languages = ['en', 'de', 'fr', 'es', 'pt-BR', 'ja', 'ar'] as const;
export type Language = (typeof languages)[number];

/** A sentence that is not said yet: its English text (ICU), and what it is told. Whoever shows it knows the language. */
export type Said = { id: string; values: Record<string, string | number | Said> };
export const say = (id: string, values: Said['values'] = {}): Said => ({ id, values });

const spoken = new Map<Language, { texts: Record<string, string>; i18n: I18n }>();
function speaker(language: Language) {
  const known = spoken.get(language);
  if (known) return known;
  const file = new URL(`../languages/${language}.json`, import.meta.url);
  const texts = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  const made = { texts, i18n: setupI18n({ locale: language, messages: { [language]: {} } }) };
  spoken.set(language, made);
  return made;
}

/** Which of ours a tag means: `de-AT` is de, `pt` is pt-BR; null when Hearten doesn't speak it. */
export function matched(tag: string): Language | null {
  const [wanted, base] = [tag.toLowerCase(), tag.toLowerCase().split('-')[0]];
  return (
    languages.find((one) => one.toLowerCase() === wanted) ?? languages.find((one) => one.split('-')[0] === base) ?? null
  );
}

/** The first language of an `Accept-Language` that Hearten speaks. */
export function accepted(header: string | undefined): Language {
  const asked = (header ?? '')
    .split(',')
    .slice(0, 20)
    .map((part) => {
      const [tag = '', q = '1'] = part.trim().split(/\s*;\s*q=/);
      return { tag, q: Number(q) };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { tag } of asked) {
    const language = matched(tag);
    if (language) return language;
  }
  return 'en';
}

/** Says it. A plain text is its own id, without anything to tell it. */
export function inWords(said: Said | string, language: string): string {
  const { id, values } = typeof said === 'string' ? say(said) : said;
  const to = matched(language) ?? 'en';
  const { texts, i18n } = speaker(to);
  // A text nobody listed may hold signs that mean something in a message.
  if (typeof said === 'string' && !texts[id]) return id;
  if (!(id in i18n.messages)) i18n.load(to, { [id]: compileMessage(texts[id] || id) });
  const told = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'object' ? inWords(value, to) : value,
  ]);
  return i18n._(id, Object.fromEntries(told));
}

import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';

/** A compiled message is text, or a list of texts and `[name, kind, choices]`. */
function* pieces(compiled) {
  if (!Array.isArray(compiled)) return;
  for (const part of compiled)
    if (Array.isArray(part)) {
      yield part;
      for (const choice of Object.values(part[2] ?? {})) yield* pieces(choice);
    }
}
/** What a message must be told. */
export const namesIn = (text) =>
  new Set([...pieces(compileMessageOrThrow(text))].map(([name]) => name).filter((n) => n !== '#'));

/** What elements stand in it. */
const marksIn = (text) => new Set(text.match(/<\/?\w+\/?>/g) ?? []);
const same = (a, b) => a.size === b.size && [...a].every((one) => b.has(one));
const listed = (set) => [...set].sort().join(' ') || 'nothing';

/** What is wrong with a translation, or undefined: it must be a message, told the same, with the same elements, and know each plural of its language. */
export function wrongWith(id, to, language) {
  if (!to.trim()) return 'is not translated';
  let found;
  try {
    namesIn(id);
    found = [...pieces(compileMessageOrThrow(to))];
  } catch (error) {
    return `is no message: ${error.message.split('\n')[0]}`;
  }
  if (!same(namesIn(id), namesIn(to))) return `names ${listed(namesIn(to))} instead of ${listed(namesIn(id))}`;
  if (!same(marksIn(id), marksIn(to))) return `has ${listed(marksIn(to))} instead of ${listed(marksIn(id))}`;
  const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  for (const [name, kind, choices] of found) {
    if (kind !== 'plural') continue;
    // French and the like have "many" for round millions alone; the form is the same as "other" there.
    const missing = needed.filter((c) => !(c in choices) && (c !== 'many' || language === 'ar'));
    if (missing.length > 0) return `lacks the plural ${missing.join(', ')} of {${name}}`;
  }
  const kinds = (text) =>
    new Set([...pieces(compileMessageOrThrow(text))].filter(([, kind]) => kind).map(([n, kind]) => `${n} ${kind}`));
  if (!same(kinds(id), kinds(to))) return `chooses by ${listed(kinds(to))} instead of ${listed(kinds(id))}`;
  return undefined;
}

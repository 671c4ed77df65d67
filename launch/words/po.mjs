import { existsSync, readFileSync } from 'node:fs';

/** A gettext file as id → translation, in the little of the format that is used here: no contexts, no plural forms of its own. */
export function readPo(file) {
  const out = new Map();
  if (!existsSync(file)) return out;
  let id;
  let field;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, name, quoted] = /^(?:(msgid|msgstr) )?(".*")\s*$/.exec(line) ?? [];
    if (quoted === undefined) continue;
    if (name) field = name;
    if (name === 'msgid') id = '';
    if (name === 'msgstr') out.set(id, '');
    if (field === 'msgid') id += JSON.parse(quoted);
    else out.set(id, out.get(id) + JSON.parse(quoted));
  }
  out.delete('');
  return out;
}

/** Sorted by code point and without places in the source: a change of one text is a change of two lines. */
export function writtenPo(language, words) {
  const head = `msgid ""\nmsgstr "Language: ${language}\\nContent-Type: text/plain; charset=UTF-8\\n"\n`;
  const entries = [...words].sort(([a], [b]) => (a < b ? -1 : 1));
  return [head, ...entries.map(([id, to]) => `msgid ${JSON.stringify(id)}\nmsgstr ${JSON.stringify(to)}\n`)].join('\n');
}

/** A catalog by its file: gettext for the app, JSON for the server, which reads it as it is. */
export const readCatalog = (file) =>
  !file.endsWith('.json')
    ? readPo(file)
    : new Map(existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8'))) : []);
export const writtenCatalog = (file, language, words) =>
  !file.endsWith('.json')
    ? writtenPo(language, words)
    : `${JSON.stringify(Object.fromEntries([...words].sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`;

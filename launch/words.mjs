import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './say.mjs';
import { said } from './words/find.mjs';
import { languages, places } from './words/places.mjs';
import { readCatalog, writtenCatalog } from './words/po.mjs';

// Brings every catalog up to what the sources say: new texts come in empty, those nobody says any more go.
for (const place of places) {
  const ids = [...said(...place.sources.map((source) => join(root, source))).keys()];
  for (const language of languages) {
    const file = join(root, place.catalogs, `${language}.${place.kind}`);
    const known = readCatalog(file);
    const words = new Map(ids.map((id) => [id, known.get(id) ?? '']));
    const text = writtenCatalog(file, language, words);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
    const open = [...words.values()].filter((to) => to === '').length;
    const gone = [...known.keys()].filter((id) => !words.has(id)).length;
    console.log(`${place.catalogs}/${language}: ${words.size} texts, ${open} to translate, ${gone} taken out`);
  }
}

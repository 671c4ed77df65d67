import { join } from 'node:path';
import { root } from '../say.mjs';
import { said } from './find.mjs';
import { wrongWith } from './message.mjs';
import { languages, places } from './places.mjs';
import { readCatalog } from './po.mjs';
import { unsaid } from './unsaid.mjs';

// Every text is said through t(), and every language says it.
const faults = [];
for (const { sources, catalogs, kind, shown } of places) {
  const folders = sources.map((source) => join(root, source));
  if (shown)
    for (const folder of folders) faults.push(...unsaid(root, folder).map((one) => `${one}: not said through t()`));
  const ids = new Set(said(...folders).keys());
  for (const language of languages) {
    const file = `${catalogs}/${language}.${kind}`;
    const known = readCatalog(join(root, file));
    for (const id of ids) {
      const wrong = known.has(id) ? wrongWith(id, known.get(id), language) : 'is missing (npm run words)';
      if (wrong) faults.push(`${file}: ${JSON.stringify(id)} ${wrong}`);
    }
    for (const id of known.keys())
      if (!ids.has(id)) faults.push(`${file}: ${JSON.stringify(id)} is said nowhere any more (npm run words)`);
  }
}
for (const fault of faults) console.log(fault);
process.exit(faults.length > 0 ? 1 : 0);

import { join } from 'node:path';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { reasons } from '../../contract/src/reason-texts.ts';
import { keyOf } from '../../web/src/language/key.ts';
import { inTwo } from './first.mjs';
import { readPo } from './po.mjs';

const prefix = 'virtual:words/';

const plural = (text) => /\{\s*\w+\s*,/.test(text);

/**
 * Makes each language's words two modules, compiled: `virtual:words/de`, and what only the settings say, `virtual:words/de/settings`.
 * English needs only what has plurals: the rest is its own text.
 */
export function words(source) {
  // What is said where is the same for every language: all sources are read for it once, not once for each of fourteen modules.
  let two;
  return {
    name: 'words',
    buildStart() {
      two = undefined;
    },
    watchChange() {
      two = undefined;
    },
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const [language, part] = id.slice(prefix.length + 1).split('/');
      const file = join(source, `languages/${language}.po`);
      const translated = readPo(file);
      if (language !== 'en') this.addWatchFile(file);
      const out = {};
      two ??= inTwo(source);
      const { first, rest } = two;
      const keys = new Set();
      for (const text of [...first, ...rest]) {
        if (keys.has(keyOf(text))) throw new Error(`Two texts have one key; say one otherwise: ${text}`);
        keys.add(keyOf(text));
      }
      for (const text of part ? rest : first) {
        const to = translated.get(text);
        if (!to && !plural(text)) continue;
        out[keyOf(text)] = compileMessageOrThrow(to || text);
      }
      // Reasons come by their code: the app is told those, not the texts.
      for (const [code, text] of part ? [] : Object.entries(reasons))
        out[`reason:${code}`] = compileMessageOrThrow(translated.get(text) || text);
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(out))});`;
    },
  };
}

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPo } from './po.mjs';

/** Beside the manifest of the app one in each other language: what an installed app offers at its icon is read there too. */
export function manifests(web) {
  return {
    name: 'manifests',
    apply: 'build',
    generateBundle() {
      const manifest = JSON.parse(readFileSync(join(web, 'public/manifest.webmanifest'), 'utf8'));
      for (const file of globSync('src/languages/*.po', { cwd: web })) {
        const language = /([\w-]+)\.po$/.exec(file)[1];
        const words = readPo(join(web, file));
        const said = (name) => words.get(name) || this.error(`${name} is not said in ${language}`);
        const shortcuts = manifest.shortcuts.map((one) => ({ ...one, name: said(one.name) }));
        this.emitFile({
          type: 'asset',
          fileName: `manifest.${language}.webmanifest`,
          source: JSON.stringify({ ...manifest, lang: language, dir: 'auto', shortcuts }),
        });
      }
    },
  };
}

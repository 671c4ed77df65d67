import type { Plugin } from 'vite';

/** An import() of another part, as it stands in what is built. */
const imports = /\bimport\(([`"']\.\/[\w.-]+\.js[`"'])\)/g;

/**
 * Each import() goes through `again` (src/again.ts). Last of all: whatever else looks at the code looks for addresses that stand in an import
 * as they are. The function stays where the import is, because its address counts from there.
 */
export const importAgain: Plugin = {
  name: 'import-again',
  apply: 'build',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const made of Object.values(bundle))
        if (made.type === 'chunk') made.code = made.code.replace(imports, 'heartenAgain(u=>import(u),$1)');
    },
  },
};

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

const here = import.meta.dirname;
const short = (of: string[]): string => {
  const hash = createHash('sha256');
  for (const one of of) hash.update(`${one}\0`);
  return hash.digest('hex').slice(0, 16);
};

/** Of what an app of another contract kept on a device, a later one may not be able to read a word. */
export const contractHash = (): string =>
  short(
    globSync('*.ts', { cwd: join(here, '../contract/src') })
      .filter((name) => !name.endsWith('.test.ts'))
      .sort()
      .map((name) => readFileSync(join(here, '../contract/src', name), 'utf8')),
  );

/** Builds the service worker (src/worker/) beside the app, with the list of what this version of it consists of. */
export const serviceWorker: Plugin = {
  name: 'service-worker',
  apply: 'build',
  async writeBundle({ dir = '' }, bundle) {
    const languages: Record<string, string[]> = {};
    const files: string[] = [];
    for (const [name, made] of Object.entries(bundle)) {
      if (!name.startsWith('assets/')) continue;
      const words =
        made.type === 'chunk' ? /^\0virtual:words\/([\w-]+)(\/settings)?$/.exec(made.facadeModuleId ?? '') : null;
      if (words?.[1]) languages[words[1]] = [...(languages[words[1]] ?? []), `/${name}`];
      else files.push(`/${name}`);
    }
    const open = globSync('**/*.*', { cwd: join(here, 'public') }).sort();
    const index = bundle['index.html'];
    const page = index?.type === 'asset' ? String(index.source) : '';
    const contents = [
      ...Object.keys(bundle).sort(),
      page,
      ...open.map((name) => readFileSync(join(here, 'public', name), 'base64')),
    ];
    await build({
      configFile: false,
      root: here,
      logLevel: 'warn',
      publicDir: false,
      define: {
        VERSION: JSON.stringify(short(contents)),
        NAMED: JSON.stringify([...page.matchAll(/"(\/assets\/[^"]+\.js)"/g)].map((found) => found[1])),
        FILES: JSON.stringify([...files, ...open.map((name) => `/${name}`)].sort()),
        WORDS: JSON.stringify(languages),
      },
      build: {
        outDir: dir,
        emptyOutDir: false,
        target: 'es2023',
        rolldownOptions: {
          input: join(here, 'src/worker/worker.ts'),
          output: { format: 'iife', entryFileNames: 'sw.js' },
        },
      },
    });
  },
};

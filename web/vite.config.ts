import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { manifests } from '../launch/words/manifest.mjs';
import { words } from '../launch/words/vite.mjs';
import { importAgain } from './again.ts';
import { contractHash, serviceWorker } from './service-worker.ts';

const server = process.env.HEARTEN_SERVER ?? 'http://localhost:3000';

/** The page waits for its words before anything else: the browser may fetch the English ones along with it. */
const early: Plugin = {
  name: 'early',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const english = Object.values(bundle).find(
        (p) => p.type === 'chunk' && p.facadeModuleId === '\0virtual:words/en',
      );
      const href = english && `/${english.fileName}`;
      return href ? [{ tag: 'link', attrs: { rel: 'modulepreload', href, crossorigin: true } }] : [];
    },
  },
};

export default defineConfig({
  plugins: [
    react(),
    words(fileURLToPath(new URL('src', import.meta.url))),
    manifests(fileURLToPath(new URL('.', import.meta.url))),
    early,
    importAgain,
    serviceWorker,
  ],
  define: { __CONTRACT__: JSON.stringify(contractHash()) },
  build: {
    target: 'es2023',
    // The page's policy allows no data: URLs and no inline script, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Which file needs which: what the app weighs is read from it (bench/sizes.ts).
    manifest: true,
    rolldownOptions: {
      // How long each plugin took concerns nobody who starts a desk.
      checks: { bundlerTimings: false },
      output: {
        // React and the libraries change rarely; a deploy of ours then costs a returning browser only our own code.
        codeSplitting: {
          groups: [
            { name: 'libraries', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/, priority: 2 },
            // Formatted writing, wherever it is done, is one file that is loaded once.
            {
              name: 'editor',
              test: /node_modules[\\/](@tiptap|prosemirror-|orderedmap|rope-sequence|w3c-keyname)/,
              priority: 3,
            },
            // Whatever every page needs is one file: waiting for the words would otherwise leave it in forty.
            { name: 'shell', tags: ['$initial'], priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/files', '/form', '/frames', '/live'].map((path) => [path, { target: server, ws: path === '/live' }]),
    ),
  },
});

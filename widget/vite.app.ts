import { defineConfig } from 'vite';

const file = '[name]-[hash]';
/**
 * What is inside the frame: one script, one style, a file of words for each language, and what a thread of its own does. Built as a library is:
 * else each import that waits would be wrapped in a kilobyte that looks for styles and scripts to load before it, of which there are none.
 */
export default defineConfig({
  base: '/chat/app/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    assetsDir: '',
    cssCodeSplit: false,
    manifest: true,
    lib: { entry: ['src/app.tsx', 'src/dates.ts'], formats: ['es'], cssFileName: 'style' },
    rolldownOptions: {
      output: {
        ...{ entryFileNames: `${file}.js`, chunkFileNames: `${file}.js`, assetFileNames: `${file}[extname]` },
        ...{ minify: true, comments: false },
      },
    },
  },
});

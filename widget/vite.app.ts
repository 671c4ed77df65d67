import { defineConfig } from 'vite';

/** What is inside the frame: one script, one style, a file of words for each language, and what a thread of its own does. */
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
    rolldownOptions: { input: ['src/app.tsx', 'src/dates.ts'] },
  },
});

import { defineConfig } from 'vite';

/** What the page of somebody else loads: one script that asks for nothing more. */
export default defineConfig({
  build: {
    target: 'es2020',
    reportCompressedSize: false,
    emptyOutDir: false,
    lib: { entry: 'src/loader/index.ts', formats: ['iife'], name: 'hearten', fileName: () => 'loader.js' },
  },
});

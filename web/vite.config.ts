import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.HEARTEN_SERVER ?? 'http://localhost:3000';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    // The page's policy allows no data: URLs and no inline script, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        // React and the libraries change rarely; a deploy of ours then costs a returning browser only our own code.
        codeSplitting: {
          groups: [{ name: 'libraries', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ }],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/files', '/frames', '/live'].map((path) => [path, { target: server, ws: path === '/live' }]),
    ),
  },
});

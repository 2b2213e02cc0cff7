// Builds the page into a folder: node build.mjs FOLDER. A process of its own, because the build wants NODE_ENV to be production.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Usage: node build.mjs FOLDER');

await build({
  configFile: false,
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  logLevel: 'error',
  plugins: [react()],
  build: {
    outDir: folder,
    emptyOutDir: true,
    assetsDir: 'control-room',
    // A page under a strict policy takes nothing from data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    reportCompressedSize: false,
  },
});

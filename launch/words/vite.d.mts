import type { Plugin } from 'vite';
export function words(source: string): Plugin;

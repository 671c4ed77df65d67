import type { Plugin } from 'vite';

export function manifests(web: string): Plugin;

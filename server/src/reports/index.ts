import type { Module } from '../base/module.ts';
import { behind } from './behind.ts';
import { restoredOf } from './person.ts';
import { removed } from './removed.ts';
import { restored } from './restored.ts';
import { speed } from './speed.ts';

/**
 * How customers left, and how long they waited. It only reads what others keep, and each figure is one statement.
 * Every number has its conversations; no list ranks people or the time they take.
 *
 * What one person's customers felt is told to that person and their lead, whatever else somebody may read.
 */
export const reports: Module = {
  name: 'reports',
  routes: {
    'GET /restored': ({ tx, query }) => tx((t) => restored(t, query.weeks)),
    'GET /restored/conversations': ({ tx, query }) => tx((t) => behind(t, query)),
    'GET /removed': ({ tx, query }) => tx((t) => removed(t, query.weeks)),
    'GET /people/:id/restored': ({ tx, who, params, query }) => tx((t) => restoredOf(t, who, params.id, query.weeks)),
    'GET /speed': ({ tx, query }) => tx((t) => speed(t, query.weeks)),
  },
};

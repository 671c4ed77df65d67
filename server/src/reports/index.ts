import type { Tx } from '../base/db.ts';
import type { Hearten, Module, Who } from '../base/module.ts';
import { behind } from './behind.ts';
import { restoredOf } from './person.ts';
import { removed } from './removed.ts';
import { restored } from './restored.ts';
import { speed } from './speed.ts';

/**
 * How customers left, and how long they waited. It only reads what others keep, and each figure is one statement.
 * Every number has its conversations; no list ranks people or the time they take.
 *
 * Each reads weeks of conversations: where there is a copy of the database for what only reads, it is asked of that.
 *
 * What one person's customers felt is told to that person and their lead, whatever else somebody may read.
 */
export const reports = ({ db }: Hearten): Module => {
  const aside = <T>({ workspaceId }: Who, work: (tx: Tx) => Promise<T>): Promise<T> => db.aside(workspaceId, work);
  return {
    name: 'reports',
    routes: {
      'GET /restored': ({ who, query }) => aside(who, (t) => restored(t, query.weeks)),
      'GET /restored/conversations': ({ who, query }) => aside(who, (t) => behind(t, query)),
      'GET /removed': ({ who, query }) => aside(who, (t) => removed(t, query.weeks)),
      'GET /people/:id/restored': ({ who, params, query }) =>
        aside(who, (t) => restoredOf(t, who, params.id, query.weeks)),
      'GET /speed': ({ who, query }) => aside(who, (t) => speed(t, query.weeks)),
    },
  };
};

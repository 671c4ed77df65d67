import type { Key } from '@hearten/contract';
import type { Side } from '../side.ts';

/** How a route is called: `path` gives the ids of its address, `body` those of its body or query. */
export type Call = {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  own?: number;
  ids?: 'body';
};
export type Calls = Partial<Record<Key, (path: Side, body: Side) => Call>>;
export const of = (id: string) => ({ params: { id } });
/** What a call needs to have happened before it, on a side made for it. */
export const first: Partial<Record<Key, Key>> = {
  'POST /conversations/:id/unmerge': 'POST /conversations/:id/merge',
  'DELETE /conversations/:id': 'POST /conversations/:id/folder',
  'POST /customers/:id/unmerge': 'POST /customers/:id/merge',
  'DELETE /customers/:id/erasure': 'POST /customers/:id/erasure',
  'DELETE /snippets/:id': 'POST /snippets/:id/archive',
  'DELETE /macros/:id': 'POST /macros/:id/archive',
  'DELETE /filing-audit/:id': 'POST /filing-audit/:id',
  'POST /mailings/:id/undo': 'POST /mailings/:id/send',
};

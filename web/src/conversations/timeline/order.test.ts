import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Item } from '@hearten/contract';
import { message } from '../../testing.ts';
import { beginOf, foldAt, freshOf, linesOf } from './order.ts';

const at = (n: number) => `2026-11-01T10:${String(n).padStart(2, '0')}:00+00:00`;
const said = (n: number, more: Partial<Item> = {}): Item =>
  ({ ...message({ id: `m${n}`, at: at(n) }), ...more }) as Item;
const event = (n: number): Item => ({
  type: 'event',
  id: `e${n}`,
  at: at(n),
  name: 'conversation.tagged',
  actorId: null,
  actorKind: 'system',
  data: {},
});
const ten = Array.from({ length: 10 }, (_, n) => said(n));

test('The last four messages stand open, and with them all that is new', () => {
  assert.equal(foldAt(ten), 6);
  assert.equal(foldAt(ten, 'm3'), 3, 'nothing new is folded away');
  assert.equal(foldAt(ten, 'm9'), 6);
  assert.equal(foldAt(ten.slice(0, 5)), 0, 'one line to save is none');
});
test('New is what others said since one was here', () => {
  const items = [said(1), said(2), event(3), said(4, { type: 'note', authorId: 'me' }), said(5)];
  assert.equal(freshOf(items, at(2), 'me'), 'm5');
  assert.equal(freshOf(items, at(5), 'me'), null);
  assert.equal(freshOf(items, null, 'me'), null, 'who was never here has no line between old and new');
  assert.equal(freshOf(items, '1970-01-01T00:00:00+00:00', 'me'), null, 'nor who called it unread');
  assert.equal(beginOf([said(1), said(2, { type: 'out', authorId: 'x' }), said(3)]), 'm3');
});
test('What happened between two messages stands together', () => {
  assert.deepEqual(
    linesOf([said(1), event(2), event(3), said(4), event(5)]).map((l) => ('events' in l ? l.events.length : l.id)),
    ['m1', 2, 'm4', 1],
  );
});

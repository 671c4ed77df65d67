import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advance, type Cursor, type EventRow } from './events.ts';

type Row = EventRow & { horizon: string };
const row = (xid: number, id: string, horizon: number): Row =>
  ({ xid: String(xid), id, horizon: String(horizon) }) as Row;
const at = (xid: number, ...done: string[]): Cursor => ({ xid: String(xid), done: new Set(done) });

test('a reader far behind keeps nothing of what it has read but the last transaction of a full page', () => {
  const rows = [row(10, 'a', 99), row(10, 'b', 99), row(11, 'c', 99)];
  const { fresh, cursor } = advance(at(10), rows, 3);
  assert.deepEqual([fresh.map((e) => e.id), cursor.xid, [...cursor.done]], [['a', 'b', 'c'], '11', ['c']]);
});

test('the cursor never passes a transaction that still runs', () => {
  const { cursor } = advance(at(10), [row(10, 'a', 12), row(14, 'b', 12)], 100);
  assert.deepEqual([cursor.xid, [...cursor.done]], ['12', ['b']]);
  const full = advance(at(10), [row(10, 'a', 12), row(14, 'b', 12)], 2);
  assert.deepEqual([full.cursor.xid, [...full.cursor.done]], ['12', ['b']]);
});

test('a transaction larger than a page is read to its end, each event once', () => {
  const all = Array.from({ length: 7 }, (_, i) => row(10, `e${i}`, 50));
  let cursor = at(10);
  const got: string[] = [];
  for (let i = 0; i < 5; i++) {
    const there = all.filter((one) => BigInt(one.xid) >= BigInt(cursor.xid));
    const next = advance(cursor, there.slice(0, 2 + cursor.done.size), 2);
    got.push(...next.fresh.map((e) => e.id));
    cursor = next.cursor;
  }
  assert.deepEqual(
    got,
    all.map((e) => e.id),
  );
  assert.equal(cursor.xid, '50');
});

test('a late transaction below the newest one is still seen', () => {
  const first = advance(at(10), [row(12, 'new', 11)], 100);
  const second = advance(first.cursor, [row(11, 'late', 13), row(12, 'new', 13)], 100);
  assert.deepEqual(
    second.fresh.map((e) => e.id),
    ['late'],
  );
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { followCustomer } from '../conversations/follow-customer.ts';
import type { Noted } from '../conversations/index.ts';
import { mergeCustomers } from '../customers/merge.ts';
import { eraseAgain } from './erase-again.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('A backup holds a customer merged into another from whom they were parted before they were erased: they are erased again, the other stands', async () => {
  const ids: string[] = [];
  for (const word of ['numbat', 'ocelot', 'pangolin']) {
    const address = `${word}@${word}.example`;
    await w.receive({ from: { name: word, address }, subject: word, text: `It is about ${word}.` });
    const row = await w.tx((t) =>
      t.first<{ id: string }>(
        sql`select customer_id as id from handle where workspace_id = ${w.workspaceId} and value = ${address}`,
      ),
    );
    ids.push(row?.id as string);
  }
  const [a, b, c] = ids as [string, string, string];
  for (const [from, into] of [
    [a, b],
    [b, c],
  ] as const) {
    await w.tx((t) => mergeCustomers(t, w.people.lead, from, into));
    await followCustomer(w.hearten, w.workspaceId, { from, into, back: false });
  }
  // What was noted when b, with whom a stayed one, was parted from c and erased.
  const note: Noted = {
    format: 1,
    workspaceId: w.workspaceId,
    at: new Date().toISOString(),
    customerIds: [a, b],
    key: null,
    marks: [],
  };
  const again = () => eraseAgain(w.hearten, note, async () => undefined);
  assert.deepEqual(await again(), { people: 1, read: true });
  const left = await w.tx((t) =>
    t.many<{ text: string }>(sql`select text from message where workspace_id = ${w.workspaceId} order by text`),
  );
  assert.deepEqual(left, [{ text: 'It is about pangolin.' }]);
  const homes = await w.tx((t) =>
    t.many<{ subject: string }>(sql`select subject from conversation where workspace_id = ${w.workspaceId}`),
  );
  assert.deepEqual(homes, [{ subject: 'pangolin' }]);
  const known = await w.tx((t) =>
    t.many<{ value: string }>(sql`select value from handle where workspace_id = ${w.workspaceId}`),
  );
  assert.deepEqual(known, [{ value: 'pangolin@pangolin.example' }]);
  assert.deepEqual(await again(), { people: 0, read: true });
});

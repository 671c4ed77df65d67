import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { landmarks, list } from './list.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

type Page = { items: ConversationRow[]; next: string | null };
const page = async (q: Record<string, unknown>): Promise<Page> =>
  JSON.parse((await w.tx((t) => list(t, w.people.owner, { view: 'all', ...q } as never))).json) as Page;

test('from each landmark the list goes on where walking there would have led, and their count is exact', async () => {
  for (let i = 0; i < 5; i++) await w.receive(...Array.from({ length: 100 }, () => ({})));
  const first = await page({ limit: 30 });
  const walked: string[] = [];
  for (let cursor = first.next; cursor; ) {
    const next = await page({ limit: 100, cursor });
    walked.push(...next.items.map((row) => row.id));
    cursor = next.next;
  }
  const found = await w.tx((t) => landmarks(t, w.people.owner, { view: 'all', cursor: first.next as string }));
  assert.deepEqual([found.count, found.every, found.cursors.length], [470, 200, 2]);
  assert.equal(walked.length, 470);
  for (const [i, cursor] of found.cursors.entries()) {
    const jumped = await page({ limit: 200, cursor });
    assert.deepEqual(
      jumped.items.map((row) => row.id),
      walked.slice(200 * (i + 1), 200 * (i + 2)),
    );
  }
  const none = await w.tx((t) => landmarks(t, w.people.owner, { view: 'spam' }));
  assert.deepEqual([none.count, none.cursors], [0, []]);
});

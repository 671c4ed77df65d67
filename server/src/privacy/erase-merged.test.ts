import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { followCustomer } from '../conversations/follow-customer.ts';
import { mergeCustomers, previewMerge, unmergeCustomers } from '../customers/merge.ts';
import { askErasure, eraseCustomer, keepAfterAll } from './erase.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const nobody = async (): Promise<void> => undefined;
/** Somebody who wrote once, about what nobody else writes about. */
async function writer(word: string): Promise<string> {
  const address = `${word}@${word}.example`;
  await w.receive({
    from: { name: `Writer ${word}`, address },
    subject: `About ${word}`,
    text: `It is about ${word}.`,
  });
  const row = await w.tx((t) =>
    t.first<{ id: string }>(
      sql`select customer_id as id from handle where workspace_id = ${w.workspaceId} and value = ${address}`,
    ),
  );
  return row?.id as string;
}
const ask = (id: string, word: string, now = false) =>
  w.tx((t) => askErasure(t, w.people.owner, id, { confirm: `${word}@${word}.example`, now }));
const merge = (from: string, into: string) => w.tx((t) => mergeCustomers(t, w.people.lead, from, into));
const unmerge = (from: string) => w.tx((t) => unmergeCustomers(t, w.people.lead, from));
const follow = (from: string, into: string, back = false) =>
  followCustomer(w.hearten, w.workspaceId, { from, into, back });
const keep = (id: string) => w.tx((t) => keepAfterAll(t, w.people.owner, id));
/** Of which of these words something is there still: a conversation, a message, an address. */
async function left(...words: string[]): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    const row = await w.tx((t) =>
      t.first<{ asked: boolean; said: boolean; known: boolean }>(sql`
        select exists (select 1 from conversation where workspace_id = ${w.workspaceId} and subject like ${`%${word}%`}) as asked, exists (select 1 from message where workspace_id = ${w.workspaceId} and text like ${`%${word}%`}) as said,
          exists (select 1 from handle where workspace_id = ${w.workspaceId} and value like ${`%${word}%`}) as known`),
    );
    if (row?.asked) out.push(`${word} asks`);
    if (row?.said) out.push(`${word} says`);
    if (row?.known) out.push(`${word} is known`);
  }
  return out;
}
const there = (...words: string[]): string[] =>
  words.flatMap((word) => [`${word} asks`, `${word} says`, `${word} is known`]);

test('While an erasure waits nobody is merged with whom it is about, in either direction, and merges stay as the preview showed them', async () => {
  const [a, b, c, d] = [
    await writer('aardvark'),
    await writer('badger'),
    await writer('civet'),
    await writer('dugong'),
  ];
  await merge(b, a);
  await follow(b, a);
  await ask(a, 'aardvark');
  const waits = /Writer aardvark waits to be erased.*Nothing was changed, and the erasure stands\. Take it back first/;
  await assert.rejects(merge(a, c), waits);
  await assert.rejects(merge(c, a), waits);
  await assert.rejects(
    w.tx((t) => previewMerge(t, c, a)),
    waits,
  );
  await assert.rejects(unmerge(b), waits);
  await merge(d, c);
  await unmerge(d);
  await w.tx((t) =>
    t.run(sql`update erasure set state = 'running' where workspace_id = ${w.workspaceId} and customer_id = ${a}`),
  );
  await assert.rejects(merge(c, a), /is being erased this moment\. Nothing was changed/);
  await w.tx((t) =>
    t.run(sql`update erasure set state = 'waiting' where workspace_id = ${w.workspaceId} and customer_id = ${a}`),
  );
  // Mail is received meanwhile as ever.
  assert.equal((await w.receive({ from: { name: '', address: 'aardvark@aardvark.example' } })).length, 1);
  await keep(a);
  await unmerge(b);
  await merge(c, a);
});

test('An erasure asked for in the moment of a merge is about what stands there then', async () => {
  const [a, b] = [await writer('echidna'), await writer('ferret')];
  const both = await Promise.allSettled([merge(b, a), ask(a, 'echidna')]);
  const merged = both[0]?.status === 'fulfilled';
  assert.equal(both[1]?.status, 'fulfilled');
  const row = await w.tx((t) =>
    t.first<{ into: string | null }>(
      sql`select merged_into as "into" from customer where workspace_id = ${w.workspaceId} and id = ${b}`,
    ),
  );
  assert.equal(row?.into === a, merged);
  await keep(a);
});

test('Of one whose erasure waited when they were merged, all that was theirs goes, and nothing of the one they became', async () => {
  const [a, b, c] = [await writer('gibbon'), await writer('hyena'), await writer('ibex')];
  // As it could be before a merge was refused.
  await merge(a, b);
  await follow(a, b);
  await merge(b, c);
  await follow(b, c);
  const erasureId = newId();
  await w.tx((t) =>
    t.run(
      sql`insert into erasure (workspace_id, id, customer_id, due_at) values (${w.workspaceId}, ${erasureId}, ${a}, now())`,
    ),
  );
  await eraseCustomer(w.hearten, w.workspaceId, erasureId, nobody);
  assert.deepEqual(await left('gibbon', 'hyena', 'ibex'), there('hyena', 'ibex'));
});

test('It can be taken back also of one who was merged since', async () => {
  const [a, b] = [await writer('jackal'), await writer('kudu')];
  await merge(a, b);
  await w.tx((t) =>
    t.run(
      sql`insert into erasure (workspace_id, id, customer_id, due_at) values (${w.workspaceId}, ${newId()}, ${a}, now() + interval '1 day')`,
    ),
  );
  await assert.rejects(unmerge(a), /waits to be erased/);
  await keep(a);
  await unmerge(a);
});

test('Who is erased the moment their merge was taken back goes with the conversations that had not come back yet', async () => {
  const [a, b] = [await writer('lemur'), await writer('marmot')];
  await merge(a, b);
  await follow(a, b);
  await unmerge(a);
  const { id } = await ask(a, 'lemur', true);
  await eraseCustomer(w.hearten, w.workspaceId, id, nobody);
  assert.deepEqual(await left('lemur', 'marmot'), there('marmot'));
});

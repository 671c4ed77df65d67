import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { move } from '../change.ts';
import { deliver } from '../deliver.ts';
import { reply } from '../reply.ts';
import { count, empty } from './bayes.ts';
import { countsOf } from './filter.ts';
import { forget, idsOf, learnFromAnswers, learnFromMove } from './learn.ts';

let w: Desk;
let other: Desk;
before(async () => {
  w = await desk();
  other = await w.another();
});
after(() => w.end());
beforeEach(async () => {
  await w.tx((t) => forget(t, w.people.owner));
});

const bad = (i: number) => ({
  from: { address: `promo${i}@offers.example`, name: 'Promo' },
  subject: 'Casino bonus',
  text: `Claim your free casino bonus number ${i} now, dear winner of the jackpot. ${'spins prize '.repeat(i % 4)}`,
});
const good = (i: number) => ({
  from: { address: `person${i}@clients.example`, name: 'A person' },
  subject: 'My order',
  text: `The brass lamp of order ${i} did not arrive, could you please send it again? ${'thanks '.repeat(i % 3)}`,
});
const opened = async (mail: Parameters<Desk['receive']>[0]): Promise<string> =>
  (await w.receive(mail))[0]?.conversationId as string;
const eventsOf = (id: string, name: string): Promise<EventRow[]> =>
  w.tx((t) =>
    t.many<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name = ${name} order by id`,
    ),
  );
const lastMove = async (id: string): Promise<EventRow> => (await eventsOf(id, 'conversation.moved')).at(-1) as EventRow;
const moved = async (id: string, folder: 'inbox' | 'spam' | 'trash'): Promise<void> => {
  await w.tx((t) => move(t, w.people.lead, id, folder));
  await w.tx(async (t) => learnFromMove(t, await lastMove(id)));
};
const answered = async (id: string): Promise<void> => {
  const channel = keepingChannel();
  await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'It is on its way.', sendAnyway: true }));
  const out = await w.tx((t) =>
    t.first<{ id: string }>(
      sql`select id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} and type = 'out' order by at desc limit 1`,
    ),
  );
  await deliver(w.hearten, () => channel, w.workspaceId, out?.id as string);
  const [sent] = await eventsOf(id, 'message.sent');
  await w.tx((t) => learnFromAnswers(t, [sent as EventRow]));
};
const filter = async () =>
  (await w.tx((t) =>
    t.first<{ spam: number; good: number; counts: Buffer | null; version: number }>(
      sql`select spam, good, counts, version from spam_filter where workspace_id = ${w.workspaceId}`,
    ),
  )) ?? { spam: 0, good: 0, counts: null, version: 0 };
const learned = async (): Promise<[number, number]> => {
  const { spam, good: wanted } = await filter();
  return [spam, wanted];
};
/** What the lessons that are kept come to must be what the filter counts by. */
const agrees = async (): Promise<void> => {
  const lessons = await w.tx((t) =>
    t.many<{ spam: boolean; features: Buffer }>(
      sql`select spam, features from spam_lesson where workspace_id = ${w.workspaceId}`,
    ),
  );
  const model = empty();
  for (const lesson of lessons) count(model, idsOf(lesson.features), lesson.spam, 1);
  const { spam, good: wanted, counts } = await filter();
  assert.deepEqual({ spam, good: wanted, counts: countsOf(counts) }, model);
};
const folderOf = async (id: string): Promise<string> =>
  (
    await w.tx((t) =>
      t.first<{ folder: string }>(
        sql`select folder from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
      ),
    )
  )?.folder ?? '';

test('a conversation marked as spam is learned once, however often it is moved; taken back it is unlearned', async () => {
  const id = await opened(bad(1));
  for (const folder of ['spam', 'inbox', 'spam', 'trash', 'spam'] as const) await moved(id, folder);
  assert.deepEqual(await learned(), [1, 0]);
  await agrees();
  await moved(id, 'inbox');
  assert.deepEqual(await learned(), [0, 0]);
  await agrees();
});

test('what the filter hid and a person took out teaches that such mail is wanted; put back, it teaches nothing', async () => {
  const id = await opened({ ...good(1), signs: [{ rule: 'host', points: 9, words: 'x' }] });
  assert.equal(await folderOf(id), 'spam');
  await moved(id, 'inbox');
  assert.deepEqual(await learned(), [0, 1]);
  await moved(id, 'spam');
  assert.deepEqual(await learned(), [0, 0]);
});

test('an answer that left teaches that the mail was wanted, once; marked as spam later it teaches the opposite', async () => {
  const id = await opened(good(2));
  await answered(id);
  await answered(id);
  assert.deepEqual(await learned(), [0, 1]);
  await moved(id, 'spam');
  assert.deepEqual(await learned(), [1, 0]);
  await agrees();
});

test('two people who press at the same moment teach both', async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, (_, i) => opened(bad(10 + i))));
  for (const id of ids) await w.tx((t) => move(t, w.people.lead, id, 'spam'));
  await Promise.all(ids.map(async (id) => w.tx(async (t) => learnFromMove(t, await lastMove(id)))));
  assert.deepEqual(await learned(), [6, 0]);
  await agrees();
});

test('after twenty of each it hides what looks like spam and says why; forgotten, it hides nothing; another workspace never did', async () => {
  for (let i = 0; i < 20; i++) {
    await moved(await opened(bad(100 + i)), 'spam');
    if (i === 18) assert.equal(await folderOf(await opened(bad(200))), 'inbox', 'not before it has learned enough');
    await answered(await opened(good(100 + i)));
  }
  const id = await opened(bad(300));
  const { spam } = (await w.tx((t) =>
    t.first<{ spam: { reasons: { rule: string; words: string }[] } }>(
      sql`select spam from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
    ),
  )) as { spam: { reasons: { rule: string; words: string }[] } };
  assert.equal(await folderOf(id), 'spam');
  assert.match(spam.reasons[0]?.words ?? '', /^Words like those of 20 mails marked as spam here: .*casino/i);
  assert.equal(await folderOf(await opened(good(300))), 'inbox');
  const [theirs] = await other.receive(bad(301));
  const there = await other.tx((t) =>
    t.first<{ folder: string }>(
      sql`select folder from conversation where workspace_id = ${other.workspaceId} and id = ${theirs?.conversationId}`,
    ),
  );
  assert.equal(there?.folder, 'inbox');

  await w.tx((t) => forget(t, w.people.owner));
  assert.equal(await folderOf(await opened(bad(302))), 'inbox');
  assert.deepEqual(await learned(), [0, 0]);
});

test('the trash teaches nothing, and what a person here began neither', async () => {
  const id = await opened(bad(400));
  await moved(id, 'trash');
  assert.deepEqual(await learned(), [0, 0]);
  await moved(id, 'inbox');
  assert.deepEqual(await learned(), [0, 0]);
});

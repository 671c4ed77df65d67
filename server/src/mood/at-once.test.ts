import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql, type Tx } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { askIn } from './ask.ts';
import { sayMood } from './say.ts';
import { answer, askById } from './tap.ts';

let w: Desk;
before(async () => {
  w = await desk();
  await w.tx((t) => t.run(sql`update workspace set asks_mood = true where id = ${w.workspaceId}`));
});
after(() => w.end());

/** An answer that resolves, and what was asked in it; asked by `askIn` where nobody asked before. */
async function resolving(conversationId: string): Promise<string> {
  const messageId = newId();
  await w.tx((t) =>
    t.run(
      sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, state, text, at) values (${w.workspaceId}, ${messageId}, ${conversationId}, ${w.inboxId}, 'out', ${w.people.lead.id}, 'sending', 'It is on its way.', now())`,
    ),
  );
  return messageId;
}
async function asked(conversationId: string): Promise<string> {
  const [messageId, id] = [await resolving(conversationId), newId()];
  await w.tx((t) =>
    t.run(
      sql`insert into mood_ask (workspace_id, id, conversation_id, message_id, channel) values (${w.workspaceId}, ${id}, ${conversationId}, ${messageId}, 'email')`,
    ),
  );
  return id;
}
async function written(): Promise<{ id: string; address: string }> {
  const address = `${newId()}@people.example`;
  const [made] = await w.receive({ from: { address, name: 'Claire' } });
  return { id: made?.conversationId as string, address };
}
const press = async (t: Tx, id: string): Promise<void> => {
  const ask = await askById(t, id);
  assert.ok(ask && (await answer(t, ask, { compared: 'better', value: 5, words: '' }, null)));
};
/** Both at the same moment: the second begins when the first has done everything but commit, and goes on as far as it can. */
async function atOnce(first: (t: Tx) => Promise<unknown>, second: (t: Tx) => Promise<unknown>): Promise<void> {
  let other: Promise<unknown> = Promise.resolve();
  await w.tx(async (t) => {
    await first(t);
    let done = false;
    other = w.tx(second).finally(() => {
      done = true;
    });
    other.catch(() => undefined); // told below
    for (const end = Date.now() + 5_000; !done && Date.now() < end; )
      if (
        await t.first(
          sql`select 1 from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted and a.datname = current_database()`,
        )
      )
        break;
  });
  await other;
}
const ends = (conversationId: string) =>
  w.tx((t) =>
    t.many<{ id: string; counts: boolean; started: number | null; lift: number | null }>(
      sql`select id, counts, started, lift from mood_ask where workspace_id = ${w.workspaceId} and home = ${conversationId} order by at, id`,
    ),
  );
const feel = (stage: string, value: number, conversationId: string) => (t: Tx) =>
  t.run(
    sql`insert into mood (workspace_id, conversation_id, stage, source, value, confidence) values (${w.workspaceId}, ${conversationId}, ${stage}, 'text', ${value}, 0.7)`,
  );

test('Of two questions that are answered at the same moment one counts, whichever came first', async () => {
  for (const turned of [false, true]) {
    const { id } = await written();
    const [one, two] = [await asked(id), await asked(id)];
    const [first, second] = turned ? [two, one] : [one, two];
    await atOnce(
      (t) => press(t, first),
      (t) => press(t, second),
    );
    const all = await ends(id);
    assert.deepEqual(
      all.filter((row) => row.counts).map((row) => row.id),
      [two],
      'the later of the two',
    );
  }
});

test('A mood that is read while a question is asked, or while it is answered, counts with it', async () => {
  const asks = (messageId: string, address: string) => (t: Tx) =>
    askIn(w.hearten, t, { id: messageId, only: [address], practice: false });
  for (const turned of [false, true]) {
    const { id, address } = await written();
    await w.tx(feel('start', 2, id));
    const question = asks(await resolving(id), address);
    await (turned ? atOnce(question, feel('latest', 5, id)) : atOnce(feel('latest', 5, id), question));
    assert.deepEqual(
      (await ends(id)).map((row) => [row.counts, row.started, row.lift]),
      [[true, 2, 3]],
    );
  }
  const { id } = await written();
  const ask = await asked(id);
  await w.tx(feel('latest', 4, id));
  await atOnce(feel('start', 2, id), (t) => press(t, ask));
  assert.deepEqual(
    (await ends(id)).map((row) => [row.counts, row.started, row.lift]),
    [[true, 2, 2]],
  );
});

test('An answer and a word of the team about the start wait for each other, in no circle', async () => {
  const { id } = await written();
  const ask = await asked(id);
  await w.tx(feel('latest', 5, id));
  await atOnce(
    (t) => sayMood(t, w.people.lead, id, { value: 1 }),
    (t) => press(t, ask),
  );
  const other = await written();
  const asks = await asked(other.id);
  await atOnce(
    (t) => press(t, asks),
    (t) => sayMood(t, w.people.lead, other.id, { value: 1 }),
  );
  assert.deepEqual(
    (await ends(other.id)).map((row) => row.counts),
    [true],
  );
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { eventually } from '../../test/room.ts';
import { type Db, sql } from './db.ts';
import { type EventRow, emit, ring, system } from './events.ts';
import { newId } from './ids.ts';
import { reactAgain } from './react-again.ts';
import { type Reacting, restAfter, startReactions } from './relay.ts';
import { startTail } from './tail.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('What happened before any process reacted is reacted to when one does, and only once', async () => {
  const told = (name: string) =>
    w.tx((t) => emit(t, [{ name: 'customer.changed', actor: system, data: { customerId: newId(), fields: [name] } }]));
  const heard: string[] = [];
  const reactions: Reacting[] = [
    {
      name: 'listener',
      events: ['customer.changed'],
      react: async (_tx, events) => {
        for (const { data } of events) heard.push(...((data as { fields: string[] }).fields ?? []));
      },
    },
  ];
  await told('before');
  await startReactions(w.hearten.db, w.hearten.log, reactions)();
  const stop = startReactions(w.hearten.db, w.hearten.log, reactions);
  await told('meanwhile');
  await eventually(async () => heard.includes('meanwhile'));
  await stop();
  assert.deepEqual(heard, ['before', 'meanwhile']);
});

test('A reaction that the database had no room for is done when it has, holds nobody up until then, and happens once; one that can never be is left out', async () => {
  const { db, log, jobs } = w.hearten;
  const heard: string[] = [];
  let full = true;
  const reactions: Reacting[] = [
    {
      name: 'keeper',
      events: ['customer.changed'],
      react: async (tx, events) => {
        for (const { data } of events) {
          const [word = ''] = data.fields as string[];
          if (word === 'no room' && full)
            await tx.run(sql`do $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$`);
          if (word === 'poison') throw new TypeError('Nobody foresaw this.');
          tx.after(() => heard.push(word));
        }
      },
    },
  ];
  const stop = startReactions(db, log, reactions);
  await w.tx((t) =>
    emit(
      t,
      ['no room', 'poison', 'next'].map((word) => ({
        name: 'customer.changed',
        actor: system,
        data: { fields: [word] },
      })),
    ),
  );
  await eventually(async () => heard.includes('next'));
  assert.deepEqual(heard, ['next']);
  full = false;
  const end = await jobs.start(db, log, { 'react-again': reactAgain(db, log, reactions) });
  await eventually(async () => heard.includes('no room')).finally(async () => {
    await stop();
    await end();
  });
  assert.deepEqual(heard, ['next', 'no room']);
});

test('Beside a newer Hearten nothing is passed over: it waits for whoever knows it, and a round that was under way is taken back', async () => {
  const newest = (name: string) =>
    w.tx((t) => t.run(sql`update event_cursor set newest = ${name} where subscriber = 'reacting'`));
  const place = () =>
    w.tx((t) => t.first<{ newest: string; xid: string }>(sql`select newest, xid::text as xid from event_cursor`));
  const was = await place();
  const heard: string[] = [];
  let meanwhile = async (): Promise<unknown> => undefined;
  const reactions: Reacting[] = [
    {
      name: 'listener',
      events: ['problem.judged'],
      react: async (_tx, [event]) => {
        heard.push(String(event?.data.outcome));
        await meanwhile();
      },
    },
  ];
  const once = () => startReactions(w.hearten.db, w.hearten.log, reactions)();
  await once();
  await newest('9999_later.sql');
  await w.tx((t) => emit(t, [{ name: 'problem.judged', actor: system, data: { outcome: 'verified' } }]));
  const before = await place();
  await once();
  assert.deepEqual([heard, (await place())?.xid], [[], before?.xid]);

  await newest(was?.newest ?? '');
  meanwhile = () => newest('9999_later.sql');
  await once();
  assert.deepEqual([heard, (await place())?.xid], [['verified'], before?.xid], 'nothing of it is kept');

  await newest(was?.newest ?? '');
  meanwhile = async () => undefined;
  await once();
  await once();
  assert.deepEqual(heard, ['verified', 'verified'], 'whoever knows it reacts, once');
});

test('Reactions that follow each other for long take a tenth of the time; a few are done at once, and a full page never waits', () => {
  let now = 0;
  const rest = restAfter(() => now);
  const round = (ms: number, full = false): number => {
    const began = now;
    now += ms;
    return rest(began, full);
  };
  for (let n = 0; n < 20; n++) assert.equal(round(90), 0, 'what was saved is used first');
  let [worked, rested] = [0, 0];
  for (let n = 0; n < 200; n++) {
    const pause = round(50);
    assert.ok(pause <= 1_000);
    now += pause;
    [worked, rested] = [worked + 50, rested + pause];
  }
  assert.ok(worked / (worked + rested) < 0.12, `${worked} of ${worked + rested} ms`);
  for (let n = 0; n < 50; n++) assert.equal(round(400, true), 0);
  now += 3_600_000;
  assert.equal(round(100), 0, 'a desk where little happens never waits');
});

/** A tail whose next look at the log waits until it is let go, and what it told. */
async function heldTail(
  keeps?: (read: unknown[]) => Promise<void>,
): Promise<{ told: EventRow[]; release: () => void; stop: () => Promise<void> }> {
  const told: EventRow[] = [];
  const held = Promise.withResolvers<void>();
  let holds = false;
  const begun: Promise<unknown>[] = [];
  const db: Db = {
    ...w.hearten.db,
    read: async <Row>(...asked: Parameters<Db['read']>) => {
      if (holds) await held.promise;
      const read = w.hearten.db.read<Row>(...asked);
      begun.push(read);
      const rows = await read;
      if (holds) await keeps?.(rows);
      return rows;
    },
  };
  const sure = Promise.withResolvers<void>();
  const stop = startTail(
    db,
    w.hearten.log,
    () => true,
    async (events) => {
      told.push(...events);
    },
    () => sure.resolve(),
  );
  await sure.promise;
  holds = true;
  // The look that was begun before would, on a slow day, still see what is said from here on.
  await Promise.all(begun);
  return { told, release: held.resolve, stop };
}

test('What is said in this process is told before the log is read, and once', async () => {
  const { told, release, stop } = await heldTail();
  const messageId = newId();
  await w.tx((t) =>
    emit(t, [
      { name: 'message.received', actor: system, messageId },
      { name: 'customer.changed', actor: system, data: { fields: [] } },
    ]),
  );
  const has = (name: string): boolean => told.some((event) => event.name === name);
  await eventually(async () => has('message.received'));
  assert.equal(has('customer.changed'), false);
  release();
  await eventually(async () => has('customer.changed'));
  await stop();
  assert.equal(told.filter((event) => event.message_id === messageId).length, 1);
});

test('What was read in the log before its writer heard that it is committed is told once', async () => {
  const { told, release, stop } = await heldTail();
  release();
  const late: (() => void)[] = [];
  const messageId = newId();
  await w.tx((t) =>
    emit({ ...t, after: (what) => late.push(what) }, [{ name: 'message.received', actor: system, messageId }]),
  );
  ring();
  const times = (): number => told.filter((event) => event.message_id === messageId).length;
  await eventually(async () => times() === 1);
  for (const what of late) what();
  const next = newId();
  await w.tx((t) => emit(t, [{ name: 'message.received', actor: system, messageId: next }]));
  await eventually(async () => told.some((event) => event.message_id === next));
  await stop();
  assert.equal(times(), 1);
});

test('A word that overtook that its conversation was seen before is told again after that, so that it stays unread', async () => {
  const { told, release, stop } = await heldTail();
  const [seen, other] = [newId(), newId()];
  const look = (conversationId: string) => ({ name: 'conversation.seen', actor: system, conversationId });
  const word = (conversationId: string) => ({ name: 'message.received', actor: system, conversationId });
  // What was told before may come once more while another database of the same Postgres has a transaction open.
  const mine = (): EventRow[] => told.filter(({ conversation_id: id }) => id === seen || id === other);
  await w.tx((t) => emit(t, [look(seen), word(seen), word(other), look(other)]));
  await eventually(async () => mine().length === 2);
  release();
  await eventually(async () => mine().length >= 5);
  await stop();
  assert.deepEqual(
    mine().map((event) => [event.name, event.conversation_id === seen ? 'seen' : 'other']),
    [
      ['message.received', 'seen'],
      ['message.received', 'other'],
      ['conversation.seen', 'seen'],
      ['message.received', 'seen'],
      ['conversation.seen', 'other'],
    ],
  );
});

test('A word that is said while the log is read does not overtake what was read of its conversation', async () => {
  const read = Promise.withResolvers<void>();
  const kept = Promise.withResolvers<void>();
  const conversationId = newId();
  const { told, release, stop } = await heldTail(async (rows) => {
    // What was read before may come once more, and says nothing of how far this look saw.
    if (!rows.some((row) => (row as EventRow).conversation_id === conversationId)) return;
    read.resolve();
    await kept.promise;
  });
  release();
  const said = (name: string) => w.tx((t) => emit(t, [{ name, actor: system, conversationId }]));
  await said('conversation.seen');
  await read.promise;
  await said('message.received');
  kept.resolve();
  const mine = (): string[] => told.filter((one) => one.conversation_id === conversationId).map(({ name }) => name);
  await eventually(async () => mine().length >= 2);
  await stop();
  assert.deepEqual(mine(), ['conversation.seen', 'message.received']);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Filter, Frame, Opened, View } from '@hearten/contract';
import fc from 'fast-check';
import { type Listing, patch, type Screen } from '../../web/src/patch.ts';
import { NOWHERE, sql } from '../src/base/db.ts';
import { cursorAtNow, emit, readEvents } from '../src/base/events.ts';
import { newId } from '../src/base/ids.ts';
import type { Who } from '../src/base/module.ts';
import { conversationAudience } from '../src/conversations/index.ts';
import { list } from '../src/conversations/list.ts';
import { openConversation } from '../src/conversations/open.ts';
import { type Desk, desk } from './desk.ts';
import { type Verb, verbsOf } from './verbs.ts';

let w: Desk;
before(async () => {
  w = await desk();
  secondInbox = newId();
  await w.tx((t) =>
    t.run(sql`
    insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
    select i.workspace_id, ${secondInbox}, i.brand_id, i.channel, 'Returns', 'returns@example.org', i.settings from inbox i where i.workspace_id = ${w.workspaceId}`),
  );
  shown.push({ inboxId: secondInbox });
  verbs = verbsOf(w, secondInbox);
});
after(() => w.end());

const views: View[] = [
  'open',
  'mine',
  'unassigned',
  'mentions',
  'waiting',
  'snoozed',
  'scheduled',
  'resolved',
  'all',
  'spam',
  'trash',
];
/** Every view, and every filter that can change under one's eyes. (What is read stays in a list of unread ones until one comes again.) */
const shown: Filter[] = [
  ...views.map((view) => ({ view })),
  { status: 'open' },
  { assigneeId: 'me' },
  { assigneeId: 'none', status: 'waiting' },
  { tag: 'tag1' },
  { priority: 'high' },
  { mood: 'either' },
  { mood: 'stuck' },
  { from: 'CUSTOMER 1' },
  { since: '1h', teamId: 'none' },
];
/** Where conversations are moved to and fro. */
let secondInbox: string;
let verbs: Record<string, Verb>;
const listOf = async (who: Who, asked: Filter, limit: number): Promise<Listing> => {
  const page = JSON.parse((await w.tx((t) => list(t, who, { ...asked, limit }))).json) as {
    items: ConversationRow[];
    next: string | null;
  };
  return { asked, ...page };
};
const openedOf = async (who: Who, id: string): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, who, id))).json) as Opened;
async function load(who: Who, ids: string[], limit: number): Promise<Screen> {
  const lists = await Promise.all(shown.map((asked) => listOf(who, asked, limit)));
  const there = await w.tx((t) =>
    t.many<{ id: string }>(
      sql`select id from conversation where workspace_id = ${w.workspaceId} and id = any (${ids}::uuid[])`,
    ),
  );
  const kept = ids.filter((id) => there.some((row) => row.id === id));
  return { me: who.id, lists, opened: await Promise.all(kept.map((id) => openedOf(who, id))), versions: {} };
}

const allowed =
  /merged into|not merged|trash|nobody to send|moment has passed|itself|not left yet|not here|note alone|would be left|waits for no time|customer’s own|left already|linked with itself|own child|side conversation|is a child itself|children|third person would move/;

/** What the app does with a frame: patch, or fetch again what the frame says it can't tell. */
async function follow(screen: Screen, frame: Frame, who: Who): Promise<Screen> {
  const next = patch(screen, frame);
  if (frame.type !== 'touched' || frame.what !== 'conversation') return next;
  return {
    ...next,
    opened: await Promise.all(
      next.opened.map((o) =>
        o.conversation.id === frame.id
          ? // Deleted in the meantime: the frame that says so is on its way.
            openedOf(who, o.conversation.id).catch((error) =>
              /not here/.test(String(error)) ? o : Promise.reject(error),
            )
          : o,
      ),
    ),
  };
}
/** What a screen shows, so that two can be compared. A list that has more pages is compared as far as it is loaded. */
const visible = (screen: Screen, like: Screen) => ({
  lists: screen.lists.map((l, i) => ({
    asked: l.asked,
    items: like.lists[i]?.next ? l.items.slice(0, like.lists[i].items.length) : l.items,
  })),
  // Colleagues see that there is a draft; its time is told once, not at each keystroke.
  opened: screen.opened.map(
    ({ draft: _own, noteDraft: _note, earlier: _place, others: _beside, customer: _customer, ...rest }) => ({
      ...rest,
      drafts: rest.drafts.map((d) => d.personId).sort(),
    }),
  ),
});

test('C02: for every kind of event, a patched screen equals one freshly loaded', async () => {
  const names = Object.keys(verbs);
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          verb: fc.constantFrom(...names),
          home: fc.nat(2),
          other: fc.nat(2),
          by: fc.boolean(),
          n: fc.nat(50),
        }),
        { minLength: 4, maxLength: 25 },
      ),
      async (steps) => {
        const made = await w.receive({}, {}, {});
        const ids = made.map((m) => m.conversationId as string);
        const me = w.people.representative;
        let screen = await load(me, ids, 6);
        const cursor = await cursorAtNow(w.hearten.db);
        const frames: Frame[] = [];
        for (const step of steps) {
          try {
            await (verbs[step.verb] as Verb)(
              step.by ? me : w.people.lead,
              ids[step.home] as string,
              ids[step.other] as string,
              step.n,
            );
          } catch (error) {
            assert.match(String(error), allowed);
          }
          if (step.n % 3 === 0) await tell();
        }
        await tell();
        async function tell(): Promise<void> {
          const events = (await readEvents(w.hearten.db, cursor)).filter((e) => e.workspace_id === w.workspaceId);
          await conversationAudience(w.hearten.db)(w.workspaceId, events, [
            { who: me, send: (frame) => frames.push(JSON.parse(JSON.stringify(frame)) as Frame) },
          ]);
          for (const frame of frames.splice(0)) screen = await follow(screen, frame, me);
        }
        assert.deepEqual(visible(screen, screen), visible(await load(me, ids, 100), screen));
      },
    ),
    { numRuns: Number(process.env.LIVE_RUNS ?? 25), seed: 11 },
  );
});

test('C01: events of writers that commit in any order are each read once', async () => {
  const cursor = await cursorAtNow(w.hearten.db);
  const got: string[] = [];
  const written: string[] = [];
  let going = true;
  const reader = (async () => {
    while (going) {
      got.push(...(await readEvents(w.hearten.db, cursor)).filter((e) => e.name === 'test.happened').map((e) => e.id));
      await new Promise((done) => setTimeout(done, 2));
    }
  })();
  const db = w.hearten.db;
  await Promise.all(
    Array.from({ length: 6 }, async (_, writer) => {
      for (let i = 0; i < 25; i++) {
        const fails = (i + writer) % 7 === 0;
        await db
          .tx(w.workspaceId, async (t) => {
            const ids = await emit(t, [{ name: 'test.happened', actor: { kind: 'system', id: null } }]);
            await new Promise((done) => setTimeout(done, (i * 7 + writer * 13) % 30));
            if (fails) throw new Error('rolled back');
            t.after(() => written.push(...ids));
          })
          .catch((error) => assert.match(String(error), /rolled back/));
      }
    }),
  );
  await new Promise((done) => setTimeout(done, 50));
  going = false;
  await reader;
  got.push(...(await readEvents(w.hearten.db, cursor)).filter((e) => e.name === 'test.happened').map((e) => e.id));
  assert.deepEqual([...got].sort(), [...written].sort());
});

test('a transaction that writes for a minute holds nobody up: others are read at once', async () => {
  const db = w.hearten.db;
  const cursor = await cursorAtNow(db);
  // Whatever still runs anywhere on this Postgres, in another test's database too, holds the cursor at what was told before.
  const next = async () => (await readEvents(db, cursor)).filter((e) => ['test.quick', 'test.slow'].includes(e.name));
  let release: () => void = () => undefined;
  const slow = db.tx(w.workspaceId, async (t) => {
    await emit(t, [{ name: 'test.slow', actor: { kind: 'system', id: null } }]);
    await new Promise<void>((done) => {
      release = done;
    });
  });
  await new Promise((done) => setTimeout(done, 50));
  for (let i = 0; i < 3; i++) {
    await db.tx(w.workspaceId, (t) =>
      emit(t, [{ name: 'test.quick', actor: { kind: 'system', id: null }, data: { i } }]),
    );
    const read = await next();
    assert.deepEqual(
      read.map((e) => [e.name, e.data.i]),
      [['test.quick', i]],
    );
  }
  release();
  await slow;
  assert.deepEqual(
    (await next()).map((e) => e.name),
    ['test.slow'],
  );
  assert.deepEqual(await next(), []);
  assert.equal((await db.read(NOWHERE, sql`select 1 as one`)).length, 1);
});

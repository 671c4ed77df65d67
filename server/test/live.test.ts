import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BulkAction, ConversationRow, Filter, Frame, Opened, View } from '@hearten/contract';
import fc from 'fast-check';
import { type Listing, patch, type Screen } from '../../web/src/patch.ts';
import { NOWHERE, sql } from '../src/base/db.ts';
import { cursorAtNow, type EventRow, emit, readEvents } from '../src/base/events.ts';
import type { Who } from '../src/base/module.ts';
import { startBulk, undoBulk } from '../src/conversations/bulk.ts';
import { assign, edit, move, note, setStatus, snooze, tag } from '../src/conversations/change.ts';
import { deleteForGood } from '../src/conversations/delete-for-good.ts';
import { deliver } from '../src/conversations/deliver.ts';
import { deleteDraft, markSeen, saveDraft } from '../src/conversations/draft.ts';
import { sayArrived } from '../src/conversations/evidence.ts';
import { forward } from '../src/conversations/forward.ts';
import { conversationAudience } from '../src/conversations/index.ts';
import { list } from '../src/conversations/list.ts';
import { merge, unmerge } from '../src/conversations/merge.ts';
import { openConversation } from '../src/conversations/open.ts';
import { holdPlanned, replan } from '../src/conversations/plan.ts';
import { reply } from '../src/conversations/reply.ts';
import { retry } from '../src/conversations/retry.ts';
import { file } from '../src/conversations/spam/file.ts';
import { split, unsplit } from '../src/conversations/split.ts';
import { takePart } from '../src/conversations/take-part.ts';
import { undo } from '../src/conversations/undo.ts';
import { type Desk, desk, keepingChannel } from './desk.ts';

let w: Desk;
before(async () => {
  w = await desk();
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
  { from: 'CUSTOMER 1' },
  { since: '1h', teamId: 'none' },
];
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

const channel = keepingChannel();
type Verb = (who: Who, id: string, other: string, n: number) => Promise<unknown>;
const out = async (id: string, states: string[]): Promise<string | undefined> =>
  (
    await w.tx((t) =>
      t.first<{ id: string }>(
        sql`select id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} and type = 'out' and state = any (${states}::text[]) order by id desc limit 1`,
      ),
    )
  )?.id;
const verbs: Record<string, Verb> = {
  note: (who, id, _o, n) =>
    w.tx((t) => note(t, who, id, { text: n % 2 ? `note ${n}` : `@The representative, note ${n}` })),
  reply: (who, id, _o, n) =>
    w.tx((t) => reply(t, () => channel, who, id, { text: `answer ${n}`, after: n % 2 ? 'resolved' : 'waiting' })),
  later: (who, id, _o, n) =>
    w.tx((t) =>
      reply(t, () => channel, who, id, {
        text: `later ${n}`,
        sendAt: new Date(Date.now() + 3_600_000).toISOString(),
        insist: n % 2 === 0,
      }),
    ),
  hold: async (_who, id) => {
    const planned = await out(id, ['queued']);
    if (!planned) return;
    const event = { message_id: planned, data: { planned: true } } as unknown as EventRow;
    await w.tx((t) => holdPlanned(t, event));
  },
  replan: async (who, id, _o, n) => {
    const planned = await out(id, ['queued']);
    const sendAt = new Date(Date.now() + 7_200_000).toISOString();
    if (planned) await w.tx((t) => replan(t, () => channel, who, planned, n % 2 ? { sendAt } : {}));
  },
  leave: async (_who, id) => {
    await w.tx((t) =>
      t.run(
        sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and conversation_id = ${id} and plan is not null and send_at is not null`,
      ),
    );
    const planned = await out(id, ['queued']);
    if (planned) await deliver(w.hearten, () => channel, w.workspaceId, planned);
  },
  forward: async (who, id, _o, n) => {
    const { items } = await openedOf(who, id);
    const about = items.find((i) => i.type === 'in');
    const body = { to: [{ address: `third${n}@example.org` }], text: `see ${n}`, messages: about ? [about.id] : [] };
    await w.tx((t) => forward(t, w.hearten, () => channel, who, id, body as never, []));
  },
  arrived: async (who, id) => {
    const message = await out(id, ['unknown']);
    if (message) await w.tx((t) => sayArrived(t, who, message));
  },
  participants: (who, id, _o, n) =>
    w.tx((t) =>
      takePart(
        t,
        who,
        id,
        n % 3 ? { add: [{ address: `p${n % 5}@example.org`, name: '' }] } : { remove: [`p${n % 5}@example.org`] },
      ),
    ),
  undo: async (who, id) => {
    const message = await out(id, ['queued']);
    if (message) await w.tx((t) => undo(t, who, message));
  },
  deliver: async (_who, id, _o, n) => {
    const message = await out(id, ['queued', 'deferred']);
    channel.answer = async () => {
      if (n % 4 === 1) throw Object.assign(new Error('550 no such user'), { fate: 'declined' });
      if (n % 4 === 2) throw Object.assign(new Error('no answer'), { fate: 'unsure' });
      if (n % 4 === 3) throw Object.assign(new Error('450 later'), { fate: 'later', seconds: 60 });
      return { response: '250 ok' };
    };
    if (message) await deliver(w.hearten, () => channel, w.workspaceId, message);
  },
  retry: async (who, id) => {
    const message = await out(id, ['failed', 'unknown', 'bounced', 'deferred']);
    if (message) await w.tx((t) => retry(t, () => channel, who, message));
  },
  bounce: async (_who, id) => {
    const message = await w.tx((t) =>
      t.first<{ external_id: string }>(
        sql`select external_id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} and type = 'out' and state = 'sent' limit 1`,
      ),
    );
    if (message)
      await w.receive({
        kind: 'bounce',
        automatic: true,
        bounce: {
          messageExternalId: message.external_id,
          recipients: ['x@example.org'],
          hard: true,
          reason: 'unknown user',
        },
      });
  },
  answer: async (_who, id, _o, n) => {
    const home = await w.tx((t) =>
      t.first<{ customer_address: string; customer_name: string }>(
        sql`select customer_address, customer_name from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
      ),
    );
    if (home)
      await w.receive({
        token: id,
        from: { address: home.customer_address, name: home.customer_name },
        text: `more ${n}`,
        cc: n % 3 ? [] : [{ address: `cc${n}@example.org`, name: '' }],
      });
  },
  arrive: (_who, _id, _o, n) =>
    w.receive({ subject: `new ${n}`, signs: n % 3 ? [] : [{ rule: 'host', points: 9, words: `sign ${n}` }] }),
  file: (who, id, _o, n) =>
    w.tx((t) =>
      file(
        t,
        who,
        id,
        n % 2 ? { folder: 'spam', block: n % 4 === 1 } : { folder: 'inbox', allow: n % 4 ? 'sender' : null },
      ),
    ),
  assign: (who, id, _o, n) => w.tx((t) => assign(t, who, id, { assigneeId: n % 2 ? who.id : null })),
  status: (who, id, _o, n) =>
    w.tx((t) => setStatus(t, who, id, (['open', 'waiting', 'resolved', 'closed'] as const)[n % 4] ?? 'open')),
  snooze: (who, id, _o, n) => w.tx((t) => snooze(t, who, id, new Date(Date.now() + 3_600_000 + n).toISOString())),
  tag: (who, id, _o, n) =>
    w.tx((t) => tag(t, who, id, n % 2 ? { add: [`tag${n % 5}`] } : { remove: [`tag${(n + 1) % 5}`] })),
  move: (who, id, _o, n) => w.tx((t) => move(t, who, id, (['inbox', 'spam', 'trash'] as const)[n % 3] ?? 'inbox')),
  edit: (who, id, _o, n) =>
    w.tx((t) => edit(t, who, id, { subject: `subject ${n}`, priority: n % 2 ? 'high' : 'low' })),
  bulk: async (who, id, other, n) => {
    const action: BulkAction = n % 2 ? { do: 'status', status: 'waiting' } : { do: 'tag', add: ['tag1'] };
    const ids = [...new Set([id, other])];
    const { bulk } = await w.tx((t) => startBulk(t, who, { action, ids }));
    if (n % 3) await w.tx((t) => undoBulk(t, who, bulk.id));
  },
  seen: (who, id, _o, n) => w.tx((t) => markSeen(t, who, id, n % 2 === 0)),
  draft: (who, id, _o, n) =>
    n % 2
      ? w.tx((t) => saveDraft(t, who, id, { kind: n % 3 ? 'reply' : 'note', text: `draft ${n}` }))
      : w.tx((t) => deleteDraft(t, who, id, ([undefined, 'reply', 'note'] as const)[(n / 2) % 3])),
  merge: (who, id, other) => w.tx((t) => merge(t, who, id, other)),
  split: async (who, id, _o, n) => {
    const message = await w.tx((t) =>
      t.first<{ id: string }>(
        sql`select id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} order by at desc, id desc limit 1 offset ${n % 3}`,
      ),
    );
    if (message) await w.tx((t) => split(t, who, message.id, n % 2 === 0));
  },
  unsplit: async (who, id) => {
    const off = await w.tx((t) =>
      t.first<{ id: string }>(
        sql`select id from conversation where workspace_id = ${w.workspaceId} and split_undo->>'from' = ${id} and merged_into is null limit 1`,
      ),
    );
    if (off) await w.tx((t) => unsplit(t, who, off.id));
  },
  stranger: async (_who, id) => {
    const message = await w.tx((t) =>
      t.first<{ external_id: string }>(
        sql`select external_id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} and external_id is not null limit 1`,
      ),
    );
    if (message) await w.receive({ inReplyTo: message.external_id });
  },
  deleteForGood: (who, id) => w.tx((t) => deleteForGood(t, { kind: 'person', id: who.id }, id)),
  unmerge: (who, id) => w.tx((t) => unmerge(t, who, id)),
};
const allowed =
  /merged into|not merged|trash|nobody to send|moment has passed|itself|not left yet|not here|note alone|would be left|waits for no time|customer’s own|left already/;

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

test('for every kind of event, a patched screen equals one freshly loaded', async () => {
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

test('events of twenty writers that commit in any order are each read once', async () => {
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
    const read = await readEvents(db, cursor);
    assert.deepEqual(
      read.map((e) => [e.name, e.data.i]),
      [['test.quick', i]],
    );
  }
  release();
  await slow;
  assert.deepEqual(
    (await readEvents(db, cursor)).map((e) => e.name),
    ['test.slow'],
  );
  assert.deepEqual(await readEvents(db, cursor), []);
  assert.equal((await db.read(NOWHERE, sql`select 1 as one`)).length, 1);
});

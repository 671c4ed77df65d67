import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { audit } from '../base/audit.ts';
import { sql } from '../base/db.ts';
import { firstIdOf, newId } from '../base/ids.ts';
import { oldVisits } from '../channels/chat/index.ts';
import { countFiles, removeFiles } from '../conversations/index.ts';
import { changeRetention, retain, retention } from './retention.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());
const id = async (): Promise<string> => (await w.receive({}))[0]?.conversationId as string;
const old = (conversation: string, change: ReturnType<typeof sql>) =>
  w.tx((t) =>
    t.run(
      sql`update conversation set last_at = now() - interval '400 days', ${change} where workspace_id = ${w.workspaceId} and id = ${conversation}`,
    ),
  );
const left = async (ids: string[]): Promise<string[]> =>
  (
    await w.tx((t) =>
      t.many<{ id: string }>(
        sql`select id from conversation where workspace_id = ${w.workspaceId} and id = any (${ids}::uuid[])`,
      ),
    )
  ).map((row) => row.id);

test('Rules remove what is old enough and over, and nothing that waits; first they say how much', async () => {
  const [resolved, open, snoozed, spam, young] = [await id(), await id(), await id(), await id(), await id()];
  await old(resolved, sql`status = 'resolved'`);
  await old(open, sql`status = 'open'`);
  await old(snoozed, sql`status = 'snoozed', snoozed_until = now() + interval '1 day'`);
  await old(spam, sql`folder = 'spam'`);
  await w.tx((t) =>
    t.run(sql`update conversation set status = 'resolved' where workspace_id = ${w.workspaceId} and id = ${young}`),
  );
  const asked = await w.tx((t) => retention(t, oldVisits, { conversations: 365, spam: 30 }));
  assert.deepEqual([asked.would.conversations, asked.would.spam], [1, 1]);
  assert.deepEqual(asked.rules.conversations, null, 'asking changes nothing');
  await retain(w.hearten, oldVisits, w.workspaceId, true);
  assert.equal((await left([resolved, spam])).length, 2, 'for ever is for ever');

  await w.tx((t) => changeRetention(t, oldVisits, w.people.owner, { conversations: 365, spam: 30 }));
  await retain(w.hearten, oldVisits, w.workspaceId);
  assert.equal((await left([resolved, spam])).length, 2, 'it ran a moment ago: once a night is enough');
  await retain(w.hearten, oldVisits, w.workspaceId, true);
  assert.deepEqual((await left([resolved, open, snoozed, spam, young])).sort(), [open, snoozed, young].sort());
  const entry = await w.tx((t) =>
    t.first<{ facts: unknown }>(
      sql`select facts from audit where workspace_id = ${w.workspaceId} and what = 'retention.removed'`,
    ),
  );
  assert.deepEqual(entry?.facts, { conversations: 1, spam: 1 });
});

test('A conversation beside which something is still said stays, with what is said there', async () => {
  const [home, beside, quiet, over, busy, done] = [
    await id(),
    await id(),
    await id(),
    await id(),
    await id(),
    await id(),
  ];
  await old(home, sql`status = 'resolved'`);
  await old(quiet, sql`status = 'resolved'`);
  const side = (one: string, of: string, change: ReturnType<typeof sql>) =>
    w.tx((t) =>
      t.run(
        sql`update conversation set parent_id = ${of}, parent_kind = 'side', ${change} where workspace_id = ${w.workspaceId} and id = ${one}`,
      ),
    );
  await side(beside, home, sql`status = 'open'`);
  await side(over, quiet, sql`status = 'resolved', last_at = now() - interval '390 days'`);
  await side(done, busy, sql`status = 'resolved', last_at = now() - interval '390 days'`);
  await w.tx((t) => changeRetention(t, oldVisits, w.people.owner, { conversations: 365 }));
  assert.equal((await w.tx((t) => retention(t, oldVisits, {}))).would.conversations, 1);
  await retain(w.hearten, oldVisits, w.workspaceId, true);
  assert.deepEqual((await left([home, beside, quiet, over, busy, done])).sort(), [home, beside, busy, done].sort());
});

test('Old events go by their age, and of young ones none is looked at', async () => {
  const conversation = await id();
  const born = firstIdOf(Date.now() - 400 * 86_400_000);
  await w.tx((t) =>
    t.run(sql`
      insert into event (workspace_id, id, name, conversation_id, actor_kind, at) values (${w.workspaceId}, ${born}, 'conversation.tagged', ${conversation}, 'system', now() - interval '400 days')`),
  );
  const count = () =>
    w.tx((t) =>
      t.first<{ n: number }>(
        sql`select count(*)::int as n from event where workspace_id = ${w.workspaceId} and conversation_id = ${conversation}`,
      ),
    );
  const before = (await count())?.n ?? 0;
  await w.tx((t) => changeRetention(t, oldVisits, w.people.owner, { events: 365 }));
  assert.equal((await w.tx((t) => retention(t, oldVisits, {}))).would.events, 1);
  await retain(w.hearten, oldVisits, w.workspaceId, true);
  assert.equal((await count())?.n, before - 1);
});

test('Old files go and the words stay; old lines of the audit log go by its one door', async () => {
  const conversation = await id();
  const [stored] = await w.hearten.files.put([Buffer.from('Subject: old\r\n\r\nbytes')]);
  assert.ok(stored);
  await w.tx(async (t) => {
    await w.hearten.files.keep(t, [stored]);
    await t.run(
      sql`update message set raw_hash = ${stored.hash}, has_html = true, at = now() - interval '400 days' where workspace_id = ${w.workspaceId} and conversation_id = ${conversation}`,
    );
    await audit(t, { area: 'data', what: 'file.read' });
  });
  await w.tx((t) => changeRetention(t, oldVisits, w.people.owner, { files: 365, audit: 30 }));
  await retain(w.hearten, oldVisits, w.workspaceId, true);
  const message = await w.tx((t) =>
    t.first<{ text: string; raw_hash: Buffer | null }>(
      sql`select text, raw_hash from message where workspace_id = ${w.workspaceId} and conversation_id = ${conversation}`,
    ),
  );
  assert.equal(message?.raw_hash, null);
  assert.match(message?.text ?? '', /lamp/);
  const told = await w.tx((t) =>
    t.first<{ data: { hashes: string[] } }>(
      sql`select data from event where workspace_id = ${w.workspaceId} and name = 'message.files-removed'`,
    ),
  );
  assert.deepEqual(told?.data.hashes, [stored.hash.toString('hex')]);
  const lines = await w.tx((t) =>
    t.many(sql`select 1 from audit where workspace_id = ${w.workspaceId} and what = 'file.read'`),
  );
  assert.equal(lines.length, 1, 'what is young stays');
});

test('Files are counted and removed from those messages alone that have some, however many have none', async () => {
  const conversation = await id();
  await w.tx((t) =>
    t.run(sql`
      insert into message select (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'external_id', null, 'dedupe', null, 'raw_hash', null, 'attachments', '[]'::jsonb))).*
      from message m, generate_series(1, 4000) where m.workspace_id = ${w.workspaceId} and m.conversation_id = ${conversation}`),
  );
  const owner = await w.hearten.db.connect();
  await owner.query('analyze message');
  await owner.end();
  const plans: string[] = [];
  await w.tx(async (t) => {
    const planned = async (query: ReturnType<typeof sql>) => {
      const texts = [`explain ${query.texts[0]}`, ...query.texts.slice(1)];
      const rows = await t.many<Record<string, string>>({ ...query, texts });
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      return [];
    };
    const seen = { ...t, many: planned, first: async (query: ReturnType<typeof sql>) => (await planned(query))[0] };
    await countFiles(seen, 365);
    await removeFiles(seen, 365, { at: '2020-01-01', id: w.workspaceId });
  });
  for (const plan of plans) assert.match(plan, /Index (Only )?Scan using message_files/);
  assert.match(plans[1] ?? '', /Index Cond: .*ROW\(m?\.?at/);
  assert.doesNotMatch(plans[1] ?? '', /Sort/);
  assert.equal(plans.length, 2);
});

test('Visits go after their days: pages and events, visitors who never wrote, and of the others where they last were', async () => {
  const inbox = newId();
  const conversation = await id();
  const [silent, wrote, young] = [newId(), newId(), newId()];
  const visitor = (one: string, more: ReturnType<typeof sql>) =>
    sql`insert into visitor (workspace_id, id, inbox_id, customer_id, seen_at, page) select ${w.workspaceId}, ${one}, ${inbox}, ${more}, 'https://shop.example/'`;
  await w.tx(async (t) => {
    await t.run(
      sql`insert into inbox (workspace_id, id, brand_id, channel, name, address) select ${w.workspaceId}, ${inbox}, id, 'chat', 'Shop', '' from brand where workspace_id = ${w.workspaceId}`,
    );
    await t.run(visitor(silent, sql`null::uuid, now() - interval '100 days'`));
    await t.run(
      visitor(
        wrote,
        sql`(select customer_id from conversation where workspace_id = ${w.workspaceId} and id = ${conversation}), now() - interval '100 days'`,
      ),
    );
    await t.run(visitor(young, sql`null::uuid, now()`));
    for (const [id, days] of [
      [wrote, 100],
      [wrote, 80],
      [young, 1],
    ] as const)
      await t.run(
        sql`insert into visitor_event (workspace_id, id, visitor_id, kind, name, at) values (${w.workspaceId}, ${newId()}, ${id}, 'event', 'Ordered', now() - make_interval(days => ${days}))`,
      );
  });
  assert.equal((await w.tx((t) => retention(t, oldVisits, {}))).rules.visits, 90, 'what is kept without a word');
  assert.equal((await w.tx((t) => retention(t, oldVisits, {}))).would.visits, 2);
  await retain(w.hearten, oldVisits, w.workspaceId, true);
  const rest = await w.tx((t) =>
    t.many<{ id: string; page: string; events: number }>(
      sql`select v.id, v.page, (select count(*)::int from visitor_event e where e.workspace_id = v.workspace_id and e.visitor_id = v.id) as events from visitor v where v.workspace_id = ${w.workspaceId} order by v.id`,
    ),
  );
  assert.deepEqual(rest, [
    { id: wrote, page: '', events: 1 },
    { id: young, page: 'https://shop.example/', events: 1 },
  ]);
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Desk as World, desk as world } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { founding } from '../modules.ts';
import { seed } from './seed.ts';

const until = Date.UTC(2026, 9, 30, 12);
let worlds: World[] = [];
before(async () => {
  worlds = [await world(), await world()];
  for (const one of worlds)
    await seed(one.hearten, founding, {
      conversations: 1500,
      seed: 'kitchen',
      until,
      workspaceId: one.workspaceId,
      bare: true,
    });
});
after(() => Promise.all(worlds.map((one) => one.end())));
const [first, second] = [() => worlds[0] as World, () => worlds[1] as World];
const rows = <Row>(one: World, query: ReturnType<typeof sql>): Promise<Row[]> => one.tx((tx) => tx.many<Row>(query));
const only = async <Row>(one: World, query: ReturnType<typeof sql>): Promise<Row> =>
  (await rows<Row>(one, query))[0] as Row;

/** All that doesn't name the workspace, its people or its inbox, which differ from desk to desk. */
async function fingerprint(one: World): Promise<string> {
  const hash = createHash('sha256');
  const queries = [
    sql`select id, number, customer_id, customer_address, subject, status, folder, priority, tags, snippet, snoozed_until, waiting_since, resolved_at, message_count, version, created_at, last_at from conversation where workspace_id = ${one.workspaceId} order by id`,
    sql`select id, conversation_id, type, subject, length(text) as letters, text, quote, in_reply_to, state, at from message where workspace_id = ${one.workspaceId} and type = 'in' order by id`,
    sql`select id, name, conversation_id, at from event where workspace_id = ${one.workspaceId} and xid = '3'::xid8 order by id`,
    sql`select value, customer_id from handle where workspace_id = ${one.workspaceId} order by value`,
  ];
  for (const query of queries)
    hash.update(JSON.stringify(await rows(one, query)).replaceAll(/[0-9a-f-]{36}@[\w.-]+/g, ''));
  return hash.digest('hex');
}

test('The same seed makes the same mail', async () => {
  assert.equal(await fingerprint(first()), await fingerprint(second()));
});

test('A seeded desk is one that could have happened: counts, last words, numbers and states agree with its messages', async () => {
  const one = first();
  const found = await only<Record<string, number>>(
    one,
    sql`
    select count(*)::int as all, count(distinct c.number)::int as numbers, max(c.number)::int as highest,
      count(*) filter (where c.message_count <> m.said)::int as miscounted, count(*) filter (where c.last_at <> m.last_at)::int as wrong_last,
      count(*) filter (where (c.last_from = 'customer') <> (m.last_type = 'in'))::int as wrong_from,
      count(*) filter (where c.created_at <> m.first_at)::int as wrong_first,
      count(*) filter (where c.snippet <> left(btrim(regexp_replace(left(m.last_text, 600), '\\s+', ' ', 'g')), length(c.snippet)))::int as wrong_snippet,
      count(*) filter (where (c.status = 'snoozed') <> (c.snoozed_until is not null))::int as wrong_snooze,
      count(*) filter (where (c.status in ('resolved', 'closed')) <> (c.resolved_at is not null))::int as wrong_resolved,
      count(*) filter (where c.waiting_since is not null and c.status not in ('open', 'snoozed'))::int as wrong_waiting
    from conversation c join lateral (
      select count(*) filter (where type <> 'note') as said, min(at) as first_at, (array_agg(type order by at desc, id desc) filter (where type <> 'note'))[1] as last_type,
        (array_agg(text order by at desc, id desc) filter (where type <> 'note'))[1] as last_text, max(at) filter (where type <> 'note') as last_at
      from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id) m on true
    where c.workspace_id = ${one.workspaceId}`,
  );
  const { all, numbers, highest, ...wrong } = found;
  assert.deepEqual([all, numbers, highest], [1500, 1500, 1500]);
  for (const [what, count] of Object.entries(wrong)) assert.equal(count, 0, what);
  const counter = await only<{ n: number }>(
    one,
    sql`select conversations as n from counter where workspace_id = ${one.workspaceId}`,
  );
  assert.equal(counter.n, 1500);
});

test('A conversation has four messages in the mean, and every message its event and its words', async () => {
  const one = first();
  const { messages, said, told, words } = await only<{ messages: number; said: number; told: number; words: number }>(
    one,
    sql`select (select count(*)::int from message where workspace_id = ${one.workspaceId}) as messages, (select count(*)::int from message where workspace_id = ${one.workspaceId} and type <> 'note') as said,
      (select count(*)::int from event where workspace_id = ${one.workspaceId} and message_id is not null) as told, (select count(*)::int from search_row where workspace_id = ${one.workspaceId}) as words`,
  );
  assert.ok(said / 1500 > 3.6 && said / 1500 < 4.4, `${said / 1500} messages`);
  assert.equal(told, messages);
  assert.equal(words, messages);
});

test('Its words are spread as in real text: the hundredth is about a hundredth as frequent as the first', async () => {
  const one = first();
  const top = await rows<{ n: number }>(
    one,
    sql`select nentry::int as n from ts_stat('select words from search_row') order by nentry desc`,
  );
  assert.ok(top.length > 5000, `${top.length} different words`);
  const slope = Math.log((top[1000]?.n ?? 1) / (top[10]?.n ?? 1)) / Math.log(1001 / 11);
  assert.ok(slope < -0.7 && slope > -1.6, `falls by the power ${slope.toFixed(2)}`);
});

test('Nobody is told of seeded history, and nothing of it is sent', async () => {
  const one = first();
  const { events, unsent } = await only<{ events: number; unsent: number }>(
    one,
    sql`select (select count(*)::int from events_since('4'::xid8, 1000000) e where e.message_id is not null) as events,
      (select count(*)::int from message where workspace_id = ${one.workspaceId} and type = 'out' and state <> 'sent') as unsent`,
  );
  assert.deepEqual({ events, unsent }, { events: 0, unsent: 0 });
});

test('Seeding a second time adds to what is there', async () => {
  const one = second();
  await seed(one.hearten, founding, {
    conversations: 50,
    seed: 'kitchen',
    until,
    workspaceId: one.workspaceId,
    bare: true,
  });
  const { n, highest } = await only<{ n: number; highest: number }>(
    one,
    sql`select count(*)::int as n, max(number)::int as highest from conversation where workspace_id = ${one.workspaceId}`,
  );
  assert.deepEqual({ n, highest }, { n: 1550, highest: 1550 });
});

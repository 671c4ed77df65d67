import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { takeHistory } from '../channels/email/take.ts';
import { deliver } from '../conversations/deliver.ts';
import { reply } from '../conversations/reply.ts';
import { founding } from '../modules.ts';
import { notify } from '../notifications/who.ts';
import { invite } from '../team/invite.ts';
import { changePerson } from '../team/people.ts';
import { followPerson } from './follow.ts';
import { makeSample } from './make.ts';
import { removeSample } from './remove.ts';
import { beginSample, CONVERSATIONS, dropSample, sampleHere } from './workspace.ts';

let w: Desk;
let sampleId: string;
/** Everything of the workspace that stays, as it was before there was a sample. */
let untouched: string;
const counted = async (): Promise<string> =>
  JSON.stringify(
    await w.tx((t) =>
      t.many(sql`
      select (select count(*) from conversation where workspace_id = ${w.workspaceId}) as conversations, (select count(*) from message where workspace_id = ${w.workspaceId}) as messages,
        (select count(*) from customer where workspace_id = ${w.workspaceId}) as customers, (select count(*) from person where workspace_id = ${w.workspaceId}) as people,
        (select count(*) from search_row where workspace_id = ${w.workspaceId}) as words, (select count(*) from notification where workspace_id = ${w.workspaceId}) as told,
        (select conversations from counter where workspace_id = ${w.workspaceId}) as number, (select count(*) from blob where workspace_id = ${w.workspaceId}) as blobs`),
    ),
  );
const inSample = <Row>(query: ReturnType<typeof sql>): Promise<Row[]> =>
  w.hearten.db.tx(sampleId, (t) => t.many<Row>(query));
const take = (workspaceId: string, inboxId: string, mails: { bytes: Buffer; receivedAt: string }[]) =>
  takeHistory(w.hearten, workspaceId, inboxId, mails);

before(async () => {
  w = await desk();
  await w.receive({ text: 'A real question of a real customer.' }, {});
  untouched = await counted();
  const { sample } = await w.tx((t) => beginSample(t, w.hearten, w.people.owner, founding));
  sampleId = sample?.workspaceId as string;
  assert.equal(sample?.state, 'making');
  await makeSample(w.hearten, w.workspaceId, sampleId, take);
});
after(() => w.end());

test('The sample is a workspace of its own: 1,200 conversations, 160 customers in six languages, letters with files and pictures', async () => {
  const [found] = await inSample<Record<string, number>>(sql`
    select (select count(*)::int from conversation where workspace_id = ${sampleId}) as conversations, (select count(*)::int from customer where workspace_id = ${sampleId}) as customers,
      (select count(*)::int from company where workspace_id = ${sampleId}) as companies, (select count(distinct language)::int from customer where workspace_id = ${sampleId}) as languages,
      (select max(message_count) from conversation where workspace_id = ${sampleId}) as longest, (select count(*)::int from message where workspace_id = ${sampleId} and has_html) as html,
      (select count(*)::int from message m where m.workspace_id = ${sampleId} and exists (select 1 from jsonb_array_elements(m.attachments) a where (a->>'inline')::boolean)) as pictures,
      (select count(*)::int from message m where m.workspace_id = ${sampleId} and m.parsed ? 'invitation') as invitations,
      (select count(*)::int from conversation where workspace_id = ${sampleId} and folder = 'spam') as spam,
      (select count(*)::int from inbound_mail where workspace_id = ${sampleId} and state = 'quarantined') as stuck`);
  const { conversations, customers, longest, ...rest } = found as Record<string, number>;
  assert.ok((conversations as number) > CONVERSATIONS && (customers as number) >= 160, JSON.stringify(found));
  assert.ok((longest as number) >= 80, `the longest has ${longest} messages`);
  assert.equal(rest.languages, 6);
  assert.equal(rest.stuck, 0);
  for (const [what, count] of Object.entries(rest)) if (what !== 'stuck') assert.ok(count > 0, `no ${what}`);
  const here = await w.tx((t) => sampleHere(t, w.people.owner));
  assert.deepEqual([here.sample?.state, here.sample?.done, here.sample?.mine], ['ready', CONVERSATIONS, true]);
});

test('Nothing of it stands in the workspace it was made for, and everyone who works there may look around', async () => {
  assert.equal(await counted(), untouched);
  const people = await inSample<{ role: string; invented: boolean }>(
    sql`select role, coalesce(settings->>'invented' = 'true', false) as invented from person where workspace_id = ${sampleId}`,
  );
  assert.equal(people.filter((one) => !one.invented).length, Object.keys(w.people).length);
  assert.equal(people.filter((one) => one.invented).length, 6);
});

/** The owner, as they are in the sample. */
const visitor = async () => {
  const [row] = await inSample<{ id: string }>(
    sql`select id from person where workspace_id = ${sampleId} and account_id = ${w.people.owner.accountId}`,
  );
  return { ...w.people.owner, workspaceId: sampleId, id: row?.id as string };
};

test('Who is deactivated at home is out of the sample too, sessions and all, and back in it when they are back', async () => {
  const { accountId, id } = w.people.representative;
  await w.hearten.db.tx(NOWHERE, (t) =>
    t.run(
      sql`insert into session (token_hash, id, account_id, workspace_id, csrf, expires_at) values ('\\x02', ${newId()}, ${accountId}, ${sampleId}, 'x', now() + interval '1 day')`,
    ),
  );
  const follow = () =>
    w.tx(async (t) => {
      const [event] = await t.many<EventRow>(
        sql`select * from event where workspace_id = ${w.workspaceId} and name = 'person.changed' order by id desc limit 1`,
      );
      await followPerson(t, event as EventRow);
      // What follows in the same transaction is at home again.
      assert.equal(
        (await t.many(sql`select 1 from person where workspace_id = ${w.workspaceId} and id = ${id}`)).length,
        1,
      );
    });
  const there = async () =>
    (
      await inSample<{ active: boolean; sessions: number }>(
        sql`select active, (select count(*)::int from session s where s.account_id = p.account_id and s.workspace_id = ${sampleId}) as sessions from person p where workspace_id = ${sampleId} and account_id = ${accountId}`,
      )
    )[0];
  for (const active of [false, true]) {
    await w.tx((t) => changePerson(t, w.people.owner, id, { active }));
    await follow();
    assert.deepEqual(await there(), { active, sessions: 0 });
  }
});

test('An answer in the sample is kept and marked, and no channel is asked to send it, whatever its inbox could do', async () => {
  const who = await visitor();
  const channel = keepingChannel();
  const [home] = await inSample<{ id: string }>(
    sql`select id from conversation where workspace_id = ${sampleId} and status = 'open' and folder = 'inbox' order by last_at desc limit 1`,
  );
  // Someone gives its inbox a server behind our back.
  await w.hearten.db.tx(sampleId, (t) =>
    t.run(
      sql`update inbox set settings = settings || '{"smtp": {"host": "127.0.0.1", "port": 25, "security": "none", "user": ""}}' where workspace_id = ${sampleId}`,
    ),
  );
  await w.hearten.db.tx(sampleId, (t) =>
    reply(t, () => channel, who, home?.id as string, { text: 'It is in the box.' }),
  );
  const [mine] = await inSample<{ id: string }>(
    sql`select id from message where workspace_id = ${sampleId} and conversation_id = ${home?.id} and type = 'out' and author_id = ${who.id} and state = 'queued'`,
  );
  await deliver(w.hearten, () => channel, sampleId, mine?.id as string);
  const [after] = await inSample<{ state: string; told: number }>(
    sql`select state, (select count(*)::int from event where workspace_id = ${sampleId} and name = 'message.kept' and message_id = m.id) as told from message m where workspace_id = ${sampleId} and id = ${mine?.id}`,
  );
  assert.deepEqual(after, { state: 'kept', told: 1 });
  assert.equal(channel.sent.length, 0);
  // A second run of the job finds nothing to do.
  await deliver(w.hearten, () => channel, sampleId, mine?.id as string);
  assert.equal(channel.sent.length, 0);
});

test('What happens in the sample notifies nobody, nobody can be invited, and no mailbox connected', async () => {
  const who = await visitor();
  const [event] = await inSample<Parameters<typeof notify>[1][number]>(
    sql`select * from event where workspace_id = ${sampleId} and name = 'message.received' order by id desc limit 1`,
  );
  await w.hearten.db.tx(sampleId, (t) =>
    notify(t, [{ ...(event as NonNullable<typeof event>), data: { opened: true } }], w.hearten.jobs),
  );
  assert.equal((await inSample(sql`select 1 from notification where workspace_id = ${sampleId}`)).length, 0);
  await assert.rejects(
    w.hearten.db.tx(sampleId, (t) => invite(t, w.hearten, who, { email: 'x@example.org', role: 'viewer' })),
    (error) => isRefusedAs(error, 'conflict'),
  );
});

test('Made a second time there is still one; made again after it broke off it is whole', async () => {
  await assert.rejects(
    w.tx((t) => beginSample(t, w.hearten, w.people.owner, founding)),
    (error) => isRefusedAs(error, 'conflict'),
  );
  await w.hearten.db.tx(NOWHERE, (t) =>
    t.run(sql`update workspace set sample = sample || '{"state": "making"}' where id = ${sampleId}`),
  );
  await makeSample(w.hearten, w.workspaceId, sampleId, take);
  const [again] = await inSample<{ n: number; numbers: number }>(
    sql`select count(*)::int as n, count(distinct number)::int as numbers from conversation where workspace_id = ${sampleId}`,
  );
  assert.equal(again?.n, again?.numbers);
  assert.ok((again?.n ?? 0) > CONVERSATIONS);
});

test('Removed, exactly the sample goes: its rows, its people and its bytes; whoever was in it is at home, and what is real stays', async () => {
  const { accountId } = w.people.owner;
  await w.hearten.db.tx(NOWHERE, (t) =>
    t.run(
      sql`insert into session (token_hash, id, account_id, workspace_id, csrf, expires_at) values ('\\x01', ${sampleId}, ${accountId}, ${sampleId}, 'x', now() + interval '1 day')`,
    ),
  );
  const [invented] = await inSample<{ id: string }>(
    sql`select account_id as id from person where workspace_id = ${sampleId} and settings->>'invented' = 'true'`,
  );
  const who = await visitor();
  // From within it.
  await w.hearten.db.tx(sampleId, (t) => dropSample(t, w.hearten, who));
  const [session] = await w.hearten.db.read<{ at: string }>(
    NOWHERE,
    sql`select workspace_id as at from session where id = ${sampleId}`,
  );
  assert.equal(session?.at, w.workspaceId);
  // A removal that was begun for another workspace removes nothing.
  await removeSample(w.hearten, sampleId, w.workspaceId);
  await removeSample(w.hearten, w.workspaceId, sampleId);
  assert.equal(await counted(), untouched);
  assert.deepEqual(await w.tx((t) => sampleHere(t, w.people.owner)), { sample: null });
  const client = await w.hearten.db.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select table_name as name from information_schema.columns where column_name = 'workspace_id' and table_schema = 'public' and table_name in (select tablename from pg_tables where schemaname = 'public')`,
    );
    await client.query('begin');
    await client.query(`select set_config('app.workspace_id', $1, true)`, [sampleId]);
    for (const { name } of tables.rows)
      assert.equal(
        (await client.query(`select 1 from ${name} where workspace_id = $1`, [sampleId])).rowCount,
        0,
        `${name} still holds something of the sample`,
      );
    await client.query('rollback');
    assert.equal((await client.query('select 1 from account where id = $1', [invented?.id])).rowCount, 0);
    assert.equal((await client.query('select 1 from account where id = $1', [accountId])).rowCount, 1);
    const left = await client.query(`select key from graphile_worker.jobs where key like $1`, [`${sampleId}:%`]);
    assert.deepEqual(left.rows, []);
  } finally {
    await client.end();
  }
  // And it can be made again.
  const { sample } = await w.tx((t) => beginSample(t, w.hearten, w.people.owner, founding));
  assert.notEqual(sample?.workspaceId, sampleId);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { newId } from '../src/base/ids.ts';
import { jobs } from '../src/base/jobs.ts';
import { type TestDatabase, testDatabase } from './database.ts';

// Read before the workspace is known, or of no workspace. Every other table stands behind its workspace.
const exempt = new Map([
  ['workspace', 'the workspaces themselves'],
  ['account', 'a sign-in, which may be a person in several workspaces'],
  ['session', 'found by the hash of a secret'],
  ['link', 'found by the hash of a secret'],
  ['attempt', 'counts of guesses'],
  ['known_browser', 'of a sign-in, like the session'],
  ['passkey', 'of a sign-in, found before a workspace is known'],
  ['answered_challenge', 'a challenge is answered before anyone is known'],
  ['event_cursor', 'how far the relay has read'],
  ['migration', 'what was applied; the app may not touch it'],
  ['installation', 'of the whole installation: whether it is held after a restore'],
  ['backup', 'backups made, each of the whole installation'],
]);
// Added to and nothing else: the app may neither change nor delete what stands there.
const onlyAdded = new Set(['audit']);
// Functions that work as the owner, and so see every workspace. Each gives out only what its caller needs.
const doors = new Set([
  'app_add_job',
  'app_cancel_job',
  'app_forget_jobs',
  'app_job_goes_on',
  'audit_let_go',
  'chat_home',
  'customers_called',
  'events_since',
  'form_home',
  'inbox_home',
  'inboxes_for',
  'inboxes_of',
  'deliveries_due',
  'leases_lost',
  'mail_left',
  'praise_home',
  'places_of',
  'search_customers',
  'search_messages',
  'seldom_tagged',
  'sign_in_providers',
  'tracker_home',
]);

let database: TestDatabase;
let client: pg.Client;
before(async () => {
  database = await testDatabase();
  await jobs.prepare(database.url);
  client = new pg.Client(database.url);
  await client.connect();
});
after(async () => {
  await client.end();
  await database.drop();
});
const rows = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await client.query<Row>(text, values)).rows;
const tables = async (): Promise<string[]> => {
  const all = await rows<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`,
  );
  return all.map((row) => row.name).filter((name) => !exempt.has(name));
};
/** As the app in a workspace, or in none. */
async function as<T>(workspaceId: string | null, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query(`select set_config('role', 'hearten_app', true), set_config('app.workspace_id', $1, true)`, [
      workspaceId ?? '',
    ]);
    return await work();
  } finally {
    await client.query('rollback');
  }
}

test('Every table but the named few has the workspace first in its primary key and in every unique key', async () => {
  const indexes = await rows<{ table: string; index: string; first: string; primary: boolean }>(`
    select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as index, a.attname as first, i.indisprimary as primary
    from pg_index i join pg_class c on c.oid = i.indrelid left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where c.relnamespace = 'public'::regnamespace and i.indisunique`);
  for (const table of await tables()) {
    const own = indexes.filter((index) => index.table === table);
    assert.ok(
      own.some((index) => index.primary),
      `${table} has no primary key`,
    );
    for (const { index, first } of own)
      assert.equal(first, 'workspace_id', `${index} of ${table} begins with ${first}`);
  }
});

test('No table refers to a row of another workspace: foreign keys carry the workspace first on both sides', async () => {
  const keys = await rows<{ name: string; table: string; to: string; first: string; there: string }>(`
    select k.conname as name, k.conrelid::regclass::text as table, k.confrelid::regclass::text as to, a.attname as first, b.attname as there
    from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1] join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
    where k.contype = 'f' and k.connamespace = 'public'::regnamespace`);
  assert.ok(keys.length > 10);
  for (const key of keys) {
    if (exempt.has(key.table) || key.to === 'account') continue;
    assert.equal(key.first, 'workspace_id', `${key.name} of ${key.table}`);
    assert.equal(key.there, key.to === 'workspace' ? 'id' : 'workspace_id', `${key.name} of ${key.table}`);
  }
});

test('D05: Every table but the named few has row security with a plain comparison, for reading and for writing', async () => {
  const found = await rows<{
    name: string;
    on: boolean;
    using: string | null;
    check: string | null;
    policies: number;
  }>(`
    select c.relname as name, c.relrowsecurity as on, min(pg_get_expr(p.polqual, p.polrelid)) as using, min(pg_get_expr(p.polwithcheck, p.polrelid)) as check, count(p.oid)::int as policies
    from pg_class c left join pg_policy p on p.polrelid = c.oid where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by c.oid`);
  // Only current_setting: a volatile function here costs up to 390 times as much.
  const plain = `(workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)`;
  for (const name of await tables()) {
    const table = found.find((one) => one.name === name);
    assert.deepEqual(
      { on: table?.on, policies: table?.policies, using: table?.using, check: table?.check },
      { on: true, policies: 1, using: plain, check: plain },
      name,
    );
  }
});

test('The role of the app owns nothing, can become nobody else and bypasses nothing', async () => {
  const [role] = await rows<{ strong: boolean; owns: number; member: number; creates: boolean }>(`
    select r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolcanlogin or r.rolreplication as strong,
      (select count(*)::int from pg_class c where c.relowner = r.oid) as owns, (select count(*)::int from pg_auth_members m where m.member = r.oid) as member,
      has_schema_privilege('hearten_app', 'public', 'create') as creates
    from pg_roles r where r.rolname = 'hearten_app'`);
  assert.deepEqual(role, { strong: false, owns: 0, member: 0, creates: false });
  await as(null, async () => {
    await client.query('savepoint s');
    for (const text of [
      'select * from migration',
      'alter table person disable row level security',
      'drop policy own on person',
      'truncate person',
      'select * from graphile_worker._private_jobs',
    ]) {
      await assert.rejects(client.query(text), /permission denied|must be owner/, text);
      await client.query('rollback to savepoint s');
    }
  });
});

test('D05: Without a workspace nothing is seen, and in one workspace nothing of another; nor can a row be written there', async () => {
  const [mine, theirs] = [newId(), newId()];
  await client.query(`insert into workspace (id, name) values ($1, 'mine'), ($2, 'theirs')`, [mine, theirs]);
  // One row in each table of both, made without regard to keys: only whose it is matters here.
  await client.query('begin');
  const columns = await rows<{ table: string; name: string; type: string }>(`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and (a.attnotnull and not a.atthasdef or a.attname = 'workspace_id')`);
  const filler = (type: string): string =>
    (
      ({
        uuid: newId(),
        text: 'x',
        jsonb: '{}',
        bytea: '\\x00',
        bigint: '1',
        integer: '1',
        boolean: 'f',
        date: '2026-01-01',
        tsvector: 'x',
        'text[]': '{}',
        'uuid[]': '{}',
        real: '1',
      }) as Record<string, string>
    )[type] ?? '2026-01-01';
  try {
    for (const [kind, table] of (
      await rows<{ kind: string; table: string }>(
        `select contype as kind, conrelid::regclass::text || ' drop constraint ' || quote_ident(conname) as table from pg_constraint where connamespace = 'public'::regnamespace and contype in ('c', 'f')`,
      )
    ).map((row) => [row.kind, row.table] as const))
      if (kind) await client.query(`alter table ${table}`);
    const insert = (table: string, workspaceId: string): [string, string[]] => {
      const own = columns.filter((column) => column.table === table);
      return [
        `insert into ${table} (${own.map((column) => column.name).join()}) values (${own.map((_, i) => `$${i + 1}`).join()})`,
        own.map((column) => (column.name === 'workspace_id' ? workspaceId : filler(column.type))),
      ];
    };
    for (const workspaceId of [mine, theirs]) {
      await client.query(`select set_config('role', 'hearten_app', true), set_config('app.workspace_id', $1, true)`, [
        workspaceId,
      ]);
      for (const table of await tables()) await client.query(...insert(table, workspaceId));
    }
    const seen = async (table: string): Promise<string[]> =>
      (await rows<{ id: string }>(`select distinct workspace_id as id from ${table}`)).map((row) => row.id);
    for (const table of await tables()) {
      await client.query(`select set_config('app.workspace_id', $1, true)`, [mine]);
      assert.deepEqual(await seen(table), [mine], table);
      await client.query(`select set_config('app.workspace_id', '', true)`);
      assert.deepEqual(await seen(table), [], table);
      await client.query(`select set_config('app.workspace_id', $1, true)`, [mine]);
      if (onlyAdded.has(table)) {
        for (const text of [
          `update ${table} set workspace_id = workspace_id`,
          `delete from ${table}`,
          `truncate ${table}`,
        ]) {
          await client.query('savepoint s');
          await assert.rejects(client.query(text), /permission denied/, text);
          await client.query('rollback to savepoint s');
        }
        await client.query('savepoint s');
        await assert.rejects(client.query(...insert(table, theirs)), /row-level security/, table);
        await client.query('rollback to savepoint s');
        continue;
      }
      assert.equal(
        (await client.query(`update ${table} set workspace_id = workspace_id where workspace_id = $1`, [theirs]))
          .rowCount,
        0,
        table,
      );
      assert.equal((await client.query(`delete from ${table} where workspace_id = $1`, [theirs])).rowCount, 0, table);
      await client.query('savepoint s');
      await assert.rejects(client.query(...insert(table, theirs)), /row-level security/, table);
      await client.query('rollback to savepoint s');
      await assert.rejects(
        client.query(`update ${table} set workspace_id = $1`, [theirs]),
        /row-level security/,
        table,
      );
      await client.query('rollback to savepoint s');
    }
  } finally {
    await client.query('rollback');
  }
});

test('Only the named doors work as the owner, each with its own tables before temporary ones', async () => {
  const found = await rows<{ name: string; config: string[] | null }>(`
    select p.proname as name, p.proconfig as config from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema') and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')`);
  assert.deepEqual([...new Set(found.map((one) => one.name))].sort(), [...doors].sort());
  for (const { name, config } of found)
    assert.ok(config?.includes('search_path=public, pg_temp'), `${name}: ${config}`);
});

test('D02: Search finds nothing of another workspace, whatever it is asked and whatever stands around it', async () => {
  const [mine, theirs, mail, customer] = [newId(), newId(), newId(), newId()];
  await client.query(`insert into workspace (id, name) values ($1, 'mine'), ($2, 'theirs')`, [mine, theirs]);
  await as(theirs, async () => {
    await client.query(
      'insert into search_row (workspace_id, message_id, conversation_id, bucket, words) values ($1, $2, $2, 0, $3)',
      [theirs, mail, 'secret:1'],
    );
    await client.query('insert into search_name (workspace_id, customer_id, folded) values ($1, $2, $3)', [
      theirs,
      customer,
      'secret customer',
    ]);
    const found = async () => ({
      messages: (await rows(`select * from search_messages('secret'::tsquery, 1000, null, 10)`)).length,
      customers: (await rows(`select * from search_customers('secret', 10)`)).length,
    });
    const owner = await found();
    assert.deepEqual(owner, { messages: 1, customers: 1 });
    for (const place of [mine, '', newId()]) {
      await client.query(`select set_config('app.workspace_id', $1, true)`, [place]);
      assert.deepEqual(await found(), { messages: 0, customers: 0 }, place);
    }
    // A temporary table of the same name, and a search path of one's own, change nothing.
    await client.query(`select set_config('app.workspace_id', $1, true)`, [mine]);
    await client.query('create temporary table search_name (workspace_id uuid, customer_id uuid, folded text)');
    await client.query('insert into pg_temp.search_name values ($1, $2, $3)', [mine, customer, 'secret planted']);
    await client.query(`select set_config('search_path', 'pg_temp, public', true)`);
    assert.deepEqual(await found(), { messages: 0, customers: 0 });
    await client.query('savepoint s');
    await client.query(`select set_config('app.workspace_id', 'not an id', true)`);
    await assert.rejects(found(), /invalid input syntax for type uuid/);
    await client.query('rollback to savepoint s');
  });
});

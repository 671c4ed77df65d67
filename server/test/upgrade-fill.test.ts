import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectTo } from '../src/base/hosts.ts';
import { newId } from '../src/base/ids.ts';
import { migrate, migrationsDir, readMigrations } from '../src/base/migrate.ts';
import { emptyDatabase } from './database.ts';

/** The last migration before questions were counted, asks had a book, and problems had steps. */
const BEFORE = '0115_mailings.sql';

test('What was asked, answered and found before an update counts after it', async () => {
  const database = await emptyDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'hearten-fill-'));
  try {
    for (const { name } of await readMigrations(migrationsDir))
      if (name <= BEFORE) await cp(join(migrationsDir, name), join(dir, name));
    await migrate(database.url, { dir });
    const client = await connectTo(database.url);
    const [w, inbox, customer, conversation, problem] = [newId(), newId(), newId(), newId(), newId()];
    const asks = [newId(), newId()];
    await client.query('begin');
    await client.query(`select set_config('app.workspace_id', $1, true)`, [w]);
    await client.query(`insert into workspace (id, name) values ($1, 'Northwind')`, [w]);
    await client.query(`insert into brand (workspace_id, id, name) values ($1, $1, 'Northwind')`, [w]);
    await client.query(
      `insert into inbox (workspace_id, id, brand_id, channel, name, address, settings) values ($1, $2, $1, 'email', 'Support', 'support@northwind.example', '{}')`,
      [w, inbox],
    );
    await client.query(`insert into customer (workspace_id, id, name) values ($1, $2, 'Ana')`, [w, customer]);
    await client.query(
      `insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject) values ($1, $2, 1, $3, 'email', $4, 'Ana', 'ana@people.example', 'Dark')`,
      [w, conversation, inbox, customer],
    );
    for (const [stage, value] of [
      ['start', 2],
      ['latest', 4],
    ])
      await client.query(
        `insert into mood (workspace_id, conversation_id, stage, source, value, confidence) values ($1, $2, $3, 'text', $4, 0.8)`,
        [w, conversation, stage, value],
      );
    for (const [i, id] of asks.entries())
      await client.query(
        `insert into mood_ask (workspace_id, id, conversation_id, message_id, channel, at, compared, value, answered_at) values ($1, $2, $3, $4, 'email', now() - $5 * interval '1 day', $6, $7, $8)`,
        [w, id, conversation, newId(), 9 - i, i ? 'better' : null, i ? 5 : null, i ? new Date() : null],
      );
    await client.query(
      `insert into problem (workspace_id, id, name, state, shipped_on) values ($1, $2, 'Dark', 'fixed', current_date)`,
      [w, problem],
    );
    await client.query('commit');

    await migrate(database.url);
    await client.query('begin');
    await client.query(`select set_config('app.workspace_id', $1, true)`, [w]);
    const { rows } = await client.query(
      'select id, counts, home = conversation_id as home, started, lift from mood_ask where workspace_id = $1 order by at',
      [w],
    );
    assert.deepEqual(rows, [
      { id: asks[0], counts: false, home: true, started: 2, lift: 2 },
      { id: asks[1], counts: true, home: true, started: 2, lift: 2 },
    ]);
    const asked = await client.query('select id, customer_id from ask where workspace_id = $1 order by at', [w]);
    assert.deepEqual(
      asked.rows,
      asks.map((id) => ({ id, customer_id: customer })),
    );
    const steps = await client.query('select state from problem_step where workspace_id = $1 order by at', [w]);
    assert.deepEqual(
      steps.rows.map(({ state }) => state),
      ['found', 'fixed'],
    );
    await client.query('commit');
    await client.end();
  } finally {
    await Promise.all([database.drop(), rm(dir, { recursive: true })]);
  }
});

test('A migration that fills does so in one workspace after the other: in none, row security shows it nothing', async () => {
  // What a function or a trigger does later, it does within somebody's workspace.
  const now = (text: string): string => text.replace(/create (or replace )?function[^;]*?\$\$[\s\S]*?\$\$/g, '');
  // How far the reactions have read, and which installation this is, belong to no workspace.
  const silent = (await readMigrations(migrationsDir)).filter(
    ({ name, text }) =>
      name >= '0175' &&
      /^\s*(update (?!(?:event_cursor|installation)\b)\w+|delete from \w+|insert into \w+[^;]*\bselect\b)/m.test(
        now(text),
      ) &&
      !now(text).includes(`'app.workspace_id'`),
  );
  assert.deepEqual(
    silent.map(({ name }) => name),
    [],
  );
});

test('Who was vouched for before an update is the same customer after it, at each site by their own id, and a link ends with its key', async () => {
  const database = await emptyDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'hearten-fill-'));
  try {
    for (const { name } of await readMigrations(migrationsDir))
      if (name < '0262') await cp(join(migrationsDir, name), join(dir, name));
    await migrate(database.url, { dir });
    const client = await connectTo(database.url);
    const [w, one, two, customer, visitor, other, key] = Array.from({ length: 7 }, () => newId());
    const begin = async (): Promise<void> => {
      await client.query('begin');
      await client.query(`select set_config('app.workspace_id', $1, true)`, [w]);
    };
    await begin();
    await client.query(`insert into workspace (id, name) values ($1, 'Northwind')`, [w]);
    await client.query(`insert into brand (workspace_id, id, name) values ($1, $1, 'Northwind')`, [w]);
    for (const id of [one, two])
      await client.query(
        `insert into inbox (workspace_id, id, brand_id, channel, name, address, settings) values ($1, $2::uuid, $1, 'chat', 'Shop', $2::text, '{}')`,
        [w, id],
      );
    await client.query(`insert into customer (workspace_id, id, name) values ($1, $2, 'Ana')`, [w, customer]);
    for (const value of ['57', 'of nobody'])
      await client.query(`insert into handle (workspace_id, kind, value, customer_id) values ($1, 'account', $2, $3)`, [
        w,
        value,
        customer,
      ]);
    await client.query(
      `insert into chat_key (workspace_id, id, inbox_id, algorithm, name, secret) values ($1, $2, $3, 'HS256', 'Shop', 'x')`,
      [w, key, one],
    );
    for (const [id, inbox] of [
      [visitor, one],
      [other, two],
    ])
      await client.query(
        `insert into visitor (workspace_id, id, inbox_id, customer_id, user_id) values ($1, $2, $3, $4, '57')`,
        [w, id, inbox, customer],
      );
    await client.query('commit');
    await migrate(database.url);
    await begin();
    const handles = await client.query(
      `select value, scope, customer_id as id from handle where workspace_id = $1 order by value, scope`,
      [w],
    );
    assert.deepEqual(handles.rows, [
      ...[one, two].sort().map((scope) => ({ value: '57', scope, id: customer })),
      { value: 'of nobody', scope: '', id: customer },
    ]);
    const keys = await client.query('select id, key_id from visitor where workspace_id = $1', [w]);
    assert.deepEqual(
      new Map(keys.rows.map((row) => [row.id, row.key_id])),
      new Map([
        [visitor, key],
        [other, null],
      ]),
    );
    await client.query('commit');
    await client.end();
  } finally {
    await Promise.all([database.drop(), rm(dir, { recursive: true })]);
  }
});

test('What was filed, told, agreed to and fixed before an update stands rightly after it', async () => {
  const database = await emptyDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'hearten-fill-'));
  try {
    for (const { name } of await readMigrations(migrationsDir))
      if (name < '0295') await cp(join(migrationsDir, name), join(dir, name));
    await migrate(database.url, { dir });
    const client = await connectTo(database.url);
    const [w, inbox, customer, asking, problem, ahead, mailing] = Array.from({ length: 7 }, () => newId());
    const [lost, reached, agreed, unsaid] = Array.from({ length: 4 }, () => newId());
    const run = (text: string, ...values: unknown[]) => client.query(text, [w, ...values]);
    const begin = async (): Promise<void> => {
      await client.query('begin');
      await run(`select set_config('app.workspace_id', $1, true)`);
    };
    await begin();
    await run(`insert into workspace (id, name) values ($1, 'Northwind')`);
    await run(`insert into brand (workspace_id, id, name) values ($1, $1, 'Northwind')`);
    await run(
      `insert into inbox (workspace_id, id, brand_id, channel, name, address, settings) values ($1, $2, $1, 'email', 'Support', 'support@northwind.example', '{}')`,
      inbox,
    );
    await run(`insert into customer (workspace_id, id, name) values ($1, $2, 'Ana')`, customer);
    await run(
      `insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject) values ($1, $2, 1, $3, 'email', $4, 'Ana', 'ana@people.example', 'Dark')`,
      ...[asking, inbox, customer],
    );
    for (const [id, day] of [
      [problem, null],
      [ahead, '2199-01-01'],
    ])
      await run(
        `insert into problem (workspace_id, id, name, state, shipped_on) values ($1, $2, 'Dark', 'fixed', $3)`,
        ...[id, day],
      );
    for (const id of [problem, ahead])
      await run(
        `insert into problem_step (workspace_id, id, problem_id, state, at) values ($1, $2, $3, 'fixed', '2026-03-04T12:00:00Z')`,
        ...[newId(), id],
      );
    for (const [place, kind, id, weight] of [
      [0, 'question', null, 0.5],
      [1, 'problem', problem, 0.35],
      [2, 'problem', ahead, 0.15],
    ])
      await run(
        `insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, weight) values ($1, $2, $3, $4, $5, $6)`,
        ...[asking, place, kind, id, weight],
      );
    await client.query(`insert into account (id, email) values ($1, 'lea@northwind.example')`, [mailing]);
    await run(
      `insert into person (workspace_id, id, account_id, name, email, role) values ($1, $2, $2, 'Lea', 'lea@northwind.example', 'lead')`,
      mailing,
    );
    await run(
      `insert into mailing (workspace_id, id, problem_id, kind, person_id, text, confirmed) values ($1, $2, $3, 'fixed', $2, 'It is fixed.', false)`,
      ...[mailing, problem],
    );
    for (const [id, state] of [
      [lost, 'failed'],
      [reached, 'sent'],
    ]) {
      await run(
        `insert into message (workspace_id, id, conversation_id, inbox_id, type, state) values ($1, $2, $3, $4, 'out', $5)`,
        ...[id, asking, inbox, state],
      );
      await run(
        `insert into mailing_person (workspace_id, mailing_id, id, problem_id, kind, chosen, state, answers, inbox_id, provisional, message_id) values ($1, $2, $3, $4, 'fixed', true, 'sent', $3, $5, false, $3)`,
        ...[mailing, id, problem, inbox],
      );
    }
    for (const [id, visits] of [
      [agreed, 3],
      [unsaid, 0],
    ])
      await run(
        `insert into praise (workspace_id, id, source, source_id, conversation_id, customer_id, words, code, visits) values ($1, $2::uuid, 'mood', $2, $3, $4, 'Kind', $2::text, $5)`,
        ...[id, asking, customer, visits],
      );
    await client.query('commit');

    await migrate(database.url);
    await begin();
    const rows = async (text: string, ...values: unknown[]): Promise<unknown[]> => (await run(text, ...values)).rows;
    assert.deepEqual(
      await rows(
        'select place, problem_id, round(weight::numeric, 2)::float8 as weight from conversation_problem where workspace_id = $1 order by place',
      ),
      [
        { place: 0, problem_id: problem, weight: 0.7 },
        { place: 2, problem_id: ahead, weight: 0.3 },
      ],
    );
    assert.deepEqual(await rows('select conversation_id, kind from filing_aside where workspace_id = $1'), [
      { conversation_id: asking, kind: 'question' },
    ]);
    assert.deepEqual(await rows('select distinct shipped_on::text as day from problem where workspace_id = $1'), [
      { day: '2026-03-04' },
    ]);
    assert.deepEqual(
      await rows('select state, reason from mailing_person where workspace_id = $1 order by id = $2 desc', lost),
      [
        { state: 'left', reason: 'not-delivered' },
        { state: 'sent', reason: null },
      ],
    );
    assert.deepEqual(
      await rows(
        'select consented_at is not null as agreed, reworded from praise where workspace_id = $1 order by id = $2 desc',
        agreed,
      ),
      [
        { agreed: true, reworded: true },
        { agreed: false, reworded: false },
      ],
    );
    await client.query('commit');
    await client.end();
  } finally {
    await Promise.all([database.drop(), rm(dir, { recursive: true })]);
  }
});

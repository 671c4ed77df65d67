import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectTo } from '../src/base/hosts.ts';
import { newId } from '../src/base/ids.ts';
import { migrate, migrationsDir, readMigrations } from '../src/base/migrate.ts';
import { hash } from '../src/base/seal.ts';
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

test('Before an update a chat held what others wrote, too: after it only what its visitor said and was answered, and no page its secrets', async () => {
  const database = await emptyDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'hearten-fill-'));
  try {
    for (const { name } of await readMigrations(migrationsDir))
      if (name < '0300') await cp(join(migrationsDir, name), join(dir, name));
    await migrate(database.url, { dir });
    const client = await connectTo(database.url);
    const w = newId();
    const put = (table: string, row: Record<string, unknown>): Promise<unknown> => {
      const all = Object.entries({ workspace_id: w, ...row });
      return client.query(
        `insert into ${table} (${all.map(([name]) => name)}) values (${all.map((_, i) => `$${i + 1}`)})`,
        all.map(([, value]) => value),
      );
    };
    const begin = async (): Promise<void> => {
      await client.query('begin');
      await client.query(`select set_config('app.workspace_id', $1, true)`, [w]);
    };
    await begin();
    await client.query(`insert into workspace (id, name) values ($1, 'Northwind')`, [w]);
    await put('brand', { id: w, name: 'Northwind' });
    const [shop, mail] = [newId(), newId()];
    for (const [id, channel] of [
      [shop, 'chat'],
      [mail, 'email'],
    ])
      await put('inbox', { id, brand_id: w, channel, name: channel, address: channel, settings: '{}' });
    const [anna, ben, boss, home, gone] = Array.from({ length: 5 }, () => newId());
    for (const [id, name] of [
      [anna, 'Anna'],
      [ben, 'Ben'],
      [boss, 'Boss'],
    ])
      await put('customer', { id, name });
    const [first, before, after] = [newId(), newId(), newId()];
    const about = { inbox_id: shop, channel: 'chat', customer_name: '', customer_address: '', subject: 'Lamp' };
    await put('conversation', { ...about, id: home, number: 1, customer_id: anna });
    await put('conversation', {
      ...{ ...about, id: gone, number: 2, customer_id: ben, merged_into: home },
      merge_undo: JSON.stringify({ messages: [before] }),
    });
    const chats = new Map<string, string>();
    const visitors = new Map<string, string>();
    for (const customer of [anna, ben] as string[]) {
      const [id, chat] = [newId(), newId()];
      const page = 'https://shop.example/reset?token=s3cret#x';
      await put('visitor', { id, inbox_id: shop, customer_id: customer, page, referrer: page });
      await put('visitor_event', {
        id: newId(),
        visitor_id: id,
        kind: 'page',
        name: '',
        meta: JSON.stringify({ url: page }),
      });
      await put('chat', { id: chat, visitor_id: id, conversation_id: home, last_seq: 9 });
      chats.set(customer, chat);
      visitors.set(customer, id);
    }
    let seq = 0;
    const line = async (chat: string | undefined, message: string, client: string | null): Promise<void> => {
      await put('chat_line', { chat_id: chat, message_id: message, seq: ++seq, client_id: client });
    };
    const said = async (id: string, by: string, more: Record<string, unknown>): Promise<void> => {
      await put('message', {
        id,
        conversation_id: home,
        type: 'in',
        customer_id: by,
        sender: '{}',
        text: 'x',
        ...more,
      });
    };
    for (const [id, by] of [
      [first, anna],
      [before, ben],
      [after, ben],
    ] as [string, string][]) {
      const client = newId();
      await said(id, by, { inbox_id: shop, dedupe: hash(`chat\n${visitors.get(by)}\n${client}`) });
      for (const chat of id === after ? chats.values() : [chats.get(by)]) await line(chat, id, client);
    }
    const [copied, own, answer] = [newId(), newId(), newId()];
    await said(copied, boss as string, { inbox_id: mail });
    await said(own, anna as string, { inbox_id: mail });
    await put('message', { id: answer, conversation_id: home, inbox_id: shop, type: 'out', state: 'sent', text: 'x' });
    for (const id of [copied, own, answer]) for (const chat of chats.values()) await line(chat, id, null);
    await client.query('commit');

    await migrate(database.url);
    await begin();
    const held = async (customer: string | undefined): Promise<unknown[]> =>
      (
        await client.query(
          'select message_id as id from chat_line where workspace_id = $1 and chat_id = $2 order by seq',
          [w, chats.get(customer as string)],
        )
      ).rows.map((row) => row.id);
    assert.deepEqual(await held(anna), [first, own, answer]);
    assert.deepEqual(await held(ben), [before, after]);
    const stands = await client.query('select id, conversation_id as home from chat where workspace_id = $1', [w]);
    assert.deepEqual(
      new Map(stands.rows.map((row) => [row.id, row.home])),
      new Map([
        [chats.get(anna as string), home],
        [chats.get(ben as string), gone],
      ]),
    );
    const pages = await client.query(
      `select distinct page, referrer, e.meta->>'url' as seen from visitor v join visitor_event e on e.workspace_id = v.workspace_id and e.visitor_id = v.id where v.workspace_id = $1`,
      [w],
    );
    const cut = 'https://shop.example/reset';
    assert.deepEqual(pages.rows, [{ page: cut, referrer: cut, seen: cut }]);
    await client.query('commit');
    await client.end();
  } finally {
    await Promise.all([database.drop(), rm(dir, { recursive: true })]);
  }
});

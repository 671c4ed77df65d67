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

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../test/database.ts';
import { type Db, NOWHERE, openDb, sql, type Tx } from './db.ts';

let database: TestDatabase;
let db: Db;
before(async () => {
  database = await testDatabase();
  db = openDb(database.url, { max: 1 });
});
after(async () => {
  await db.close();
  await database.drop();
});

test('work that goes on after its transaction has ended writes nothing', async () => {
  let kept: Tx | undefined;
  await assert.rejects(
    db.tx(NOWHERE, async (tx) => {
      kept = tx;
      await tx.run(sql`select 1 / 0`);
    }),
  );
  await assert.rejects((kept as Tx).run(sql`select 1`), /over/);
  await db.tx(NOWHERE, async (tx) => {
    kept = tx;
    await tx.run(sql`select 1`);
  });
  await assert.rejects((kept as Tx).run(sql`select 1`), /over/);
});

test('a date that no calendar of Postgres holds is refused in words', async () => {
  await assert.rejects(
    db.read(NOWHERE, sql`select ${'0000-01-01T00:00:00Z'}::timestamptz`),
    /outside what can be kept/,
  );
});

test('each connection of a pool of sessions begins with its statement before anybody has it', async () => {
  const pool = db.sessions(3, `set lock_timeout = '4321ms'`);
  const shown = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const client = await pool.connect();
      const { rows } = await client.query<{ lock_timeout: string }>('show lock_timeout');
      return [client, rows[0]?.lock_timeout] as const;
    }),
  );
  for (const [client] of shown) client.release();
  assert.deepEqual(
    shown.map(([, text]) => text),
    ['4321ms', '4321ms', '4321ms'],
  );
  await assert.rejects(db.sessions(1, 'set nonsense = 1').connect(), /nonsense/);
});

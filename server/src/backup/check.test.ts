import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { compareTables } from './check.ts';
import type { Manifest } from './manifest.ts';
import { addRow, emptySum, printSum, rowsOf } from './sum.ts';
import { connectAs, readTable, tablesOf, workspacesOf } from './tables.ts';

let w: Desk;
before(async () => {
  w = await desk();
  await w.receive({}, {}, {});
});
after(() => w.end());

test('A backup whose columns stand in another order is the same one; one row that differs is not', async () => {
  const client = await connectAs(w.hearten.db.url, 'hearten test');
  try {
    const tables = await tablesOf(client);
    assert.equal(new Set(tables.map(({ name }) => name)).size, tables.length);
    const table = tables.find(({ name }) => name === 'message');
    assert.ok(table && table.columns[0] === 'workspace_id', 'columns stand in the order of the table');
    const turn = <T>(list: readonly T[]): T[] => [...list.slice(5), ...list.slice(0, 5)];
    const turned = { ...table, columns: turn(table.columns), read: turn(table.read) };
    const sum = emptySum();
    await readTable(
      client,
      turned,
      await workspacesOf(client),
      rowsOf((row) => addRow(sum, row)),
    );
    const kept = { columns: turned.columns, rows: sum.rows, sum: printSum(sum), parts: 1 };
    const manifest = (message: typeof kept) => ({ tables: { message } }) as unknown as Manifest;
    assert.equal(kept.rows, 3);
    assert.deepEqual(await compareTables(client, manifest(kept)), []);
    addRow(sum, Buffer.from('one more'));
    assert.deepEqual(await compareTables(client, manifest({ ...kept, sum: printSum(sum) })), [
      'message has as many rows, but others',
    ]);
  } finally {
    await client.end();
  }
});

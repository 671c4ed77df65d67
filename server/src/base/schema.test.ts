import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { describeSchema } from './schema.ts';

test('schema.sql shows the schema as the migrations leave it', async () => {
  const database = await testDatabase();
  const now = await describeSchema(database.url);
  await database.drop();
  const written = await readFile(join(import.meta.dirname, '../../schema.sql'), 'utf8');
  assert.equal(written, now, 'server/schema.sql is stale: npm run schema');
});

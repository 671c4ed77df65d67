import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectTo } from '../src/base/hosts.ts';
import { migrate, migrationsDir, readMigrations } from '../src/base/migrate.ts';
import { describeSchema } from '../src/base/schema.ts';
import { emptyDatabase } from './database.ts';
import { FIRST, fillFirst } from './upgrade.ts';
import { killedWhile } from './upgrade-kill.ts';

/** All of them with HEARTEN_ALL_KILLS, as the full run does; else the first, the newest and some between. */
async function chosen(): Promise<{ name: string; text: string }[]> {
  const all = await readMigrations(migrationsDir);
  if (process.env.HEARTEN_ALL_KILLS) return all;
  return all.filter((_, i) => i === 0 || i === all.length - 1 || i % 9 === 4);
}

test('O07: killed in the middle of a migration nothing of it is left, and the next start goes on to the same schema', async (t) => {
  const [straight, killed] = [await emptyDatabase(), await emptyDatabase()];
  try {
    await migrate(straight.url);
    let kills = 0;
    for (const { name, text } of await chosen()) {
      assert.ok(await killedWhile(killed.url, { text }), `${name} was not reached`);
      kills++;
      const client = await connectTo(killed.url);
      // The server may be at it still, for whom nobody waits any more; it holds the lock that the next start waits for.
      await client.query(`select pg_advisory_lock(hashtext('hearten migrate'))`);
      const there = await client.query(`select to_regclass('public.migration') is not null as there`);
      if (there.rows[0].there)
        assert.equal((await client.query('select 1 from migration where name = $1', [name])).rowCount, 0, name);
      await client.end();
    }
    await migrate(killed.url);
    assert.equal(await describeSchema(killed.url), await describeSchema(straight.url));
    t.diagnostic(`${kills} kills`);
  } finally {
    await Promise.all([straight.drop(), killed.drop()]);
  }
});

test('O07: what fills a large table is killed again and again, and goes on where it was', async (t) => {
  const database = await emptyDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'hearten-steps-'));
  try {
    for (const { name } of await readMigrations(migrationsDir))
      if (name <= FIRST) await cp(join(migrationsDir, name), join(dir, name));
    await migrate(database.url, { dir });
    await fillFirst(database.url, 2_000);
    await writeFile(join(dir, '9001_expand.sql'), 'alter table message add column words int;');
    const step = `update message set words = array_length(string_to_array(text, ' '), 1) where (workspace_id, id) in (select workspace_id, id from message where words is null limit 500)`;
    await writeFile(
      join(dir, '9002_fill.sql'),
      `-- in steps
${step};
`,
    );
    const client = await connectTo(database.url);
    const left = async (): Promise<number> =>
      (await client.query<{ n: number }>('select count(*)::int as n from message where words is null')).rows[0]?.n ??
      -1;
    const seen: number[] = [];
    for (const nth of [3, 2, 4]) {
      assert.ok(await killedWhile(database.url, { text: 'update message set words', nth }, dir));
      seen.push(await left());
    }
    t.diagnostic(`left after each kill: ${seen.join(', ')} of 8000`);
    assert.ok((seen[0] as number) < 8_000 && (seen[2] as number) < (seen[0] as number), 'what was done is kept');
    await migrate(database.url, { dir });
    assert.equal(await left(), 0);
    await client.end();
  } finally {
    await database.drop();
    await rm(dir, { recursive: true });
  }
});

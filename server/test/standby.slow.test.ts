import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Db, openDb, sql } from '../src/base/db.ts';
import { hostsOf, isNear, wantsPrimary } from '../src/base/hosts.ts';
import { makeLog } from '../src/base/log.ts';
import type { Who } from '../src/base/module.ts';
import { MOST_BEHIND } from '../src/base/replica.ts';
import { reports } from '../src/reports/index.ts';
import { type Fleet, makeFleet } from './fleet.ts';
import { type OwnPostgres, ownPostgres, standbyOf } from './own-postgres.ts';
import { until } from './real.ts';

let primary: OwnPostgres;
let standby: OwnPostgres;
let fleet: Fleet;
before(async () => {
  primary = await ownPostgres();
  standby = await standbyOf(primary);
  const url = `postgres://hearten_test@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/hearten?target_session_attrs=read-write`;
  fleet = await makeFleet({ url, env: { DATABASE_URL_REPLICA: standby.url } });
  // From here on nothing counts as kept before both have it.
  await primary.admin(async (client) => {
    await client.query(`alter system set synchronous_standby_names = '*'`);
    await client.query('select pg_reload_conf()');
  });
});
after(async () => {
  await fleet?.end();
  await Promise.all([primary?.end(), standby?.end()]);
});

const onCopy = async (db: Db): Promise<boolean> => {
  const asked = db.aside(fleet.workspaceId, (tx) =>
    tx.first<{ there: boolean }>(sql`select pg_is_in_recovery() as there`),
  );
  return (await asked)?.there === true;
};
const begin = async (subject: string): Promise<string> => {
  const asked = { inboxId: fleet.inboxId, to: 'claire@atelier.example', subject, text: `About ${subject}.` };
  const { status, body, text } = await fleet.ask<{ conversation: { id: string } }>('POST', '/conversations', asked);
  assert.equal(status, 201, text);
  return body.conversation.id;
};
type Health = { status: string; replica?: string };

test('an address may name several hosts', () => {
  assert.deepEqual(hostsOf('postgres://a:b@one:5432,two:5433/desk?sslmode=require&target_session_attrs=read-write'), [
    'postgres://a:b@one:5432/desk?sslmode=require',
    'postgres://a:b@two:5433/desk?sslmode=require',
  ]);
  assert.deepEqual(hostsOf('postgresql://one/desk?target_session_attrs=primary&application_name=x'), [
    'postgresql://one/desk?application_name=x',
  ]);
  assert.ok(wantsPrimary('postgres://one,two/desk') && !wantsPrimary('postgres://one/desk'));
  assert.ok(isNear('postgres://a@localhost/desk?host=%2Ftmp') && isNear('postgres://a:b@127.0.0.1:5/d'));
  assert.ok(!isNear('postgres://a:b@10.0.0.1:5432/d') && !isNear('postgres://db.example/d'));
});

test('searches are asked of the copy while it is well, never before it holds what one wrote, and of the database when it is away', {
  timeout: 110_000,
}, async (t) => {
  const { db } = fleet.hearten;
  await until(() => onCopy(db), 20_000);
  db.wrote(fleet.workspaceId);
  assert.equal(await onCopy(db), false, 'what was written a moment ago may not be there yet');
  t.diagnostic(`on the copy again ${await until(() => onCopy(db), 20_000)} ms after something was written`);

  await fleet.start('serve');
  await until(() => fleet.front.ready().length === 1, 20_000);
  const search = async (word: string): Promise<string[]> => {
    const { body, status, text } = await fleet.ask<{ items: { conversation: { id: string } }[] }>(
      'GET',
      `/search?q=${word}`,
    );
    assert.equal(status, 200, text);
    return body.items.map(({ conversation }) => conversation.id);
  };
  const health = async (): Promise<Health> =>
    (await fetch(`${fleet.front.url}/health/ready`)).json() as Promise<Health>;
  await until(async () => /^ok/.test((await health()).replica ?? ''), 15_000);
  const first = await begin('Aardvark');
  assert.deepEqual(await search('aardvark'), [first], 'found at once by who wrote it');

  await primary.admin(async (client) => {
    await client.query(`alter system set synchronous_standby_names = ''`);
    await client.query('select pg_reload_conf()');
  });
  await standby.admin((client) => client.query('select pg_wal_replay_pause()'));
  const second = await begin('Bandicoot');
  assert.deepEqual(await search('bandicoot'), [second], 'the copy stands still, and is not believed');
  await until(async () => /^Not used: \d+ s behind/.test((await health()).replica ?? ''), MOST_BEHIND + 15_000);
  assert.equal((await health()).status, 'ok', 'nobody is kept from working by it');
  await standby.admin((client) => client.query('select pg_wal_replay_resume()'));
  await until(async () => /^ok/.test((await health()).replica ?? ''), 15_000);
  await primary.admin(async (client) => {
    await client.query(`alter system set synchronous_standby_names = '*'`);
    await client.query('select pg_reload_conf()');
  });
});

test('reports are asked of the copy, too, and each is a question that a copy, which takes no writes, can answer', async () => {
  const { db } = fleet.hearten;
  const there: (boolean | undefined)[] = [];
  const aside: Db['aside'] = (workspaceId, work) =>
    db.aside(workspaceId, async (tx) => {
      const out = await work(tx);
      there.push((await tx.first<{ copy: boolean }>(sql`select pg_is_in_recovery() as copy`))?.copy);
      return out;
    });
  const { routes } = reports({ ...fleet.hearten, db: { ...db, aside } });
  const who = { workspaceId: fleet.workspaceId } as Who;
  for (const ask of Object.entries(routes ?? {}).filter(([path]) => !path.includes(':'))) {
    await until(() => onCopy(db), 20_000);
    await (ask[1] as (given: object) => Promise<unknown>)({ who, query: {} });
  }
  assert.deepEqual(there, [true, true, true, true]);
});

test('the database dies, its standby is promoted, and everything goes on there: what was answered "kept" is kept', {
  timeout: 110_000,
}, async (t) => {
  const { db } = fleet.hearten;
  const kept: string[] = [];
  let going = true;
  const writing = (async () => {
    for (let n = 0; going; n++) {
      const asked = { inboxId: fleet.inboxId, to: 'claire@atelier.example', subject: `Ledger ${n}`, text: 'Kept?' };
      const said = await fleet.ask('POST', '/conversations', asked).catch(() => ({ status: 0 }));
      if (said.status === 201) kept.push(`Ledger ${n}`);
      else await new Promise((done) => setTimeout(done, 100));
    }
  })();
  await until(() => kept.length >= 20, 30_000);
  const tab = await fleet.tab();
  await primary.kill();
  const died = Date.now();
  const before = kept.length;
  await standby.promote();
  await until(() => kept.length > before + 5, 30_000);
  t.diagnostic(`writing again ${Date.now() - died} ms after the database died`);
  going = false;
  await writing;
  const there = await db.read<{ subject: string; n: number }>(
    fleet.workspaceId,
    sql`select subject, count(*)::int as n from conversation where workspace_id = ${fleet.workspaceId} and subject like 'Ledger %' group by subject`,
  );
  const found = new Map(there.map((row) => [row.subject, row.n]));
  assert.deepEqual(
    kept.filter((subject) => found.get(subject) !== 1),
    [],
    'each of them once',
  );
  // The open tab was told that it missed something, and hears what happens now.
  const id = await begin('After the promotion');
  await until(() => tab.frames.some(({ frame }) => frame.type === 'change' && frame.conversation.id === id), 15_000);
});

test('a standby alone is refused with what it is', async () => {
  const alone = await standbyOf(standby);
  try {
    const db = openDb(`${alone.url}?target_session_attrs=read-write`, { log: makeLog('error') });
    await assert.rejects(db.read(fleet.workspaceId, sql`select 1`), /database is not answering/);
    await db.close();
  } finally {
    await alone.end();
  }
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { tellOwners } from './alert.ts';
import { backup } from './index.ts';
import { begun, newest } from './record.ts';
import { backUpNow, isDueNow, keepBackedUp } from './schedule.ts';

let w: Desk;
before(async () => {
  w = await desk({
    BACKUP_TO: '/nowhere/backups/',
    BACKUP_AT: 'every 30m',
    SYSTEM_SMTP: 'smtp://127.0.0.1:9',
    SYSTEM_FROM: 'desk@northwind.example',
  });
});
after(() => w.end());

const row = async (state: string, ago: string, more: { reason?: string; code?: string } = {}): Promise<string> => {
  const { reason = '', code } = more;
  const [made] = await w.hearten.db.tx(NOWHERE, (tx) =>
    tx.many<{ id: string }>(
      sql`insert into backup (id, place, state, scheduled, began_at, reason, why)
          values (gen_random_uuid(), '/nowhere/backups/', ${state}, true, now() - ${ago}::interval, ${reason}, ${code ? JSON.stringify({ code }) : null}::jsonb) returning id`,
    ),
  );
  return made?.id as string;
};
const fresh = () => w.hearten.db.tx(NOWHERE, (tx) => tx.run(sql`delete from backup`));
/** The subjects of mails to owners that wait to be sent, and none of them afterwards. */
async function told(): Promise<string[]> {
  const client = await w.hearten.db.connect();
  try {
    const { rows } = await client.query<{ subject: string }>(
      `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
       where t.id = j.task_id and t.identifier = 'system-mail' returning j.payload -> 'written' ->> 'subject' as subject`,
    );
    return rows.map(({ subject }) => subject);
  } finally {
    await client.end();
  }
}
const FAILED = 'The backup of your desk failed';

test('A backup whose process was killed is said to be broken off, owners hear of it once, and the next one is due', async () => {
  await fresh();
  await row('running', '2 hours');
  assert.equal(await isDueNow(w.hearten), true);
  const { tried } = await newest(w.hearten.db);
  assert.equal(tried?.state, 'failed');
  assert.equal(tried?.reason, 'It was broken off.');
  assert.deepEqual(await told(), [FAILED]);
  assert.equal(await isDueNow(w.hearten), true);
  assert.deepEqual(await told(), []);
});

test('One that is being made, however long, is left alone, and no other is due; one that began just now too', async () => {
  await fresh();
  await row('running', '5 hours');
  const making = await w.hearten.db.connect();
  await making.query(`select pg_advisory_lock(hashtext('hearten backup run'))`);
  assert.equal(await isDueNow(w.hearten), false);
  await making.end();
  assert.equal(await isDueNow(w.hearten), true);
  await fresh();
  await row('running', '20 seconds');
  assert.equal(await isDueNow(w.hearten), false);
  assert.equal((await newest(w.hearten.db)).tried?.state, 'running');
  await told();
});

test('While one is being made no other is begun, however long it takes and whoever asks, and what failed beside it makes none due', async () => {
  await fresh();
  await row('running', '40 minutes');
  await row('failed', '20 minutes', { code: 'another-runs' });
  const making = await w.hearten.db.connect();
  await making.query(`select pg_advisory_lock(hashtext('hearten backup run'))`);
  try {
    assert.equal(await isDueNow(w.hearten), false);
    assert.equal(await backUpNow(w.hearten, true), false);
    const now = backup(w.hearten).routes?.['POST /backups'];
    assert.ok(now);
    await assert.rejects(
      async () => now({ who: w.people.owner } as unknown as Parameters<typeof now>[0]),
      (error: Error) => isRefusedAs(error, 'conflict') && /Another backup is being made/.test(error.message),
    );
    const byHand = await w.hearten.db.tx(NOWHERE, (tx) =>
      begun(tx, '/nowhere/backups/', { scheduled: false, encrypted: false }),
    );
    assert.equal(byHand, null);
    const [rows] = await w.hearten.db.read<{ n: number }>(NOWHERE, sql`select count(*)::int as n from backup`);
    assert.equal(rows?.n, 2);
  } finally {
    await making.end();
  }
  assert.deepEqual(await told(), []);
});

test('Whoever looks at the list of backups sees that one was broken off, and may make another', async () => {
  await fresh();
  await row('running', '10 minutes');
  const list = backup(w.hearten).routes?.['GET /backups'];
  assert.ok(list);
  const answer = (await list({ tx: w.tx, who: w.people.owner } as unknown as Parameters<typeof list>[0])) as {
    backups: { state: string }[];
  };
  assert.deepEqual(
    answer.backups.map(({ state }) => state),
    ['failed'],
  );
  assert.deepEqual(await told(), [FAILED]);
});

test('A process that stops ends the backup it makes, and waits until what became of it is noted', async () => {
  await fresh();
  const before = { ...process.env };
  Object.assign(process.env, { DATABASE_URL: w.hearten.db.url, SECRET_KEY: w.hearten.config.SECRET_KEY });
  const stop = keepBackedUp(w.hearten);
  try {
    assert.equal(await backUpNow(w.hearten, true), true);
  } finally {
    await stop();
    process.env = before;
  }
  assert.equal((await newest(w.hearten.db)).tried?.state, 'failed');
  await told();
});

test('Owners hear of what failed once until one went well, of one that lacks files in words of its own, and of one that was stopped nothing', async () => {
  const tells = async (id: string): Promise<string[]> => {
    await tellOwners(w.hearten, id);
    return told();
  };
  await fresh();
  assert.deepEqual(await tells(await row('done', '9 hours')), []);
  assert.deepEqual(await tells(await row('failed', '8 hours', { code: 'backup-stopped' })), []);
  assert.deepEqual(await tells(await row('failed', '7 hours', { code: 'broken-off' })), [FAILED]);
  assert.deepEqual(await tells(await row('failed', '6 hours', { code: 'broken-off' })), []);
  const lacks = { reason: 'Missing here, so not in it: a.pack', code: 'missing-here' };
  assert.deepEqual(await tells(await row('done', '5 hours', lacks)), [
    'Files are missing from the backup of your desk',
  ]);
  assert.deepEqual(await tells(await row('done', '4 hours', lacks)), []);
  assert.deepEqual(await tells(await row('failed', '3 hours', { reason: 'The disk broke.' })), [FAILED]);
});

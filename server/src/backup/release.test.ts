import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Desk, desk } from '../../test/desk.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { makeLog } from '../base/log.ts';
import { beginUnlessHeld, isHeld } from '../base/restored.ts';
import { startWire } from '../base/wire.ts';
import { release } from './release.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());
const set = (text: ReturnType<typeof sql>) => w.hearten.db.tx(NOWHERE, (tx) => tx.run(text));

test('A held desk does nothing by itself in any process until it is released, and then begins at once', async () => {
  const log = makeLog('error');
  const wire = await startWire(w.hearten.db, log);
  let begun = 0;
  const begin = async () => {
    begun++;
    return async () => undefined;
  };
  await set(sql`update installation set held_since = now(), held_from = 'a test'`);
  const end = await beginUnlessHeld(w.hearten.db, log, wire, begin);
  await sleep(100);
  assert.equal(begun, 0);
  assert.equal(await isHeld(w.hearten.db), true);
  await release(w.hearten, 'a test');
  const from = Date.now();
  while (begun === 0 && Date.now() - from < 5_000) await sleep(20);
  assert.equal(begun, 1);
  await end();
  await wire.stop();
  await assert.rejects(release(w.hearten, 'a test'), /is not held/);
});

test('Work that could not begin when the desk was released, with the database away for a moment, begins a little later', async () => {
  const log = makeLog('error', {}, () => undefined);
  const wire = await startWire(w.hearten.db, log);
  let tries = 0;
  let ended = 0;
  const begin = async () => {
    if (++tries === 1) throw new Error('The database is away.');
    return async () => void ended++;
  };
  await set(sql`update installation set held_since = now(), held_from = 'a test'`);
  const end = await beginUnlessHeld(w.hearten.db, log, wire, begin, 50);
  await release(w.hearten, 'a test');
  const from = Date.now();
  while (tries < 2 && Date.now() - from < 5_000) await sleep(20);
  assert.equal(tries, 2);
  await sleep(200);
  assert.equal(tries, 2, 'once it has begun it is not begun again');
  await end();
  assert.equal(ended, 1);
  await wire.stop();
});

test('What waited to be sent when the backup was made is not sent after the release but doubted; what is planned stays planned', async () => {
  const [received] = await w.receive({});
  const conversationId = received?.conversationId as string;
  const out = async (state: string, at: string): Promise<string> => {
    const row = await w.tx((tx) =>
      tx.first<{ id: string }>(sql`
        insert into message (workspace_id, id, conversation_id, inbox_id, type, state, send_at, text)
        values (${w.workspaceId}, gen_random_uuid(), ${conversationId}, ${w.inboxId}, 'out', ${state}, now() + ${at}::interval, 'An answer') returning id`),
    );
    return row?.id as string;
  };
  const ids = [
    await out('queued', '-1 minute'),
    await out('deferred', '-1 second'),
    await out('sending', '1 minute'),
    await out('queued', '3 days'),
    await out('sent', '-1 day'),
  ];
  await w.tx((tx) => w.hearten.jobs.add(tx, 'digest', { personId: 'x' }, { key: 'digest:old' }));
  await w.tx((tx) => w.hearten.jobs.add(tx, 'wake', { conversationId }, { key: 'wake:old' }));
  await sleep(20);
  await set(sql`update installation set held_since = clock_timestamp(), held_from = 'a test'`);
  const here = await out('queued', '0 seconds'); // written while the desk was held
  assert.deepEqual(await release(w.hearten, 'a test'), { doubted: 3, stopped: 0 });
  const states = await w.tx((tx) =>
    tx.many<{ id: string; state: string }>(
      sql`select id, state from message where workspace_id = ${w.workspaceId} and type = 'out'`,
    ),
  );
  assert.deepEqual(
    ids.map((id) => states.find((row) => row.id === id)?.state),
    ['unknown', 'unknown', 'unknown', 'queued', 'sent'],
  );
  assert.equal(states.find((row) => row.id === here)?.state, 'queued');
  assert.equal(await w.jobAt('digest:old'), undefined);
  assert.ok(await w.jobAt('wake:old'));
});

test('News that was being told to many, and surveys whose turn had come, are not begun again by a desk that is a copy', async () => {
  const add = (name: string, key: string, at?: Date) =>
    w.tx((tx) => w.hearten.jobs.add(tx, name, { surveyId: key }, { key, ...(at ? { at } : {}) }));
  await add('survey-turn', 'survey:due');
  await add('survey-turn', 'survey:later', new Date(Date.now() + 86_400_000));
  await add('acknowledge-form', 'thanks:due');
  const mailing = async (kind: string): Promise<string> => {
    const row = await w.tx((tx) =>
      tx.first<{ id: string }>(sql`
        with p as (insert into problem (workspace_id, id, name) values (${w.workspaceId}, gen_random_uuid(), ${`Dark lamps ${kind}`}) returning id)
        insert into mailing (workspace_id, id, problem_id, kind, person_id, text, state, started_at)
        select ${w.workspaceId}, gen_random_uuid(), p.id, ${kind}, ${w.people.lead.id}, 'It is fixed.', 'running', clock_timestamp() from p returning id`),
    );
    return row?.id as string;
  };
  const before = await mailing('fixed');
  await sleep(20);
  await set(sql`update installation set held_since = clock_timestamp(), held_from = 'a test'`);
  await sleep(20);
  const here = await mailing('waiting'); // begun by somebody at the held desk
  assert.equal((await release(w.hearten, 'a test')).stopped, 1);
  const states = await w.tx((tx) =>
    tx.many<{ id: string; state: string }>(sql`select id, state from mailing where workspace_id = ${w.workspaceId}`),
  );
  assert.equal(states.find((row) => row.id === before)?.state, 'stopped');
  assert.equal(states.find((row) => row.id === here)?.state, 'running');
  assert.equal(await w.jobAt('survey:due'), undefined);
  assert.ok(await w.jobAt('survey:later'));
  assert.equal(await w.jobAt('thanks:due'), undefined);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Desk, desk } from '../../test/desk.ts';
import { sql, type Tx } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import type { EventRow } from '../base/events.ts';
import { openFiles, type Stored } from '../base/files.ts';
import { newId } from '../base/ids.ts';
import { hash } from '../base/seal.ts';
import { folderStore } from '../base/store-folder.ts';
import { changeBrand } from '../brand/brand.ts';
import { forgetFiles } from '../channels/email/forget.ts';
import { handOver, keepUpload } from '../conversations/uploads.ts';
import { sweep } from './sweep.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('What no row points at is swept after a day, and never what one does, nor what is new, nor while a backup is made', async () => {
  const folder = `${w.hearten.config.DATA_DIR}/swept`;
  /** A process of its own writes packs of its own. */
  const put = async (text: string, keep: boolean) => {
    const files = await openFiles(folder);
    const [stored] = await files.put([Buffer.from(text)]);
    assert.ok(stored);
    if (keep) await w.tx((tx) => files.keep(tx, [stored]));
    await files.close();
    return stored.pack;
  };
  const kept = await put('a row points at this', true);
  const left = await put('its transaction failed', false);
  const files = await openFiles([await folderStore(folder)]);
  const there = async () => {
    const out = [];
    for await (const { pack } of (files.stores[0] as (typeof files.stores)[number]).packs()) out.push(pack);
    return out.sort();
  };
  const sweepable = { db: w.hearten.db, files };
  assert.deepEqual(await sweep(sweepable), { packs: 0, bytes: 0 });
  assert.deepEqual(await there(), [kept, left].sort(), 'what is new stays');
  const later = new Date(Date.now() + 1_000);
  const backup = await w.hearten.db.connect();
  await backup.query(`select pg_advisory_lock(hashtext('hearten backup'))`);
  assert.equal(await sweep(sweepable, later), null);
  await backup.end();
  assert.deepEqual(await there(), [kept, left].sort());
  assert.deepEqual(await sweep(sweepable, later), { packs: 1, bytes: 22 });
  assert.deepEqual(await there(), [kept]);
});

test('What is to be swept is listed while nobody is held up, and a connection that is lost meanwhile ends the sweep: a backup may have begun', async () => {
  const { db } = w.hearten;
  const store = await folderStore(`${w.hearten.config.DATA_DIR}/cut`);
  for (const pack of ['one.pack', 'two.pack']) await store.put(pack, Buffer.from('nothing points at this'));
  const other = await db.connect();
  const holders = `select pid from pg_locks where locktype = 'advisory' and granted and mode = 'ShareLock' and objid = (hashtext('hearten backup')::bigint & 4294967295)::oid
    and database = (select oid from pg_database where datname = current_database())`;
  const removed: string[] = [];
  const cut = {
    ...store,
    packs: async function* () {
      assert.equal((await other.query(holders)).rowCount, 0);
      yield* store.packs();
    },
    remove: async (pack: string) => {
      removed.push(pack);
      const { rowCount } = await other.query(`select pg_terminate_backend(pid) from (${holders}) h`);
      assert.equal(rowCount, 1, 'held while something is taken away');
    },
  };
  const files = await openFiles([cut]);
  await assert.rejects(sweep({ db, files }, new Date(Date.now() + 1_000)));
  assert.equal(removed.length, 1);
  await other.end();
  await files.close();
});

test('A pack that was swept under a process that is still up is not written to any more: what comes next is there', async () => {
  const folder = `${w.hearten.config.DATA_DIR}/quiet`;
  let now = Date.now();
  const store = await folderStore(folder, () => now);
  const files = await openFiles([store]);
  const [first] = await files.put([Buffer.from('its conversation was deleted for good')]);
  assert.ok(first);
  now += 25 * 3_600_000;
  assert.deepEqual((await sweep({ db: w.hearten.db, files }, new Date(Date.now() + 1_000)))?.packs, 1);
  const [next] = await files.put([Buffer.from('a mail, a day later')]);
  assert.ok(next);
  assert.equal(String(await store.read(next.pack, next.start, next.size)), 'a mail, a day later');
  await files.close();
});

test('Bytes that are put a second time are erased again: nobody would find them when their person asks to be', async () => {
  const { files } = w.hearten;
  const bytes = Buffer.from('the same mail, fetched twice');
  const put = async () => {
    const [stored] = await files.put([bytes]);
    assert.ok(stored);
    await w.tx((tx) => files.keep(tx, [stored]));
    return stored;
  };
  const waiting = async () =>
    (
      await w.hearten.db.connect().then(async (client) => {
        const { rows } = await client.query<{ payload: { pack: string; start: number; size: number } }>(
          `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'erase-bytes'`,
        );
        await client.end();
        return rows;
      })
    ).map(({ payload: { pack, start, size } }) => ({ pack, start, size }));
  await put();
  assert.deepEqual(await waiting(), []);
  const { pack, start, size } = await put();
  assert.deepEqual(await waiting(), [{ pack, start, size }]);
  assert.deepEqual(await files.get(w.hearten.db, w.workspaceId, hash(bytes)), bytes);
});

test('Bytes stay while anything points at them: a logo, and a file that is given once more in the very moment they are given up', async () => {
  const { files, db } = w.hearten;
  const give = async (bytes: Buffer, point: (tx: Tx, hash: Buffer) => Promise<unknown>) => {
    const stored = await files.put([bytes]);
    await w.tx(async (tx) => {
      await files.keep(tx, stored);
      await point(tx, hash(bytes));
    });
  };
  const takeAway = (bytes: Buffer, pause: number) =>
    w.tx(async (tx) => {
      await forgetFiles(tx, files, { data: { hashes: [hash(bytes).toString('hex')] } } as unknown as EventRow);
      await sleep(pause);
    });
  const upload = (tx: Tx, of: Buffer) =>
    tx.run(sql`
      insert into upload (workspace_id, id, person_id, hash, filename, content_type, size)
      values (${w.workspaceId}, ${newId()}, ${w.people.owner.id}, ${of}, 'prices.pdf', 'application/pdf', 1)`);

  const logo = Buffer.from('the logo, which somebody also sent to a customer');
  await give(logo, (tx, of) => tx.run(sql`update brand set logo_hash = ${of} where workspace_id = ${w.workspaceId}`));
  await takeAway(logo, 0);
  assert.deepEqual(await files.get(db, w.workspaceId, hash(logo)), logo);

  for (const first of ['who gives', 'who takes']) {
    const prices = Buffer.from(`the price list, and ${first} comes first`);
    await give(prices, async () => undefined);
    const giving = first === 'who gives' ? [0, 250] : [100, 0];
    const taking = first === 'who gives' ? [100, 0] : [0, 250];
    await Promise.all([
      sleep(giving[0]).then(() => give(prices, (tx, of) => upload(tx, of).then(() => sleep(giving[1])))),
      sleep(taking[0]).then(() => takeAway(prices, taking[1] ?? 0)),
    ]);
    assert.deepEqual(await files.get(db, w.workspaceId, hash(prices)), prices, first);
  }
});

test('A file that a colleague takes over in the very moment it is deleted stays theirs, or is refused to them', async () => {
  const { files, db } = w.hearten;
  for (const first of ['who copies', 'who deletes']) {
    const bytes = Buffer.from(`the drawing, and ${first} comes first`);
    const stored = await files.put([bytes]);
    const { id } = await w.tx(async (tx) => {
      await files.keep(tx, stored);
      return keepUpload(tx, w.people.owner, stored[0] as Stored, 'drawing.pdf', 'application/pdf');
    });
    const remove = async () => {
      await w.tx((tx) => tx.run(sql`delete from upload where workspace_id = ${w.workspaceId} and id = ${id}`));
      await w.tx((tx) =>
        forgetFiles(tx, files, { data: { hashes: [hash(bytes).toString('hex')] } } as unknown as EventRow),
      );
    };
    if (first === 'who deletes') {
      await remove();
      await assert.rejects(
        w.tx((tx) => handOver(tx, w.people.lead, [id])),
        (error) => isRefusedAs(error, 'invalid'),
      );
      continue;
    }
    let removed: Promise<void> | undefined;
    const own = await w.tx(async (tx) => {
      const copies = await handOver(tx, w.people.lead, [id]);
      removed = remove();
      await Promise.race([removed, sleep(250)]);
      return copies;
    });
    await removed;
    const kept = await w.tx((tx) =>
      tx.many<{ hash: Buffer }>(
        sql`select hash from upload where workspace_id = ${w.workspaceId} and id = any (${own}::uuid[])`,
      ),
    );
    assert.deepEqual(
      kept.map((row) => row.hash),
      [hash(bytes)],
    );
    assert.deepEqual(await files.get(db, w.workspaceId, hash(bytes)), bytes);
  }
});

test('A logo that is replaced or taken away leaves nothing behind, but for what something else needs', async () => {
  const { files, db } = w.hearten;
  const picture = (n: number) => Buffer.from(`a logo, the ${n}th`);
  const put = (logo: Buffer | null) =>
    changeBrand(w.hearten, (work) => w.tx(work), w.people.owner, {
      logo: logo && `data:image/png;base64,${logo.toString('base64')}`,
    });
  const there = (bytes: Buffer) =>
    files.get(db, w.workspaceId, hash(bytes)).then(
      () => true,
      (error) => !isRefusedAs(error, 'not-found'),
    );
  const settle = async () => {
    const told = await w.tx((tx) =>
      tx.many<EventRow>(
        sql`select data from event where workspace_id = ${w.workspaceId} and name = 'message.files-removed'`,
      ),
    );
    for (const event of told) await w.tx((tx) => forgetFiles(tx, files, event));
  };
  await put(picture(1));
  await put(picture(1)); // the same once more
  await settle();
  assert.equal(await there(picture(1)), true);
  await put(picture(2));
  await settle();
  assert.deepEqual([await there(picture(1)), await there(picture(2))], [false, true]);
  await put(null);
  await settle();
  assert.equal(await there(picture(2)), false);
});

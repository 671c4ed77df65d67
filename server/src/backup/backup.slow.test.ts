import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { emptyDatabase, type TestDatabase } from '../../test/database.ts';
import { type Desk, desk } from '../../test/desk.ts';
import { NOWHERE, openDb, sql } from '../base/db.ts';
import { letGo } from '../base/restored.ts';
import { hash } from '../base/seal.ts';
import type { Store } from '../base/store.ts';
import { folderStore } from '../base/store-folder.ts';
import { checkBackup, checkDesk, chosen, makeBackup, makeBox, openPlace, restoreBackup } from './index.ts';
import { type PackEntry, pieceName, runsOf } from './manifest.ts';

let w: Desk;
let folder = '';
const made: TestDatabase[] = [];
before(async () => {
  w = await desk();
  folder = await mkdtemp(join(tmpdir(), 'hearten-backup-'));
});
after(async () => {
  await w.end();
  for (const database of made) await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Mails with their bytes, as they come by any way: bytes first, then one transaction. */
async function mails(many: number, text: string): Promise<void> {
  for (let i = 0; i < many; i++) {
    const [stored] = await w.hearten.files.put([Buffer.from(`Subject: ${text} ${i}\r\n\r\n${text.repeat(20 + i)}`)]);
    assert.ok(stored);
    await w.tx(async (tx) => {
      const { receive } = await import('../conversations/index.ts');
      await w.hearten.files.keep(tx, [stored]);
      await receive(tx, [w.mail({ rawHash: stored.hash, text: `${text} ${i}\twith\\odd\nsigns \u2028 and "quotes"` })]);
    });
  }
}
const making = (place: Awaited<ReturnType<typeof openPlace>>, box = makeBox(undefined)) => ({
  url: w.hearten.db.url,
  files: w.hearten.files,
  place,
  box,
  key: 'k'.repeat(40),
  program: 'test',
});
async function restored(where: string, box = makeBox(undefined), run?: string) {
  const database = await emptyDatabase();
  made.push(database);
  const place = await openPlace(where, 'read');
  const store = await folderStore(await mkdtemp(join(folder, 'files-')));
  const manifest = await chosen(place, box, run);
  await restoreBackup({ url: database.url, store, place, box, manifest, log: { info: () => undefined } });
  await place.end();
  return { url: database.url, store, manifest, found: await checkDesk(database.url, [store]) };
}

test('O06: A backup made while mail comes in is one moment: restored, it has the same rows and files, and nothing is half there', async () => {
  await mails(60, 'Before');
  const where = join(folder, 'busy.tar');
  const place = await openPlace(where, 'write');
  let busy = true;
  const writing = (async () => {
    let n = 0;
    while (busy) await mails(1, `Meanwhile ${n++}`);
    return n;
  })();
  // Each step of the progress lets the writer go on in between, however fast the copy is.
  const box = makeBox(undefined);
  const slow = {
    ...box,
    close: async (name: string, bytes: Buffer) => {
      await mails(1, `In between ${name}`);
      return box.close(name, bytes);
    },
  };
  const manifest = await makeBackup(making(place, slow));
  busy = false;
  assert.ok((await writing) > 0);
  const there = await w.tx((tx) =>
    tx.first<{ n: number }>(sql`select count(*)::int as n from message where workspace_id = ${tx.workspaceId}`),
  );
  const inBackup = manifest.tables.message?.rows as number;
  assert.ok(inBackup >= 60 && inBackup < (there?.n as number), `${inBackup} of ${there?.n}`);

  const reading = await openPlace(where, 'read');
  const alone = await checkBackup(reading, box, manifest);
  await reading.end();
  assert.deepEqual(alone.wrong, []);
  const { url, found } = await restored(where);
  assert.deepEqual(found.wrong, []);
  assert.equal(found.sum, alone.sum);
  assert.equal(found.blobs, manifest.blobs.count);
  assert.equal(found.blobs, inBackup);

  const db = openDb(url, { max: 2 });
  try {
    const [whole] = await db.read<Record<string, number>>(
      w.workspaceId,
      sql`select (select count(*)::int from conversation c where c.workspace_id = ${w.workspaceId} and c.message_count <> (select count(*) from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id)) as miscounted,
        (select count(*)::int from message m where m.workspace_id = ${w.workspaceId} and not exists (select 1 from event e where e.workspace_id = m.workspace_id and e.message_id = m.id)) as untold,
        (select count(*)::int from message m where m.workspace_id = ${w.workspaceId} and not exists (select 1 from search_row s where s.workspace_id = m.workspace_id and s.message_id = m.id)) as unfound`,
    );
    assert.deepEqual(whole, { miscounted: 0, untold: 0, unfound: 0 });
    const [held] = await db.read<{ held: string | null }>(NOWHERE, sql`select held_since as held from installation`);
    assert.ok(held?.held);
    // Until it is released it is another installation than the one that may still run; ids of the stream of events end.
    const which = sql`select id, came_from as "cameFrom", mark from installation`;
    type Which = { id: string; cameFrom: string | null; mark: string };
    const [there] = await w.hearten.db.read<Which>(NOWHERE, which);
    const [here] = await db.read<Which>(NOWHERE, which);
    assert.notEqual(here?.id, there?.id);
    assert.equal(here?.cameFrom, there?.id);
    assert.ok(here?.mark && here.mark !== there?.mark);
    await db.tx(NOWHERE, (tx) => letGo(tx, 'a test'));
    assert.deepEqual(await db.read(NOWHERE, sql`select id, came_from from installation`), [
      { id: there?.id, came_from: null },
    ]);
    // As guarded as before: of another workspace nothing is seen.
    assert.deepEqual(await db.read(NOWHERE, sql`select 1 from message`), []);
    assert.deepEqual(await db.read(NOWHERE, sql`select 1 from blob`), []);
  } finally {
    await db.close();
  }
});

test('A restored database has the keys, indexes, rules and row security that migrations make', async () => {
  const where = join(folder, 'shape.tar');
  await makeBackup(making(await openPlace(where, 'write')));
  const { url } = await restored(where);
  const shape = async (of: string) => {
    const client = new pg.Client(of);
    await client.connect();
    try {
      const rows = async (text: string) => (await client.query(text)).rows;
      return {
        keys: await rows(
          `select conrelid::regclass::text t, conname, contype, convalidated, pg_get_constraintdef(oid) d from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2, 5`,
        ),
        indexes: await rows(
          `select indexrelid::regclass::text i, pg_get_indexdef(indexrelid) d, indisvalid v from pg_index i join pg_class c on c.oid = indexrelid where c.relnamespace = 'public'::regnamespace order by 1`,
        ),
        security: await rows(
          `select relname, relrowsecurity, relforcerowsecurity from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
        ),
        triggers: await rows(
          `select tgrelid::regclass::text t, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2`,
        ),
      };
    } finally {
      await client.end();
    }
  };
  const [here, there] = [await shape(w.hearten.db.url), await shape(url)];
  for (const what of ['keys', 'indexes', 'security', 'triggers'] as const)
    for (const [one, other] of [
      [here, there],
      [there, here],
    ] as const) {
      const known = new Set(other[what].map((row) => JSON.stringify(row)));
      assert.deepEqual(
        one[what].map((row) => JSON.stringify(row)).filter((row) => !known.has(row)),
        [],
        what,
      );
    }
});

test('Jobs come along, and what the reactions had not read yet is still to be read, once', async () => {
  await w.tx((tx) =>
    w.hearten.jobs.add(tx, 'wake', { conversationId: 'x' }, { at: '2031-01-01T00:00:00Z', key: 'wake:x' }),
  );
  const client = await w.hearten.db.connect();
  const cursor = (await client.query(`select xid::text as xid from event order by xid desc offset 4 limit 1`)).rows[0]
    .xid;
  await client.query(
    `insert into event_cursor (subscriber, xid) values ('reacting', $1::xid8) on conflict (subscriber) do update set xid = excluded.xid`,
    [cursor],
  );
  const unread = `select count(*)::int as n from event e where e.xid >= (select xid from event_cursor where subscriber = 'reacting')`;
  const before = (await client.query(
    `select set_config('app.workspace_id', '${w.workspaceId}', false); ${unread}`,
  )) as unknown as pg.QueryResult[];
  await client.end();
  const where = join(folder, 'jobs.tar');
  await makeBackup(making(await openPlace(where, 'write')));
  const { url } = await restored(where);
  const there = new pg.Client(url);
  await there.connect();
  try {
    await there.query(`select set_config('app.workspace_id', '${w.workspaceId}', false)`);
    assert.equal((await there.query(unread)).rows[0].n, before[1]?.rows[0].n);
    assert.deepEqual(
      (await there.query(`select key, run_at::text from graphile_worker.jobs where key like '%wake:x'`)).rows,
      [{ key: `${w.workspaceId}:wake:x`, run_at: '2031-01-01 00:00:00+00' }],
    );
    // What happens from now on comes after all that was restored.
    const { rows } = await there.query(
      `select bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())) as past from event`,
    );
    assert.equal(rows[0].past, true);
  } finally {
    await there.end();
  }
});

test('Into what holds anything nothing is restored, and a restore that broke off begins anew, of an encrypted backup too', async () => {
  const where = join(folder, 'again.tar');
  const box = makeBox('a passphrase for restoring');
  await makeBackup(making(await openPlace(where, 'write'), box));
  const place = await openPlace(where, 'read');
  const manifest = await chosen(place, box);
  const log = { info: () => undefined };
  const fresh = await folderStore(await mkdtemp(join(folder, 'files-')));
  let begun = 0;
  const begins = async (): Promise<void> => void begun++;
  await assert.rejects(
    restoreBackup({ url: w.hearten.db.url, store: fresh, place, box, manifest, log, begun: begins }),
    /Somebody is connected|is not empty/,
  );
  assert.equal(begun, 0, 'the key of an encrypted one is put nowhere where nothing is restored');
  const database = await emptyDatabase();
  made.push(database);
  let parts = 0;
  const failing = {
    ...place,
    get: (name: string) => (++parts > 6 ? Promise.reject(new Error('The line broke.')) : place.get(name)),
  };
  await assert.rejects(
    restoreBackup({ url: database.url, store: fresh, place: failing, box, manifest, log, begun: begins }),
    /line broke/,
  );
  assert.equal(begun, 1, 'and where it broke off it is there');
  const { migrate } = await import('../base/migrate.ts');
  await assert.rejects(migrate(database.url), /being restored into this database, or that broke off/);
  // Begun anew with the files of another desk: those are not what it had put there.
  const theirs = await folderStore(await mkdtemp(join(folder, 'files-')));
  await theirs.put('of-another-desk.pack', Buffer.from('theirs'));
  await assert.rejects(
    restoreBackup({ url: database.url, store: theirs, place, box, manifest, log }),
    (error: Error) => error.message.includes('is not empty') && error.message.includes(fresh.name),
  );
  assert.equal(String(await theirs.read('of-another-desk.pack', 0, 6)), 'theirs');
  await restoreBackup({ url: database.url, store: fresh, place, box, manifest, log });
  assert.deepEqual((await checkDesk(database.url, [fresh])).wrong, []);
  assert.deepEqual(await migrate(database.url), []);
  await assert.rejects(restoreBackup({ url: database.url, store: fresh, place, box, manifest, log }), /is not empty/);
  const later = { ...manifest, migrations: [...manifest.migrations, '9999_from_the_future.sql'] };
  await assert.rejects(
    restoreBackup({ url: database.url, store: fresh, place, box, manifest: later, log }),
    /made by a newer Hearten/,
  );
  await place.end();
});

test('With a passphrase nothing in it can be read without, and a byte that was changed is noticed', async () => {
  await mails(1, 'A-canary-nobody-may-read');
  const where = join(folder, 'sealed.tar');
  await makeBackup(making(await openPlace(where, 'write'), makeBox('a passphrase of ours')));
  const bytes = await readFile(where);
  assert.equal(bytes.includes('canary'), false);
  const read = async (file: string, passphrase?: string) => {
    const place = await openPlace(file, 'read');
    const box = makeBox(passphrase);
    try {
      return await checkBackup(place, box, await chosen(place, box));
    } finally {
      await place.end();
    }
  };
  await assert.rejects(read(where), /is encrypted/);
  await assert.rejects(read(where, 'another passphrase'), /does not open with this passphrase/);
  assert.deepEqual((await read(where, 'a passphrase of ours')).wrong, []);
  const broken = join(folder, 'broken.tar');
  const changed = Buffer.from(bytes);
  const middle = changed.indexOf('HB1e') + 200;
  changed[middle] = (changed[middle] as number) ^ 1;
  await writeFile(broken, changed);
  await assert.rejects(read(broken, 'a passphrase of ours'), /or was changed/);
  await writeFile(broken, bytes.subarray(0, bytes.length - 4000));
  await assert.rejects(read(broken, 'a passphrase of ours'), /not a whole backup/);
});

test('G07: A password that is stored, and the key that sealed it, stand nowhere in a backup that is not encrypted', async () => {
  const { hearten } = w;
  const secret = hearten.seal.close(
    '{"imap":{"password":"canary-of-a-password"}}',
    `inbox:${w.workspaceId}:${w.inboxId}`,
  );
  await w.tx((tx) =>
    tx.run(sql`update inbox set secrets = ${secret} where workspace_id = ${w.workspaceId} and id = ${w.inboxId}`),
  );
  const where = join(folder, 'plain.tar');
  await makeBackup({ ...making(await openPlace(where, 'write')), key: 'canary-of-the-key' });
  const place = await openPlace(where, 'read');
  const box = makeBox(undefined);
  let read = 0;
  for (const name of await place.list('')) {
    const bytes = await box.open(name, (await place.get(name)) as Buffer);
    read += bytes.length;
    for (const form of [
      'canary-of',
      Buffer.from('canary-of').toString('hex'),
      Buffer.from('canary-of').toString('base64').slice(0, 11),
    ])
      assert.equal(bytes.includes(form), false, `${name} holds ${form}`);
  }
  await place.end();
  assert.ok(read > 10_000);
  // Encrypted, the key is in it: for who has the passphrase.
  const sealed = join(folder, 'with-key.tar');
  const ours = makeBox('a passphrase of ours');
  await makeBackup({ ...making(await openPlace(sealed, 'write'), ours), key: 'canary-of-the-key' });
  assert.equal((await readFile(sealed)).includes('canary-of'), false);
  const open = await openPlace(sealed, 'read');
  assert.equal((await chosen(open, ours)).key, 'canary-of-the-key');
  await open.end();
});

test('A passphrase that is set later seals all of the next backup, also packs that did not change, and it is made of no bytes in clear', async () => {
  await mails(1, 'In clear before');
  const where = `${join(folder, 'sealed-later')}/`;
  await makeBackup(making(await openPlace(where, 'write')));
  const box = makeBox('a passphrase of ours');
  const second = await makeBackup(making(await openPlace(where, 'write'), box));
  const third = await makeBackup(making(await openPlace(where, 'write'), box));
  assert.ok(second.packs.length > 0 && second.packs.every(({ from }) => from === second.id));
  assert.deepEqual(third.packs, second.packs, 'from then on what did not change is not copied again');
  const place = await openPlace(where, 'read');
  assert.deepEqual((await checkBackup(place, box, await chosen(place, box))).wrong, []);
  // Whoever may write there puts a part in clear in the place of a sealed one.
  const part = pieceName(second.packs[0] as PackEntry, 0);
  await writeFile(join(where, part), await makeBox(undefined).close(part, Buffer.from('of somebody else')));
  await assert.rejects(checkBackup(place, box, third), /is not encrypted, though BACKUP_PASSPHRASE is set/);
});

test('When its connection to the database is lost while files are copied, no backup is left that looks whole', async () => {
  await mails(1, 'Of which the line breaks');
  const where = `${join(folder, 'unheld')}/`;
  const plain = makeBox(undefined);
  const other = await w.hearten.db.connect();
  const cut = {
    ...plain,
    close: async (name: string, bytes: Buffer) => {
      if (name.startsWith('packs/'))
        await other.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'hearten backup'`,
        );
      return plain.close(name, bytes);
    },
  };
  await assert.rejects(makeBackup(making(await openPlace(where, 'write'), cut)), /connection to the database broke/);
  await other.end();
  const place = await openPlace(where, 'read');
  assert.ok((await place.list('runs/')).length > 0);
  assert.deepEqual(await runsOf(place), []);
});

test('A pack is copied as far as rows point at it, whatever a folder over the network says of its length; one that is cut off is told', async () => {
  await mails(3, 'At the end of a pack');
  const [store] = w.hearten.files.stores;
  assert.ok(store);
  const late: Store = {
    ...store,
    packs: async function* () {
      for await (const pack of store.packs()) yield { ...pack, size: Math.min(pack.size, 10) };
    },
  };
  const where = `${join(folder, 'late')}/`;
  const late1 = { ...making(await openPlace(where, 'write')), files: { ...w.hearten.files, stores: [late] } };
  const made = await makeBackup(late1);
  assert.deepEqual(made.missing, []);
  const place = await openPlace(where, 'read');
  const box = makeBox(undefined);
  assert.deepEqual((await checkBackup(place, box, await chosen(place, box))).wrong, []);
  const last = made.packs.at(-1) as PackEntry;
  const short: Store = {
    ...store,
    read: async (pack, start, size) =>
      pack === last.pack ? (await store.read(pack, start, size))?.subarray(0, 5) : store.read(pack, start, size),
  };
  const stores = [{ ...short, packs: late.packs }];
  const fresh = `${join(folder, 'short')}/`;
  const cut = await makeBackup({ ...making(await openPlace(fresh, 'write')), files: { ...w.hearten.files, stores } });
  assert.deepEqual(cut.missing, [last.pack]);
  assert.equal(cut.packs.at(-1)?.size, 5);
});

test('In a folder, what did not change is not copied again; erased bytes are gone from the next one', async () => {
  const where = `${join(folder, 'many')}/`;
  const first = await makeBackup(making(await openPlace(where, 'write')));
  const second = await makeBackup(making(await openPlace(where, 'write')));
  assert.ok(first.packs.length > 0);
  assert.deepEqual(second.packs, first.packs);
  const text = 'To be forgotten';
  const [stored] = await w.hearten.files.put([Buffer.from(text)]);
  assert.ok(stored);
  const third = await makeBackup(making(await openPlace(where, 'write')));
  await w.hearten.files.erase(stored);
  const fourth = await makeBackup(making(await openPlace(where, 'write')));
  const entryOf = (of: typeof third) => of.packs.find((one) => one.pack === stored.pack);
  assert.notEqual(entryOf(fourth)?.tag, entryOf(third)?.tag);
  const place = await openPlace(where, 'read');
  assert.deepEqual(await runsOf(place), [first.id, second.id, third.id, fourth.id].sort());
  const box = makeBox(undefined);
  for (const run of [first, fourth])
    assert.deepEqual((await checkBackup(place, box, await chosen(place, box, run.id))).wrong, []);
  const { store, found } = await restored(where, box, fourth.id);
  assert.deepEqual(found.wrong, []);
  const bytes = await store.read(stored.pack, stored.start, stored.size);
  assert.equal(
    bytes?.every((byte) => byte === 0),
    true,
  );
});

test('The checker finds a damaged file, a missing pack and a row that points nowhere', async () => {
  const where = join(folder, 'checked.tar');
  await makeBackup(making(await openPlace(where, 'write')));
  const { url, store } = await restored(where);
  const db = openDb(url, { max: 2 });
  try {
    const [row] = await db.read<{ hash: Buffer; pack: string; start: number; size: number }>(
      w.workspaceId,
      sql`select hash, pack, start, size from blob where workspace_id = ${w.workspaceId} order by pack, start limit 1`,
    );
    assert.ok(row);
    await store.erase(row.pack, row.start, 3);
    const damaged = await checkDesk(url, [store]);
    assert.deepEqual(damaged.wrong, [`the file ${row.hash.toString('hex')} in ${row.pack} at ${row.start} is damaged`]);
    await db.tx(w.workspaceId, (tx) =>
      tx.run(sql`delete from blob where workspace_id = ${tx.workspaceId} and hash = ${row.hash}`),
    );
    assert.match((await checkDesk(url, [store])).wrong.join(), /1 of message point at a file that isn't there/);
    await store.remove(row.pack);
    assert.match((await checkDesk(url, [store])).wrong.join(), new RegExp(`the pack ${row.pack} is missing`));
    assert.equal(hash(Buffer.from('x')).length, 32);
  } finally {
    await db.close();
  }
});

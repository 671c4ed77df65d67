import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  chosen,
  erasedSince,
  makeBackup,
  makeBox,
  noteErasures,
  openPlace,
  release,
  restoreBackup,
} from '../src/backup/index.ts';
import { NOWHERE, openDb, sql } from '../src/base/db.ts';
import { openFiles } from '../src/base/files.ts';
import { newId } from '../src/base/ids.ts';
import type { Hearten, Job, Module } from '../src/base/module.ts';
import { makeSeal } from '../src/base/seal.ts';
import { folderStore } from '../src/base/store-folder.ts';
import { arrive } from '../src/channels/email/arrive.ts';
import type { Raw } from '../src/channels/email/incoming.ts';
import { founding, makeModules } from '../src/modules.ts';
import { eraseCustomer } from '../src/privacy/erase.ts';
import { eraseAgain } from '../src/privacy/index.ts';
import { emptyDatabase, type TestDatabase } from './database.ts';
import { type Browser, makeWorld, type Place, type World } from './world.ts';

let world: World;
let place: Place;
let owner: Browser;
let inboxId = '';
let folder = '';
const made: TestDatabase[] = [];
const closing: (() => Promise<void>)[] = [];
before(async () => {
  world = await makeWorld({ modules: makeModules, founding, settings: { DNS_SERVERS: '127.0.0.1:9' } });
  folder = await mkdtemp(join(tmpdir(), 'hearten-erased-'));
  place = await world.workspace('northwind');
  owner = await world.as(place, 'owner');
  const inbox = { name: 'Support', address: 'support@northwind.example', settings: {} };
  inboxId = (await owner.post<{ id: string }>('/inboxes', inbox)).body.id;
});
after(async () => {
  for (const close of closing) await close();
  await world.end();
  for (const database of made) await database.drop();
  await rm(folder, { recursive: true, force: true });
});

let uid = 0;
const mail = (from: string, text: string): Raw => {
  const bytes = Buffer.from(
    `Message-ID: <m${++uid}@customers.example>\r\nFrom: ${from}\r\nTo: support@northwind.example\r\nDate: ${new Date().toUTCString()}\r\nSubject: About ${text}\r\n\r\nIt is about ${text}.\r\n`,
  );
  const about = {
    inboxId,
    source: 'imap' as const,
    historic: false,
    folder: 'INBOX',
    uidvalidity: 1,
    uid,
    envelope: {},
  };
  return { ...about, id: newId(), bytes, size: bytes.length, receivedAt: new Date().toISOString(), stub: null };
};
/** The same letter, as a mailbox that is read again hands it over. */
const again = (raw: Raw): Raw => ({ ...raw, id: newId() });
const addressesOf = async ({ db }: Hearten): Promise<string[]> =>
  (
    await db.read<{ value: string }>(
      place.id,
      sql`select value from handle where workspace_id = ${place.id} and kind = 'email' order by value`,
    )
  ).map(({ value }) => value);
const wordsOf = async ({ db }: Hearten): Promise<string> =>
  JSON.stringify(
    await db.read(place.id, sql`select subject, text, sender from message where workspace_id = ${place.id}`),
  );
const jobOf = (modules: Module[], name: string): Job => modules.flatMap((one) => one.jobs?.[name] ?? [])[0] as Job;
const nobody = async (): Promise<void> => undefined;

async function erase(address: string): Promise<void> {
  const { hearten } = world;
  const [one] = await hearten.db.read<{ id: string }>(
    place.id,
    sql`select customer_id as id from handle where workspace_id = ${place.id} and value = ${address}`,
  );
  const asked = await owner.post<{ id: string }>(`/customers/${one?.id}/erasure`, { confirm: address, now: true });
  assert.equal(asked.status, 202, asked.text);
  await eraseCustomer(hearten, place.id, asked.body.id, nobody);
}

test('Whoever was erased after a backup is not back when it is restored, and no mailbox brings them back; who wrote again later is a new customer', async () => {
  const { hearten } = world;
  const box = makeBox(undefined);
  const where = `${join(folder, 'backups')}/`;
  const early = [mail('Anna <anna@customers.example>', 'quaggas'), mail('Bob <bob@customers.example>', 'lamps')];
  await arrive(hearten, place.id, early);
  // Backed up while an answer to her was at the mail server: on the copy nobody is sending it any more.
  await hearten.db.tx(place.id, (tx) =>
    tx.run(sql`
      insert into message (workspace_id, id, conversation_id, inbox_id, type, state, lease_until, text)
      select m.workspace_id, gen_random_uuid(), m.conversation_id, m.inbox_id, 'out', 'sending', now() - interval '1 second', 'On its way.'
      from message m where m.workspace_id = ${place.id} and m.sender->>'address' = 'anna@customers.example'`),
  );
  const backups = await openPlace(where, 'write');
  const about = { files: hearten.files, place: backups, key: 'k'.repeat(40), program: 'test' };
  const backup = await makeBackup({ ...about, url: hearten.db.url, box });

  const late = [mail('Anna <anna@customers.example>', 'okapis'), mail('Carl <carl@customers.example>', 'tapirs')];
  await arrive(hearten, place.id, late);
  await erase('anna@customers.example');
  await erase('carl@customers.example');
  assert.deepEqual(await addressesOf(hearten), ['bob@customers.example']);
  // As the event of an erasure does it, where backups are made by the clock.
  await hearten.db.tx(NOWHERE, (tx) =>
    tx.run(
      sql`insert into backup (id, place, scheduled, encrypted, state) values (${newId()}, ${where}, true, false, 'done')`,
    ),
  );
  const clocked = makeModules({ ...hearten, config: { ...hearten.config, BACKUP_TO: where } });
  await jobOf(clocked, 'note-erasures')({}, { number: 1, last: false });
  assert.equal(await noteErasures(hearten, backups, box), 0, 'each is noted once');
  const notes = await erasedSince(backups, box, backup.at);
  assert.equal(notes.length, 2);
  for (const word of ['anna', 'carl', 'customers.example', 'quagga', 'tapir'])
    assert.ok(!JSON.stringify(notes).toLowerCase().includes(word), `a note holds ${word}`);
  const since = mail('Anna <anna@customers.example>', 'zebras');

  const database = await emptyDatabase();
  made.push(database);
  const store = await folderStore(await mkdtemp(join(folder, 'files-')));
  const manifest = await chosen(backups, box);
  const log = { info: () => undefined };
  await restoreBackup({ url: database.url, store, place: backups, box, manifest, log, erased: notes });
  const files = await openFiles([store]);
  const db = openDb(database.url, { max: 4 });
  closing.push(
    () => db.close(),
    () => files.close(),
  );
  const there: Hearten = { ...hearten, db, files };
  assert.match(await wordsOf(there), /quaggas/, 'the backup still held her');
  // Whoever restores is killed at the worst moment: the erasures wait as jobs.
  const direct = await db.connect();
  const waiting = await direct.query(`select 1 from graphile_worker.jobs where task_identifier = 'erase-again'`);
  await direct.end();
  assert.equal(waiting.rowCount, 2);
  const job = jobOf(makeModules(there), 'erase-again');
  for (const note of notes) await job({ note, workspaceId: place.id }, { number: 1, last: false });
  assert.deepEqual(await addressesOf(there), ['bob@customers.example']);
  assert.doesNotMatch(await wordsOf(there), /quaggas|anna/i);
  assert.match(await wordsOf(there), /lamps/);
  for (const note of notes)
    assert.deepEqual(await eraseAgain(there, note, nobody), { people: 0, read: true }, 'twice does nothing more');

  await release(there, 'a test');
  await arrive(there, place.id, [...early, ...late].map(again));
  assert.deepEqual(await addressesOf(there), ['bob@customers.example']);
  assert.doesNotMatch(await wordsOf(there), /quaggas|okapis|tapirs/);
  await arrive(there, place.id, [since]);
  assert.deepEqual(await addressesOf(there), ['anna@customers.example', 'bob@customers.example']);
  assert.match(await wordsOf(there), /zebras/);
  const [line] = await db.read<{ n: number }>(
    place.id,
    sql`select count(*)::int as n from audit where workspace_id = ${place.id} and what = 'customer.erased' and facts ? 'erasedFirst'`,
  );
  assert.equal(line?.n, 1);

  // With another secret key the person goes all the same; only what holds back their mail cannot be read.
  const lost = await emptyDatabase();
  made.push(lost);
  const empty = await folderStore(await mkdtemp(join(folder, 'files-')));
  await restoreBackup({ url: lost.url, store: empty, place: backups, box, manifest, log });
  const keyless = openDb(lost.url, { max: 4 });
  closing.push(() => keyless.close());
  const other: Hearten = { ...hearten, db: keyless, seal: makeSeal('another key, also of more than 32 characters') };
  const said = [];
  for (const note of notes) said.push(await eraseAgain(other, note, nobody));
  assert.deepEqual(said.map(({ people }) => people).sort(), [0, 1]);
  assert.deepEqual(await addressesOf(other), ['bob@customers.example']);
  assert.equal(said[0]?.read, false);
  const [held] = await keyless.read<{ held: boolean }>(
    NOWHERE,
    sql`select held_since is not null as held from installation`,
  );
  assert.equal(held?.held, true);
});

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { openSeal } from '../base/key-check.ts';
import { addSecretKey, keyFile, makeSeal, sealedBy, secretKeys } from '../base/seal.ts';
import { passing, reseal, sealedColumns } from './reseal.ts';

let w: Desk;
let folder = '';
before(async () => {
  w = await desk();
  folder = await mkdtemp(join(tmpdir(), 'hearten-key-'));
});
after(async () => {
  await w.end();
  await rm(folder, { recursive: true, force: true });
});

test('G07: After a rotation everything is sealed with the new key, what the former signed is still ours, and who runs finds the new one', async () => {
  const config = { DATA_DIR: folder };
  const first = secretKeys(config, false);
  const running = makeSeal(first, keyFile(config));
  const serving = makeSeal(first, keyFile(config));
  serving.close('before', 'x');
  const place = `inbox:${w.workspaceId}:${w.inboxId}`;
  const signature = running.sign('reply', 'a conversation');
  await w.tx((tx) =>
    tx.run(
      sql`update inbox set secrets = ${running.close('{"imap":"canary"}', place)} where workspace_id = ${w.workspaceId} and id = ${w.inboxId}`,
    ),
  );
  const lost = makeSeal('a key that nobody has any more, of no use').close('gone', 'x');
  await w.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(sql`update account set totp_secret = ${lost} where id = ${w.people.lead.accountId}`),
  );
  const keys = addSecretKey(folder, true);
  assert.equal(keys.length, 2);
  assert.equal(keys[1], first[0]);
  const client = await w.hearten.db.connect();
  try {
    assert.deepEqual(await reseal(client, makeSeal(keys), keys[0] as string), { done: 1, stuck: 1 });
    assert.deepEqual(await reseal(client, makeSeal(keys), keys[0] as string), { done: 0, stuck: 1 });
  } finally {
    await client.end();
  }
  const row = await w.tx((tx) =>
    tx.first<{ secrets: Buffer }>(
      sql`select secrets from inbox where workspace_id = ${w.workspaceId} and id = ${w.inboxId}`,
    ),
  );
  const sealed = row?.secrets as Buffer;
  assert.deepEqual(sealed.subarray(0, 5), sealedBy(keys[0] as string));
  assert.equal(running.open(sealed, place), '{"imap":"canary"}');
  // One that only serves has opened nothing that would have told it.
  assert.deepEqual(serving.close('a new password', place).subarray(0, 5), sealedBy(keys[0] as string));
  const anew = makeSeal(keys[0] as string);
  const only = makeSeal(first, keyFile(config));
  assert.equal(anew.signed('reply', 'one more', only.sign('reply', 'one more')), true);
  const checks = makeSeal(first, keyFile(config));
  assert.equal(checks.signed('reply', 'one more', anew.sign('reply', 'one more')), true);
  // The leaked line goes: what came in since stays readable.
  await writeFile(join(folder, 'secret.key'), `${keys[0]}\n`);
  assert.equal(anew.open(serving.close('another', place), place), 'another');
  assert.equal(makeSeal(keys).signed('reply', 'a conversation', signature), true);
  assert.equal(makeSeal(keys[0] as string).signed('reply', 'a conversation', signature), false);
  assert.throws(() => makeSeal(first).open(sealed, place), /does not open with this SECRET_KEY/);
});

test('G07: Hearten does not start without the key that sealed, nor with another', async () => {
  await w.hearten.db.tx(NOWHERE, (tx) => tx.run(sql`update installation set key_check = null`));
  const own = await mkdtemp(join(folder, 'own-'));
  const config = { ...w.hearten.config, SECRET_KEY: undefined, DATA_DIR: own };
  const url = w.hearten.db.url;
  const { keys } = await openSeal(config, url);
  assert.equal(keys.length, 1);
  await openSeal(config, url);
  const elsewhere = { ...config, DATA_DIR: await mkdtemp(join(folder, 'elsewhere-')) };
  await assert.rejects(openSeal(elsewhere, url), /The secret key is missing[\s\S]+Put it back/);
  assert.deepEqual(await readdir(elsewhere.DATA_DIR), [], 'no other key is made');
  const other = { ...config, SECRET_KEY: 'another key of more than 32 characters' };
  await assert.rejects(openSeal(other, url), /is not the one that sealed[\s\S]+Put the former one back/);
  await openSeal({ ...other, SECRET_KEY_FORMER: keys }, url);
});

test('Every column that holds something sealed is known to the rotation, with what it is bound to', async () => {
  const client = await w.hearten.db.connect();
  const { rows } = await client.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public' and data_type = 'bytea' and column_name ~ 'secret|sealed'`,
  );
  await client.end();
  assert.deepEqual(
    [...sealedColumns.map(({ table, column }) => `${table}.${column}`), ...passing].sort(),
    rows.map((row) => row.name).sort(),
  );
  // The words that a value is bound to are its module's own; those here must be the same.
  const root = join(import.meta.dirname, '..');
  const files = (await readdir(root, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !/test|reseal/.test(name),
  );
  const texts = (await Promise.all(files.map((name) => readFile(join(root, name), 'utf8'))))
    .join('\n')
    .replace(/\$\{[^}]*\}/g, '{}');
  for (const { table, place } of sealedColumns)
    assert.ok(texts.includes(`\`${place('{}', '{}')}\``), `${table}: nothing is bound to ${place('{}', '{}')}`);
});

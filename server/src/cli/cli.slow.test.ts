import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { emptyDatabase, type TestDatabase } from '../../test/database.ts';

const cli = join(import.meta.dirname, '../cli.ts');
let database: TestDatabase;
let folder = '';
before(async () => {
  database = await emptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hearten-cli-'));
});
after(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

type Ended = { code: number | null; out: string; err: string };
function hearten(args: string[], input = '', env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', cli, ...args], {
    // As `npm run hearten` does it: from what was compiled before.
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      PORT: '0',
      ...env,
    },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  child.stdin.end(input);
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

test('An unknown command shows the help and ends with 64, help that was asked for with 0', async () => {
  const [wrong, bare, asked] = await Promise.all([hearten(['fly']), hearten([]), hearten(['--help'])]);
  assert.equal(wrong.code, 64);
  assert.match(wrong.err, /There is no command fly[\s\S]+seed/);
  assert.equal(bare.code, 64);
  assert.equal(asked.code, 0);
  assert.match(asked.out, /doctor/);
});

test('Every command explains itself, with its exit codes', async () => {
  for (const name of [
    'setup',
    'reset',
    'key',
    'pipe',
    'import',
    'parse',
    'seed',
    'backup',
    'restore',
    'verify',
    'doctor',
  ]) {
    const { code, out } = await hearten([name, '--help']);
    assert.equal(code, 0, name);
    assert.match(out, new RegExp(`^hearten ${name}`), name);
    assert.match(out, /Exit codes/, name);
  }
});

test('What is missing or unknown among the options is said, with 64', async () => {
  const [missing, unknown] = await Promise.all([
    hearten(['setup', '--email', 'a@b.example']),
    hearten(['key', '--colour']),
  ]);
  assert.equal(missing.code, 64);
  assert.match(missing.err, /--name, --workspace/);
  assert.equal(unknown.code, 64);
});

test('Set up once, then a key, a reset link and a seeded desk from the command line', async () => {
  const owner = ['--email', 'ada@lamps.example', '--name', 'Ada', '--workspace', 'Lamps'];
  const password = { HEARTEN_PASSWORD: 'correct horse battery' };
  const before = await hearten(['setup', '--link']);
  assert.match(before.out, /^http:\/\/\S+\/setup#token=\S+\n$/, before.err);
  const done = await hearten(['setup', ...owner], '', password);
  assert.equal(done.code, 0, done.err);
  assert.doesNotMatch(done.out + done.err, /correct horse/);
  for (const again of [await hearten(['setup', ...owner], '', password), await hearten(['setup', '--link'])]) {
    assert.equal(again.code, 1);
    assert.match(again.err, /set up already/);
  }

  const key = await hearten(['key', '--email', 'ada@lamps.example', '--scopes', 'read']);
  assert.match(key.out, /^hk_[0-9a-f]{32}_\S{43}\n$/);
  const link = await hearten(['reset', '--email', 'Ada@lamps.example']);
  assert.match(link.out, /^http:\/\/\S+\/reset#token=\S+\n$/);
  const nobody = await hearten(['reset', '--email', 'eve@lamps.example']);
  assert.equal(nobody.code, 1);

  const seeded = await hearten(['seed', '--conversations', '20']);
  assert.equal(seeded.code, 0, seeded.err);
  assert.match(seeded.out, /^20 conversations with \d+ messages/);
});

test('A piped mail is kept before 0 is said, or refused in the words of mail servers', async () => {
  const mail =
    'From: Ida <ida@shop.example>\r\nSubject: Dark again\r\nMessage-ID: <1@shop.example>\r\n\r\nIt went out.\r\n';
  const client = new pg.Client(database.url);
  await client.connect();
  const read = async <Row>(query: string): Promise<Row[]> => (await client.query(query)).rows as Row[];
  try {
    const [inbox] = await read<{ address: string }>('select address from inbox');
    const to = ['pipe', '--inbox', inbox?.address ?? ''];
    assert.equal((await hearten(['pipe', '--inbox', 'nobody@else.example'], mail)).code, 67);
    assert.equal((await hearten(to, '')).code, 65);
    assert.equal((await hearten(to, mail, { DATABASE_URL: 'postgres://x@127.0.0.1:1/x' })).code, 75);
    const kept = await hearten(to, mail);
    assert.equal(kept.code, 0, kept.err);
    assert.deepEqual(await read('select source, state, size::int from inbound_mail'), [
      { source: 'pipe', state: 'stored', size: mail.length },
    ]);
  } finally {
    await client.end();
  }
});

test('The doctor says what is wrong in words, and ends with 1', async () => {
  // The tests' own Postgres runs without fsync, for speed: exactly what a doctor is for.
  const risky = await hearten(['doctor']);
  assert.match(risky.out, /The database is up to date/);
  assert.match(risky.out, /✗ Postgres runs with fsync off[\s\S]+One thing is wrong/);
  assert.equal(risky.code, 1);
  const away = await hearten(['doctor'], '', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  assert.equal(away.code, 1);
  assert.match(away.out, /✗ The database does not answer/);
  const odd = await hearten(['doctor'], '', { PORT: 'three' });
  assert.equal(odd.code, 78);
  assert.match(odd.out, /✗ PORT must be a whole number/);

  const client = new pg.Client(database.url);
  await client.connect();
  await client.query(`delete from migration`);
  await client.end();
  assert.match((await hearten(['doctor'])).out, /! \d+ migrations? (is|are) due/);
});

test('A mail is parsed without any database', async () => {
  const mail = 'From: Ada <ada@lamps.example>\r\nSubject: Hello\r\n\r\nIt flickers.\r\n';
  const { code, out } = await hearten(['parse'], mail, { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  assert.equal(code, 0);
  assert.deepEqual((JSON.parse(out) as { from: unknown }).from, { address: 'ada@lamps.example', name: 'Ada' });
});

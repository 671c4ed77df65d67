import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '@hearten/contract';
import pg from 'pg';
import { fromBufferPromise } from 'yauzl';
import { sql } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import type { Module } from '../src/base/module.ts';
import { reactionsOf, startReactions } from '../src/base/relay.ts';
import { arrive } from '../src/channels/email/arrive.ts';
import type { Raw } from '../src/channels/email/incoming.ts';
import { founding, makeModules } from '../src/modules.ts';
import { eraseCustomer } from '../src/privacy/erase.ts';
import { everyRow, leftOut } from '../src/privacy/every-row.ts';
import { entriesOf } from './exported.ts';
import { held, other } from './holdings.ts';
import { type Browser, makeWorld, type Place, type World } from './world.ts';

const MARK = 'quaggablume';
const theirs = `anna@${MARK}.example`;
const second = `anna.${MARK}@private.example`;

let world: World;
let place: Place;
let owner: Browser;
let inbox: string;
let modules: Module[] = [];
let client: pg.Client;
const stops: (() => Promise<void>)[] = [];
before(async () => {
  world = await makeWorld({
    modules: (hearten) => {
      modules = makeModules(hearten);
      return modules;
    },
    founding,
    settings: { DNS_SERVERS: '127.0.0.1:9' },
  });
  place = await world.workspace('northwind');
  owner = await world.as(place, 'owner');
  client = new pg.Client(world.hearten.db.url);
  await client.connect();
  await client.query(`select set_config('app.workspace_id', $1, false)`, [place.id]);
  const { db, log } = world.hearten;
  stops.push(startReactions(db, log, reactionsOf(modules)));
  stops.push(await world.hearten.jobs.start(db, log, Object.assign({}, ...modules.map((m) => m.jobs ?? {}))));
  inbox = (
    await ask<{ id: string }>('POST', '/inboxes', {
      name: 'Support',
      address: 'support@northwind.example',
      settings: {},
    })
  ).id;
});
after(async () => {
  for (const stop of stops) await stop();
  await client.end();
  await world.end();
});
const ask = async <T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> => {
  const answer = await owner.send<T>(method, path, body, headers);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) if (await holds()) return;
  assert.fail(`after a minute still not: ${what}`);
}

let counter = 0;
type Letter = {
  from: string;
  id?: string;
  to?: string;
  cc?: string;
  subject: string;
  text: string;
  more?: string;
  at?: string;
  broken?: boolean;
};
const mail = (o: Letter): Raw => {
  const bytes = Buffer.from(
    `Message-ID: ${o.id ?? `<m${++counter}@${MARK}.example>`}\r\nFrom: ${o.from}\r\nTo: ${o.to ?? 'support@northwind.example'}\r\n${o.cc ? `Cc: ${o.cc}\r\n` : ''}Date: ${new Date(o.at ?? Date.now()).toUTCString()}\r\n${o.broken ? '' : `Subject: ${o.subject}\r\n`}${o.more ?? ''}\r\n${o.text}\r\n`,
  );
  return {
    id: newId(),
    inboxId: inbox,
    source: 'imap',
    bytes,
    size: bytes.length,
    receivedAt: o.at ?? new Date().toISOString(),
    historic: false,
    folder: 'INBOX',
    uidvalidity: 1,
    uid: ++counter,
    envelope: o.from.startsWith('Bob') ? {} : { from: theirs },
    stub: null,
  };
};
/** The words of every column of every table, as text, with bytes as hex; the queue of jobs too. */
async function columns(): Promise<{ table: string; column: string }[]> {
  const found = await client.query<{ table: string; column: string }>(`
    select c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
      and format_type(a.atttypid, a.atttypmod) in ('text', 'jsonb', 'json', 'bytea', 'tsvector', 'text[]', 'bytea[]', 'character varying') order by 1, 2`);
  return found.rows;
}
async function whereIs(word: string): Promise<string[]> {
  const out: string[] = [];
  const hex = Buffer.from(word).toString('hex');
  for (const { table, column } of [
    ...(await columns()),
    { table: 'graphile_worker._private_jobs', column: 'payload' },
  ]) {
    const found = await client.query(
      `select 1 from ${table} where lower(${column}::text) like $1 or ${column}::text like $2 limit 1`,
      [`%${word}%`, `%${hex}%`],
    );
    if (found.rowCount) out.push(`${table}.${column}`);
  }
  return out;
}
async function wordsIn(zip: Buffer): Promise<string> {
  const out: Buffer[] = [];
  const file = await fromBufferPromise(zip);
  for await (const entry of file.eachEntry())
    for await (const part of await file.openReadStreamPromise(entry)) out.push(part as Buffer);
  return Buffer.concat(out).toString('latin1').toLowerCase();
}
/** Anna’s own export: each column that holds something of her is in it, or its table is left out and said why. */
async function holdsEverything(zip: Buffer): Promise<void> {
  const entries = await entriesOf(zip);
  const lines = new Map<string, Record<string, unknown>[]>();
  for (const [name, { table }] of Object.entries(everyRow(place.id, { customerIds: [], addresses: [], handles: [] }))) {
    const text = entries.get(`data/${name}.jsonl`) ?? '';
    const rows = text.split('\n').flatMap((line) => (line ? [JSON.parse(line) as Record<string, unknown>] : []));
    lines.set(table, [...(lines.get(table) ?? []), ...rows]);
  }
  const stands = (one: string): boolean => {
    const [table = '', column = ''] = one.split('.');
    return (lines.get(table) ?? []).some((row) =>
      JSON.stringify(row[column] ?? '')
        .toLowerCase()
        .includes(MARK),
    );
  };
  assert.deepEqual(
    held.filter((one) => !stands(one) && !((one.split('.')[0] ?? '') in leftOut)),
    [],
    'A customer’s export lacks it: see server/src/privacy/every-row.ts.',
  );
  const raws = [...entries].filter(([name]) => name.startsWith('mails/')).map(([, text]) => text);
  assert.ok(
    raws.some((text) => text.startsWith('X-Nothing')),
    'also of a mail in quarantine the bytes are in it',
  );
}
async function filesWith(word: string, as: 'latin1' | 'hex' = 'latin1'): Promise<string[]> {
  const folder = world.hearten.config.DATA_DIR;
  const out: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      if ((await readFile(path)).toString(as).toLowerCase().includes(word)) out.push(path);
    }
  return out;
}

test('Each column that can hold words or bytes is said to hold something of customers, or why not', async () => {
  const all = (await columns()).map(({ table, column }) => `${table}.${column}`);
  const said = [...held, ...Object.values(other).flatMap((list) => list.trim().split(/\s+/))];
  assert.deepEqual(
    all.filter((one) => !said.includes(one)),
    [],
    'A new column: can something of a customer stand in it? Then it goes to `held` in server/test/holdings.ts, something of Anna is put there in this test, and server/src/privacy/erase.ts takes it away. Else to `other`, with why.',
  );
  assert.deepEqual(
    said.filter((one) => !all.includes(one)),
    [],
    'not there any more',
  );
  assert.equal(new Set(said).size, said.length, 'said twice');
});

test('Each table that can hold a row of a customer is in their export, or it is said why it is left out', async () => {
  const pointing = await client.query<{ table: string }>(`
    select distinct c.relname as table from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname in ('customer_id', 'conversation_id', 'visitor_id', 'chat_id') and not a.attisdropped`);
  const tables = new Set([...held.map((one) => one.split('.')[0] ?? ''), ...pointing.rows.map((row) => row.table)]);
  const exported = Object.values(everyRow(place.id, { customerIds: [], addresses: [], handles: [] })).map(
    (rows) => rows.table,
  );
  assert.deepEqual(
    [...tables].filter((table) => !exported.includes(table) && !(table in leftOut)),
    [],
    'server/src/privacy/every-row.ts has to say which of its rows are a customer’s, or why none is exported',
  );
  assert.deepEqual(
    Object.keys(leftOut).filter((table) => !tables.has(table) || exported.includes(table)),
    [],
    'not there any more, or exported after all',
  );
});

test('O11: An erased customer is nowhere: in no column of any table, no waiting job, no file and no line of the log', async () => {
  const anna = `Anna ${MARK} <${theirs}>`;
  const first = mail({
    from: anna,
    subject: `Where is my ${MARK} lamp`,
    text: `Dear team,\r\n\r\nmy ${MARK} is late.\r\n\r\n> quoted ${MARK}`,
    more: `Reply-To: ${second}\r\nReferences: <before@${MARK}.example>\r\nIn-Reply-To: <before@${MARK}.example>\r\nAuthentication-Results: mx.northwind.example; spf=pass smtp.mailfrom=${theirs}\r\nList-Id: <list.${MARK}.example>\r\n`,
  });
  const more = mail({ from: anna, subject: `Another ${MARK}`, text: `And ${MARK} again.` });
  const broken = mail({ from: `${theirs} ${MARK}`, subject: '', text: `${MARK}`, broken: true });
  await arrive(world.hearten, place.id, [first, more]);
  await arrive(world.hearten, place.id, [{ ...broken, bytes: Buffer.from(`X-Nothing: ${MARK}\r\n\r\n${MARK}`) }]);
  await client.query(`update inbound_mail set sender = $1, subject = $2 where id = $3`, [
    theirs,
    `Unreadable ${MARK}`,
    broken.id,
  ]);
  const list = await ask<Reply<'GET /conversations'>>('GET', '/conversations?view=all');
  const [one, two] = list.items.map((row) => row.id) as [string, string];
  const opened = await ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${one}`);
  const customer = opened.customer.id;

  const upload = (
    await owner.send<{ id: string }>('POST', `/uploads?filename=${MARK}.txt`, `A file for ${MARK}`, {
      'content-type': 'text/plain',
    })
  ).body.id;
  const drafted = (
    await owner.send<{ id: string }>('POST', `/uploads?filename=draft-${MARK}.txt`, `Drafted for ${MARK}`, {
      'content-type': 'text/plain',
    })
  ).body.id;
  await ask(
    'POST',
    `/conversations/${one}/replies`,
    {
      text: `Dear ${MARK}`,
      attachments: [upload],
      after: 'open',
      sendAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
    { 'idempotency-key': 'a-key-of-the-answer' },
  );
  await ask('POST', `/conversations/${one}/notes`, { text: `They call themselves ${MARK}`, html: undefined });
  await ask('PUT', `/conversations/${two}/draft`, {
    kind: 'reply',
    text: `A draft about ${MARK}`,
    attachments: [drafted],
    cc: [{ address: second, name: MARK }],
  });
  await ask('PUT', `/conversations/${two}/draft`, { kind: 'note', text: `A note draft about ${MARK}` });
  await ask('POST', `/conversations/${one}/tags`, { add: [`tag-${MARK}`] });
  await ask('PATCH', `/customers/${customer}`, { role: `Collector of ${MARK}`, language: 'de' });
  await ask('POST', '/customer-fields', { about: 'customer', label: 'Hint', kind: 'text' });
  await ask('PATCH', `/customers/${customer}`, { fields: { hint: MARK } });
  await ask('POST', `/customers/${customer}/notes`, { text: `Loves ${MARK}` });
  await ask('POST', `/customers/${customer}/handles`, { kind: 'email', value: second });
  await ask('POST', '/blocked-senders', { pattern: second });
  await ask('POST', '/saved-views', {
    name: `Mail of ${MARK}`,
    icon: 'star',
    filter: { customerId: customer },
    for: 'everyone',
  });
  await ask('POST', `/conversations/${two}/merge`, { into: one });
  // A duplicate that became one with them, and a conversation of somebody else in which they took part.
  await arrive(world.hearten, place.id, [
    mail({ from: `A. ${MARK} <dup@${MARK}.example>`, subject: `Dup ${MARK}`, text: `From elsewhere ${MARK}` }),
  ]);
  const dup = (await ask<Reply<'GET /conversations'>>('GET', '/conversations?view=all')).items.find((row) =>
    row.subject.startsWith('Dup'),
  );
  const dupId = (await ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${dup?.id}`)).customer.id;
  await ask('POST', `/customers/${dupId}/merge`, { into: customer });
  await arrive(world.hearten, place.id, [
    mail({
      from: 'Bob <bob@friends.example>',
      id: '<bob@friends.example>',
      cc: `${anna}`,
      subject: 'Our order',
      text: 'Please tell us both.',
    }),
  ]);
  await arrive(world.hearten, place.id, [
    mail({
      from: anna,
      subject: 'Re: Our order',
      text: `Yes, for ${MARK} too.`,
      more: 'In-Reply-To: <bob@friends.example>\r\nReferences: <bob@friends.example>\r\n',
    }),
  ]);
  const bobs = (await ask<Reply<'GET /conversations'>>('GET', '/conversations?view=all')).items.find(
    (row) => row.subject === 'Our order',
  );
  assert.ok(bobs);
  await fill(customer, one);
  await until(
    'they are one customer',
    async () => (await client.query('select 1 from conversation where customer_id = $1', [dupId])).rowCount === 0,
  );

  const before_ = await whereIs(MARK);
  assert.deepEqual(
    held.filter((column) => !before_.includes(column)),
    [],
    'this test must put something of Anna there',
  );
  assert.deepEqual(
    before_.filter((column) => !held.includes(column) && !column.startsWith('graphile')),
    [],
    'something of a customer stands where holdings.ts says it cannot',
  );
  assert.ok((await filesWith(MARK)).length > 0);

  // Whatever was exported while they were here: the workspace, and somebody they wrote to as well.
  const bob = (await ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${bobs.id}`)).customer.id;
  const exports: string[] = [];
  for (const path of ['/workspace/exports', `/customers/${bob}/exports`, `/customers/${customer}/exports`])
    exports.push((await ask<{ id: string }>('POST', path)).id);
  const bytesOf = async (id: string) =>
    world.app.inject({
      url: `/files/exports/${id}`,
      headers: { host: 'localhost', cookie: `__Host-hearten=${owner.cookie}` },
    });
  await until('the exports are ready', async () =>
    (await Promise.all(exports.map(bytesOf))).every((file) => file.statusCode === 200),
  );
  const zips = (await Promise.all(exports.map(bytesOf))).map((file) => file.rawPayload);
  for (const zip of zips) assert.ok((await wordsIn(zip)).includes(MARK), 'Anna stands in it');
  await holdsEverything(zips[2] as Buffer);

  const preview = await ask<Reply<'GET /customers/:id/erasure'>>('GET', `/customers/${customer}/erasure`);
  assert.equal(preview.conversations, 3);
  assert.equal(preview.elsewhere, 1);
  assert.equal((await owner.post(`/customers/${customer}/erasure`, { confirm: 'Bob', now: true })).status, 400);
  await ask('POST', `/customers/${customer}/erasure`, { confirm: ` ${preview.name.toUpperCase()} `, now: true });
  await until(
    'the erasure is done',
    async () => (await client.query(`select 1 from erasure where state = 'done'`)).rowCount === 1,
  );
  for (const id of exports) assert.equal((await bytesOf(id)).statusCode, 404);
  await until('the bytes of both exports are overwritten', async () => {
    const parts = zips.map((zip) => zip.subarray(zip.length - 64).toString('hex'));
    return (
      (await filesWith(parts[0] as string, 'hex')).length + (await filesWith(parts[1] as string, 'hex')).length === 0
    );
  });
  // Bob’s own mail stays as he wrote it: its header names Anna, and is his.
  const bobsMail = Buffer.from('Please tell us both.');
  await until('bytes are overwritten', async () => {
    const left = await filesWith(MARK);
    for (const path of left) {
      const text = (await readFile(path)).toString('latin1');
      const around = text.split(/(?=Message-ID: )/).filter((part) => part.toLowerCase().includes(MARK));
      if (!around.every((part) => part.includes(bobsMail.toString()))) return false;
    }
    return true;
  });
  assert.deepEqual(await whereIs(MARK), []);
  assert.ok(world.logged.length > 0, 'there is a log');
  assert.deepEqual(
    world.logged.filter((line) => line.toLowerCase().includes(MARK)),
    [],
    'the log never spoke of them',
  );
  assert.equal((await owner.get(`/customers/${customer}`)).status, 404);
  const kept = await ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${bobs.id}`);
  assert.deepEqual(
    kept.items.filter((item) => 'text' in item).map((item) => ('text' in item ? item.text : '')),
    ['Please tell us both.'],
  );
  const log = await ask<Reply<'GET /audit'>>('GET', '/audit?area=data');
  assert.ok(log.items.some((entry) => entry.what === 'customer.erased' && entry.about.id === customer));

  // The mailbox is numbered anew and read again, and an old archive holds a mail nobody had seen.
  const again = [first, more].map((raw) => ({ ...raw, id: newId(), uidvalidity: 2 }));
  const old = mail({ from: anna, subject: `Long ago ${MARK}`, text: `An old ${MARK}`, at: '2024-01-02T03:04:05Z' });
  await arrive(world.hearten, place.id, [...again, old]);
  await until('what came again is forgotten again', async () => (await whereIs(MARK)).length === 0);
  assert.deepEqual(await whereIs(MARK), []);

  // Who writes again is somebody new.
  await arrive(world.hearten, place.id, [
    mail({
      from: theirs,
      subject: 'Hello again',
      text: 'A new question.',
      at: new Date(Date.now() + 1000).toISOString(),
    }),
  ]);
  const now = (await ask<Reply<'GET /conversations'>>('GET', '/conversations?view=all')).items.find(
    (row) => row.subject === 'Hello again',
  );
  assert.ok(now, 'a new mail opens a conversation');
  assert.notEqual(
    (await ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${now.id}`)).customer.id,
    customer,
  );
});

test('An erasure that is broken off in the middle goes on where it was, and is done only when all is gone', async () => {
  const word = 'dodofarn';
  const from = `Carl ${word} <carl@${word}.example>`;
  await arrive(world.hearten, place.id, [
    { ...mail({ from, id: `<c1@${word}.example>`, subject: `One ${word}`, text: word }), envelope: {} },
    { ...mail({ from, id: `<c2@${word}.example>`, subject: `Two ${word}`, text: word }), envelope: {} },
  ]);
  const rows = (await ask<Reply<'GET /conversations'>>('GET', '/conversations?view=all')).items;
  const home = rows.find((row) => row.subject === `One ${word}`)?.id as string;
  await ask('POST', `/conversations/${home}/tags`, { add: [word] }, { 'idempotency-key': 'a-key-of-the-tag' });
  const customer = (await ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${home}`)).customer.id;
  const erasureId = newId();
  await world.inside(place, (tx) =>
    tx.run(
      sql`insert into erasure (workspace_id, id, customer_id, due_at) values (${place.id}, ${erasureId}, ${customer}, now())`,
    ),
  );
  await assert.rejects(
    eraseCustomer(world.hearten, place.id, erasureId, () => Promise.reject(new Error('the machine stops'))),
    /the machine stops/,
  );
  assert.equal((await client.query('select state from erasure where id = $1', [erasureId])).rows[0]?.state, 'running');
  assert.ok((await whereIs(word)).includes('customer.name'));
  await eraseCustomer(world.hearten, place.id, erasureId, async () => 0);
  await until(
    'bytes and rows of mails are gone',
    async () => (await whereIs(word)).length + (await filesWith(word)).length === 0,
  );
  assert.equal((await client.query('select state from erasure where id = $1', [erasureId])).rows[0]?.state, 'done');
});

/** What would take many days to come about by itself, in the tables where it would stand. */
async function fill(customer: string, conversation: string): Promise<void> {
  await world.inside(place, async (tx) => {
    const w = place.id;
    await tx.run(sql`insert into acknowledged (workspace_id, address, day) values (${w}, ${theirs}, current_date)`);
    await tx.run(sql`insert into picture_sender (workspace_id, address) values (${w}, ${theirs})`);
    await tx.run(sql`insert into allowed_sender (workspace_id, id, pattern) values (${w}, ${newId()}, ${theirs})`);
    await tx.run(
      sql`insert into practice_mail (workspace_id, id, external_id, subject, sender, text, html) values (${w}, ${newId()}, ${`<${theirs}>`}, ${MARK}, ${theirs}, ${`to ${theirs}`}, ${MARK})`,
    );
    await tx.run(
      sql`insert into notification (workspace_id, id, person_id, kind, conversation_id, event_id, title, text, sender) values (${w}, ${newId()}, ${place.ownerId}, 'message', ${conversation}, ${newId()}, ${MARK}, ${MARK}, ${MARK})`,
    );
    const problem = newId();
    await tx.run(sql`insert into problem (workspace_id, id, name) values (${w}, ${problem}, 'The lamp is late')`);
    await tx.run(
      sql`insert into problem_words (workspace_id, problem_id, conversations, words) values (${w}, ${problem}, 1, ${JSON.stringify({ [MARK]: [1, 1] })}::jsonb)`,
    );
    await tx.run(
      sql`insert into cluster (workspace_id, id, name, state, words) values (${w}, ${newId()}, ${MARK}, 'dismissed', ${JSON.stringify({ [MARK]: [1, 1] })}::jsonb)`,
    );
    const mailing = newId();
    await tx.run(
      sql`insert into mailing (workspace_id, id, problem_id, kind, person_id, text) values (${w}, ${mailing}, ${problem}, 'fixed', ${place.ownerId}, 'It is fixed.')`,
    );
    await tx.run(
      sql`insert into mailing_person (workspace_id, mailing_id, id, problem_id, kind, chosen, state, customer_id, conversation_id, answers, inbox_id, provisional, address, subject, text) values (${w}, ${mailing}, ${newId()}, ${problem}, 'fixed', true, 'todo', ${customer}, ${conversation}, ${newId()}, ${inbox}, false, ${theirs}, ${MARK}, ${MARK})`,
    );
    const [hookId, deliveryId] = [newId(), newId()];
    await tx.run(
      sql`insert into webhook (workspace_id, id, address, sealed, active) values (${w}, ${hookId}, 'https://hooks.example/', '\\x00', false)`,
    );
    await tx.run(
      sql`insert into webhook_delivery (workspace_id, id, webhook_id, message_id, type, body, customer_id, state, error) values (${w}, ${deliveryId}, ${hookId}, 'm', 'customer.changed', ${`{"name":"${MARK}"}`}, ${customer}, 'failed', ${MARK})`,
    );
    await tx.run(
      sql`insert into webhook_attempt (workspace_id, delivery_id, number, error, request, headers, answer) values (${w}, ${deliveryId}, 1, ${MARK}, ${JSON.stringify({ url: MARK })}::jsonb, ${JSON.stringify({ x: MARK })}::jsonb, ${MARK})`,
    );
    const visitorId = newId();
    await tx.run(
      sql`insert into visitor (workspace_id, id, inbox_id, customer_id, user_id, name, email, agent, page, referrer, city) values (${w}, ${visitorId}, ${inbox}, ${customer}, ${MARK}, ${MARK}, ${theirs}, ${MARK}, ${MARK}, ${MARK}, ${MARK})`,
    );
    await tx.run(
      sql`insert into visitor_event (workspace_id, id, customer_id, kind, name, meta) values (${w}, ${newId()}, ${customer}, 'event', ${MARK}, ${JSON.stringify({ said: MARK })}::jsonb)`,
    );
    await tx.run(
      sql`insert into visitor_block (workspace_id, visitor_id, reason) values (${w}, ${visitorId}, ${MARK})`,
    );
    await tx.run(
      sql`insert into mood (workspace_id, conversation_id, stage, source, value, confidence, why) values (${w}, ${conversation}, 'latest', 'model', 1, 0.9, ${JSON.stringify([MARK])}::jsonb)`,
    );
    await tx.run(
      sql`insert into mood_ask (workspace_id, id, conversation_id, message_id, channel, words) values (${w}, ${newId()}, ${conversation}, ${newId()}, 'email', ${MARK})`,
    );
    await tx.run(
      sql`insert into praise (workspace_id, id, source, source_id, conversation_id, customer_id, words, name, code) values (${w}, ${newId()}, 'mood', ${newId()}, ${conversation}, ${customer}, ${MARK}, ${MARK}, 'abcdefgh2345')`,
    );
    const survey = newId();
    await tx.run(
      sql`insert into survey (workspace_id, id, name, kind, moment) values (${w}, ${survey}, 'How was it?', 'csat', 'resolved')`,
    );
    await tx.run(
      sql`insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, channel, turn, answers, words, answered_at) values (${w}, ${newId()}, ${survey}, ${conversation}, ${customer}, 'email', now(), ${JSON.stringify({ words: MARK })}::jsonb, ${MARK}, now())`,
    );
    const bulkId = newId();
    await tx.run(
      sql`insert into bulk (workspace_id, id, person_id, action, total) values (${w}, ${bulkId}, ${place.ownerId}, '{}', 1)`,
    );
    await tx.run(
      sql`insert into bulk_item (workspace_id, bulk_id, conversation_id, before) values (${w}, ${bulkId}, ${conversation}, ${JSON.stringify({ name: MARK })}::jsonb)`,
    );
    await tx.run(sql`update conversation set category = ${MARK}, spam = ${JSON.stringify({ why: MARK })}::jsonb, participants = ${JSON.stringify([{ address: second, name: MARK }])}::jsonb, consulted = ${JSON.stringify([{ address: second, name: MARK }])}::jsonb,
      merge_undo = ${JSON.stringify({ text: MARK })}::jsonb, split_undo = ${JSON.stringify({ text: MARK })}::jsonb where workspace_id = ${w} and id = ${conversation}`);
    await tx.run(
      sql`update customer set time_zone = ${MARK}, merge_undo = ${JSON.stringify({ handles: [theirs] })}::jsonb where workspace_id = ${w} and id = ${customer}`,
    );
    await tx.run(
      sql`update company set fields = ${JSON.stringify({ hint: MARK })}::jsonb where workspace_id = ${w} and domain = ${`${MARK}.example`}`,
    );
    await tx.run(sql`update message set html = ${`<p>${MARK}</p>`}, quote_html = ${`<p>${MARK}</p>`}, state_reason = ${MARK}, forwarded = ${JSON.stringify({ address: theirs })}::jsonb, delivery = ${JSON.stringify([{ address: theirs }])}::jsonb, people_before = ${JSON.stringify([{ address: theirs }])}::jsonb,
      plan = ${JSON.stringify({ why: MARK })}::jsonb, spam = ${JSON.stringify({ why: MARK })}::jsonb, authentication = ${JSON.stringify({ domain: MARK })}::jsonb, parsed = ${JSON.stringify({ list: MARK })}::jsonb,
      reference_ids = ${[`<r@${MARK}.example>`]}::text[], in_reply_to = ${`<r@${MARK}.example>`} where workspace_id = ${w} and conversation_id = ${conversation} and type = 'out'`);
    await tx.run(
      sql`update draft set html = ${MARK}, recipients = ${JSON.stringify({ to: [{ address: second }] })}::jsonb, bcc = ${JSON.stringify([{ address: second }])}::jsonb where workspace_id = ${w}`,
    );
    await tx.run(
      sql`update saved_view set filter = filter || ${JSON.stringify({ from: theirs })}::jsonb where workspace_id = ${w}`,
    );
    await tx.run(sql`update note_draft set html = ${MARK} where workspace_id = ${w}`);
    await tx.run(
      sql`insert into named_id (workspace_id, external_id, conversation_id) values (${w}, ${`<named@${MARK}.example>`}, ${conversation}) on conflict do nothing`,
    );
    await world.hearten.jobs.add(
      tx,
      'tell',
      { notifications: [{ text: MARK, address: theirs }] },
      { at: new Date(Date.now() + 3_600_000) },
    );
  });
}

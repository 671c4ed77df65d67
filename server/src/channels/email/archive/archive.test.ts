import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Inbox, MailImport } from '@hearten/contract';
import { type Browser, makeWorld, type Place, type World } from '../../../../test/world.ts';
import { sql } from '../../../base/db.ts';
import { newId } from '../../../base/ids.ts';
import { deleteForGood } from '../../../conversations/index.ts';
import { makeModules } from '../../../modules.ts';
import type { ImportRow } from './index.ts';
import { importInto } from './index.ts';
import { type Found, readMbox } from './mbox.ts';

let world: World;
let place: Place;
let owner: Browser;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearten-archive-'));
  world = await makeWorld({ settings: { MAX_MAIL_MB: '1' }, modules: (hearten) => makeModules(hearten) });
  place = await world.workspace();
  await world.inside(place, async (tx) => {
    await tx.run(
      sql`insert into brand (workspace_id, id, name) values (${place.id}, ${newId()}, 'Test') on conflict do nothing`,
    );
    await tx.run(sql`insert into counter (workspace_id) values (${place.id}) on conflict do nothing`);
  });
  owner = await world.as(place, 'owner');
});
after(async () => {
  await world?.end();
  await rm(folder, { recursive: true, force: true });
});

const file = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
};
const all = async (path: string, gzip = false, from = 0, most = 1_000_000): Promise<Found[]> => {
  const out: Found[] = [];
  for await (const found of readMbox(path, gzip, from, most)) out.push(found);
  return out;
};
const texts = (found: Found[]): string[] => found.map(({ bytes }) => bytes.toString('latin1'));

let made = 0;
const inbox = async (): Promise<Inbox> => {
  const one = await owner.post<Inbox>('/inboxes', {
    name: 'Support',
    address: `archive${++made}@example.com`,
    settings: {},
  });
  assert.equal(one.status, 201, one.text);
  return one.body;
};
const take = async (
  address: string,
  path: string,
  progress: (row: ImportRow) => void = () => undefined,
  signal = new AbortController().signal,
): Promise<ImportRow> => importInto(world.hearten, address, path, progress, signal);
const counts = ({ imported, known, quarantined, ignored }: ImportRow) => ({ imported, known, quarantined, ignored });
const rows = <Row>(query: ReturnType<typeof sql>) => world.hearten.db.read<Row>(place.id, query);

let letters = 0;
type Letter = {
  from?: string;
  to?: string;
  id?: string;
  reply?: string;
  minute?: number;
  text?: string;
  more?: string;
  received?: boolean;
};
const letter = ({
  from = 'Ada <ada@customer.example>',
  to = 'archive@example.com',
  id = `a${++letters}@customer.example`,
  reply,
  minute = letters,
  text = 'Hello',
  more = '',
  received = true,
}: Letter): string => {
  const at = new Date(Date.UTC(2024, 2, 5, 8, minute)).toUTCString();
  return `${received ? `Received: from a by b; ${at}\n` : ''}From: ${from}\nTo: ${to}\nSubject: Lamp ${letters}\nDate: ${at}\nMessage-ID: <${id}>\n${reply ? `In-Reply-To: <${reply}>\n` : ''}${more}\n${text}\n`;
};
const separator = 'From ada@customer.example Tue Mar  5 08:00:00 2024\n';
const mbox = (list: string[]): string =>
  list.map((one) => `${separator}${one.replace(/^(>*From )/gm, '>$1')}\n`).join('');

it('reads every kind of mbox: escaped or not, with lengths, with CRLF, packed, and from the middle', async () => {
  const plain = 'Subject: 1\n\nFrom the beginning\n\nFrom here on it is text\n>From a quote\n\nbye\n';
  const second = 'Subject: 2\n\nsecond\n';
  const rd = await file(
    'rd.mbox',
    `${separator}Subject: 1\n\n>From the beginning\n\n>From here on it is text\n>>From a quote\n\nbye\n\n${separator}${second}\n`,
  );
  assert.deepEqual(texts(await all(rd)), [plain, second]);
  // Not escaped at all: words are no separator, for they tell no time.
  const bare = await file(
    'bare.mbox',
    `${separator}Subject: 1\n\nyes\n\nFrom here on it is text\n\nbye\n\n${separator}${second}`,
  );
  assert.deepEqual(texts(await all(bare)), ['Subject: 1\n\nyes\n\nFrom here on it is text\n\nbye\n', second]);
  // mboxcl2: a whole separator inside a mail, which only the length tells.
  const inner = `forwarded:\n\n${separator}Subject: inner\n\nx\n>From stays\n`;
  const cl2 = await file(
    'cl2.mbox',
    `${separator}Subject: 1\nContent-Length: ${inner.length}\n\n${inner}\n${separator}Subject: 2\nContent-Length: 999999\n\nlies\n\n${separator}${second}`,
  );
  assert.deepEqual(texts(await all(cl2)), [
    `Subject: 1\nContent-Length: ${inner.length}\n\n${inner}`,
    'Subject: 2\nContent-Length: 999999\n\nlies\n',
    second,
  ]);
  const crlf = await file(
    'crlf.mbox',
    Buffer.from(
      `${separator}${plain.replace(/^(>*From )/gm, '>$1')}\n${separator}${second}\n`.replaceAll('\n', '\r\n'),
    ),
  );
  assert.deepEqual(texts(await all(crlf)), [plain.replaceAll('\n', '\r\n'), second.replaceAll('\n', '\r\n')]);
  const packed = await file('rd.mbox.gz', gzipSync(`${separator}${second}\n`.repeat(3)));
  const three = await all(packed, true);
  assert.deepEqual(texts(three), [second, second, second]);
  assert.deepEqual(texts(await all(packed, true, three[1]?.end)), [second]);
  assert.deepEqual(texts(await all(rd, false, (await all(rd))[0]?.end)), [second]);
  assert.deepEqual(texts(await all(await file('none.mbox', 'Subject: alone\n\nx\n'))), ['Subject: alone\n\nx\n']);
  assert.deepEqual(await all(await file('empty.mbox', '')), []);
});

it('reads separators that lie across the pieces a file is read in, and passes over what is too large without holding it', async () => {
  const pad = (n: number): string => `Subject: ${n}\n\n${'x'.repeat(n)}\n`;
  // Each shifts the next separator by one byte over the border at 1 MB.
  for (let shift = 0; shift < 60; shift += 7) {
    const first = pad(1024 * 1024 - separator.length - 40 + shift);
    const path = await file('border.mbox', `${separator}${first}\n${separator}${pad(10)}`);
    assert.deepEqual(
      (await all(path, false, 0, 3_000_000)).map(({ size }) => size),
      [first.length, pad(10).length],
    );
  }
  const huge = await all(await file('huge.mbox', `${separator}${pad(9_000_000)}\n${separator}${pad(5)}`));
  assert.deepEqual(
    huge.map(({ size }) => size),
    [pad(9_000_000).length, pad(5).length],
  );
  assert.ok((huge[0]?.bytes.length ?? 0) <= 1024 * 1024);
  assert.ok(huge[0]?.bytes.toString('latin1').startsWith('Subject: 9000000\n\n'));
});

it('makes an archive conversations of both sides, in their order and time, and counts what it read', async () => {
  const home = await inbox();
  const us = `Northwind <${home.address}>`;
  const received = mbox([
    letter({ id: 'q1@c', minute: 1, to: home.address }),
    letter({ id: 'q2@c', minute: 30, to: home.address, reply: 'r1@example.com', text: 'It is still dark.' }),
    letter({ id: 'bob@c', minute: 40, from: 'bob@other.example', to: home.address }),
  ]);
  const sent = mbox([
    letter({
      id: 'r1@example.com',
      minute: 10,
      from: us,
      to: 'ada@customer.example',
      reply: 'q1@c',
      received: false,
      text: 'Try the switch.',
    }),
    letter({
      id: 'r2@example.com',
      minute: 50,
      from: us,
      to: 'Carla <carla@new.example>',
      received: false,
      text: 'We have your lamp.',
    }),
  ]);
  await file('desk/Inbox.mbox', received);
  await file('desk/Sent.mbox', sent);
  await file('desk/Trash.mbox', mbox([letter({ to: home.address })]));
  await file('desk/Drafts', mbox([letter({ from: us, to: 'x@y.example' })]));
  await file('desk/notes.txt', 'Not a mail.');
  await symlink('/etc/passwd', join(folder, 'desk/Link.mbox'));
  const row = await take(home.address, join(folder, 'desk'));
  assert.deepEqual([row.state, counts(row)], ['done', { imported: 5, known: 0, quarantined: 0, ignored: 2 }]);
  assert.match(row.state_text, /2 files were no mail.*notes\.txt/);
  const said = await rows<{
    customer_address: string;
    type: string;
    external_id: string;
    at: string;
    state: string | null;
    n: number;
    status: string;
    last_from: string;
  }>(sql`
    select c.customer_address, m.type, m.external_id, m.at, m.state, c.message_count as n, c.status, c.last_from from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.workspace_id = ${place.id} and m.inbox_id = ${home.id} order by m.at`);
  assert.deepEqual(
    said.map((one) => [
      one.customer_address,
      one.type,
      one.external_id,
      one.at.slice(11, 16),
      one.state,
      one.n,
      one.last_from,
    ]),
    [
      ['ada@customer.example', 'in', 'q1@c', '08:01', null, 3, 'customer'],
      ['ada@customer.example', 'out', 'r1@example.com', '08:10', 'sent', 3, 'customer'],
      ['ada@customer.example', 'in', 'q2@c', '08:30', null, 3, 'customer'],
      ['bob@other.example', 'in', 'bob@c', '08:40', null, 1, 'customer'],
      ['carla@new.example', 'out', 'r2@example.com', '08:50', 'sent', 1, 'team'],
    ],
  );
  assert.ok(said.every((one) => one.status === 'resolved'));
  // Nobody of ours became a customer of ours.
  assert.deepEqual(
    await rows(sql`select 1 from handle where workspace_id = ${place.id} and value = ${home.address}`),
    [],
  );
  // Again: all of it is known, and the counts still add up.
  const again = await take(home.address, join(folder, 'desk'));
  assert.notEqual(again.id, row.id);
  assert.deepEqual(counts(again), { imported: 0, known: 5, quarantined: 0, ignored: 2 });
});

it('sends nothing and notifies nobody', async () => {
  const home = await inbox();
  const settings = { ...home.settings, acknowledge: true };
  await owner.send('PATCH', `/inboxes/${home.id}`, { settings });
  const today = new Date().toUTCString();
  await take(
    home.address,
    await file(
      'recent.mbox',
      mbox([letter({ to: home.address, received: false, more: `Received: from a by b; ${today}\n` })]),
    ),
  );
  const events = await rows<{ name: string; data: { historic?: boolean } }>(sql`
    select e.name, e.data from event e join conversation c on c.workspace_id = e.workspace_id and c.id = e.conversation_id where e.workspace_id = ${place.id} and c.inbox_id = ${home.id}`);
  assert.deepEqual(
    events.map(({ name, data }) => [name, data.historic]),
    [['message.received', true]],
  );
  const jobs = await rows(
    sql`select 1 from message where workspace_id = ${place.id} and inbox_id = ${home.id} and state in ('queued', 'sending')`,
  );
  assert.deepEqual(jobs, []);
});

it('reads a Maildir with its folders and flags, oldest first, and leaves out what was deleted or never sent', async () => {
  const home = await inbox();
  const at = (name: string, minute: number, more: Letter = {}) =>
    file(`maildir/${name}`, letter({ to: home.address, minute, ...more }));
  await at('cur/1709625720.M1.host:2,S', 2, { id: 'm2@c' });
  await at('new/1709625660.M2.host', 1, { id: 'm1@c' });
  await at('.Sent/cur/1709625900.M3.host:2,S', 5, {
    id: 's1@example.com',
    from: home.address,
    to: 'ada@customer.example',
    reply: 'm2@c',
    received: false,
  });
  await at('.Archive.2024/cur/1709626000.M4.host:2,', 7, { id: 'm3@c', reply: 's1@example.com' });
  await at('cur/1709626001.M5.host:2,ST', 8);
  await at('cur/1709626002.M6.host:2,D', 8);
  await at('.Junk/cur/1709626003.M7.host:2,S', 8);
  await at('tmp/1709626004.M8.host', 8);
  await file('maildir/dovecot-uidlist', '3 V1 N1');
  await mkdir(join(folder, 'maildir/.Sent/new'), { recursive: true });
  await mkdir(join(folder, 'maildir/.Archive.2024/new'), { recursive: true });
  await mkdir(join(folder, 'maildir/.Junk/new'), { recursive: true });
  const row = await take(home.address, join(folder, 'maildir'));
  assert.deepEqual(counts(row), { imported: 4, known: 0, quarantined: 0, ignored: 3 });
  const said = await rows<{ external_id: string; type: string; number: number }>(sql`
    select m.external_id, m.type, c.number from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.workspace_id = ${place.id} and m.inbox_id = ${home.id} order by m.at`);
  assert.deepEqual(
    said.map((one) => [one.external_id, one.type]),
    [
      ['m1@c', 'in'],
      ['m2@c', 'in'],
      ['s1@example.com', 'out'],
      ['m3@c', 'in'],
    ],
  );
  assert.equal(
    new Set(said.slice(1).map((one) => one.number)).size,
    1,
    'the answer and its answer are one conversation',
  );
});

it('keeps what it cannot read in quarantine, what is too large by its headers, and what it may be told twice once', async () => {
  const home = await inbox();
  const twice = letter({ to: home.address });
  const path = await file(
    'odd.mbox',
    mbox([
      twice,
      'Subject: nobody wrote this\n\nx\n',
      twice,
      letter({ to: home.address, text: 'y'.repeat(1_500_000) }),
    ]),
  );
  const row = await take(home.address, path);
  assert.deepEqual(counts(row), { imported: 2, known: 1, quarantined: 1, ignored: 0 });
  const [stub] = await rows<{ text: string }>(
    sql`select text from message where workspace_id = ${place.id} and inbox_id = ${home.id} and text like 'This mail has%'`,
  );
  assert.match(stub?.text ?? '', /The whole of it is in odd\.mbox/);
  const shown = (await owner.get<{ items: MailImport[] }>(`/inboxes/${home.id}/imports`)).body.items[0];
  assert.deepEqual([shown?.read, shown?.share, shown?.state], [4, 1, 'done']);
});

it('stops when asked, goes on where it stopped, and begins anew only when the archive was changed before that', async () => {
  const home = await inbox();
  const list = Array.from({ length: 180 }, (_, i) => letter({ to: home.address, minute: i }));
  const path = await file('long.mbox', mbox(list));
  let id = '';
  const first = await take(home.address, path, (row) => {
    id = row.id;
    if (row.place === 50) void owner.post(`/imports/${row.id}/stop`, {});
  });
  assert.equal(first.state, 'stopped');
  assert.ok(first.place >= 50 && first.place < 180, `${first.place}`);
  // It grew meanwhile, as a mailbox does.
  await writeFile(path, mbox([...list, letter({ to: home.address })]));
  const stop = new AbortController();
  const second = await take(home.address, path, () => stop.abort(), stop.signal);
  assert.equal(second.id, id);
  assert.equal(second.state, 'stopped');
  assert.ok(second.place > first.place);
  const third = await take(home.address, path);
  assert.deepEqual(
    [third.id, third.round, counts(third)],
    [id, 1, { imported: 181, known: 0, quarantined: 0, ignored: 0 }],
  );

  const other = await file('changed.mbox', mbox(list.slice(0, 120).map((one) => one.replace('Hello', 'Good day'))));
  const halt = new AbortController();
  await take(home.address, other, () => halt.abort(), halt.signal);
  await writeFile(
    other,
    mbox([letter({ to: home.address }), ...list.slice(0, 120).map((one) => one.replace('Hello', 'Good day'))]),
  );
  const anew = await take(home.address, other);
  assert.equal(anew.round, 2);
  assert.equal(anew.imported + anew.known, 121);
  assert.ok(anew.known >= 50);
});

it('does not bring back what was deleted for good, from the same archive or another, and says that it is known', async () => {
  const home = await inbox();
  const kept = letter({ to: home.address });
  const deleted = letter({ to: home.address, id: 'deleted@customer.example', text: 'Words that must be gone.' });
  const path = await file('shop.mbox', mbox([kept, deleted]));
  assert.equal((await take(home.address, path)).imported, 2);
  const here = () =>
    rows<{ id: string; external_id: string }>(
      sql`select conversation_id as id, external_id from message where workspace_id = ${place.id} and inbox_id = ${home.id}`,
    );
  const id = (await here()).find((row) => row.external_id.includes('deleted@'))?.id ?? '';
  await world.inside(place, async (tx) => {
    await tx.run(
      sql`update conversation set folder = 'trash', trashed_at = now() where workspace_id = ${place.id} and id = ${id}`,
    );
    await deleteForGood(tx, { kind: 'system', id: null }, id);
  });
  assert.equal((await here()).length, 1);
  const fresh = letter({ to: home.address });
  for (const name of ['shop.mbox', 'elsewhere.mbox']) {
    const again = await take(home.address, await file(name, mbox([fresh, kept, deleted])));
    assert.equal(again.known, name === 'shop.mbox' ? 2 : 3);
    assert.deepEqual((await here()).length, 2);
    assert.ok((await here()).every((row) => !row.external_id.includes('deleted@')));
  }
});

it('says what is wrong before anything is changed', async () => {
  const home = await inbox();
  await assert.rejects(take(home.address, join(folder, 'nowhere')), /There is no file or folder/);
  await assert.rejects(take('nobody@example.com', folder), /There is no inbox for nobody@example\.com/);
  assert.deepEqual(
    await rows(sql`select 1 from mail_import where workspace_id = ${place.id} and inbox_id = ${home.id}`),
    [],
  );
  await utimes(folder, new Date(), new Date());
  await rename(join(folder, 'rd.mbox'), join(folder, 'renamed'));
  assert.equal((await all(join(folder, 'renamed'))).length, 2);
});

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Inbox, Quarantined } from '@hearten/contract';
import fastify from 'fastify';
import { letter, type Sink, smtpSink } from '../../../test/mail.ts';
import { type Browser, makeWorld, type Place, type World } from '../../../test/world.ts';
import { sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { answerError } from '../../base/http.ts';
import { newId } from '../../base/ids.ts';
import type { Module } from '../../base/module.ts';
import { senderChecked } from '../../conversations/index.ts';
import { recognise } from '../../customers/index.ts';
import { makeModules } from '../../modules.ts';
import { identify } from '../../team/index.ts';
import { arrive } from './arrive.ts';
import { fileReader, fileRoutes } from './files.ts';
import type { Raw } from './incoming.ts';
import { pipe } from './pipe.ts';
import { signatureOf } from './posted.ts';
import { readLeft, readStored } from './stored.ts';

let world: World;
let place: Place;
let owner: Browser;
let sink: Sink;
let inbox: Inbox;
let modules: Module[];
before(async () => {
  sink = await smtpSink({ user: 'support@example.com', password: 'open sesame' });
  world = await makeWorld({
    settings: { MAX_MAIL_MB: '1' },
    modules: (hearten) => {
      modules = makeModules(hearten);
      return modules;
    },
  });
  place = await world.workspace();
  await world.inside(place, async (tx) => {
    if (!(await tx.first(sql`select 1 from brand where workspace_id = ${place.id}`)))
      await tx.run(sql`insert into brand (workspace_id, id, name) values (${place.id}, ${newId()}, 'Test')`);
    await tx.run(sql`insert into counter (workspace_id) values (${place.id}) on conflict do nothing`);
  });
  owner = await world.as(place, 'owner');
  const made = await owner.post<Inbox>('/inboxes', {
    name: 'Support',
    address: 'support@example.com',
    settings: {
      smtp: {
        host: sink.host,
        port: sink.port,
        security: 'none',
        user: 'support@example.com',
        password: 'open sesame',
      },
      acknowledge: true,
    },
  });
  assert.equal(made.status, 201, made.text);
  inbox = made.body;
});
after(async () => {
  await sink?.stop();
  await world?.end();
});

const raw = (bytes: Buffer | string, more: Partial<Raw> = {}): Raw => ({
  id: newId(),
  inboxId: inbox.id,
  source: 'smtp',
  bytes: Buffer.from(bytes),
  size: bytes.length,
  receivedAt: new Date().toISOString(),
  historic: false,
  folder: '',
  uidvalidity: null,
  uid: null,
  envelope: {},
  stub: null,
  ...more,
});
const take = async (bytes: Buffer | string, more: Partial<Raw> = {}): Promise<string> => {
  const one = raw(bytes, more);
  await arrive(world.hearten, place.id, [one]);
  return one.id;
};
const rows = <Row>(query: ReturnType<typeof sql>) => world.hearten.db.read<Row>(place.id, query);
const file = (url: string, cookie = owner.cookie) =>
  world.app.inject({
    method: 'GET',
    url,
    headers: { host: 'localhost', ...(cookie ? { cookie: `__Host-hearten=${cookie}` } : {}) },
  });

it('never gives a password back, and keeps it when it is left out of a change', async () => {
  const listed = await owner.get<{ items: Inbox[] }>('/inboxes');
  assert.ok(!listed.text.includes('open sesame'));
  assert.deepEqual(listed.body.items[0]?.hasPassword, { imap: false, smtp: true });
  const [kept] = await rows<{ settings: string; secrets: Buffer }>(
    sql`select settings::text, secrets from inbox where workspace_id = ${place.id}`,
  );
  assert.ok(!kept?.settings.includes('sesame') && !kept?.secrets.includes('sesame'));
  const { smtp, ...rest } = inbox.settings;
  const changed = await owner.send<Inbox>('PATCH', `/inboxes/${inbox.id}`, {
    name: 'Help',
    settings: { ...rest, smtp },
  });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(changed.body.hasPassword.smtp, true);
  assert.equal(changed.body.name, 'Help');
  assert.equal(
    (await owner.post('/inboxes', { name: 'Twice', address: 'SUPPORT@example.com', settings: {} })).status,
    409,
  );
});

it('gives a kept password to no other server than the one it was typed for', async () => {
  const elsewhere = await smtpSink({ user: 'support@example.com', password: 'open sesame' });
  try {
    const { smtp, ...rest } = inbox.settings;
    const moved = { ...rest, smtp: { ...smtp, host: 'localhost', port: elsewhere.port } };
    for (const refused of [
      await owner.send('PATCH', `/inboxes/${inbox.id}`, { settings: moved }),
      await owner.post('/inboxes/test', { id: inbox.id, address: inbox.address, settings: moved }),
    ]) {
      assert.equal(refused.status, 400, refused.text);
      assert.match(refused.text, /type the password for localhost too/);
    }
    const typed = { ...moved, smtp: { ...moved.smtp, password: 'open sesame' } };
    const test = await owner.post('/inboxes/test', { id: inbox.id, address: inbox.address, settings: typed });
    assert.equal(test.status, 200, test.text);
  } finally {
    await elsewhere.stop();
  }
});

it('tries a connection with the kept password and says in plain words what is wrong', async () => {
  const { imap: _imap, ...settings } = inbox.settings;
  const test = (change: object) =>
    owner.post<{ findings: { step: string; ok: boolean; text: string }[] }>('/inboxes/test', {
      id: inbox.id,
      address: inbox.address,
      settings: { ...settings, ...change },
    });
  const good = await test({});
  assert.ok(
    good.body.findings.every((finding) => finding.ok),
    good.text,
  );
  const cases: [object, RegExp][] = [
    [{ smtp: { ...settings.smtp, password: 'wrong' } }, /refused the user name or password/],
    [{ smtp: { ...settings.smtp, port: 1 } }, /nothing answers on port 1/],
    [
      { smtp: { ...settings.smtp, host: 'nowhere.invalid', password: 'open sesame' } },
      /There is no server named nowhere\.invalid/,
    ],
    [{ smtp: { ...settings.smtp, security: 'tls' } }, /does not speak TLS/],
    [{ smtp: { ...settings.smtp, security: 'starttls' } }, /does not speak STARTTLS/],
  ];
  for (const [change, wanted] of cases) {
    const { body, text } = await test(change);
    assert.match(body.findings.at(-1)?.text ?? '', wanted, text);
    assert.equal(body.findings.at(-1)?.ok, false);
  }
  const open = await smtpSink();
  try {
    const { body, text } = await test({ smtp: { ...settings.smtp, port: open.port } });
    assert.match(body.findings.at(-1)?.text ?? '', /takes no user name and password/, text);
  } finally {
    await open.stop();
  }
});

it('shows mail that can not be read, hands out its raw file, tries again and sets it aside', async () => {
  const bytes = Buffer.from('Subject: Who am I?\r\n\r\nNo sender at all');
  const id = await take(bytes);
  const listed = await owner.get<{ items: Quarantined[] }>('/quarantine');
  const found = listed.body.items.find((item) => item.id === id);
  assert.equal(found?.subject, 'Who am I?');
  assert.match(found?.reason ?? '', /no sender/);
  const download = await file(`/files/quarantine/${id}/raw`);
  assert.deepEqual(download.rawPayload, bytes);
  const again = await owner.post<{ outcome: string; reason: string }>(`/quarantine/${id}/retry`);
  assert.equal(again.body.outcome, 'quarantined');
  // What made it unreadable is repaired, as by a better version of the program: now it becomes a message.
  await world.inside(place, async (tx) => {
    const [stored] = await world.hearten.files.put([Buffer.from(letter({ subject: 'Repaired' }))]);
    if (!stored) throw new Error('nothing stored');
    await world.hearten.files.keep(tx, [stored]);
    await tx.run(
      sql`update inbound_mail set raw_hash = ${stored.hash} where workspace_id = ${place.id} and id = ${id}`,
    );
  });
  assert.equal((await owner.post<{ outcome: string }>(`/quarantine/${id}/retry`)).body.outcome, 'processed');
  assert.equal(
    (await rows(sql`select 1 from message where workspace_id = ${place.id} and subject = 'Repaired'`)).length,
    1,
  );
  assert.equal((await owner.post(`/quarantine/${id}/ignore`)).status, 404);
  const other = await take('Subject: Again nobody\r\n\r\nx');
  assert.equal((await owner.post(`/quarantine/${other}/ignore`)).status, 200);
  assert.equal((await file(`/files/quarantine/${other}/raw`)).statusCode, 200, 'what is set aside is kept');
});

const withFiles = [
  'From: ana@example.org',
  'To: support@example.com',
  'Subject: Files',
  'Message-ID: <files@example.org>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p onclick="alert(1)">Hello <img src="cid:dot@x"><img src="https://pics.example.net/a.png" width=80><script>alert(1)</script></p>',
  '--b',
  'Content-Type: image/png; name=dot.png',
  'Content-ID: <dot@x>',
  'Content-Disposition: inline; filename=dot.png',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--b',
  'Content-Type: image/svg+xml',
  'Content-Disposition: attachment; filename="p\u200bage.svg"',
  '',
  '<svg onload="alert(1)"/>',
  '--b',
  'Content-Type: text/html',
  'Content-Disposition: attachment; filename="../../evil.html"',
  '',
  '<script>alert(1)</script>',
  '--b--',
  '',
].join('\r\n');

it('hands out what customers send as files that can do nothing', async () => {
  const id = await take(withFiles);
  const [message] = await rows<{ attachments: { part: number; filename: string; contentType: string }[] }>(
    sql`select attachments from message where workspace_id = ${place.id} and id = ${id}`,
  );
  const part = (type: string) => message?.attachments.find((one) => one.contentType === type)?.part ?? -1;
  for (const type of ['image/svg+xml', 'text/html']) {
    const got = await file(`/files/messages/${id}/${part(type)}?inline=1`);
    assert.equal(got.statusCode, 200, got.body);
    assert.match(
      String(got.headers['content-disposition']),
      /^attachment; filename="[^"/\\]+"; filename\*=UTF-8''[^/]+$/,
    );
    assert.equal(got.headers['x-content-type-options'], 'nosniff');
    assert.equal(got.headers['content-security-policy'], "sandbox; default-src 'none'");
    assert.ok(!String(got.headers['content-type']).startsWith('text/html'));
  }
  const picture = await file(`/files/messages/${id}/${part('image/png')}?inline=1`);
  assert.match(String(picture.headers['content-disposition']), /^inline/);
  assert.equal(picture.rawPayload.subarray(1, 4).toString(), 'PNG');
  assert.equal((await file(`/files/messages/${id}/raw`)).body, withFiles);
  assert.equal((await file(`/files/messages/${id}/99`)).statusCode, 404);
  assert.equal((await file(`/files/messages/${id}/0`, '')).statusCode, 401);
  const stranger = await world.as(await world.workspace(), 'owner');
  assert.equal((await file(`/files/messages/${id}/0`, stranger.cookie)).statusCode, 404);
});

it('leads to an address of their own, when the files have one, with a link that is good for minutes', async () => {
  const id = await take(withFiles.replace('files@example.org', 'apart@example.org').replace('Files', 'Apart'));
  const app = fastify();
  app.setErrorHandler(answerError);
  const config = { ...world.hearten.config, FILES_URL: 'https://files.example.net' };
  const room = { ...world.hearten, config };
  fileRoutes(app, room, (request) => identify(world.hearten)(request.raw, request.ip), fileReader(room));
  const get = (url: string, host: string, cookie = '') =>
    app.inject({ method: 'GET', url, headers: { host, ...(cookie ? { cookie: `__Host-hearten=${cookie}` } : {}) } });
  const led = await get(`/files/messages/${id}/0?inline=1`, 'desk.example', owner.cookie);
  assert.equal(led.statusCode, 302);
  const link = new URL(String(led.headers.location));
  assert.equal(link.host, 'files.example.net');
  const path = `${link.pathname}${link.search}`;
  assert.equal((await get(path, link.host)).statusCode, 200, 'without a cookie');
  assert.equal((await get(path.replace('/0?', '/raw?'), link.host)).statusCode, 403, 'for this file only');
  assert.equal((await get(path.replace(/&e=\d+/, '&e=99999999999'), link.host)).statusCode, 403, 'and not for longer');
  assert.equal((await get(`/files/messages/${id}/0`, link.host)).statusCode, 401);
  await app.close();
});

it('draws mail HTML alone and powerless, with remote pictures only when asked and only through us', async () => {
  const id = await take(withFiles.replace('files@example.org', 'frame@example.org').replace('Files', 'Frame'));
  const frame = await file(`/frames/messages/${id}`);
  assert.equal(frame.statusCode, 200, frame.body);
  assert.match(
    String(frame.headers['content-security-policy']),
    /default-src 'none'; img-src 'self' data:; .*frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-same-origin$/,
  );
  assert.doesNotMatch(frame.body, /script|onclick|src="https:/);
  assert.match(frame.body, new RegExp(`src="/files/messages/${id}/\\d\\?inline=1"`));
  assert.match(frame.body, /data-remote-images="true"/);
  const shown = await file(`/frames/messages/${id}?images=1`);
  const proxied = /src="(\/files\/images\?[^"]+)"/.exec(shown.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  assert.match(proxied, /u=https%3A%2F%2Fpics\.example\.net%2Fa\.png/);
  assert.equal((await file(proxied.replace('a.png', 'b.png'))).statusCode, 403, 'only addresses we signed');
  const inside = `/files/images?u=${encodeURIComponent('http://127.0.0.1/')}&s=${world.hearten.seal.sign('image', 'http://127.0.0.1/')}`;
  assert.equal((await file(inside)).statusCode, 403, 'never this network');
});

it('takes posted mail only with the inbox’s own signature, made now', async () => {
  const body = Buffer.from(letter({ subject: 'Posted' }));
  const now = String(Math.floor(Date.now() / 1000));
  const post = (headers: Record<string, string>, payload = body) =>
    world.app.inject({
      method: 'POST',
      url: `/mail/${inbox.id}`,
      headers: { 'content-type': 'message/rfc822', ...headers },
      payload,
    });
  assert.equal(
    (await post({ 'hearten-timestamp': now, 'hearten-signature': signatureOf('', now, body) })).statusCode,
    401,
    'no key, no mail',
  );
  const { key } = (await owner.post<{ key: string }>(`/inboxes/${inbox.id}/intake-key`)).body;
  const signed = (at: string, bytes = body) => ({
    'hearten-timestamp': at,
    'hearten-signature': signatureOf(key, at, bytes),
  });
  assert.equal((await post(signed(now), Buffer.from('other'))).statusCode, 401);
  assert.equal((await post(signed(String(Number(now) - 600)))).statusCode, 401);
  assert.equal((await post({})).statusCode, 401);
  assert.equal((await post(signed(now))).statusCode, 202);
  assert.equal(
    (await rows(sql`select 1 from message where workspace_id = ${place.id} and subject = 'Posted'`)).length,
    1,
  );
  assert.ok(!world.logged.join('').includes(key));
});

it('takes piped mail safely first and reads it afterwards', async () => {
  const given = (text: string) => Readable.from([Buffer.from(text)]);
  assert.equal((await pipe(world.hearten, 'nobody@example.com', given(letter()))).code, 67);
  assert.equal((await pipe(world.hearten, inbox.address, given(''))).code, 65);
  assert.deepEqual(
    await pipe(world.hearten, inbox.address, given(`From ana Thu Jan  1\n${letter({ subject: 'Piped' })}`)),
    { code: 0, text: '' },
  );
  assert.equal(
    (await pipe(world.hearten, inbox.address, given(letter({ subject: 'Piped large', text: 'x'.repeat(2_000_000) }))))
      .code,
    65,
  );
  assert.equal(
    (
      await pipe(
        { ...world.hearten, files: { ...world.hearten.files, put: () => Promise.reject(new Error('disk')) } },
        inbox.address,
        given(letter()),
      )
    ).code,
    75,
  );
  await world.inside(place, (tx) =>
    tx.run(
      sql`update inbound_mail set received_at = now() - interval '1 minute' where workspace_id = ${place.id} and state = 'stored'`,
    ),
  );
  assert.equal(await readLeft(world.hearten), 2);
  const [large] = await rows<{ text: string }>(
    sql`select text from message where workspace_id = ${place.id} and subject = 'Piped large'`,
  );
  assert.match(large?.text ?? '', /1\.9 MB, more than the 1 MB/);
  assert.equal(
    (await rows(sql`select 1 from message where workspace_id = ${place.id} and subject = 'Piped'`)).length,
    1,
  );
});

it('reads a stored mail of a customer who becomes known at that very moment', async () => {
  const from = 'new@twins.example';
  const mail = Readable.from([Buffer.from(letter({ from, subject: 'Twin' }))]);
  assert.equal((await pipe(world.hearten, inbox.address, mail)).code, 0);
  const [stored] = await rows<{ id: string }>(
    sql`select id from inbound_mail where workspace_id = ${place.id} and state = 'stored'`,
  );
  const read = await world.inside(place, async (tx) => {
    await recognise(tx, [{ address: from, name: 'New' }]);
    const reading = readStored(world.hearten, place.id, stored?.id ?? '');
    // Until it waits for us: it has asked who this is and was told nobody.
    while (
      !(await tx.first(sql`select 1 from pg_locks where not granted and transactionid = pg_current_xact_id()::xid`))
    )
      await sleep(5);
    return { reading };
  });
  assert.deepEqual(await read.reading, { state: 'processed', reason: '' });
  assert.equal(
    (await rows(sql`select 1 from message where workspace_id = ${place.id} and subject = 'Twin'`)).length,
    1,
  );
});

it('acknowledges a person once a day, and never a machine, a list, an import or a bounce', async () => {
  const react = modules.find((module) => module.name === 'email')?.onBatch?.react;
  if (!react) throw new Error('nothing reacts');
  const acknowledged = async (mail: string, more: Partial<Raw> = {}): Promise<number> => {
    const id = await take(mail, more);
    const events = await rows<EventRow>(
      sql`select * from event where workspace_id = ${place.id} and message_id = ${id} and name = 'message.received'`,
    );
    await world.inside(place, (tx) => react(tx, events));
    return (
      await rows(
        sql`select 1 from message m where m.workspace_id = ${place.id} and m.type = 'out' and m.automatic and m.conversation_id in (select conversation_id from message where workspace_id = ${place.id} and id = ${id})`,
      )
    ).length;
  };
  const from = (name: string) => `${name}@customers.example`;
  assert.equal(
    await acknowledged(letter({ from: from('a'), subject: 'Buy cheap pills at evil.example', text: 'evil.example' })),
    1,
  );
  const [sent] = await rows<{ subject: string; text: string; recipients: { to: { address: string; name: string }[] } }>(
    sql`select subject, text, recipients from message where workspace_id = ${place.id} and automatic and type = 'out'`,
  );
  assert.doesNotMatch(JSON.stringify(sent), /pills|evil/, 'not a word of what was written');
  assert.deepEqual(sent?.recipients.to, [{ address: from('a'), name: '' }]);
  assert.equal(await acknowledged(letter({ from: from('a'), subject: 'Second' })), 0, 'once a day');
  assert.equal(await acknowledged(letter({ from: from('a+x'), subject: 'Third' })), 0, 'nor with another plus');
  const quiet: [string, Partial<Raw>?][] = [
    [letter({ from: from('b'), headers: ['Auto-Submitted: auto-replied'] })],
    [letter({ from: from('c'), headers: ['Precedence: bulk'] })],
    [letter({ from: from('d'), headers: ['List-Id: <l.example>'] })],
    [letter({ from: from('e') }), { historic: true }],
    [letter({ from: from('f') }), { envelope: { from: '' } }],
    [letter({ from: from('g'), headers: ['Return-Path: <>'] })],
    [letter({ from: 'no-reply@customers.example' })],
    [letter({ from: 'MAILER-DAEMON@customers.example', subject: 'Undelivered Mail Returned to Sender' })],
    [letter({ from: from('h'), headers: ['X-Spam-Flag: YES'] })],
  ];
  for (const [mail, more] of quiet) assert.equal(await acknowledged(mail, more), 0, mail);
});

it('acknowledges whoever is still being looked up only when that is done, and nobody for a forgery', async () => {
  const react = modules.find((module) => module.name === 'email')?.onBatch?.react;
  if (!react) throw new Error('nothing reacts');
  const answers = async (verdict: 'verified' | 'unknown' | 'failed'): Promise<[number, number]> => {
    const id = await take(letter({ from: `${verdict}@looked-up.example`, subject: verdict }));
    await world.inside(place, (tx) =>
      tx.run(
        sql`update message set authentication = authentication || '{"verdict":"unknown","checking":true}' where workspace_id = ${place.id} and id = ${id}`,
      ),
    );
    const told = async (name: string): Promise<number> => {
      const events = await rows<EventRow>(
        sql`select * from event where workspace_id = ${place.id} and message_id = ${id} and name = ${name}`,
      );
      await world.inside(place, (tx) => react(tx, events));
      return (
        await rows(
          sql`select 1 from message m where m.workspace_id = ${place.id} and m.type = 'out' and m.automatic and m.conversation_id = ${id}`,
        )
      ).length;
    };
    const before = await told('message.received');
    const found = {
      verdict,
      spf: null,
      dkim: null,
      dmarc: null,
      arc: null,
      domain: 'looked-up.example',
      by: 'us' as const,
    };
    await world.inside(place, (tx) => senderChecked(tx, id, { ...found, checking: false }));
    return [before, await told('message.checked')];
  };
  assert.deepEqual(await answers('verified'), [0, 1]);
  assert.deepEqual(await answers('unknown'), [0, 1], 'nobody could be asked: most mail is honest');
  assert.deepEqual(await answers('failed'), [0, 0]);
});

it('disconnects an inbox and keeps what was written', async () => {
  const second = await owner.post<Inbox>('/inboxes', {
    name: 'Old',
    address: 'old@example.com',
    settings: { imap: { host: 'h', port: 1, security: 'tls', password: 'secret-old' } },
  });
  assert.equal((await owner.send('DELETE', `/inboxes/${second.body.id}`)).status, 200);
  assert.equal((await owner.send('DELETE', `/inboxes/${second.body.id}`)).status, 404);
  assert.equal(
    (await owner.post('/inboxes', { name: 'Old', address: 'old@example.com', settings: {} })).status,
    201,
    'its address is free again',
  );
  const viewer = await world.as(place, 'viewer');
  assert.equal((await viewer.post('/inboxes', { name: 'No', address: 'no@example.com', settings: {} })).status, 403);
});

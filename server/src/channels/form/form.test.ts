import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Form, Opened } from '@hearten/contract';
import { type Browser, makeWorld, type Place, type World } from '../../../test/world.ts';
import { sql } from '../../base/db.ts';
import { COOKIE } from '../../base/http.ts';
import { founding, makeModules } from '../../modules.ts';
import { email } from '../email/index.ts';
import { signatureOf } from '../email/posted.ts';
import { acknowledgeForm } from './acknowledge.ts';
import { isDay, numberIn } from './entry.ts';
import { giveLeave } from './leave.ts';

let world: World;
let place: Place;
let owner: Browser;
let inboxId = '';
before(async () => {
  world = await makeWorld({ modules: makeModules, founding, settings: { DNS_SERVERS: '127.0.0.1:9' } });
  place = await world.workspace('lamps');
  owner = await world.as(place, 'owner');
  const made = await owner.post<{ id: string }>('/inboxes', {
    name: 'Support',
    address: 'support@lamps.example',
    settings: { smtp: { host: '127.0.0.1', port: 9, security: 'none' } },
    untested: true,
  });
  inboxId = made.body.id;
});
after(() => world.end());

const make = async (settings: object = {}): Promise<Form> => {
  const { status, body, text } = await owner.post<Form>('/forms', { name: 'Contact', inboxId, settings });
  assert.equal(status, 201, text);
  return body;
};
/** What a browser does: reads the page for its leave, and does the work. */
const leaveOnPage = async (formId: string): Promise<string> => {
  const page = await world.app.inject({ method: 'GET', url: `/form/${formId}`, remoteAddress: ip() });
  const facts = /<script type="application\/json" id="facts">(.*?)<\/script>/s.exec(page.body)?.[1] ?? '';
  return (JSON.parse(facts) as { leave: string }).leave;
};
/** One that costs next to nothing: the work itself is tried once. */
const leaveOf = (formId: string): string => giveLeave(world.hearten.seal, formId, 4);
const work = (leave: string): string => {
  const bits = Number(leave.split('.')[3]);
  for (let n = 0; ; n++)
    if (hash('sha256', `${leave}:${n}`, 'buffer').readUInt32BE() < 2 ** (32 - bits)) return String(n);
};
let machines = 0;
/** Each from a machine of its own, unless the test is about that. */
const ip = (): string => `203.0.${(++machines >> 8) & 255}.${machines & 255}`;
type Sent = {
  status: number;
  retryAfter: number;
  body: {
    number: number;
    when: { open: boolean; at: string | null } | null;
    detail?: string;
    type?: string;
    errors?: { path: string }[];
  };
};
async function send(
  formId: string,
  given: Record<string, string | File | File[]>,
  more: { leave?: string; number?: string; from?: string; language?: string; cost?: boolean } = {},
): Promise<Sent> {
  const leave = more.leave ?? leaveOf(formId);
  const data = new FormData();
  for (const [name, value] of Object.entries({ email: 'ada@shop.example', message: 'Hello', ...given }))
    for (const one of [value].flat()) data.append(name, one);
  const request = new Request('http://form', { method: 'POST', body: data });
  const answer = await world.app.inject({
    method: 'POST',
    url: `/form/${formId}`,
    remoteAddress: more.from ?? ip(),
    headers: {
      'content-type': request.headers.get('content-type') ?? '',
      'hearten-leave': leave,
      'hearten-work': more.number ?? work(leave),
      ...(more.language ? { 'accept-language': more.language } : {}),
    },
    payload: Buffer.from(await request.arrayBuffer()),
  });
  return { status: answer.statusCode, body: answer.json(), retryAfter: Number(answer.headers['retry-after'] ?? 0) };
}
type Found = {
  id: string;
  channel: string;
  priority: string;
  folder: string;
  customer_address: string;
  number: number;
};
const conversations = (): Promise<Found[]> =>
  world.inside(place, (tx) =>
    tx.many<Found>(
      sql`select id, channel, priority, folder, customer_address, number from conversation where workspace_id = ${place.id} order by number desc`,
    ),
  );
const newest = async (): Promise<Found> => (await conversations())[0] as Found;
const open = async (id: string) => {
  const { conversation, items } = (await owner.get<Opened>(`/conversations/${id}`)).body;
  const [item] = items;
  assert.ok(item?.type === 'in');
  return { conversation, message: item };
};

test('What is sent by a form becomes a conversation with its fields, its page and how urgent it is', async () => {
  const form = await make({
    name: 'required',
    fields: [
      { name: 'model', kind: 'choice', label: 'Which lamp?', choices: ['Fjord', 'Tind'], required: true },
      { name: 'bought', kind: 'date', label: 'Bought on' },
      { name: 'news', kind: 'tick', label: 'Send me news' },
    ],
  });
  const sent = await send(form.id, {
    name: 'Ada Palme',
    message: 'It flickers.\n\nEvery evening.',
    field_model: 'Tind',
    field_bought: '2026-03-04',
    urgency: 'stuck',
    needed_by: '2026-12-01',
    page: 'https://shop.example/cart?token=secret#x',
  });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  const found = await newest();
  assert.equal(sent.body.number, Number(found.number));
  assert.deepEqual([found.channel, found.priority, found.folder], ['form', 'urgent', 'inbox']);
  const { conversation, message } = await open(found.id);
  assert.equal(conversation.customer.name, 'Ada Palme');
  assert.equal(conversation.subject, 'It flickers.');
  assert.equal(message.text.trim(), 'It flickers.\n\nEvery evening.\n\nWhich lamp? Tind\nBought on: 2026-03-04');
  assert.deepEqual(message.parsed?.form, {
    id: form.id,
    name: 'Contact',
    page: 'https://shop.example/cart',
    urgency: 'stuck',
    neededBy: '2026-12-01',
  });
  assert.equal(message.authentication?.verdict, 'unverified', 'nothing proves whose address it is');
  const [listed] = (await owner.get<{ items: Form[] }>('/forms')).body.items;
  assert.equal(listed?.received, 1);
});

test('The same message sent twice is one; other words with the same leave are refused, and so is a leave that was not worked for', async () => {
  const form = await make();
  const leave = await leaveOnPage(form.id);
  const before = (await conversations()).length;
  const [first, second] = await Promise.all([send(form.id, {}, { leave }), send(form.id, {}, { leave })]);
  assert.deepEqual([first?.status, second?.status], [200, 200]);
  assert.equal(first?.body.number, second?.body.number);
  assert.equal((await send(form.id, { message: 'Other words' }, { leave })).status, 409);
  const lazy = await leaveOnPage(form.id);
  const wrong = String(Number(work(lazy)) - 1);
  assert.equal((await send(form.id, {}, { leave: lazy, number: wrong })).status, 400);
  assert.equal((await send(form.id, {}, { leave: `${lazy.slice(0, -1)}!`, number: '1' })).status, 409);
  const yesterday = [form.id, (Date.now() - 25 * 3600_000).toString(36), crypto.randomUUID(), 4].join('.');
  const late = await send(form.id, {}, { leave: `${yesterday}.${world.hearten.seal.sign('form', yesterday)}` });
  assert.deepEqual(
    [late.status, late.body.type],
    [409, '/problems/form-late'],
    'the page asks for a new one and goes on',
  );
  const other = await make();
  assert.equal((await send(other.id, {}, { leave: lazy })).status, 409, 'it is good for its own form alone');
  assert.equal((await conversations()).length, before + 1);
});

test('What is missing or wrong is said at once, field by field, in the language of the reader, and nothing is kept', async () => {
  const form = await make({
    subject: 'required',
    fields: [{ name: 'n', kind: 'number', label: 'How many?', required: true }],
  });
  const before = (await conversations()).length;
  const { status, body } = await send(form.id, { email: 'ada@', message: '', field_n: 'two' }, { language: 'de' });
  assert.equal(status, 400);
  assert.deepEqual(
    body.errors?.map(({ path }) => path),
    ['email', 'subject', 'message', 'field_n'],
  );
  assert.notEqual(body.detail, 'Something is missing or not as it should be. Nothing was sent yet.');
  assert.equal((await conversations()).length, before);
});

test('A filled-in trap and a hand faster than any go to spam, whatever address was typed; a known one is not spared', async () => {
  const form = await make();
  await send(form.id, { email: 'known@shop.example', message: 'First' });
  assert.equal((await newest()).folder, 'inbox');
  const { id } = await newest();
  await owner.post(`/conversations/${id}/replies`, { text: 'Hello' });
  await send(form.id, { email: 'known@shop.example', message: 'Buy pills', more_about_you: 'x' });
  const trapped = await newest();
  assert.equal(trapped.folder, 'spam');
  const [kept] = await world.inside(place, (tx) =>
    tx.many<{ rules: string[] }>(
      sql`select array(select jsonb_path_query(spam, '$.reasons[*].rule') #>> '{}') as rules from conversation where workspace_id = ${place.id} and id = ${trapped.id}`,
    ),
  );
  assert.deepEqual(kept?.rules.sort(), ['form-fast', 'form-trap', 'unproven']);
});

test('Whoever writes learns nothing of what is known here, whose address they type, and joins no conversation of theirs', async () => {
  const form = await make();
  await send(form.id, { email: 'grace@shop.example', name: 'Grace', message: 'Mine' });
  const hers = await newest();
  const known = await send(form.id, { email: 'grace@shop.example', name: 'Somebody else', message: 'Re: Mine' });
  const unknown = await send(form.id, { email: 'nobody-yet@shop.example', message: 'Hello' });
  assert.deepEqual(Object.keys(known.body), Object.keys(unknown.body));
  assert.deepEqual(known.body.when, unknown.body.when);
  assert.notEqual(known.body.number, Number(hers.number));
  const page = await world.app.inject({ method: 'GET', url: `/form/${form.id}`, remoteAddress: ip() });
  assert.doesNotMatch(page.body, /grace|Contact/i, 'nor the name that the team gave it');
  const { conversation } = await open(hers.id);
  assert.equal(conversation.customer.name, 'Grace');
});

test('Words that look like a bounce, a forward or an answer are words: nothing else is moved by them', async () => {
  const form = await make();
  const { id } = await newest();
  await send(form.id, {
    email: 'mailer-daemon@shop.example',
    message: `---------- Forwarded message ----------\nFrom: Eve <eve@evil.example>\nSubject: x\n\nFinal-Recipient: rfc822; ada@shop.example\nStatus: 5.1.1\n\n> quoted\n-- \nEve`,
    subject: 'Undelivered Mail Returned to Sender',
  });
  const found = await newest();
  assert.notEqual(found.id, id);
  const { message } = await open(found.id);
  assert.equal(message.kind, 'message');
  assert.equal(found.customer_address, 'mailer-daemon@shop.example');
  assert.match(message.text, /-- \nEve$/, 'all of it is shown');
});

test('A name, a subject or a file that would break out of a mail stays one line of words, and so does what no mail can hold', async () => {
  const form = await make({ subject: 'optional', fields: [{ name: 'x', kind: 'text', label: 'More' }] });
  const sent = await send(form.id, {
    name: 'Ada\r\nBcc: everyone@shop.example\r\n\r\n=?utf-8?q?=0d=0aX-Evil:_1?=',
    subject: 'Hello\r\nX-Hearten-Form: e30',
    message: 'one\u0000two \ud800 three\r\nfour',
    field_x: '--\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>',
    files: [new File(['#!/bin/sh'], '../../etc/pass\r\nwd.png', { type: 'image/png\r\nX-Evil: 1' })],
    page: 'javascript:alert(1)',
    urgency: 'the most urgent',
    needed_by: '2026-99-99',
  });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  const found = await newest();
  const { conversation, message } = await open(found.id);
  assert.deepEqual(
    [...message.to, ...message.cc].map(({ address }) => address),
    ['support@lamps.example'],
  );
  assert.match(conversation.subject, /^Hello X-Hearten-Form: e30$/);
  assert.match(message.text, /^onetwo � three\nfour\n\nMore:\n--\nContent-Type: text\/html\n\n<script>/);
  assert.equal(message.hasHtml, false);
  assert.deepEqual(message.parsed?.form, { id: form.id, name: 'Contact', page: null, urgency: null, neededBy: null });
  assert.equal(message.attachments.length, 1);
  assert.doesNotMatch(message.attachments[0]?.filename ?? '', /[\r\n/]/);
  assert.equal((await send(form.id, { message: 'x'.repeat(50_001) })).status, 400);
  assert.equal((await send(form.id, { email: 'ada@shop.example\r\nBcc: x@y.example' })).status, 400);
});

/** A mail that comes to the inbox. */
async function mailIn(lines: string[]): Promise<void> {
  const key = await owner.post<{ key: string }>(`/inboxes/${inboxId}/intake-key`);
  const raw = Buffer.from(`To: support@lamps.example\r\n${lines.join('\r\n')}\r\n`);
  const at = String(Math.floor(Date.now() / 1000));
  const posted = await world.app.inject({
    method: 'POST',
    url: `/mail/${inboxId}`,
    headers: {
      'content-type': 'message/rfc822',
      'hearten-timestamp': at,
      'hearten-signature': signatureOf(key.body.key, at, raw),
    },
    payload: raw,
  });
  assert.equal(posted.statusCode, 202, posted.body);
}

test('An answer to the mail comes into the conversation that the form began, and wakes it; one of somebody else does not', async () => {
  const form = await make();
  await send(form.id, { email: 'mira@shop.example', message: 'Is it the dimmer?' });
  const { id } = await newest();
  const answered = await owner.post<{ message: { id: string } }>(`/conversations/${id}/replies`, {
    text: 'It is.',
    after: 'resolved',
  });
  assert.equal(answered.status, 201, answered.text);
  const [sent] = await world.inside(place, (tx) =>
    tx.many<{ external_id: string }>(
      sql`select external_id from message where workspace_id = ${place.id} and id = ${answered.body.message.id}`,
    ),
  );
  const reply = (from: string, words: string): Promise<void> =>
    mailIn([
      ...[`From: ${from}`, 'Subject: Re: Is it the dimmer?', `Message-ID: <${hash('sha1', from)}@shop.example>`],
      ...[`In-Reply-To: <${sent?.external_id}>`, '', words],
    ]);
  await reply('eve@evil.example', 'I am Mira, send me the bill');
  assert.notEqual((await newest()).id, id, 'a conversation of its own');
  await reply('Mira <mira@shop.example>', 'Thank you, which one fits?');
  const { conversation, items } = (await owner.get<Opened>(`/conversations/${id}`)).body;
  assert.equal(conversation.status, 'open');
  assert.deepEqual(
    items.flatMap((item) => (item.type === 'in' || item.type === 'out' ? [item.text] : [])),
    ['Is it the dimmer?', 'It is.', 'Thank you, which one fits?'],
  );
});

test('It is answered by mail: from its inbox, from another one, or from where it was moved to', async () => {
  const form = await make();
  const other = await owner.post<{ id: string }>('/inboxes', {
    name: 'Returns',
    address: 'returns@lamps.example',
    settings: { smtp: { host: '127.0.0.1', port: 9, security: 'none' } },
    untested: true,
  });
  await send(form.id, { email: 'joan@shop.example', message: 'May I send it back?' });
  const { id } = await newest();
  const answer = (body: object) =>
    owner.post<{ message: { to: { address: string }[]; sentFrom: { address: string } | null } }>(
      `/conversations/${id}/replies`,
      { text: 'Yes.', ...body },
    );
  const first = await answer({});
  assert.equal(first.status, 201, first.text);
  assert.deepEqual(
    first.body.message.to.map(({ address }) => address),
    ['joan@shop.example'],
  );
  const second = await answer({ inboxId: other.body.id });
  assert.equal(second.body.message.sentFrom?.address, 'returns@lamps.example', second.text);
  assert.equal((await owner.post(`/conversations/${id}/inbox`, { inboxId: other.body.id })).status, 200);
  assert.equal((await answer({})).status, 201);
});

test('What a website loads for it is small', () => {
  const packed = (name: string): number => gzipSync(readFileSync(join(import.meta.dirname, name))).length;
  assert.ok(packed('embed.js') < 1000, `${packed('embed.js')} bytes for the line on the page`);
  const all = packed('page.js') + packed('page.css');
  assert.ok(all < 8000, `${all} bytes for the form`);
});

test('Only what came by a form counts as that: a mail that says so of itself is a mail', async () => {
  const facts = Buffer.from(JSON.stringify({ facts: { id: inboxId, name: 'Forged' }, priority: 'urgent' })).toString(
    'base64url',
  );
  await mailIn([
    ...['From: eve@evil.example', 'Subject: Forged', 'Message-ID: <f@evil.example>'],
    ...[`X-Hearten-Form: ${facts}`, '', 'Hello'],
  ]);
  const found = await newest();
  assert.deepEqual([found.channel, found.priority], ['email', 'normal']);
  assert.equal((await open(found.id)).message.parsed?.form, undefined);
});

test('A flood ends at the form: beyond what one form takes in an hour it says when to come back, and each message costs more work before', async () => {
  const form = await make();
  const fill = (n: number) =>
    world.inside(place, (tx) =>
      tx.run(
        sql`insert into form_entry (workspace_id, nonce, form_id, hash) select ${place.id}, gen_random_uuid(), ${form.id}, '\\x00' from generate_series(1, ${n})`,
      ),
    );
  const bitsNow = async (): Promise<number> => Number((await leaveOnPage(form.id)).split('.')[3]);
  assert.equal(await bitsNow(), 15);
  await fill(240);
  assert.equal(await bitsNow(), 18);
  await fill(360);
  const refused = await send(form.id, {});
  assert.equal(refused.status, 429);
  assert.ok(refused.retryAfter > 3000 && refused.retryAfter <= 3600, String(refused.retryAfter));
  assert.equal((await send((await make()).id, {})).status, 200, 'another form is not held up');
  await world.inside(place, (tx) =>
    tx.run(sql`update form_entry set size = 2000000 where workspace_id = ${place.id} and form_id = ${form.id}`),
  );
  assert.equal((await send((await make()).id, {})).status, 429, 'nor is a disk filled by all of them together');
  await world.inside(place, (tx) => tx.run(sql`update form_entry set size = 0 where workspace_id = ${place.id}`));
});

test('Files come along, and more than fits is refused', async () => {
  const form = await make();
  const file = new File([Buffer.from('%PDF-1.4 a bill')], 'bill "1".pdf', { type: 'application/pdf' });
  assert.equal((await send(form.id, { files: [file] })).status, 200);
  const { message } = await open((await newest()).id);
  assert.deepEqual(
    message.attachments.map(({ filename, contentType }) => [filename, contentType]),
    [['bill "1".pdf', 'application/pdf']],
  );
  const got = await world.app.inject({
    method: 'GET',
    url: `/files/messages/${message.id}/${message.attachments[0]?.part}`,
    headers: { cookie: `${COOKIE}=${owner.cookie}` },
  });
  assert.deepEqual([got.statusCode, got.body], [200, '%PDF-1.4 a bill']);
  const many = Array.from({ length: 11 }, (_, n) => new File(['x'], `${n}.txt`));
  const refused = await send(form.id, { files: many });
  assert.equal(refused.status, 400);
  assert.deepEqual(
    refused.body.errors?.map(({ path }) => path),
    ['files'],
  );
  const huge = await send(form.id, { files: [new File([Buffer.alloc(16 * 1024 * 1024)], 'film.mp4')] });
  assert.equal(huge.status, 413);
});

test('One machine writes a few times, then waits; another is not held up by it', async () => {
  const form = await make();
  const answers: number[] = [];
  for (let n = 0; n < 14; n++)
    answers.push((await send(form.id, { message: `n ${n}` }, { from: '198.51.100.7' })).status);
  assert.equal(answers[0], 200);
  assert.equal(answers.at(-1), 429);
  assert.equal((await send(form.id, { message: 'from elsewhere' })).status, 200);
});

test('A number is one in whichever digits, and a date is a day there is', () => {
  const numbers = ['12', '12,5', '١٢٫٥', '۱۲۳', '１２', '१२', '١٬٢٣٤', 'twelve', '1,2,3'].map(numberIn);
  assert.deepEqual(numbers, [12, 12.5, 12.5, 123, 12, 12, 1234, Number.NaN, Number.NaN]);
  const days = ['2026-02-28', '2028-02-29', '2026-02-31', '2026-13-01', '2026-00-10', '2026-2-3', ''].map(isDay);
  assert.deepEqual(days, [true, true, false, false, false, false, false]);
  const page = readFileSync(join(import.meta.dirname, 'page.js'), 'utf8');
  assert.doesNotMatch(page, /toISOString\(\)\.slice/, 'what is today is said by the clock of whoever fills it in');
});

test('Whoever sends slowly, and many times at once, shuts the forms of nobody else', async () => {
  const form = await make();
  const slow: Readable[] = [];
  const begin = (): Promise<unknown> => {
    const leave = leaveOf(form.id);
    const payload = new Readable({ read: () => undefined });
    payload.push('--x\r\n');
    slow.push(payload);
    return world.app.inject({
      ...{ method: 'POST', url: `/form/${form.id}`, remoteAddress: '198.51.100.9', payload },
      headers: {
        'content-type': 'multipart/form-data; boundary=x',
        'hearten-leave': leave,
        'hearten-work': work(leave),
      },
    });
  };
  const all = Array.from({ length: 10 }, begin);
  await new Promise((done) => setTimeout(done, 300));
  const sent = await send(form.id, { message: 'from elsewhere' });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  for (const one of slow) one.push(null);
  await Promise.all(all);
});

test('It says that the message has come and when it is read, once, in the language of the form, and not one word of what was written', async () => {
  const form = await make();
  const hours = await owner.post<{ id: string }>('/hours', {
    name: 'Never',
    timeZone: 'Europe/Berlin',
    week: Array.from({ length: 7 }, () => [[0, 1440]]),
  });
  assert.equal(hours.status, 200, hours.text);
  const sent = await send(form.id, { email: 'new@shop.example', message: 'SECRET WORDS' }, { language: 'de' });
  assert.deepEqual(sent.body.when, { open: true, at: null });
  const found = await newest();
  const { message } = await open(found.id);
  const mail = email(world.hearten);
  const job = acknowledgeForm(world.hearten, mail);
  const payload = { workspaceId: place.id, messageId: message.id, formName: 'Contact', language: 'de' };
  await job(payload, { number: 1, last: false });
  await job(payload, { number: 2, last: false });
  const out = await world.inside(place, (tx) =>
    tx.many<{ subject: string; text: string; recipients: { to: { address: string }[] } }>(
      sql`select subject, text, recipients from message where workspace_id = ${place.id} and conversation_id = ${found.id} and type = 'out'`,
    ),
  );
  assert.equal(out.length, 1);
  assert.match(out[0]?.text ?? '', /Wir sind gerade da\./);
  assert.match(out[0]?.subject ?? '', new RegExp(`#${found.number}`));
  assert.doesNotMatch(out[0]?.text ?? '', /SECRET/);
  assert.equal(out[0]?.recipients.to[0]?.address, 'new@shop.example');
});

test('A form that is off, deleted, or of nobody is not there; one that names its sites is shown by them alone', async () => {
  const form = await make({ sites: ['https://shop.example', 'lamps.example/contact'] });
  const look = (id: string) => world.app.inject({ method: 'GET', url: `/form/${id}`, remoteAddress: ip() });
  const page = await look(form.id);
  assert.equal(page.statusCode, 200, page.body);
  assert.match(
    String(page.headers['content-security-policy']),
    /require-trusted-types-for 'script'; frame-ancestors 'self' https:\/\/shop\.example https:\/\/lamps\.example$/,
  );
  const leave = leaveOf(form.id);
  await owner.send('PATCH', `/forms/${form.id}`, { enabled: false });
  assert.equal((await look(form.id)).statusCode, 404);
  assert.equal((await send(form.id, {}, { leave })).status, 404);
  assert.equal((await look('no-such-form')).statusCode, 404);
  assert.equal((await owner.send('DELETE', `/forms/${form.id}`)).status, 200);
  assert.equal((await owner.get(`/forms/${form.id}`)).status, 404);
});

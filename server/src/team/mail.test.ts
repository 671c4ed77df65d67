import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Me, Reply } from '@hearten/contract';
import { SMTPServer } from 'smtp-server';
import { type Browser, makeWorld, type Place, password, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { languages } from '../base/words.ts';
import { team } from './index.ts';
import { mailLetter } from './mail.ts';
import { firstText, mailNames, mails } from './mail-texts.ts';
import { oneLine, renderMail } from './render-mail.ts';

type Got = { to: string[]; raw: string };
const got: Got[] = [];
let refuse = 0;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onRcptTo: (_address, _session, done) =>
    refuse-- > 0 ? done(Object.assign(new Error('try later'), { responseCode: 451 })) : done(),
  onData: (stream, session, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      got.push({ to: session.envelope.rcptTo.map((one) => one.address), raw: Buffer.concat(chunks).toString('utf8') });
      done();
    });
  },
});
let world: World;
let place: Place;
let owner: Browser;
let stopJobs: () => Promise<void>;
before(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.server.address() as AddressInfo;
  world = await makeWorld({
    settings: { SYSTEM_SMTP: `smtp://127.0.0.1:${port}`, SYSTEM_FROM: 'Hearten <desk@desk.example>' },
  });
  place = await world.workspace('lamps');
  owner = await world.as(place, 'owner');
  stopJobs = await world.hearten.jobs.start(world.hearten.db, world.hearten.log, team(world.hearten).jobs ?? {});
});
after(async () => {
  await stopJobs();
  await world.end();
  await new Promise<void>((closed) => server.close(closed));
});

/** The next mail to an address, and to nobody else. */
async function next(to: string): Promise<Got> {
  const began = Date.now();
  for (;;) {
    const at = got.findIndex((mail) => mail.to.includes(to));
    if (at >= 0) {
      const [mail] = got.splice(at, 1) as [Got];
      assert.deepEqual(mail.to, [to]);
      return mail;
    }
    assert.ok(Date.now() - began < 10_000, `no mail came to ${to}`);
    await sleep(20);
  }
}
const plain = (raw: string): string => raw.replace(/=\r\n/g, '').replace(/=3D/g, '=');
const headers = (raw: string): string[] =>
  raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');

test('An invitation goes out by mail, with the same link that was given for copying', async () => {
  const { body } = await owner.post<Reply<'POST /invitations'>>('/invitations', {
    email: 'grace@lamps.example',
    name: 'Grace',
    role: 'viewer',
  });
  assert.equal(body.mailed, true);
  const mail = await next('grace@lamps.example');
  assert.ok(plain(mail.raw).includes(body.link as string), mail.raw);
  assert.ok(headers(mail.raw).includes('Subject: Join lamps on Hearten'));
  assert.ok(headers(mail.raw).includes('Auto-Submitted: auto-generated'));
});

test('A reset is mailed to who has a sign-in, once in two minutes, and the link in it works', async () => {
  const person = await world.person(place, 'lead');
  for (let i = 0; i < 3; i++)
    await world.browser('10.1.0.1').post('/password-resets', { email: person.email.toUpperCase() });
  await world.browser('10.1.0.1').post('/password-resets', { email: 'nobody@lamps.example' });
  const mail = await next(person.email);
  const token = /https:\/\/desk\.example\/reset#token=([a-z2-7]{52})/.exec(plain(mail.raw))?.[1];
  assert.ok(token, mail.raw);
  assert.equal(
    (await world.browser().post('/password-resets/use', { token, password: 'another long password' })).status,
    200,
  );
  const notice = await next(person.email);
  assert.ok(headers(notice.raw).includes('Subject: Your password was changed'));
  assert.match(plain(notice.raw), /Nothing but this password opens your sign-in/);
  await sleep(300);
  assert.equal(got.length, 0);
});

test('After a reset the mail names what else opens the account: passkeys and API keys somebody may have left there', async () => {
  const person = await world.person(place, 'manager');
  const browser = world.browser('10.1.0.2');
  await browser.signIn(person.email);
  assert.equal((await browser.post('/api-keys', { name: 'Nightly robot', scopes: ['read'] })).status, 201);
  await world.inside(place, (tx) =>
    tx.run(sql`
      insert into passkey (credential_id, id, account_id, host, public_key, name)
      select ${Buffer.from(newId())}, ${newId()}, account_id, 'desk.example', ''::bytea, 'A phone in Lyon' from person where workspace_id = ${tx.workspaceId} and id = ${person.id}`),
  );
  await world.browser('10.1.0.3').post('/password-resets', { email: person.email });
  const token = /#token=([a-z2-7]{52})/.exec(plain((await next(person.email)).raw))?.[1];
  await world.browser().post('/password-resets/use', { token, password: 'another long password' });
  const text = plain((await next(person.email)).raw);
  assert.match(text, /passkeys still sign in as you: A phone in Lyon\./);
  assert.match(text, /API keys still act for you: Nightly robot\./);
});

test('G01: A reset asked for with a false Host leads to BASE_URL', async () => {
  const person = await world.person(place, 'lead');
  await world
    .browser()
    .send(
      'POST',
      '/password-resets',
      { email: person.email },
      { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    );
  const mail = await next(person.email);
  assert.ok(!mail.raw.includes('evil.example'));
});

test('A mail server that says "later" gets the mail later', async () => {
  refuse = 1;
  await owner.post('/invitations', { email: 'later@lamps.example', role: 'viewer' });
  const began = Date.now();
  while (refuse >= 0 && Date.now() - began < 5_000) await sleep(20);
  // Its back-off is seconds long; the test does not wait for it.
  const client = await world.hearten.db.connect();
  await client.query(`update graphile_worker._private_jobs set run_at = now() where attempts > 0`);
  await client.query(`select pg_notify('jobs:insert', '{"count":1}')`);
  await client.end();
  await next('later@lamps.example');
});

test('A withdrawn invitation is not mailed', async () => {
  await world.hearten.db.tx(place.id, async (tx) =>
    mailLetter(world.hearten, tx, {
      mail: 'notification',
      to: { name: 'x', address: 'not an address' },
      language: 'en',
      variables: {},
    }),
  );
  await world.hearten.db.tx(place.id, (tx) => world.hearten.jobs.add(tx, 'system-mail', { linkId: place.id }));
  await sleep(300);
  assert.equal(got.length, 0);
});

test('Nobody’s name can add a header or a recipient', async () => {
  const nasty = 'Grace\r\nBcc: evil@evil.example\r\n\r\nhello\u2028Cc: evil@evil.example\u2029"<evil@evil.example>, x';
  const me = await owner.send<Me>('PATCH', '/me', { name: nasty });
  assert.ok(!/[\p{Cc}\u2028\u2029]/u.test(me.body.person.name));
  // …nor one that came in by another way than the API.
  await world.inside(place, async (tx) => {
    await tx.run(sql`update person set name = ${nasty} where workspace_id = ${tx.workspaceId}`);
    await tx.run(sql`update workspace set name = ${nasty} where id = ${tx.workspaceId}`);
  });
  await owner.post('/invitations', { email: 'nasty@lamps.example', name: nasty, role: 'viewer' });
  const mail = await next('nasty@lamps.example');
  const names = headers(mail.raw).map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
  assert.ok(!names.includes('bcc') && !names.includes('cc'), mail.raw);
  assert.equal(names.filter((name) => name === 'subject').length, 1);
  await owner.send('PATCH', '/workspace', { name: 'lamps' });
});

test('A workspace changes the text of a mail, sees that it did, and puts it back', async () => {
  type Mails = Reply<'GET /system-mails'>;
  const one = async () =>
    (await owner.get<Mails>('/system-mails')).body.items.find((item) => item.name === 'invitation');
  const first = await one();
  assert.equal(first?.changed, false);
  const text = {
    subject: 'Come in, {{person.name}} {{7*7}} {{constructor}}',
    body: 'Here: {{link}}\n\n<b>{{ inviter.name }}</b> #{1+1} <%= 1 %>',
  };
  assert.equal((await owner.send('PUT', '/system-mails/invitation', text)).status, 200);
  const changed = await one();
  assert.deepEqual([changed?.subject, changed?.body, changed?.changed], [text.subject, text.body, true]);
  await owner.send('PATCH', '/me', { name: '{{link}} <img src=x>' });
  await owner.post('/invitations', { email: 'text@lamps.example', name: 'Grace', role: 'viewer' });
  const mail = plain((await next('text@lamps.example')).raw);
  assert.match(mail, /Subject: Come in, Grace \{\{7\*7\}\} \{\{constructor\}\}/);
  assert.ok(mail.includes('<b>{{link}} <img src=x></b> #{1+1} <%= 1 %>'), mail);
  assert.ok(mail.includes('&#60;b&#62;{{link}} &#60;img src=x&#62;&#60;/b&#62; #{1+1} &#60;%= 1 %&#62;'), mail);
  for (const name of ['nothing', 'constructor', '__proto__', 'toString'])
    assert.equal((await owner.send('PUT', `/system-mails/${name}`, text)).status, 404);
  assert.equal((await owner.send('DELETE', '/system-mails/invitation')).status, 200);
  assert.deepEqual(await one(), first);
  const other = await world.as(await world.workspace('other'), 'owner');
  assert.equal(
    (await other.get<Mails>('/system-mails')).body.items.some((item) => item.changed),
    false,
  );
});

test('Every mail’s text uses only variables it is given, in each language', () => {
  for (const name of mailNames)
    for (const language of languages) {
      const text = firstText(name, language);
      assert.ok(
        language === 'en' || name === 'notification' || text.body !== firstText(name, 'en').body,
        `${name} in ${language}`,
      );
      const used = [...`${text.subject} ${text.body}`.matchAll(/\{\{([^}]*)\}\}/g)].map((found) => found[1]);
      for (const variable of used)
        assert.ok((mails[name].variables as readonly string[]).includes(variable as string), `${name}: ${variable}`);
      // None is forgotten either: each language tells what English tells.
      const english = [...`${mails[name].texts.en.subject} ${mails[name].texts.en.body}`.matchAll(/\{\{([^}]*)\}\}/g)];
      assert.deepEqual(new Set(used), new Set(english.map((found) => found[1])), `${name} in ${language}`);
    }
  assert.equal(firstText('invitation', 'pt').subject, firstText('invitation', 'pt-BR').subject);
  const rendered = renderMail(mails.acknowledgement.texts.en, {
    'workspace.name': 'Lamps',
    'conversation.number': '7',
  });
  assert.equal(rendered.subject, 'We have your message (#7)');
  assert.equal(oneLine('a\r\n\tb\u0085c'), 'a b c');
});

test('A changed password is told to its owner by mail', async () => {
  const person = await world.person(place, 'viewer');
  const browser = world.browser('10.1.0.2');
  await browser.signIn(person.email);
  await browser.post('/me/password', { old: password, password: 'another long password' });
  await next(person.email);
  const [row] = await world.hearten.db.read<{ count: number }>(
    NOWHERE,
    sql`select count(*) from link where purpose = 'reset' and account_id = ${person.accountId}`,
  );
  assert.equal(row?.count, 0);
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Inbox, Quarantined } from '@hearten/contract';
import { letter, smtpSink } from '../../../test/mail.ts';
import { file, inbox, modules, owner, place, rows, sink, take, withOneInbox, world } from '../../../test/one-inbox.ts';
import { sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { senderChecked } from '../../conversations/index.ts';
import type { Raw } from './incoming.ts';

withOneInbox();

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
    // What it advises helps: without a user name the kept password is not sent either.
    const bare = await test({ smtp: { ...settings.smtp, port: open.port, user: '' } });
    assert.ok(
      bare.body.findings.every((finding) => finding.ok),
      bare.text,
    );
  } finally {
    await open.stop();
  }
});

it('keeps no connection that does not work, by the API neither: it says why, and keeps it when it is said to be untested', async () => {
  type Refused = { detail: string; errors: { path: string; message: string }[] };
  const settings = {
    imap: { host: '127.0.0.1', port: 1, security: 'none' },
    smtp: { host: sink.host, port: sink.port, security: 'none', user: 'support@example.com', password: 'guessed' },
  };
  const guessed = { name: 'Guessed', address: 'guessed@example.com', settings };
  const known = async () =>
    (await owner.get<{ items: Inbox[] }>('/inboxes')).body.items.find((one) => one.address === guessed.address);
  const key = { 'idempotency-key': 'connect-the-guessed' };
  const refused = await owner.send<Refused>('POST', '/inboxes', guessed, key);
  assert.equal(refused.status, 400, refused.text);
  assert.match(
    refused.body.detail,
    /^It does not work like this yet: .*nothing answers on port 1.* Nothing was connected/,
  );
  assert.deepEqual(
    refused.body.errors.map((one) => one.path),
    ['settings.imap', 'settings.smtp'],
  );
  assert.match(refused.body.errors[1]?.message ?? '', /refused the user name or password/);
  assert.equal(await known(), undefined);
  const made = await owner.send<Inbox>('POST', '/inboxes', { ...guessed, untested: true });
  assert.equal(made.status, 201, made.text);

  // A change tries only what it names, with the password that is kept; what else the inbox is asks nobody.
  const change = (body: object) => owner.send<Inbox & Refused>('PATCH', `/inboxes/${made.body.id}`, body);
  const { password: _, ...bare } = settings.smtp;
  const still = await change({ settings: { smtp: bare } });
  assert.equal(still.status, 400, still.text);
  assert.match(still.body.detail, /^It does not work like this: .*refused the user name.* Nothing was changed/);
  assert.equal((await change({ name: 'Named', settings: { signature: 'Hello' } })).status, 200);
  const right = await change({ settings: { smtp: { ...bare, password: 'open sesame' } } });
  assert.equal(right.status, 200, right.text);
  assert.equal((await change({ settings: { smtp: { ...bare, port: 1 } }, untested: true })).status, 200);
  assert.deepEqual([(await known())?.name, (await known())?.settings.smtp?.port], ['Named', 1]);
  assert.equal((await owner.send('DELETE', `/inboxes/${made.body.id}`)).status, 200);
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
    untested: true,
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

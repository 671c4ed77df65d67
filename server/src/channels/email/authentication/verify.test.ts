import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Authentication } from '@hearten/contract';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { type DnsServer, dnsServer } from '../../../../test/dns.ts';
import { letter } from '../../../../test/mail.ts';
import { type TestRoom, testRoom } from '../../../../test/room.ts';
import { sql } from '../../../base/db.ts';
import { newId } from '../../../base/ids.ts';
import { arrive } from '../arrive.ts';
import type { Raw } from '../incoming.ts';
import { listen } from '../listen.ts';
import { checkSenders } from './later.ts';
import { forgetTrusted } from './trusted.ts';

const pair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { record: `v=DKIM1; k=rsa; p=${publicKey.replace(/-----[^-]+-----|\s/g, '')}`, privateKey };
};
const [own, sealer] = [pair(), pair()];
let dns: DnsServer;
let room: TestRoom;
let inboxId: string;
let smtp: Awaited<ReturnType<typeof listen>>;

before(async () => {
  dns = await dnsServer({
    'kunde.example': { TXT: ['v=spf1 ip4:8.8.4.4 -all'] },
    's._domainkey.kunde.example': { TXT: [own.record] },
    '_dmarc.kunde.example': { TXT: ['v=DMARC1; p=reject'] },
    'plain.example': { TXT: ['v=spf1 ip4:8.8.4.4 -all'] },
    's._domainkey.plain.example': { TXT: [own.record] },
    'lax.example': { TXT: ['v=spf1 ?all'] },
    '_dmarc.lax.example': { TXT: ['v=DMARC1; p=none'] },
    'arc._domainkey.relay.example': { TXT: [sealer.record] },
  });
  room = await testRoom({ DNS_SERVERS: dns.server });
  inboxId = (await room.inbox()).id;
  smtp = await listen(room, '127.0.0.1:0');
});
after(async () => {
  await smtp?.stop();
  await room?.close();
  await dns?.stop();
});

async function signed(raw: string, domain = 'kunde.example', more: Record<string, unknown> = {}): Promise<string> {
  const { signatures } = await dkimSign(raw, {
    canonicalization: 'relaxed/relaxed',
    algorithm: 'rsa-sha256',
    signTime: new Date(),
    signingDomain: domain,
    selector: 's',
    privateKey: own.privateKey,
    signatureData: [{ signingDomain: domain, selector: 's', privateKey: own.privateKey, ...more }],
  });
  return signatures + raw;
}
const from = (address: string): string => letter({ from: `Ana <${address}>`, subject: `Check ${newId()}` });

/** A mail server next to us hands on what it was given, and says from where: Postfix with smtp_send_xforward_command. */
async function handOn(raw: string, ip: string, sender = 'ana@kunde.example'): Promise<void> {
  const socket = connect(smtp.port, '127.0.0.1');
  const lines = [
    'EHLO relay.desk.example',
    `XFORWARD ADDR=${ip} HELO=mail.kunde.example`,
    `MAIL FROM:<${sender}>`,
    'RCPT TO:<support@example.com>',
    'DATA',
    `${raw.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')}\r\n.`,
    'QUIT',
  ];
  let heard = '';
  for await (const chunk of socket.setEncoding('latin1')) {
    heard += chunk;
    if (!/^\d{3} .*\r\n$/m.test(heard.slice(heard.lastIndexOf('\n', heard.length - 2) + 1))) continue;
    assert.match(heard.slice(heard.lastIndexOf('\n', heard.length - 2) + 1), /^[23]/, heard);
    const next = lines.shift();
    if (next === undefined) break;
    socket.write(`${next}\r\n`);
  }
}
/** By IMAP, the pipe or HTTP: nothing but the bytes. */
async function byBytes(raw: string): Promise<void> {
  const mail: Raw = {
    id: newId(),
    inboxId,
    source: 'http',
    bytes: Buffer.from(raw),
    size: raw.length,
    receivedAt: new Date().toISOString(),
    historic: false,
    folder: '',
    uidvalidity: null,
    uid: null,
    envelope: {},
    stub: null,
  };
  await arrive(room, room.workspaceId, [mail]);
}

type Shown = Authentication & { id: string };
const latest = async (): Promise<Shown> => {
  const [row] = await room.rows<{ id: string; authentication: Authentication }>(
    sql`select id, authentication from message where workspace_id = ${room.workspaceId} and type = 'in' order by at desc, id desc limit 1`,
  );
  assert.ok(row);
  return { ...row.authentication, id: row.id };
};
/** What the worker would do now with what is still to be looked up. */
async function lookedUp(): Promise<Shown> {
  const { id } = await latest();
  await checkSenders(room, room.workspaceId, [id], 0);
  return latest();
}
test('a signature of the sender’s own domain proves the mail, whichever way it came', async () => {
  await byBytes(await signed(from('ana@kunde.example')));
  assert.deepEqual(
    { ...(await lookedUp()), id: '' },
    {
      verdict: 'verified',
      spf: null,
      dkim: 'pass',
      dmarc: 'pass',
      arc: null,
      domain: 'kunde.example',
      by: 'us',
      checking: false,
      claims: null,
      withheld: [],
      id: '',
    },
  );
  await byBytes(await signed(from('ana@plain.example'), 'plain.example'));
  assert.equal((await lookedUp()).verdict, 'verified', 'a domain without a policy signs for itself too');
});

test('a mail piped with bare line feeds is proven like any other', async () => {
  await byBytes((await signed(from('ana@kunde.example'))).replaceAll('\r\n', '\n'));
  assert.equal((await lookedUp()).verdict, 'verified');
});

test('what the server that brought it may send is proven by SPF, what it may not is refused', async () => {
  await handOn(from('ana@kunde.example'), '8.8.4.4');
  const good = await lookedUp();
  assert.deepEqual([good.verdict, good.spf, good.dmarc], ['verified', 'pass', 'pass']);
  await handOn(from('ana@kunde.example'), '9.9.9.9');
  const bad = await lookedUp();
  assert.deepEqual([bad.verdict, bad.spf, bad.dmarc], ['failed', 'fail', 'fail']);
  await handOn(from('ana@plain.example'), '9.9.9.9', 'ana@plain.example');
  assert.equal((await lookedUp()).verdict, 'failed', 'SPF says -all');
  await handOn(from('ana@lax.example'), '9.9.9.9', 'ana@lax.example');
  assert.equal((await lookedUp()).verdict, 'unverified', 'its policy asks for nothing');
  await handOn(from('ana@kunde.example'), '8.8.4.4', 'spam@plain.example');
  assert.equal((await lookedUp()).verdict, 'failed', 'SPF of another domain than the one shown');
});

test('a mail changed on its way, signed by a stranger, or signed in part is not proven', async () => {
  const mail = await signed(from('ana@kunde.example'));
  await byBytes(mail.replace('can you help me', 'send the money'));
  assert.equal((await lookedUp()).verdict, 'failed', 'the domain asks to refuse it');
  await byBytes(await signed(from('ana@kunde.example'), 'plain.example'));
  assert.equal((await lookedUp()).verdict, 'unverified');
  await byBytes(`${await signed(from('ana@plain.example'), 'plain.example', { maxBodyLength: 5 })}More below.\r\n`);
  assert.equal((await lookedUp()).verdict, 'unverified', 'l= covers only the beginning');
});

test('what carries no proof is unverified at once; nobody is asked', async () => {
  const before = dns.asked.length;
  await byBytes(from('ana@nowhere.example'));
  const shown = await latest();
  assert.deepEqual([shown.verdict, shown.dkim, shown.checking], ['unverified', 'none', false]);
  assert.equal(dns.asked.length, before);
});

test('DNS that does not answer holds no mail up: it is shown as being checked, then as unknown, and found out later', async () => {
  dns.mode = 'silent';
  dns.zone['s._domainkey.slow.example'] = { TXT: [own.record] };
  const mail = await signed(from('ana@slow.example'), 'slow.example');
  const began = Date.now();
  await byBytes(mail);
  assert.ok(Date.now() - began < 2_000, 'the mail did not wait');
  const shown = await latest();
  assert.deepEqual([shown.verdict, shown.checking], ['unknown', true]);
  const queued = await room.db.connect();
  try {
    const { rows } = await queued.query(
      `select count(*)::int as n from graphile_worker.jobs where task_identifier = 'check-senders'`,
    );
    assert.ok(rows[0].n >= 1, 'a job looks it up, also after a crash');
    dns.mode = 'fail';
    const tried = await lookedUp();
    assert.deepEqual([tried.verdict, tried.dkim, tried.checking], ['unknown', 'temperror', false]);
    const again = await queued.query(
      `select count(*)::int as n from graphile_worker.jobs where task_identifier = 'check-senders' and run_at > now() + interval '30 seconds'`,
    );
    assert.equal(again.rows[0].n, 1, 'asked again in a minute');
  } finally {
    await queued.end();
  }
  dns.mode = 'answer';
  await new Promise((later) => setTimeout(later, 1_100)); // trouble is remembered for so long
  assert.equal((await lookedUp()).verdict, 'verified');
  const told = await room.rows<{ verdict: string }>(
    sql`select data->>'verdict' as verdict from event where workspace_id = ${room.workspaceId} and message_id = ${shown.id} and name = 'message.checked' order by id`,
  );
  assert.deepEqual(
    told.map((one) => one.verdict),
    ['unknown', 'verified'],
  );
});

test('answers that are known already are used at once', async () => {
  await byBytes(await signed(from('ana@kunde.example')));
  await lookedUp();
  const before = dns.asked.length;
  await handOn(await signed(from('ana@kunde.example')), '8.8.4.4');
  assert.equal((await lookedUp()).verdict, 'verified');
  assert.ok(dns.asked.length - before <= 2, 'SPF alone was new');
});

test('the word of the host a person trusts is taken without asking; a forwarded mail is vouched for by its seal alone', async () => {
  await room.db.tx(room.workspaceId, (tx) =>
    tx.run(
      sql`update inbox set settings = settings || '{"trustedHosts":["mx.relay.example"]}' where workspace_id = ${room.workspaceId} and id = ${inboxId}`,
    ),
  );
  forgetTrusted();
  const before = dns.asked.length;
  await byBytes(
    `Authentication-Results: mx.relay.example; dmarc=pass header.from=kunde.example\r\nAuthentication-Results: mx.evil.example; dmarc=fail header.from=kunde.example\r\n${from('ana@kunde.example')}`,
  );
  const shown = await latest();
  assert.deepEqual([shown.verdict, shown.by], ['verified', 'host']);
  assert.equal(dns.asked.length, before);

  const seal = async (domain: string): Promise<string> => {
    const plain = from('ana@kunde.example');
    const headers = await sealMessage(plain, {
      signingDomain: domain,
      selector: 'arc',
      privateKey: sealer.privateKey,
      authResults: `mx.${domain}; dmarc=pass header.from=kunde.example`,
      cv: 'none',
    });
    return headers + plain;
  };
  await byBytes(await seal('relay.example'));
  const vouched = await lookedUp();
  assert.deepEqual([vouched.verdict, vouched.arc, vouched.by], ['verified', 'pass', 'us']);
  dns.zone['arc._domainkey.evil.example'] = { TXT: [sealer.record] };
  await byBytes(await seal('evil.example'));
  assert.equal((await lookedUp()).verdict, 'unverified', 'anybody can seal');
});

test('a forgery signed by strangers whose name servers never answer is a forgery all the same, and nobody is acknowledged for it', async () => {
  dns.mute.add('tar.example');
  let forged = from('boss@kunde.example');
  for (const n of [1, 2, 3, 4]) forged = await signed(forged, `pit${n}.tar.example`);
  const began = Date.now();
  await handOn(forged, '9.9.9.9', 'x@tar.example');
  const shown = await lookedUp();
  assert.equal(shown.verdict, 'failed');
  assert.ok(Date.now() - began < 12_000, `${Date.now() - began} ms`);
});

test('what a colleague forwards is the customer’s also when it is proven only afterwards', async () => {
  const [account, email] = [newId(), 'lead@colleagues.example'];
  await room.db.tx(room.workspaceId, async (tx) => {
    await tx.run(sql`insert into account (id, email) values (${account}, ${email})`);
    await tx.run(
      sql`insert into person (workspace_id, id, account_id, name, email, role) values (${room.workspaceId}, ${newId()}, ${account}, 'Lead', ${email}, 'lead')`,
    );
  });
  const domain = 'colleagues.example';
  dns.zone[`s._domainkey.${domain}`] = { TXT: [own.record] };
  dns.mute.add(domain);
  const text =
    'Can you help?\r\n\r\n---------- Forwarded message ---------\r\nFrom: Olga <olga@customer.example>\r\nDate: Tue, 3 Mar 2026\r\nSubject: Lamp\r\nTo: <me@desk.example>\r\n\r\nIt hums.';
  await byBytes(await signed(letter({ from: `Colleague <${email}>`, subject: `Fwd: Lamp ${newId()}`, text }), domain));
  assert.equal((await latest()).checking, true);
  dns.mute.delete(domain);
  const { id } = await latest();
  await checkSenders(room, room.workspaceId, [id], 0);
  const [row] = await room.rows<{ customer: string; sender: string; by: string }>(sql`
    select c.customer_address as customer, m.sender->>'address' as sender, lower(m.forwarded->'by'->>'address') as by from message m
    join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id where m.workspace_id = ${room.workspaceId} and m.id = ${id}`);
  assert.deepEqual(row, {
    customer: 'olga@customer.example',
    sender: 'olga@customer.example',
    by: email.toLowerCase(),
  });
});

test('a domain that asks for exact names is not spoken for by one below it', async () => {
  dns.zone['_dmarc.exact.example'] = { TXT: ['v=DMARC1; p=reject; adkim=s; aspf=s'] };
  dns.zone['s._domainkey.news.exact.example'] = { TXT: [own.record] };
  await handOn(await signed(from('ana@exact.example'), 'news.exact.example'), '9.9.9.9', 'x@other.example');
  assert.equal((await lookedUp()).verdict, 'failed');
});

test('the trusted host’s word counts only where a stranger can not have written it', async () => {
  const lie = `Authentication-Results: mx.relay.example; dmarc=pass header.from=kunde.example\r\n${from('ana@kunde.example')}`;
  const through = async (source: Raw['source'], envelope: Raw['envelope']): Promise<string> => {
    const raw = {
      id: newId(),
      inboxId,
      source,
      bytes: Buffer.from(`X-N: ${newId()}\r\n${lie.replace('Check', newId())}`),
    };
    const rest = { receivedAt: new Date().toISOString(), historic: false, folder: '', uidvalidity: null, uid: null };
    await arrive(room, room.workspaceId, [{ ...raw, ...rest, size: raw.bytes.length, envelope, stub: null }]);
    await checkSenders(room, room.workspaceId, [raw.id], 0);
    const [row] = await room.rows<{ verdict: string }>(
      sql`select authentication->>'verdict' as verdict from message where workspace_id = ${room.workspaceId} and id = ${raw.id}`,
    );
    return row?.verdict ?? 'no message';
  };
  assert.equal(await through('imap', {}), 'verified');
  assert.notEqual(await through('mailgun', {}), 'verified');
  assert.notEqual(
    await through('smtp', { ip: '9.9.9.9', helo: 'x', from: 'x@evil.example', direct: true }),
    'verified',
  );
});

test('the asking itself cannot be used against us: a mail with a hundred signatures asks nobody', async () => {
  const before = dns.asked.length;
  const many = Array.from(
    { length: 100 },
    (_, i) => `DKIM-Signature: v=1; a=rsa-sha256; d=k${i}.example; s=s; h=from; bh=x; b=y`,
  );
  await byBytes(`${many.join('\r\n')}\r\n${from('ana@kunde.example')}`);
  const shown = await latest();
  assert.deepEqual([shown.verdict, shown.dkim], ['unverified', 'policy']);
  assert.equal(dns.asked.length, before);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DomainFinding, MailDomain } from '@hearten/contract';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { type DnsServer, dnsServer } from '../../../../test/dns.ts';
import { type Sink, smtpSink } from '../../../../test/mail.ts';
import { type Browser, makeWorld, type Place, type World } from '../../../../test/world.ts';
import { sql } from '../../../base/db.ts';
import { makeDns } from '../../../base/dns.ts';
import { newId } from '../../../base/ids.ts';
import type { InboxRow, Outgoing } from '../../../conversations/index.ts';
import { founding, makeModules } from '../../../modules.ts';
import { sender } from '../send.ts';

const domain = 'northwind.example';
let dns: DnsServer;
let sink: Sink;
let world: World;
let place: Place;
let owner: Browser;
let inboxId: string;
before(async () => {
  dns = await dnsServer({ 'mail.northwind.example': { A: ['192.0.2.25'] } });
  sink = await smtpSink();
  world = await makeWorld({ modules: makeModules, founding, settings: { DNS_SERVERS: dns.server } });
  place = await world.workspace('northwind');
  owner = await world.as(place, 'owner');
  const made = await owner.post<{ id: string }>('/inboxes', {
    name: 'Support',
    address: `support@${domain}`,
    settings: { smtp: { host: 'mail.northwind.example', port: 587, security: 'starttls' } },
    untested: true,
  });
  inboxId = made.body.id;
});
after(async () => {
  await world?.end();
  await sink?.stop();
  await dns?.stop();
});
const check = async (): Promise<MailDomain> => {
  const answer = await owner.post<MailDomain>(`/domains/${domain}/check`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};
const about = async (what: DomainFinding['about']): Promise<DomainFinding> => {
  const found = (await check()).findings.find((one) => one.about === what);
  assert.ok(found);
  return found;
};
const texts = (...records: string[]): void => {
  dns.zone[domain] = { ...dns.zone[domain], TXT: records };
};

test('SPF: what is missing, doubled, too open, too long or without our server is said, with the line that helps', async () => {
  const cases: [string[], DomainFinding['state'], RegExp, string | null][] = [
    [[], 'wrong', /no SPF record/, 'v=spf1 a:mail.northwind.example ~all'],
    [
      ['v=spf1 mx -all', 'v=spf1 include:other.example ~all'],
      'wrong',
      /2 SPF records/,
      'v=spf1 mx include:other.example -all',
    ],
    [['v=spf1 a:mail.northwind.example +all'], 'wrong', /whole world/, 'v=spf1 a:mail.northwind.example ~all'],
    [
      ['v=spf1 ip4:198.51.100.1 -all'],
      'wrong',
      /does not name mail\.northwind\.example/,
      'v=spf1 a:mail.northwind.example ip4:198.51.100.1 -all',
    ],
    [['v=spf1 include:deep0.example ~all'], 'wrong', /more than 10 look-ups/, null],
    [['v=spf1 ip4:192.0.2.0/24 include:gone.example ~all'], 'improve', /gone\.example, which does not exist/, null],
    [['v=spf1 ip4:192.0.2.0/24 ?all'], 'improve', /nothing about all others/, 'v=spf1 ip4:192.0.2.0/24 ~all'],
    [['v=spf1 ip4:192.0.2.25 ip6:2001:db8::/32 -all'], 'good', /0 of 10/, null],
    [['v=spf1 include:near.example -all'], 'good', /2 of 10/, null],
    [['v=spf1 redirect=near.example'], 'good', /2 of 10/, null],
  ];
  for (let i = 0; i < 12; i++) dns.zone[`deep${i}.example`] = { TXT: [`v=spf1 include:deep${i + 1}.example ~all`] };
  dns.zone['near.example'] = { TXT: ['unrelated', 'v=spf1 a:mail.northwind.example ~all'] };
  for (const [records, state, text, value] of cases) {
    texts(...records);
    const found = await about('spf');
    assert.deepEqual([found.state, found.line?.value ?? null], [state, value], `${records}: ${found.text}`);
    assert.match(found.text, text);
  }
});

test('SPF: a server in one’s own network is never proposed to the world', async () => {
  await owner.send('PATCH', `/inboxes/${inboxId}`, {
    settings: { smtp: { host: '127.0.0.1', port: 25, security: 'none' } },
    untested: true,
  });
  texts();
  const none = await about('spf');
  assert.deepEqual([none.state, none.line], ['wrong', null]);
  assert.match(none.text, /public address from which that server sends/);
  texts('v=spf1 ip4:192.0.2.25 -all');
  assert.equal((await about('spf')).state, 'improve');
});

test('SPF: a big provider is known by what it tells its customers to include', async () => {
  const settings = { smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' } };
  await owner.send('PATCH', `/inboxes/${inboxId}`, { settings, untested: true });
  texts('v=spf1 -all');
  assert.equal((await about('spf')).line?.value, 'v=spf1 include:_spf.google.com -all');
  dns.zone['_spf.google.com'] = { TXT: ['v=spf1 ip4:203.0.113.0/24 ~all'] };
  texts('v=spf1 include:_spf.google.com -all');
  assert.equal((await about('spf')).state, 'good');
});

test('DMARC: the policy in plain words, from the domain or the one above it, and whether reports arrive', async () => {
  const cases: [string[], DomainFinding['state'], RegExp][] = [
    [[], 'wrong', /no DMARC record/],
    [['v=DMARC1; p=none', 'v=DMARC1; p=reject'], 'wrong', /several/],
    [['v=DMARC1; p=maybe'], 'wrong', /no policy that receivers know/],
    [['v=DMARC1; p=quarantine'], 'improve', /Reports go nowhere/],
    [['v=DMARC1; p=none; rua=mailto:dmarc@northwind.example'], 'improve', /go on to quarantine/],
    [['v=DMARC1; p=reject; rua=mailto:us@reports.example'], 'improve', /has not said that it takes them/],
    [['v=DMARC1; p=reject; adkim=s; rua=mailto:dmarc@northwind.example'], 'good', /turned away.*strict/],
  ];
  for (const [records, state, text] of cases) {
    dns.zone[`_dmarc.${domain}`] = { TXT: records };
    const found = await about('dmarc');
    assert.equal(found.state, state, found.text);
    assert.match(found.text, text);
  }
  dns.zone[`_dmarc.${domain}`] = { TXT: ['v=DMARC1; p=reject; rua=mailto:us@reports.example'] };
  dns.zone[`${domain}._report._dmarc.reports.example`] = { TXT: ['v=DMARC1'] };
  assert.equal((await about('dmarc')).state, 'good');
});

test('MX: none, one that takes nothing, and a right one', async () => {
  assert.match((await about('mx')).text, /no MX record/);
  dns.zone[domain] = { ...dns.zone[domain], MX: ['0 .'] };
  assert.match((await about('mx')).text, /takes no mail at all/);
  dns.zone[domain] = { ...dns.zone[domain], MX: ['10 mail.northwind.example'] };
  assert.equal((await about('mx')).state, 'good');
});

test('When DNS does not answer, that is what is said, and nothing changes', async () => {
  dns.mode = 'fail';
  const { findings } = await check();
  assert.deepEqual(
    findings.map((one) => one.state),
    ['unknown', 'improve', 'unknown', 'unknown'],
  );
  dns.mode = 'answer';
});

test('A key is published first and signs once DNS shows it; the next takes over the same way; what left is verified by others', async () => {
  const settings = { smtp: { host: sink.host, port: sink.port, security: 'none' } };
  await owner.send('PATCH', `/inboxes/${inboxId}`, { settings });
  const [inbox] = await world.hearten.db.read<InboxRow>(
    place.id,
    sql`select * from inbox where workspace_id = ${place.id} and id = ${inboxId}`,
  );
  assert.ok(inbox);
  const sending = sender(world.hearten);
  const sent = async (): Promise<string> => {
    const outgoing: Outgoing = {
      id: newId(),
      conversationId: newId(),
      externalId: `${newId()}@${domain}`,
      inReplyTo: null,
      references: [],
      to: [{ address: 'ana@example.org', name: '' }],
      cc: [],
      bcc: [],
      subject: 'Hello',
      text: 'Hello\n\nAna',
      attachments: [],
      automatic: false,
      quoted: null,
      quote: null,
      authorName: 'Bo',
      authorSignature: '',
      only: ['ana@example.org'],
      forwarded: '',
    };
    await sending.send(outgoing, inbox, async () => undefined);
    return sink.ledger.at(-1)?.raw as string;
  };
  const verified = async (raw: string): Promise<string[]> => {
    const { results } = (await dkimVerify(Buffer.from(raw), {
      resolver: makeDns([dns.server]) as (name: string, type: string) => Promise<string[][]>,
    })) as { results: { status: { result: string }; selector: string }[] };
    return results.filter((one) => one.selector).map((one) => `${one.selector} ${one.status.result}`);
  };
  try {
    assert.equal((await about('dkim')).state, 'improve');
    assert.ok(!(await sent()).includes('DKIM-Signature'));
    const made = await owner.post<MailDomain>(`/domains/${domain}/keys`, {});
    assert.equal(made.status, 200, made.text);
    const first = made.body.keys[0];
    assert.ok(first);
    assert.match(first.line.pieces ?? '', /^"v=DKIM1; p=/);
    assert.equal((await owner.post(`/domains/${domain}/keys`, {})).status, 409);
    // Not published yet: nothing is signed, and the page has the line.
    assert.deepEqual([(await about('dkim')).state, (await about('dkim')).line?.value], ['improve', first.line.value]);
    assert.ok(!(await sent()).includes('DKIM-Signature'));
    dns.zone[first.line.name] = { TXT: ['v=DKIM1; p=AAAA'] };
    assert.match((await about('dkim')).text, /not in DNS yet/, 'another key stands there');
    dns.zone[first.line.name] = { TXT: [first.line.value] };
    assert.equal((await check()).keys[0]?.state, 'signing');
    assert.equal((await about('dkim')).state, 'good');
    assert.deepEqual(await verified(await sent()), [`${first.selector} pass`]);
    // The next of its kind: the former signs until the new line is seen, and stays published after.
    const next = (await owner.post<MailDomain>(`/domains/${domain}/keys`, {})).body.keys[0];
    assert.ok(next && next.selector !== first.selector);
    assert.equal((await about('dkim')).state, 'improve');
    assert.deepEqual(await verified(await sent()), [`${first.selector} pass`]);
    dns.zone[next.line.name] = { TXT: [next.line.value] };
    assert.deepEqual(
      (await check()).keys.map((key) => key.state),
      ['signing', 'retired'],
    );
    assert.deepEqual(await verified(await sent()), [`${next.selector} pass`]);
    // A second kind beside it.
    const other = (await owner.post<MailDomain>(`/domains/${domain}/keys`, { algorithm: 'ed25519' })).body.keys[0];
    assert.ok(other);
    dns.zone[other.line.name] = { TXT: [other.line.value] };
    await check();
    assert.deepEqual((await verified(await sent())).sort(), [`${next.selector} pass`, `${other.selector} pass`].sort());
    // A line that goes: no signature that nobody can check. An answer that fails changes nothing.
    dns.mode = 'fail';
    await check();
    assert.equal(
      (
        await verified(
          await sent().finally(() => {
            dns.mode = 'answer';
          }),
        )
      ).length,
      2,
    );
    delete dns.zone[next.line.name];
    await check();
    assert.deepEqual(await verified(await sent()), [`${other.selector} pass`]);
    assert.equal((await owner.send('DELETE', `/dkim-keys/${other.id}`)).status, 200);
    assert.ok(!(await sent()).includes('DKIM-Signature'));
  } finally {
    sending.stop();
  }
});

test('Only domains that an inbox sends from are asked about', async () => {
  const other = await owner.post('/domains/elsewhere.example/check');
  assert.equal(other.status, 404);
  assert.ok(!dns.asked.some((one) => one.includes('elsewhere')));
});

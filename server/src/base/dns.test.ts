import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { type DnsServer, dnsServer } from '../../test/dns.ts';
import { type Dns, isAbsent, makeDns } from './dns.ts';

let server: DnsServer;
let ask: Dns;
const long = `v=DKIM1; k=rsa; p=${'A'.repeat(1200)}`;
before(async () => {
  server = await dnsServer({
    'example.com': { TXT: ['v=spf1 mx -all', long], MX: ['10 mail.example.com'], A: ['192.0.2.7'] },
    'mail.example.com': { A: ['192.0.2.8'], AAAA: ['2001:db8::25'] },
    'alias.example.com': { CNAME: ['mail.example.com'] },
  });
  ask = makeDns([server.server], 200);
});
after(() => server.stop());

it('answers every kind of record that mail needs, long ones whole', async () => {
  const texts = (await ask('example.com', 'TXT')).map((parts) => parts.join(''));
  assert.deepEqual(texts, ['v=spf1 mx -all', long]);
  const [mx] = await ask('example.com', 'MX');
  assert.deepEqual([mx?.exchange, mx?.priority], ['mail.example.com', 10]);
  assert.deepEqual(await ask('mail.example.com', 'AAAA'), ['2001:db8::25']);
  assert.deepEqual(await ask('alias.example.com', 'A'), ['192.0.2.8']);
});

it('tells what is not there from what nobody could say', async () => {
  await assert.rejects(ask('none.example.com', 'TXT'), isAbsent);
  await assert.rejects(ask('mail.example.com', 'TXT'), isAbsent);
  server.mode = 'fail';
  await assert.rejects(ask('example.com', 'TXT'), (error) => !isAbsent(error));
  server.mode = 'silent';
  const began = performance.now();
  await assert.rejects(ask('example.com', 'TXT'), (error) => !isAbsent(error));
  assert.ok(performance.now() - began < 3000);
  server.mode = 'answer';
});

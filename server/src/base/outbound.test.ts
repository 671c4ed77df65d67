import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { dnsServer, type Zone } from '../../test/dns.ts';
import { inside } from '../../test/inside.ts';
import { makeDns } from './dns.ts';
import { isPublic, makeOutbound } from './outbound.ts';

let server: Server;
let port: number;
let asked = 0;
let elsewhere = '';
before(async () => {
  server = createServer((request, response) => {
    asked++;
    if (request.url === '/inside')
      return void response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end();
    if (request.url === '/round') return void response.writeHead(302, { location: '/round' }).end();
    if (request.url === '/large') return void response.end(Buffer.alloc(200_000));
    if (request.url === '/silent') return;
    if (request.url === '/elsewhere') return void response.writeHead(302, { location: elsewhere }).end();
    if (request.url === '/headers') return void response.writeHead(200, { 'x-long': 'x'.repeat(40_000) }).end();
    if (request.url === '/bomb')
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(100_000_000)));
    if (request.url === '/drips') {
      response.writeHead(200).write('x');
      const drip = setInterval(() => response.write('x'), 100);
      return void response.once('close', () => clearInterval(drip));
    }
    response.setHeader('x-cookie', String(request.headers.cookie ?? 'none'));
    response.end('hello');
  });
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  ({ port } = server.address() as AddressInfo);
});
after(() => {
  server.closeAllConnections();
  server.close();
});

it('knows the public internet from everything else', () => {
  const notPublic =
    '127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 198.18.0.1 192.0.0.8 ::1 :: fe80::1 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 100::1 nonsense'.split(
      ' ',
    );
  for (const address of notPublic) assert.equal(isPublic(address), false, address);
  for (const address of ['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])
    assert.equal(isPublic(address), true, address);
});

it('F01: refuses, before it connects, every spelling of an address inside', async () => {
  const get = makeOutbound([], async () => [{ address: '127.0.0.1', family: 4 }]);
  for (const host of inside) await assert.rejects(get(`http://${host}:${port}/`), /not on the public internet/, host);
  for (const url of ['file:///etc/passwd', 'ftp://8.8.8.8/', 'gopher://8.8.8.8/', 'nonsense', ''])
    await assert.rejects(get(url), /not on the public internet/, url);
  assert.equal(asked, 0);
});

it('F01: refuses a name that leads inside with one of its addresses', async () => {
  const get = makeOutbound([], async () => [
    { address: '8.8.8.8', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ]);
  await assert.rejects(get('http://both.example/'), /not on the public internet/);
});

it('F01: connects to the address it checked, whatever the name says afterwards', async () => {
  let looked = 0;
  const get = makeOutbound(['127.0.0.1'], async () =>
    looked++ === 0 ? [{ address: '127.0.0.1', family: 4 }] : [{ address: '10.0.0.1', family: 4 }],
  );
  assert.equal((await get(`http://changes.example:${port}/`)).body.toString(), 'hello');
  assert.equal(looked, 1);
});

it('F01: asks a real name server once, and is not led inside by one that changes its mind', async () => {
  const zone: Zone = { 'rebinds.example': { A: ['127.0.0.1'] }, 'inside.example': { A: ['127.0.0.1'] } };
  const names = await dnsServer(zone);
  const ask = makeDns([names.server]);
  let asks = 0;
  const get = makeOutbound(['127.0.0.1'], async (host) => {
    const found = await ask(host, 'A');
    asks++;
    // From now on it says something else: whoever asked again would go there.
    zone[host] = { A: ['10.0.0.1'] };
    return found.map((address) => ({ address, family: 4 }));
  });
  try {
    assert.equal((await get(`http://rebinds.example:${port}/`)).body.toString(), 'hello');
    assert.equal(asks, 1);
    // A second look-up finds the address inside, and nobody connects to it.
    await assert.rejects(get(`http://rebinds.example:${port}/`), /not on the public internet/);
    const before = asked;
    const strict = makeOutbound([], async (host) => (await ask(host, 'A')).map((address) => ({ address, family: 4 })));
    await assert.rejects(strict(`http://inside.example:${port}/`), /not on the public internet/);
    assert.equal(asked, before, 'refused before it connected');
  } finally {
    await names.stop();
  }
});

it('reaches what is named in its own network, by address, by name and by domain, and nothing beside it', async () => {
  const here = async () => [{ address: '127.0.0.1', family: 4 }];
  const get = makeOutbound(['hooks.internal', '*.lamps.internal'], here);
  for (const host of ['hooks.internal', 'HOOKS.internal', 'a.lamps.internal', 'b.a.lamps.internal'])
    assert.equal((await get(`http://${host}:${port}/`)).status, 200, host);
  for (const host of ['lamps.internal', 'evil-hooks.internal', 'hooks.internal.example', 'xlamps.internal'])
    await assert.rejects(get(`http://${host}:${port}/`), /not on the public internet/, host);
  const wide = makeOutbound(['127.0.0.0/8', 'fd00::/8']);
  assert.equal((await wide(`http://127.0.0.1:${port}/`)).status, 200);
  await assert.rejects(wide('http://169.254.169.254/latest/meta-data/'), /not on the public internet/);
});

it('knocks at no port where something else than a website listens', async () => {
  const get = makeOutbound([], async () => [{ address: '8.8.8.8', family: 4 }]);
  for (const other of [22, 25, 110, 143, 465, 587, 993, 3306, 5432, 6379, 11211])
    await assert.rejects(get(`http://mail.example:${other}/`), /not on the public internet/, String(other));
});

it('gives up on who answers letter by letter, and keeps the beginning when only that is wanted', async () => {
  const get = makeOutbound(['127.0.0.1']);
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;
  const began = Date.now();
  await assert.rejects(get(at('/drips'), { timeout: 400 }), /does not answer/);
  assert.ok(Date.now() - began < 3000);
  const kept = await get(at('/drips'), { timeout: 400, beginning: true });
  assert.equal(kept.status, 200);
  assert.ok(kept.body.length > 0 && kept.body.length < 20);
  const cut = await get(at('/large'), { maxBytes: 1024, beginning: true });
  assert.equal(cut.body.length, 1024);
  await assert.rejects(get(at('/headers'), {}), /does not answer/, 'headers without an end');
});

it('unpacks nothing: a bomb stays as small as it came', async () => {
  const get = makeOutbound(['127.0.0.1']);
  const got = await get(`http://127.0.0.1:${port}/bomb`, { maxBytes: 200_000 });
  assert.equal(got.headers['content-encoding'], 'gzip');
  assert.ok(got.body.length < 120_000, `${got.body.length} bytes`);
});

it('takes what was meant for one place to no other, and asks there without a body', async () => {
  const other = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () =>
      response.end(`${request.method} ${request.headers.authorization ?? 'no key'} ${body.length}`),
    );
  });
  await new Promise<void>((open) => other.listen(0, '127.0.0.1', open));
  elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  try {
    const get = makeOutbound(['127.0.0.1']);
    const sent = { method: 'POST', headers: { authorization: 'Bearer x' }, body: Buffer.from('words') } as const;
    const reply = await get(`http://127.0.0.1:${port}/elsewhere`, sent);
    assert.equal(reply.body.toString(), 'GET no key 0');
    const answer = await get(`http://127.0.0.1:${port}/elsewhere`, { ...sent, redirects: 'answer' });
    assert.equal(answer.status, 302);
  } finally {
    other.close();
  }
});

it('F01: checks a redirect like a first address, takes no cookies along, and gives up on rounds, floods and silence', async () => {
  const get = makeOutbound(['127.0.0.1/32']);
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;
  assert.equal((await get(at('/'))).headers['x-cookie'], 'none');
  await assert.rejects(get(at('/inside')), /not on the public internet/);
  await assert.rejects(get(at('/round')), /leads on to others/);
  await assert.rejects(get(at('/large'), { maxBytes: 100_000 }), /too large/);
  await assert.rejects(get(at('/silent'), { timeout: 100 }), /does not answer/);
});

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, it } from 'node:test';
import { isPublic, makeOutbound } from './outbound.ts';

let server: Server;
let port: number;
let asked = 0;
before(async () => {
  server = createServer((request, response) => {
    asked++;
    if (request.url === '/inside')
      return void response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end();
    if (request.url === '/round') return void response.writeHead(302, { location: '/round' }).end();
    if (request.url === '/large') return void response.end(Buffer.alloc(200_000));
    if (request.url === '/silent') return;
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
  const inside =
    '127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 198.18.0.1 192.0.0.8 ::1 :: fe80::1 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 100::1 nonsense'.split(
      ' ',
    );
  for (const address of inside) assert.equal(isPublic(address), false, address);
  for (const address of ['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])
    assert.equal(isPublic(address), true, address);
});

it('refuses, before it connects, every spelling of an address inside', async () => {
  const get = makeOutbound([], async () => [{ address: '127.0.0.1', family: 4 }]);
  const hosts = [
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '0',
    'localhost',
    'inside.example',
    '169.254.169.254',
    '100.100.100.200',
    '[fd00:ec2::254]',
    '127.0.0.1.',
    'user:pw@8.8.8.8',
  ];
  for (const host of hosts) await assert.rejects(get(`http://${host}:${port}/`), /not on the public internet/, host);
  for (const url of ['file:///etc/passwd', 'ftp://8.8.8.8/', 'gopher://8.8.8.8/', 'nonsense', ''])
    await assert.rejects(get(url), /not on the public internet/, url);
  assert.equal(asked, 0);
});

it('refuses a name that leads inside with one of its addresses', async () => {
  const get = makeOutbound([], async () => [
    { address: '8.8.8.8', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ]);
  await assert.rejects(get('http://both.example/'), /not on the public internet/);
});

it('connects to the address it checked, whatever the name says afterwards', async () => {
  let looked = 0;
  const get = makeOutbound(['127.0.0.1'], async () =>
    looked++ === 0 ? [{ address: '127.0.0.1', family: 4 }] : [{ address: '10.0.0.1', family: 4 }],
  );
  assert.equal((await get(`http://changes.example:${port}/`)).body.toString(), 'hello');
  assert.equal(looked, 1);
});

it('checks a redirect like a first address, takes no cookies along, and gives up on rounds, floods and silence', async () => {
  const get = makeOutbound(['127.0.0.1/32']);
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;
  assert.equal((await get(at('/'))).headers['x-cookie'], 'none');
  await assert.rejects(get(at('/inside')), /not on the public internet/);
  await assert.rejects(get(at('/round')), /leads on to others/);
  await assert.rejects(get(at('/large'), { maxBytes: 100_000 }), /too large/);
  await assert.rejects(get(at('/silent'), { timeout: 100 }), /does not answer/);
});

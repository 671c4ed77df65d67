import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { isRefusedAs } from '../base/errors.ts';
import { makeOutbound } from '../base/outbound.ts';
import { changeBrand, readBrand } from './brand.ts';
import { lookAtSite, readHead } from './look-at-site.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
const page = `<!doctype html><html lang="sv"><head><title>Light for long evenings | Northwind Lamps</title>
<meta name="theme-color" content="#3A2"><link rel="icon" href="/small.ico" sizes="16x16"><link rel="apple-touch-icon" href="/touch.png">
</head><body><script>document.title = 'Another'</script></body></html>`;
const server = createServer((request, response) => {
  if (request.url === '/touch.png') return response.end(png);
  if (request.url === '/fake')
    return response.end('<html><head><title>Shop</title><link rel="icon" href="/page.png"></head></html>');
  if (request.url === '/page.png') return response.writeHead(200, { 'content-type': 'image/png' }).end('<script>');
  if (request.url === '/') return response.end(page);
  return response.writeHead(404).end();
});
let base = '';
let w: Desk;
before(async () => {
  w = await desk();
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.close();
  await w.end();
});

test('A website proposes its name, colour, language and logo', async () => {
  const outbound = makeOutbound(['127.0.0.0/8']);
  assert.deepEqual(await lookAtSite(outbound, base), {
    site: base,
    name: 'Northwind Lamps',
    colour: '#33aa22',
    language: 'sv',
    logo: `data:image/png;base64,${png.toString('base64')}`,
  });
  // A picture is what its bytes are, whatever it is called.
  const fake = await lookAtSite(outbound, `${base}/fake`);
  assert.deepEqual([fake.name, fake.logo, fake.colour], ['Shop', null, null]);
});

test('A title of half a million spaces holds nobody up', () => {
  const began = performance.now();
  assert.equal(readHead(`<title>Lamps${' '.repeat(490_000)}x</title>`).name, 'Lamps');
  assert.ok(performance.now() - began < 1000, `${Math.round(performance.now() - began)} ms`);
});

test('A website within one’s own network is not looked at', async () => {
  await assert.rejects(lookAtSite(makeOutbound(), base), (error) => isRefusedAs(error, 'forbidden'));
});

test('The brand keeps site, colour and logo, each by itself, and gives a logo up again', async () => {
  const logo = `data:image/png;base64,${png.toString('base64')}`;
  const change = (body: Parameters<typeof changeBrand>[3]) => changeBrand(w.hearten, w.tx, w.people.owner, body);
  await change({ site: 'northwind.example', colour: '#3A2D1E' });
  assert.deepEqual(await change({ logo }), { site: 'northwind.example', colour: '#3a2d1e', logo });
  assert.deepEqual(await change({ colour: '' }), { site: 'northwind.example', colour: '', logo });
  await change({ logo: null });
  assert.deepEqual(await w.tx((t) => readBrand(t, w.hearten)), { site: 'northwind.example', colour: '', logo: null });
});

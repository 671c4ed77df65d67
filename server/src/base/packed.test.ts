import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fastify from 'fastify';
import { pack, sendPacked } from './packed.ts';

test('A browser is sent what it can unpack, in as few bytes as it takes, and nothing that it has', async () => {
  const text = 'The lamp hums. '.repeat(400);
  const packed = pack(text);
  const app = fastify();
  app.get('/', (_request, reply) => sendPacked(reply, 'text/plain; charset=utf-8', packed));
  const ask = (takes?: string, has?: string) =>
    app.inject({
      url: '/',
      headers: { ...(takes ? { 'accept-encoding': takes } : {}), ...(has ? { 'if-none-match': has } : {}) },
    });
  const how: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ['identity', undefined],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['br;q=0.4', 'br'],
  ];
  for (const [takes, encoding] of how) {
    const { headers, rawPayload, statusCode } = await ask(takes);
    assert.equal(statusCode, 200);
    assert.equal(headers['content-encoding'], encoding, takes);
    assert.equal(headers.vary, 'accept-encoding');
    const plain =
      encoding === 'br'
        ? brotliDecompressSync(rawPayload)
        : encoding === 'gzip'
          ? gunzipSync(rawPayload)
          : Buffer.from(rawPayload);
    assert.equal(plain.toString(), text);
    assert.equal(rawPayload.length < 200, encoding !== undefined);
  }
  const again = await ask('br', packed.tag);
  assert.equal(again.statusCode, 304);
  assert.equal(again.rawPayload.length, 0);
  assert.notEqual(pack(`${text}.`).tag, packed.tag);
  await app.close();
});

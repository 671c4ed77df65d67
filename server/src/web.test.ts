import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fastify from 'fastify';
import type { Config } from './base/config.ts';
import type { Http } from './base/http.ts';
import { webRoutes } from './web.ts';

test('the page comes with its policy under every name it has, and not at all over plain http from elsewhere', async () => {
  const root = await mkdtemp(join(tmpdir(), 'hearten-web-'));
  await mkdir(join(root, 'web/dist/assets'), { recursive: true });
  await writeFile(join(root, 'web/dist/index.html'), '<title>The desk</title>');
  await writeFile(join(root, 'web/dist/assets/app-1.js'), '1');
  await writeFile(join(root, 'web/dist/sw.js'), '1');
  const app = fastify();
  const http: Pick<Http, 'app' | 'onMissing'> = {
    app,
    onMissing: (answer) => app.setNotFoundHandler((request, reply) => answer(request, reply)),
  };
  try {
    await webRoutes(http, { root } as Config);
    for (const url of ['/', '/index.html', '/conversations/1', '/%69ndex.html']) {
      const near = await app.inject({ url, headers: { host: 'localhost:3000', accept: 'text/html' } });
      assert.match(near.body, /The desk/, url);
      assert.match(String(near.headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/, url);
      const far = await app.inject({ url, headers: { host: 'desk.example<b>', accept: 'text/html' } });
      assert.match(far.body, /This connection is not encrypted.*desk\.exampleb/s, url);
    }
    const script = await app.inject({ url: '/assets/app-1.js', headers: { host: 'localhost' } });
    assert.match(String(script.headers['cache-control']), /immutable/);
    await writeFile(join(root, 'web/dist/assets/app-2.js'), '2');
    await writeFile(join(root, 'web/dist/assets/app-2.js.br'), 'packed');
    const packed = await app.inject({
      url: '/assets/app-2.js',
      headers: { host: 'localhost', 'accept-encoding': 'gzip, br' },
    });
    assert.deepEqual([packed.headers['content-encoding'], packed.body], ['br', 'packed']);
    assert.match(String(packed.headers['content-type']), /javascript/);
    const later = await app.inject({ url: '/assets/app-2.js', headers: { host: 'localhost' } });
    assert.equal(later.body, '2', 'built since, by a newer process beside this one');
    await writeFile(join(root, 'web/secret.txt'), 'not to be had');
    for (const url of ['/assets/app-3.js', '/assets/..%2findex.html', '/assets/..%2f..%2fsecret.txt'])
      assert.ok([403, 404].includes((await app.inject({ url, headers: { host: 'localhost' } })).statusCode), url);
    const worker = await app.inject({ url: '/sw.js', headers: { host: 'localhost' } });
    assert.equal(worker.headers['cache-control'], 'no-cache');
    assert.equal(
      worker.headers['content-security-policy'],
      "default-src 'none'; connect-src 'self'; script-src 'self'",
    );
    assert.equal((await app.inject({ url: '/api/v1/nothing', headers: { host: 'localhost' } })).statusCode, 404);
  } finally {
    await app.close();
    await rm(root, { recursive: true });
  }
});

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
  const app = fastify();
  const http: Http = {
    app,
    mount: () => undefined,
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
    assert.equal((await app.inject({ url: '/api/v1/nothing', headers: { host: 'localhost' } })).statusCode, 404);
  } finally {
    await app.close();
    await rm(root, { recursive: true });
  }
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import fastify from 'fastify';
import { file, owner, place, rows, take, withOneInbox, world } from '../../../test/one-inbox.ts';
import { sql } from '../../base/db.ts';
import { answerError } from '../../base/http.ts';
import { identify } from '../../team/index.ts';
import { fileReader, fileRoutes } from './files.ts';

withOneInbox();

const withFiles = [
  'From: ana@example.org',
  'To: support@example.com',
  'Subject: Files',
  'Message-ID: <files@example.org>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p onclick="alert(1)">Hello <img src="cid:dot@x"><img src="https://pics.example.net/a.png" width=80><script>alert(1)</script></p>',
  '--b',
  'Content-Type: image/png; name=dot.png',
  'Content-ID: <dot@x>',
  'Content-Disposition: inline; filename=dot.png',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--b',
  'Content-Type: image/svg+xml',
  'Content-Disposition: attachment; filename="p\u200bage.svg"',
  '',
  '<svg onload="alert(1)"/>',
  '--b',
  'Content-Type: text/html',
  'Content-Disposition: attachment; filename="../../evil.html"',
  '',
  '<script>alert(1)</script>',
  '--b--',
  '',
].join('\r\n');

it('hands out what customers send as files that can do nothing', async () => {
  const id = await take(withFiles);
  const [message] = await rows<{ attachments: { part: number; filename: string; contentType: string }[] }>(
    sql`select attachments from message where workspace_id = ${place.id} and id = ${id}`,
  );
  const part = (type: string) => message?.attachments.find((one) => one.contentType === type)?.part ?? -1;
  for (const type of ['image/svg+xml', 'text/html']) {
    const got = await file(`/files/messages/${id}/${part(type)}?inline=1`);
    assert.equal(got.statusCode, 200, got.body);
    assert.match(
      String(got.headers['content-disposition']),
      /^attachment; filename="[^"/\\]+"; filename\*=UTF-8''[^/]+$/,
    );
    assert.equal(got.headers['x-content-type-options'], 'nosniff');
    assert.equal(got.headers['content-security-policy'], "sandbox; default-src 'none'");
    assert.ok(!String(got.headers['content-type']).startsWith('text/html'));
  }
  const picture = await file(`/files/messages/${id}/${part('image/png')}?inline=1`);
  assert.match(String(picture.headers['content-disposition']), /^inline/);
  assert.equal(picture.rawPayload.subarray(1, 4).toString(), 'PNG');
  assert.equal((await file(`/files/messages/${id}/raw`)).body, withFiles);
  assert.equal((await file(`/files/messages/${id}/99`)).statusCode, 404);
  assert.equal((await file(`/files/messages/${id}/0`, '')).statusCode, 401);
  const stranger = await world.as(await world.workspace(), 'owner');
  assert.equal((await file(`/files/messages/${id}/0`, stranger.cookie)).statusCode, 404);
});

it('shows what can be shown without running anything: text as text, a PDF that is one, sound in pieces', async () => {
  const parts = [
    ['text/csv; name=list.csv', 'name;n\r\n<b>lamp</b>;2'],
    ['text/html; name=page.html', '<script>alert(1)</script>'],
    ['application/pdf; name=a.pdf', '%PDF-1.4 and so on'],
    ['application/pdf; name=b.pdf', '<script>alert(1)</script>'],
    ['audio/mpeg; name=a.mp3', '0123456789'],
  ];
  const body = parts.map(
    ([type, text]) => `--b\r\nContent-Type: ${type}\r\nContent-Disposition: attachment\r\n\r\n${text}\r\n`,
  );
  const id = await take(
    `From: ana@example.org\r\nTo: support@example.com\r\nSubject: Shown\r\nMessage-ID: <shown@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee these.\r\n${body.join('')}--b--\r\n`,
  );
  const [message] = await rows<{ attachments: { part: number; filename: string }[] }>(
    sql`select attachments from message where workspace_id = ${place.id} and id = ${id}`,
  );
  const part = (name: string) => message?.attachments.find((one) => one.filename === name)?.part ?? -1;
  const table = await file(`/frames/files/${id}/${part('list.csv')}`);
  assert.match(table.body, /<th dir="auto">name<\/th>.*<td dir="auto">&lt;b&gt;lamp&lt;\/b&gt;<\/td>/s);
  assert.match(String(table.headers['content-security-policy']), /^default-src 'none'.*sandbox$/);
  assert.doesNotMatch((await file(`/frames/files/${id}/${part('page.html')}`)).body, /<script/);
  assert.equal((await file(`/frames/files/${id}/${part('a.pdf')}`)).statusCode, 404);
  assert.equal((await file(`/frames/files/${id}/${part('list.csv')}`, '')).statusCode, 401);
  const inline = (name: string) => file(`/files/messages/${id}/${part(name)}?inline=1`);
  assert.match(String((await inline('a.pdf')).headers['content-disposition']), /^inline/);
  assert.match(String((await inline('b.pdf')).headers['content-disposition']), /^attachment/, 'only called a PDF');
  const sound = await world.app.inject({
    url: `/files/messages/${id}/${part('a.mp3')}?inline=1`,
    headers: { cookie: `__Host-hearten=${owner.cookie}`, range: 'bytes=2-4' },
  });
  assert.equal(sound.statusCode, 206);
  assert.equal(sound.headers['content-range'], 'bytes 2-4/10');
  assert.equal(sound.body, '234');
});

it('leads to an address of their own, when the files have one, with a link that is good for minutes', async () => {
  const id = await take(withFiles.replace('files@example.org', 'apart@example.org').replace('Files', 'Apart'));
  const app = fastify();
  app.setErrorHandler(answerError);
  const config = { ...world.hearten.config, FILES_URL: 'https://files.example.net' };
  const room = { ...world.hearten, config };
  fileRoutes(app, room, (request) => identify(world.hearten)(request.raw, request.ip), fileReader(room));
  const get = (url: string, host: string, cookie = '') =>
    app.inject({ method: 'GET', url, headers: { host, ...(cookie ? { cookie: `__Host-hearten=${cookie}` } : {}) } });
  const led = await get(`/files/messages/${id}/0?inline=1`, 'desk.example', owner.cookie);
  assert.equal(led.statusCode, 302);
  const link = new URL(String(led.headers.location));
  assert.equal(link.host, 'files.example.net');
  const path = `${link.pathname}${link.search}`;
  assert.equal((await get(path, link.host)).statusCode, 200, 'without a cookie');
  assert.equal((await get(path.replace('/0?', '/raw?'), link.host)).statusCode, 403, 'for this file only');
  assert.equal((await get(path.replace(/&e=\d+/, '&e=99999999999'), link.host)).statusCode, 403, 'and not for longer');
  assert.equal((await get(`/files/messages/${id}/0`, link.host)).statusCode, 401);
  await app.close();
});

it('draws mail HTML alone and powerless, with remote pictures only when asked and only through us', async () => {
  const id = await take(withFiles.replace('files@example.org', 'frame@example.org').replace('Files', 'Frame'));
  const frame = await file(`/frames/messages/${id}`);
  assert.equal(frame.statusCode, 200, frame.body);
  assert.match(
    String(frame.headers['content-security-policy']),
    /default-src 'none'; img-src 'self' data:; .*frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-same-origin$/,
  );
  assert.doesNotMatch(frame.body, /script|onclick|src="https:/);
  assert.match(frame.body, new RegExp(`src="/files/messages/${id}/\\d\\?inline=1"`));
  assert.match(frame.body, /data-remote-images="true"/);
  const shown = await file(`/frames/messages/${id}?images=1`);
  const proxied = /src="(\/files\/images\?[^"]+)"/.exec(shown.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  assert.match(proxied, /u=https%3A%2F%2Fpics\.example\.net%2Fa\.png/);
  assert.equal((await file(proxied.replace('a.png', 'b.png'))).statusCode, 403, 'only addresses we signed');
  const inside = `/files/images?u=${encodeURIComponent('http://127.0.0.1/')}&s=${world.hearten.seal.sign('image', 'http://127.0.0.1/')}`;
  assert.equal((await file(inside)).statusCode, 403, 'never this network');
});

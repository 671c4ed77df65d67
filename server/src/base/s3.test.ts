import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openBucket } from './s3.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
/** A bucket that answers each request as it is told to, the last way from then on. */
async function bucketOf(answers: Answer[], patience?: number) {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => answers[Math.min(asked++, answers.length - 1)]?.(request, response));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const keys = { BUCKET_KEY_ID: 'id', BUCKET_SECRET_KEY: 'secret' };
  return {
    bucket: openBucket(`s3://desk/files?endpoint=http://127.0.0.1:${port}`, keys, patience),
    asked: () => asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
const reset: Answer = (request) => request.socket.resetAndDestroy();
const half: Answer = (request, response) => {
  response.writeHead(200, { 'content-length': '11' }).write('here');
  setTimeout(() => request.socket.destroy(), 20);
};
const whole: Answer = (_request, response) => void response.writeHead(200).end('here it is');

test('A line that breaks before or within the answer of a bucket is asked again, whatever was asked', async () => {
  const { bucket, asked, close } = await bucketOf([reset, half, whole, reset, whole, reset, whole, reset, whole]);
  try {
    assert.equal(String(await bucket.get('a.pack')), 'here it is');
    assert.equal(asked(), 3);
    await bucket.put('a.pack', Buffer.from('bytes'));
    await bucket.remove('a.pack');
    for await (const one of bucket.list('')) assert.fail(one.name);
    assert.equal(asked(), 9);
  } finally {
    await close();
  }
});

test('A bucket whose lines always break is given up after four tries, and one that falls silent after the first', async () => {
  const broken = await bucketOf([reset]);
  const silent = await bucketOf([() => undefined], 200);
  try {
    await assert.rejects(broken.bucket.get('a.pack'), /does not answer/);
    assert.equal(broken.asked(), 4);
    await assert.rejects(silent.bucket.get('a.pack'), /does not answer/);
    assert.equal(silent.asked(), 1);
  } finally {
    await broken.close();
    await silent.close();
  }
});

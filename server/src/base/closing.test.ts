import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify } from 'fastify';
import { closeWithoutWaiting } from './closing.ts';

async function server(most: number) {
  const app = fastify({ forceCloseConnections: 'idle' });
  closeWithoutWaiting(app, most);
  app.get('/slow', async () => {
    await sleep(400);
    return 'answered';
  });
  app.post('/given', async () => 'taken');
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const reach = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  return { app, port, reach };
}
const msOf = async (what: Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await what;
  return performance.now() - from;
};

test('A server that closes waits for no connection on which nothing was asked, and answers what was', async () => {
  const { app, port, reach } = await server(10_000);
  await reach();
  const asked = fetch(`http://127.0.0.1:${port}/slow`).then((reply) => reply.text());
  await sleep(100);
  await reach();
  const took = await msOf(app.close());
  assert.equal(await asked, 'answered');
  assert.ok(took < 2_000, `${took} ms`);
});

test('Who stops in the middle of asking is waited for so long, and no longer', async () => {
  const { app, reach } = await server(300);
  const half = await reach();
  half.write('POST /given HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nhalf');
  await sleep(100);
  const took = await msOf(app.close());
  assert.ok(took >= 250 && took < 2_000, `${took} ms`);
});

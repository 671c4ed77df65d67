import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { makeSlots } from './slots.ts';

const server = createServer();
let arrived: (request: IncomingMessage) => void = () => undefined;
before(async () => {
  server.on('request', (request) => arrived(request)).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
});
after(() => {
  server.closeAllConnections();
  server.close();
});
/** A request whose body is on its way, as far as `send` says. */
async function begun(): Promise<{ request: IncomingMessage; socket: Socket; ended: Promise<unknown> }> {
  const comes = new Promise<IncomingMessage>((resolve) => {
    arrived = resolve;
  });
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const ended = new Promise((done) => socket.once('close', done));
  socket.on('error', () => undefined); // it is closed next
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10000000\r\n\r\n');
  const request = await comes;
  request.on('error', () => undefined).resume();
  return { request, socket, ended };
}

test('A body that does not come on gives its place to others; one that does, however slowly, keeps it', {
  timeout: 20_000,
}, async () => {
  const slots = makeSlots({ most: 2, stall: 200 });
  const [still, slow] = [await begun(), await begun()];
  for (const one of [still, slow]) await slots.enter(one.request, []);
  const drip = setInterval(() => slow.socket.write(Buffer.alloc(20_000)), 50);
  const drop = setInterval(() => still.socket.write('.'), 50);
  await still.ended;
  slots.leave(still.request);
  assert.equal(slow.socket.destroyed, false);
  await slots.enter((await begun()).request, []);
  for (const timer of [drip, drop]) clearInterval(timer);
});

test('Nobody has more places than theirs, and who comes meanwhile waits a little before they are refused', async () => {
  const slots = makeSlots({ most: 8, wait: 100, stall: 60_000 });
  const theirs: [string, number][] = [['laptop', 2]];
  const some = [await begun(), await begun(), await begun()].map((one) => one.request) as [
    IncomingMessage,
    IncomingMessage,
    IncomingMessage,
  ];
  await slots.enter(some[0], theirs);
  await slots.enter(some[1], theirs);
  await assert.rejects(slots.enter(some[2], theirs), /Nothing was sent yet/);
  await slots.enter((await begun()).request, [['another', 2]]);
  const waits = slots.enter(some[2], theirs);
  slots.leave(some[0]);
  await waits;
  await assert.rejects(slots.enter(some[0], theirs));
});

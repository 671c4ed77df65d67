import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ChaosProxy, chaosProxy } from '../chaos-proxy.ts';
import { type Sink, smtpSink } from '../mail.ts';
import { type SendingDesk, sendingDesk, waited } from '../sending-desk.ts';

let w: SendingDesk;
let sink: Sink;
let proxy: ChaosProxy;
before(async () => {
  [w, sink] = await Promise.all([sendingDesk(), smtpSink()]);
  proxy = await chaosProxy(sink.port);
  await w.smtp(w.desk, proxy.port);
  await w.work();
});
after(async () => {
  await proxy?.stop();
  await sink?.stop();
  await w?.end();
});

test('B02: a server that says nothing after the last dot: unknown is shown within two minutes', async (t) => {
  proxy.down = { kind: 'hang', after: '<CR><LF>\r\n' };
  const id = await w.write(w.desk, 'Silence');
  const took = await waited(
    async () => (await w.out(w.desk)).some((out) => out.id === id && out.state === 'unknown'),
    150_000,
  );
  t.diagnostic(`shown after ${Math.round(took / 1000)} s`);
  assert.ok(took <= 120_000);
  assert.equal(sink.ledger.length, 1, 'it was there, and is not sent again');
});

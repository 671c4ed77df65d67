import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { sql } from '../../src/base/db.ts';
import { emit, ring, system } from '../../src/base/events.ts';
import { newId } from '../../src/base/ids.ts';
import { jobs } from '../../src/base/jobs.ts';
import { makeOutbound } from '../../src/base/outbound.ts';
import { reactionsOf, startReactions } from '../../src/base/relay.ts';
import { webhooks } from '../../src/webhooks/index.ts';
import { sealUp } from '../../src/webhooks/sign.ts';
import { type Desk, desk } from '../desk.ts';
import { type Receiver, receiver } from '../receiver.ts';

const HANGING = 1000;
let w: Desk;
let good: Receiver;
const stops: (() => Promise<unknown>)[] = [];
before(async () => {
  w = await desk();
  good = await receiver();
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
  await good.stop();
  await w.end();
});

test('F03: a thousand receivers that answer a letter a second hold up no other one for more than five seconds', {
  timeout: 300_000,
}, async (t) => {
  let open = 0;
  const hanging = createServer((_request, response) => {
    open++;
    response.socket?.write('HTTP/1.1 200 OK\r\nx-slow: ');
    const drip = setInterval(() => response.socket?.write('x'), 1000);
    response.socket?.once('close', () => clearInterval(drip));
  });
  await new Promise<void>((listening) => hanging.listen(0, '127.0.0.1', 2048, listening));
  stops.push(async () => {
    hanging.closeAllConnections();
    hanging.close();
  });
  const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/`;
  const add = (place: Desk, address: string, count: number): Promise<number> => {
    const rows = Array.from({ length: count }, () => {
      const id = newId();
      const sealed = sealUp(w.hearten.seal, place.workspaceId, id, { secret: 'whsec_AAAA', former: null, headers: {} });
      return { id, address, sealed: sealed.toString('base64') };
    });
    return place.tx((tx) =>
      tx.run(sql`
        insert into webhook (workspace_id, id, address, sealed) select ${tx.workspaceId}, r.id, r.address, decode(r.sealed, 'base64')
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, address text, sealed text)`),
    );
  };
  const others = await w.another();
  await add(w, url, HANGING);
  await add(others, `${good.url}/`, 1);
  const module = webhooks(w.hearten, makeOutbound(['127.0.0.1']));
  stops.push(
    startReactions(w.hearten.db, w.hearten.log, reactionsOf([module])),
    await jobs.start(w.hearten.db, w.hearten.log, module.jobs ?? {}),
    (await module.start?.()) ?? (async () => undefined),
  );
  const tell = async (place: Desk): Promise<void> => {
    const data = { customerId: newId(), fields: ['name'] };
    await place.tx((tx) => emit(tx, [{ name: 'customer.changed', actor: system, data }]).then(() => undefined));
    ring();
  };
  await tell(w);
  for (const end = Date.now() + 60_000; open < HANGING * 0.9 && Date.now() < end; )
    await new Promise((go) => setTimeout(go, 100));
  const most = open;
  const took: number[] = [];
  for (let n = 1; n <= 20; n++) {
    const began = Date.now();
    await tell(others);
    await good.until(n, 30_000);
    took.push(Date.now() - began);
    // They are given up after twenty seconds and come again: the others are looked at all along.
    await new Promise((go) => setTimeout(go, 1000));
  }
  const p95 = took.toSorted((a, b) => a - b)[18] as number;
  t.diagnostic(JSON.stringify({ hanging: most, p95, worst: Math.max(...took) }));
  assert.ok(most >= HANGING * 0.9, `${most} hung at the same time`);
  assert.ok(p95 <= 5000, `p95 is ${p95} ms`);
});

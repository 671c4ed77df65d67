import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook as Standard } from 'standardwebhooks';
import { letter } from '../../../test/mail.ts';
import { inbox, owner, place, rows, withOneInbox, world } from '../../../test/one-inbox.ts';
import { sql } from '../../base/db.ts';
import { recognise } from '../../customers/index.ts';
import { pipe } from './pipe.ts';
import { signatureOf, standardSignatureOf } from './posted.ts';
import { readLeft, readStored } from './stored.ts';

withOneInbox();

it('takes posted mail only with the inbox’s own signature, made now', async () => {
  const body = Buffer.from(letter({ subject: 'Posted' }));
  const now = String(Math.floor(Date.now() / 1000));
  const post = (headers: Record<string, string>, payload = body) =>
    world.app.inject({
      method: 'POST',
      url: `/mail/${inbox.id}`,
      headers: { 'content-type': 'message/rfc822', ...headers },
      payload,
    });
  assert.equal(
    (await post({ 'hearten-timestamp': now, 'hearten-signature': signatureOf('', now, body) })).statusCode,
    401,
    'no key, no mail',
  );
  const { key } = (await owner.post<{ key: string }>(`/inboxes/${inbox.id}/intake-key`)).body;
  const signed = (at: string, bytes = body) => ({
    'hearten-timestamp': at,
    'hearten-signature': signatureOf(key, at, bytes),
  });
  assert.equal((await post(signed(now), Buffer.from('other'))).statusCode, 401);
  assert.equal((await post(signed(String(Number(now) - 600)))).statusCode, 401);
  assert.equal((await post({})).statusCode, 401);
  assert.equal((await post(signed(now))).statusCode, 202);
  assert.equal(
    (await rows(sql`select 1 from message where workspace_id = ${place.id} and subject = 'Posted'`)).length,
    1,
  );
  assert.ok(!world.logged.join('').includes(key));
});

it('takes piped mail safely first and reads it afterwards', async () => {
  const given = (text: string) => Readable.from([Buffer.from(text)]);
  assert.equal((await pipe(world.hearten, 'nobody@example.com', given(letter()))).code, 67);
  assert.equal((await pipe(world.hearten, inbox.address, given(''))).code, 65);
  assert.deepEqual(
    await pipe(world.hearten, inbox.address, given(`From ana Thu Jan  1\n${letter({ subject: 'Piped' })}`)),
    { code: 0, text: '' },
  );
  assert.equal(
    (await pipe(world.hearten, inbox.address, given(letter({ subject: 'Piped large', text: 'x'.repeat(2_000_000) }))))
      .code,
    65,
  );
  assert.equal(
    (
      await pipe(
        { ...world.hearten, files: { ...world.hearten.files, put: () => Promise.reject(new Error('disk')) } },
        inbox.address,
        given(letter()),
      )
    ).code,
    75,
  );
  await world.inside(place, (tx) =>
    tx.run(
      sql`update inbound_mail set received_at = now() - interval '1 minute' where workspace_id = ${place.id} and state = 'stored'`,
    ),
  );
  assert.equal(await readLeft(world.hearten), 2);
  const [large] = await rows<{ text: string }>(
    sql`select text from message where workspace_id = ${place.id} and subject = 'Piped large'`,
  );
  assert.match(large?.text ?? '', /1\.9 MB, more than the 1 MB/);
  assert.equal(
    (await rows(sql`select 1 from message where workspace_id = ${place.id} and subject = 'Piped'`)).length,
    1,
  );
});

it('reads a stored mail of a customer who becomes known at that very moment', async () => {
  const from = 'new@twins.example';
  const mail = Readable.from([Buffer.from(letter({ from, subject: 'Twin' }))]);
  assert.equal((await pipe(world.hearten, inbox.address, mail)).code, 0);
  const [stored] = await rows<{ id: string }>(
    sql`select id from inbound_mail where workspace_id = ${place.id} and state = 'stored'`,
  );
  const read = await world.inside(place, async (tx) => {
    await recognise(tx, [{ address: from, name: 'New' }]);
    const reading = readStored(world.hearten, place.id, stored?.id ?? '');
    // Until it waits for us: it has asked who this is and was told nobody.
    while (
      !(await tx.first(sql`select 1 from pg_locks where not granted and transactionid = pg_current_xact_id()::xid`))
    )
      await sleep(5);
    return { reading };
  });
  assert.deepEqual(await read.reading, { state: 'processed', reason: '' });
  assert.equal(
    (await rows(sql`select 1 from message where workspace_id = ${place.id} and subject = 'Twin'`)).length,
    1,
  );
});

it('takes mail that a library for Standard Webhooks signed, and nothing that only looks so', async () => {
  // The example of the specification itself (standard-webhooks/standard-webhooks, MIT).
  const example = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330'] as const;
  assert.equal(
    standardSignatureOf(...example, Buffer.from('{"test": 2432232314}')),
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
  const one = inbox;
  const { key } = (await owner.post<{ key: string }>(`/inboxes/${one.id}/intake-key`, {})).body;
  const send = async (id: string, at: number, signedAs = id, secret = `whsec_${key}`) => {
    const payload = Buffer.from(letter());
    const headers = {
      host: 'localhost',
      'content-type': 'message/rfc822',
      'webhook-id': id,
      'webhook-timestamp': String(at),
      'webhook-signature': `v1,AAAA ${standardSignatureOf(secret, signedAs, String(at), payload)}`,
    };
    return (await world.app.inject({ method: 'POST', url: `/mail/${one.id}`, headers, payload })).statusCode;
  };
  const now = Math.floor(Date.now() / 1000);
  assert.equal(await send('msg_1', now), 202);
  assert.equal(await send('msg_2', now, 'msg_3'), 401, 'another id');
  assert.equal(await send('msg_2', now - 600), 401, 'ten minutes old');
  assert.equal(await send('msg_2', now, 'msg_2', example[0]), 401, 'another key');
  assert.equal(await send('', now), 401, 'no id');
  // As the documentation says: the key behind whsec_ is a secret that the library itself takes.
  const at = new Date();
  const payload = letter();
  const headers = {
    'content-type': 'message/rfc822',
    'webhook-id': 'msg_4',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Standard(`whsec_${key}`).sign('msg_4', at, payload),
  };
  const { statusCode } = await world.app.inject({ method: 'POST', url: `/mail/${one.id}`, headers, payload });
  assert.equal(statusCode, 202);
});

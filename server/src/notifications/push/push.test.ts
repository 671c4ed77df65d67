import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, type ECDH, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { type Desk, desk } from '../../../test/desk.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { newId } from '../../base/ids.ts';
import type { Who } from '../../base/module.ts';
import { makeOutbound } from '../../base/outbound.ts';
import { makeSeal } from '../../base/seal.ts';
import { assign } from '../../conversations/change.ts';
import { choose } from '../choices.ts';
import { markNotificationsSeen } from '../seen.ts';
import { tell } from '../tell.ts';
import { notify } from '../who.ts';
import { addBrowser, browsersOf, removeBrowser } from './browsers.ts';
import { encrypt } from './encrypt.ts';
import { pushKeys, vapid } from './keys.ts';
import { push, type Said, tryPush } from './send.ts';

/** A push service as browsers' makers run them, and the browser behind it: checks who sends, and reads by RFC 8291. */
type Got = { path: string; headers: IncomingHttpHeaders; body: Buffer };
const got: Got[] = [];
let answer = 201;
let service: Server;
let base = '';
let w: Desk;
before(async () => {
  service = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((ready) => service.listen(0, '127.0.0.1', ready));
  base = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  w = await desk({ OUTBOUND_ALLOW: '127.0.0.1', SYSTEM_FROM: 'Hearten <desk@northwind.example>' });
});
after(async () => {
  await w.end();
  await new Promise<void>((closed) => service.close(() => closed()));
});
beforeEach(() => {
  got.length = 0;
  answer = 201;
});

type Device = { keys: ECDH; auth: Buffer; path: string };
const device = (): Device => {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  return { keys, auth: randomBytes(16), path: `/to/${newId()}` };
};
function read({ keys, auth }: Device, body: Buffer): string {
  const [salt, size, length] = [body.subarray(0, 16), body.readUInt32BE(16), body[20] as number];
  const theirs = body.subarray(21, 21 + length);
  const sealed = body.subarray(21 + length);
  assert.ok(sealed.length <= size, 'one record');
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), theirs]);
  const shared = Buffer.from(hkdfSync('sha256', keys.computeSecret(theirs), auth, about, 32));
  const key = Buffer.from(hkdfSync('sha256', shared, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', shared, salt, 'Content-Encoding: nonce\0', 12));
  const open = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16));
  const text = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]);
  assert.equal(text.at(-1), 2, 'the last record');
  return text.subarray(0, -1).toString();
}
/** What the service makes of the sender: the claims, when the signature is of the key that is shown. */
function sender(headers: IncomingHttpHeaders): Record<string, unknown> {
  const [, token, key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? '') as unknown as string[];
  const point = Buffer.from(key as string, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url')) as [
    string,
    string,
  ];
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } });
  const [head, claims, signature] = (token as string).split('.') as [string, string, string];
  const given = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
  assert.ok(verify('sha256', Buffer.from(`${head}.${claims}`), given, Buffer.from(signature, 'base64url')));
  assert.equal(key, pushKeys(w.hearten.seal).publicKey);
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}

const outbound = makeOutbound(['127.0.0.1']);
/** Signs a person in somewhere, with a browser that asked for pushes. */
async function listening(who: Who): Promise<Device & { id: string; who: Who }> {
  const at = device();
  const there = { ...who, sessionId: newId() };
  await w.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(sql`insert into session (token_hash, id, account_id, workspace_id, csrf, expires_at)
      values (${randomBytes(32)}, ${there.sessionId}, ${who.accountId}, ${who.workspaceId}, 'x', now() + interval '1 day')`),
  );
  await w.tx((t) =>
    addBrowser(t, w.hearten.seal, there, 'Firefox', {
      endpoint: `${base}${at.path}`,
      p256dh: at.keys.getPublicKey('base64url'),
      auth: at.auth.toString('base64url'),
    }),
  );
  const id = (await w.tx((t) => browsersOf(t, there))).find((one) => one.current)?.id as string;
  return { ...at, id, who: there };
}
/** Runs what waits of these jobs, as the runner would; gives how many there were. */
async function run(name: 'tell' | 'push', last = false, out = outbound): Promise<number> {
  const client = await w.hearten.db.connect();
  try {
    const found = await client.query(
      `select j.id, p.payload from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id where j.task_identifier = $1 and p.payload->>'workspaceId' = $2 order by j.id`,
      [name, w.workspaceId],
    );
    for (const { id, payload } of found.rows) {
      await client.query('select graphile_worker.complete_jobs(array[$1::bigint])', [id]);
      const job = name === 'tell' ? tell(w.hearten) : push(w.hearten, out);
      await job(payload, { number: 1, last });
    }
    return found.rows.length;
  } finally {
    await client.end();
  }
}
async function happened(id: string): Promise<EventRow> {
  const event = await w.tx((t) =>
    t.first<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name not like 'notification%' order by id desc limit 1`,
    ),
  );
  return event as EventRow;
}
const react = async (id: string): Promise<void> => {
  const event = await happened(id);
  await w.tx((t) => notify(t, [event], w.hearten.jobs));
};

test('what is sent is what the example of RFC 8291 says, byte for byte', () => {
  const sent = encrypt(
    {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    },
    'When I grow up, I want to be a watermelon',
    {
      salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
      privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
    },
  );
  assert.equal(
    sent.toString('base64url'),
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
});

test('an installation has one pair of keys, the same in every process, another with another SECRET_KEY', () => {
  const [a, b, c] = ['one secret', 'one secret', 'another'].map((key) => pushKeys(makeSeal(key)).publicKey);
  assert.equal(a, b);
  assert.notEqual(a, c);
  assert.equal(Buffer.from(a as string, 'base64url').length, 65);
  assert.match(vapid(pushKeys(makeSeal('one secret')), 'https://push.example/x', 'mailto:a@b.example'), /^vapid t=/);
});

test('an answer to mine reaches my browser once: the sender and the first line, readable there alone', async () => {
  const me = w.people.lead;
  const browser = await listening(me);
  const [mail] = await w.receive({
    from: { address: 'mira@example.org', name: 'Mira Vance' },
    text: 'It went dark again.\nWhat now?',
  });
  const id = mail?.conversationId as string;
  await w.tx((t) => assign(t, w.people.owner, id, { assigneeId: me.id }));
  await react(id);
  await w.tx((t) => notify(t, [], w.hearten.jobs));
  assert.equal(await run('tell'), 1);
  assert.equal(await run('push'), 1);
  const [one, ...more] = got;
  assert.equal(more.length, 0);
  assert.equal(one?.path, browser.path);
  assert.deepEqual(
    [one?.headers['content-encoding'], one?.headers.ttl, one?.headers.urgency],
    ['aes128gcm', '14400', 'normal'],
  );
  const claims = sender(one?.headers ?? {});
  assert.deepEqual([claims.aud, claims.sub], [base, 'mailto:desk@northwind.example']);
  const said = JSON.parse(read(browser, one?.body ?? Buffer.alloc(0))) as Said;
  assert.equal(said.url, `/conversations/${id}`);
  assert.equal(said.unseen, 1);
  assert.ok(!(one?.body ?? Buffer.alloc(0)).includes('dark'), 'nothing of it can be read on the way');
  // The event again, as after a crash: nothing more.
  await react(id);
  assert.equal((await run('tell')) + (await run('push')), 0);
  await w.tx((t) => removeBrowser(t, browser.who, browser.id));
});

test('who has seen it meanwhile is not interrupted, and neither is who signed out there', async () => {
  const me = w.people.manager;
  const browser = await listening(me);
  const told = async (): Promise<string> => {
    const [mail] = await w.receive({});
    const id = mail?.conversationId as string;
    await w.tx((t) => assign(t, w.people.owner, id, { assigneeId: me.id }));
    await react(id);
    return id;
  };
  await told();
  await w.tx((t) => markNotificationsSeen(t, me.id, undefined));
  await run('tell');
  assert.equal(await run('push'), 0, 'seen within seconds');
  await told();
  await run('tell');
  await w.tx((t) => markNotificationsSeen(t, me.id, undefined));
  assert.equal(await run('push'), 1);
  assert.equal(got.length, 0, 'seen before the job ran');
  await told();
  await w.hearten.db.tx(NOWHERE, (tx) => tx.run(sql`delete from session where id = ${browser.who.sessionId}`));
  await run('tell');
  await run('push');
  assert.equal(got.length, 0, 'signed out');
});

test('a browser that is gone is taken off the list; a service that is busy is asked again', async () => {
  const me = w.people.representative;
  const browser = await listening(me);
  answer = 503;
  const [mail] = await w.receive({});
  await w.tx((t) => assign(t, w.people.owner, mail?.conversationId as string, { assigneeId: me.id }));
  await react(mail?.conversationId as string);
  await run('tell');
  await assert.rejects(run('push'), /503; it is tried again/);
  assert.equal((await w.tx((t) => browsersOf(t, browser.who))).length, 1);
  answer = 410;
  await assert.rejects(tryPush(w.hearten, outbound, browser.who, browser.id), /does not listen any more/);
  assert.equal((await w.tx((t) => browsersOf(t, browser.who))).length, 0);
});

test('F01: a subscription that leads inside is asked nothing, and is not tried again and again', async () => {
  const me = w.people.specialist;
  const browser = await listening(me);
  const [mail] = await w.receive({});
  await w.tx((t) => assign(t, w.people.owner, mail?.conversationId as string, { assigneeId: me.id }));
  await react(mail?.conversationId as string);
  await run('tell');
  const shut = makeOutbound();
  assert.equal(await run('push', false, shut), 1);
  await assert.rejects(tryPush(w.hearten, shut, browser.who, browser.id), /not on the public internet/);
  assert.equal(got.length, 0);
  await w.tx((t) => removeBrowser(t, browser.who, browser.id));
});

test('many at once ring once, and a browser that changes hands tells the new person only', async () => {
  const me = w.people.owner;
  const browser = await listening(me);
  await w.tx((t) => choose(t, w.hearten, me, { ways: { new: ['app', 'push'] } }));
  const mails = await w.receive({}, {}, {}, {}, {});
  const events = await Promise.all(mails.map((one) => happened(one.conversationId as string)));
  await w.tx((t) => notify(t, events, w.hearten.jobs));
  await run('tell');
  await run('push');
  assert.equal(got.length, 1);
  const said = JSON.parse(read(browser, got[0]?.body ?? Buffer.alloc(0))) as Said;
  assert.deepEqual([said.title, said.url], ['5 new', '/notifications']);
  const other = { ...w.people.lead, sessionId: browser.who.sessionId };
  await w.tx((t) =>
    addBrowser(t, w.hearten.seal, other, 'Firefox', {
      endpoint: `${base}${browser.path}`,
      p256dh: browser.keys.getPublicKey('base64url'),
      auth: browser.auth.toString('base64url'),
    }),
  );
  assert.equal((await w.tx((t) => browsersOf(t, browser.who))).length, 0);
});

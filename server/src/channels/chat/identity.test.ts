import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { chatSettings } from '@hearten/contract';
import { SignJWT } from 'jose';
import { isRefused } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { makeSeal } from '../../base/seal.ts';
import { keyPlace, publicKey, vouchedFor } from './identity.ts';
import type { Chat } from './settings.ts';

const seal = makeSeal('a secret key for these tests, long enough');
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const shared = 'a shared secret of thirty-two bytes or more';

const workspaceId = newId();
type Key = Chat['keys'][number];
const secretKey = (secret: string): Key => {
  const id = newId();
  return { id, algorithm: 'HS256', secret: seal.close(secret, keyPlace(workspaceId, id)), publicKey: null };
};
const halfKey = (algorithm: 'ES256' | 'RS256', key: KeyObject): Key => ({
  id: newId(),
  algorithm,
  secret: null,
  publicKey: pem(key),
});
const chatWith = (...keys: Key[]): Chat => ({
  workspaceId,
  id: newId(),
  name: 'Shop',
  settings: chatSettings.parse({}),
  closed: false,
  brand: { name: 'Shop', colour: '', site: '' },
  keys,
});
type How = { end?: number | null; header?: Record<string, unknown>; claims?: Record<string, unknown> };
const now = (): number => Math.floor(Date.now() / 1000);
const signed = (alg: string, key: KeyObject | Uint8Array, { end = 300, header = {}, claims = {} }: How = {}) => {
  const made = new SignJWT({ user_id: 'u-1', ...claims }).setProtectedHeader({ alg, ...header });
  if (end !== null) made.setExpirationTime(now() + end);
  return made.sign(key);
};
const refuses = async (what: string, chat: Chat, token: string): Promise<void> => {
  const error = await vouchedFor(seal, chat, token).then(
    () => new Error('it was believed'),
    (thrown: unknown) => thrown,
  );
  // Refused, and not broken: a token nobody foresaw is a stranger's, never an error of ours.
  assert.ok(isRefused(error) && error.refusal === 'unauthorised', `${what}: ${String(error)}`);
};
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('C07: Each of the three kinds of key vouches for whoever it signed for, and only beside its own algorithm', async () => {
  const keys = [secretKey(shared), halfKey('ES256', ec.publicKey), halfKey('RS256', rsa.publicKey)];
  const chat = chatWith(...keys);
  const tokens = [
    await signed('HS256', Buffer.from(shared), { claims: { name: 'Jane', email: 'jane@shop.example' } }),
    await signed('ES256', ec.privateKey, { claims: { user_id: 42, email: 'no address' } }),
    await signed('RS256', rsa.privateKey, { claims: { name: 'Jane\u2028Doe' } }),
  ];
  const said = await Promise.all(tokens.map((token) => vouchedFor(seal, chat, token)));
  assert.deepEqual(
    said.map(({ userId, name, email, keyId }) => [userId, name, email, keyId]),
    [
      ['u-1', 'Jane', 'jane@shop.example', keys[0]?.id],
      ['42', '', null, keys[1]?.id],
      ['u-1', 'Jane Doe', null, keys[2]?.id],
    ],
  );
  for (const [n, token] of tokens.entries())
    await refuses(`without its key ${n}`, chatWith(...keys.filter((_, i) => i !== n)), token);
});

test('C07: The public half of a key is no secret: what is signed with it as if it were one is a stranger’s', async () => {
  const forged = (text: string, header: Record<string, unknown> = { alg: 'HS256' }): string => {
    const words = `${part(header)}.${part({ user_id: 'u-1', exp: now() + 300 })}`;
    return `${words}.${createHmac('sha256', text).update(words).digest('base64url')}`;
  };
  for (const half of [halfKey('RS256', rsa.publicKey), halfKey('ES256', ec.publicKey)]) {
    const text = half.publicKey as string;
    for (const chat of [chatWith(half), chatWith(half, secretKey(shared))]) {
      await refuses('as it was pasted', chat, forged(text));
      await refuses('without its last line end', chat, forged(text.trimEnd()));
      await refuses('under its own algorithm', chat, forged(text, { alg: half.algorithm }));
    }
  }
  const everything = chatWith(secretKey(shared), halfKey('ES256', ec.publicKey), halfKey('RS256', rsa.publicKey));
  const body = part({ user_id: 'u-1', exp: now() + 300 });
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, 'HS512', 'PS256', ['HS256'], { alg: 'HS256' }])
    for (const signature of ['', 'AAAA'])
      await refuses(String(alg), everything, `${part({ alg })}.${body}.${signature}`);
  await refuses('a promise we do not keep', everything, forged(shared, { alg: 'HS256', crit: ['b64'], b64: false }));
  await refuses('an empty secret', everything, forged(''));
  for (const text of ['', '.', '..', 'a.b', 'a.b.c.d.e', `${'a'.repeat(7000)}.b.c`, `${body}.${body}.${body}`])
    await refuses(text.slice(0, 20), everything, text);
});

test('C07: A token ends, says for whom it is, and is good from when it says; half a minute of difference between two clocks is let go', async () => {
  for (const [alg, own, chat] of [
    ['HS256', Buffer.from(shared), chatWith(secretKey(shared))],
    ['ES256', ec.privateKey, chatWith(halfKey('ES256', ec.publicKey))],
    ['RS256', rsa.privateKey, chatWith(halfKey('RS256', rsa.publicKey))],
  ] as const) {
    const made = (how: How): Promise<string> => signed(alg, own, how);
    await refuses(`${alg} over`, chat, await made({ end: -40 }));
    await refuses(`${alg} without an end`, chat, await made({ end: null }));
    await refuses(`${alg} not yet`, chat, await made({ claims: { nbf: now() + 60 } }));
    for (const user_id of [undefined, null, '', {}, ['u-1'], true, 1.5, 'x'.repeat(201)])
      await refuses(`${alg} for ${JSON.stringify(user_id)}`, chat, await made({ claims: { user_id } }));
    for (const how of [{ end: -20 }, { claims: { nbf: now() + 20 } }])
      assert.equal((await vouchedFor(seal, chat, await made(how))).userId, 'u-1', `${alg} ${JSON.stringify(how)}`);
    const [head, , signature] = (await made({})).split('.');
    await refuses(`${alg} changed`, chat, `${head}.${part({ user_id: 'u-2', exp: now() + 300 })}.${signature}`);
  }
  const es = chatWith(halfKey('ES256', ec.publicKey));
  for (const end of ['soon', {}, '9'.repeat(12)]) {
    const words = `${part({ alg: 'HS256' })}.${part({ user_id: 'u-1', exp: end })}`;
    const token = `${words}.${createHmac('sha256', shared).update(words).digest('base64url')}`;
    await refuses(`until ${String(end)}`, chatWith(secretKey(shared)), token);
  }
  const [head, body] = (await signed('ES256', ec.privateKey)).split('.');
  await refuses('signed with noughts', es, `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`);
});

test('C07: While a key is exchanged the former and the new one are both good, whatever name a token gives its key', async () => {
  for (const [algorithm, before, next] of [
    ['ES256', ec, other.ES256],
    ['RS256', rsa, other.RS256],
  ] as const) {
    const [former, coming] = [halfKey(algorithm, before.publicKey), halfKey(algorithm, next.publicKey)];
    const both = chatWith(coming, former);
    const old = await signed(algorithm, before.privateKey, { header: { kid: former.id } });
    const fresh = await signed(algorithm, next.privateKey, { header: { kid: coming.id } });
    assert.equal((await vouchedFor(seal, both, old)).keyId, former.id);
    assert.equal((await vouchedFor(seal, both, fresh)).keyId, coming.id);
    // The name in a token is a word of whoever made it. The signature decides, and says whose visits end with which key.
    const misnamed = await signed(algorithm, next.privateKey, { header: { kid: former.id } });
    assert.equal((await vouchedFor(seal, both, misnamed)).keyId, coming.id);
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const outsider = algorithm === 'ES256' ? foreign : generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    for (const kid of [former.id, '../../etc/passwd', "' or 1=1 --"])
      await refuses(`${algorithm} named ${kid}`, both, await signed(algorithm, outsider, { header: { kid } }));
    const jwk = next.publicKey.export({ format: 'jwk' }) as unknown as Record<string, unknown>;
    await refuses('its own key along', chatWith(former), await signed(algorithm, next.privateKey, { header: { jwk } }));
    await refuses('the former one, ended', chatWith(coming), old);
  }
});

test('A key that is too short, or of another kind than it is said to be, is not taken; one that lies there already believes nobody', async () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey;
  const inside = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const [what, text, algorithm] of [
    ['1,024 bits', pem(short.publicKey), 'RS256'],
    ['another curve', pem(curve), 'ES256'],
    ['another padding', pem(pss), 'RS256'],
    ['of the other kind', pem(rsa.publicKey), 'ES256'],
    ['the private half', inside, 'RS256'],
    ['no key', 'hello', 'ES256'],
  ] as const)
    await assert.rejects(publicKey(text, algorithm), what);
  const chat = chatWith(halfKey('RS256', short.publicKey), halfKey('RS256', rsa.publicKey));
  assert.equal(
    (await vouchedFor(seal, chat, await signed('RS256', rsa.privateKey))).userId,
    'u-1',
    'the other still does',
  );
  const words = `${part({ alg: 'RS256' })}.${part({ user_id: 'u-1', exp: now() + 300 })}`;
  await refuses('by the short one', chatWith(halfKey('RS256', short.publicKey)), `${words}.AAAA`);
});

import assert from 'node:assert/strict';
import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import { freePort } from '../../../test/mail.ts';
import { makeLog } from '../../base/log.ts';
import { makeOutbound } from '../../base/outbound.ts';
import { type Client, claimsOf, issuerOf, lookAtProvider, type Sent, wayThere } from './oidc.ts';

/** A provider that says whatever a test wants it to. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const outbound = makeOutbound(['127.0.0.1/32']);
const log = makeLog('error', {}, () => undefined);
let server: Server;
let client: Client;
let issuer: string;
let sent: Sent;
let tokens: string[] = [];
let says: Record<string, unknown> = {};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(claims: Record<string, unknown>, alg = 'RS256', key: KeyObject = privateKey): string {
  const text = `${part({ alg, kid: 'one', typ: 'JWT' })}.${part(claims)}`;
  if (alg === 'none') return `${text}.`;
  if (alg === 'HS256')
    return `${text}.${createHmac('sha256', String(publicKey.export({ type: 'spki', format: 'pem' })))
      .update(text)
      .digest('base64url')}`;
  return `${text}.${createSign('sha256').update(text).sign(key).toString('base64url')}`;
}
const now = () => Math.floor(Date.now() / 1000);
const good = () => ({
  iss: issuer,
  aud: client.clientId,
  sub: 'someone',
  nonce: sent.nonce,
  iat: now(),
  exp: now() + 60,
  email: 'ana@northwind.example',
  email_verified: true,
});

before(async () => {
  const port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  client = { issuer, clientId: 'hearten', secret: 'a secret of the client' };
  server = createServer((request, reply) => {
    const json = (value: unknown, status = 200): void => {
      reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (request.url === '/.well-known/openid-configuration')
      return json({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        authorization_response_iss_parameter_supported: true,
        ...says,
      });
    if (request.url === '/jwks')
      return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] });
    const next = tokens.shift();
    if (request.url === '/token' && next) return json({ access_token: 'x', token_type: 'Bearer', id_token: next });
    json({ error: 'invalid_grant', error_description: 'the code was used already' }, 400);
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  sent = (await wayThere(outbound, client, 'http://localhost/back', { state: 'the state' })).sent;
});
after(() => server.close());
const back = (came: Record<string, string> = { code: 'x', state: 'the state', iss: issuer }) =>
  claimsOf(outbound, log, client, 'http://localhost/back', sent, came);

test('What a provider says in order is who somebody is', async () => {
  tokens = [token(good())];
  const { claims } = await back();
  assert.deepEqual([claims.subject, claims.email, claims.verified], ['someone', 'ana@northwind.example', true]);
});

test('G05: Another issuer, audience, nonce or time, no signature, a wrong one, or one made with the public key is refused', async () => {
  const bad: Record<string, string> = {
    issuer: token({ ...good(), iss: 'https://evil.example' }),
    audience: token({ ...good(), aud: 'another' }),
    nonce: token({ ...good(), nonce: 'another' }),
    'no nonce': token({ ...good(), nonce: undefined }),
    expired: token({ ...good(), exp: now() - 120 }),
    none: token(good(), 'none'),
    'HS256 with the public key': token(good(), 'HS256'),
    'another key': token(good(), 'RS256', other),
    subject: token({ ...good(), sub: undefined }),
  };
  for (const [what, text] of Object.entries(bad)) {
    tokens = [text];
    await assert.rejects(back(), /did not work/, what);
  }
});

test('G05: A mixed-up answer is refused before its code is shown to anybody, and a code that was used gives nothing', async () => {
  tokens = [token(good())];
  await assert.rejects(back({ code: 'x', state: 'the state', iss: 'https://evil.example' }), /did not work/);
  await assert.rejects(back({ code: 'x', state: 'the state' }), /did not work/, 'its iss left out');
  await assert.rejects(back({ code: 'x', state: 'another', iss: issuer }), /did not work/);
  await assert.rejects(back({ error: 'access_denied', state: 'the state', iss: issuer }), /did not work/);
  assert.equal(tokens.length, 1, 'nobody asked for a token');
  await back();
  await assert.rejects(back(), /did not work/);
});

test('A provider that sends people to a script, or over plain http, sends nobody anywhere', async () => {
  for (const authorization_endpoint of ['javascript:alert(1)//', 'http://id.example/auth', 'data:text/html,x', '']) {
    says = { authorization_endpoint };
    await assert.rejects(lookAtProvider(outbound, issuerOf(issuer)), /no https address/, authorization_endpoint);
    await assert.rejects(wayThere(outbound, client, 'http://localhost/back', { state: 's' }), /no https address/);
  }
  says = {};
  await lookAtProvider(outbound, issuerOf(issuer));
});

test('A provider has to be at https, be what it says it is, and not lie in a network that nobody allowed', async () => {
  for (const text of [
    'http://id.example',
    'ftp://id.example',
    'javascript:1',
    'not an address',
    'https://id.example/?x',
  ])
    assert.throws(() => issuerOf(text), /https/, text);
  await assert.rejects(lookAtProvider(makeOutbound(), issuerOf(issuer)), /OUTBOUND_ALLOW/);
  says = { issuer: 'https://accounts.example' };
  await assert.rejects(lookAtProvider(outbound, issuerOf(issuer)), /does not answer as a sign-in provider/);
  says = {};
  await lookAtProvider(outbound, issuerOf(issuer));
});

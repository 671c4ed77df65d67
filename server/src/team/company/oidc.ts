import * as oauth from 'oauth4webapi';
import { InvalidField, isRefused, Unauthorised } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Outbound } from '../../base/outbound.ts';
import { say } from '../../base/words.ts';

export type Client = { issuer: string; clientId: string; secret: string | null };
export type Sent = { nonce: string; verifier: string; state: string };
/** What a provider says of somebody. */
export type Claims = { subject: string; email: string; verified: boolean; name: string; all: Record<string, unknown> };

const loopback = (url: URL): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
/** https, or this machine itself. */
export function issuerOf(text: string): URL {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback(url))) || url.search || url.hash)
    throw InvalidField('The issuer must be an https address. Nothing was changed.', 'issuer');
  return url;
}

/** Where people are sent, as the provider says: never to anything but a page, or it could be a script that runs on ours. */
function pageOf(server: oauth.AuthorizationServer, issuer: URL): URL | null {
  const url = URL.parse(server.authorization_endpoint ?? '');
  return url && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback(issuer) && loopback(url)))
    ? url
    : null;
}

/** All that is asked of a provider leaves by the one way out, which pins the address it has looked at and follows nobody. */
function options(outbound: Outbound, issuer: URL) {
  const send = async (
    url: string,
    given: { method?: string; headers?: Record<string, string>; body?: unknown },
  ): Promise<Response> => {
    const reply = await outbound(url, {
      method: given.method === 'POST' ? 'POST' : 'GET',
      headers: given.headers ?? {},
      ...(given.body ? { body: Buffer.from(String(given.body)) } : {}),
      maxBytes: 1024 * 1024,
      timeout: 10_000,
      redirects: 0,
    });
    const type = reply.headers['content-type'];
    return new Response(reply.status === 204 ? null : new Uint8Array(reply.body), {
      status: reply.status,
      headers: type ? { 'content-type': type } : {},
    });
  };
  return { [oauth.customFetch]: send, [oauth.allowInsecureRequests]: loopback(issuer) && issuer.protocol === 'http:' };
}

// What a provider says of itself changes about never.
const known = new Map<string, { server: oauth.AuthorizationServer; until: number }>();
async function discover(outbound: Outbound, issuer: URL): Promise<oauth.AuthorizationServer> {
  const kept = known.get(issuer.href);
  if (kept && kept.until > Date.now()) return kept.server;
  const response = await oauth.discoveryRequest(issuer, { ...options(outbound, issuer), algorithm: 'oidc' });
  const server = await oauth.processDiscoveryResponse(issuer, response);
  if (known.size > 200) known.clear();
  known.set(issuer.href, { server, until: Date.now() + 10 * 60_000 });
  return server;
}

/** Asks the provider what it can do; says plainly when it does not answer as one. */
export async function lookAtProvider(outbound: Outbound, issuer: URL): Promise<void> {
  known.delete(issuer.href);
  let why: string;
  try {
    const server = await discover(outbound, issuer);
    if (pageOf(server, issuer) && server.token_endpoint && server.jwks_uri) return;
    why = 'it names no https addresses to sign in at.';
  } catch (error) {
    why = isRefused(error) ? error.message : error instanceof Error ? error.message : String(error);
  }
  throw InvalidField(
    say(
      'This issuer does not answer as a sign-in provider: {why} Nothing was changed. A provider in your own network has to be named in OUTBOUND_ALLOW.',
      { why },
    ),
    'issuer',
  );
}

/** Where the person is sent, and what has to come back with them. */
export async function wayThere(
  outbound: Outbound,
  client: Client,
  redirect: string,
  given: { state: string; email?: string | undefined },
): Promise<{ url: string; sent: Sent }> {
  const issuer = issuerOf(client.issuer);
  const url = pageOf(await discover(outbound, issuer), issuer);
  if (!url) throw refused('It names no https address to sign in at.');
  const sent = { nonce: oauth.generateRandomNonce(), verifier: oauth.generateRandomCodeVerifier(), state: given.state };
  for (const [name, value] of Object.entries({
    client_id: client.clientId,
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'openid email profile',
    state: sent.state,
    nonce: sent.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(sent.verifier),
    code_challenge_method: 'S256',
    ...(given.email ? { login_hint: given.email } : {}),
  }))
    url.searchParams.set(name, value);
  return { url: url.href, sent };
}

const refused = (detail: string) =>
  Unauthorised(
    say(
      'Your company’s sign-in did not work: {detail} Nobody was signed in; try again, or tell whoever looks after it.',
      { detail },
    ),
  );

/**
 * The code becomes claims: state, issuer, PKCE, nonce, audience, times and the signature by the provider's published keys are all
 * checked, by the library. What the token leaves out of the address is asked for once more.
 */
export async function claimsOf(
  outbound: Outbound,
  log: Log,
  client: Client,
  redirect: string,
  sent: Sent,
  came: Record<string, string>,
): Promise<{ claims: Claims; idToken: string; endUrl: string }> {
  const issuer = issuerOf(client.issuer);
  const how = options(outbound, issuer);
  const us: oauth.Client = { client_id: client.clientId };
  try {
    const server = await discover(outbound, issuer);
    const params = oauth.validateAuthResponse(server, us, new URLSearchParams(came), sent.state);
    const proof = client.secret ? oauth.ClientSecretPost(client.secret) : oauth.None();
    const response = await oauth.authorizationCodeGrantRequest(server, us, proof, params, redirect, sent.verifier, how);
    const result = await oauth.processAuthorizationCodeResponse(server, us, response, {
      expectedNonce: sent.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, how);
    const token = oauth.getValidatedIdTokenClaims(result);
    if (!token) throw new Error('no ID token');
    let all: Record<string, unknown> = { ...token };
    if (typeof all.email !== 'string' && server.userinfo_endpoint) {
      const more = await oauth.userInfoRequest(server, us, result.access_token, how);
      all = { ...(await oauth.processUserInfoResponse(server, us, token.sub, more)), ...all };
    }
    const text = (name: string): string => (typeof all[name] === 'string' ? all[name].trim() : '');
    return {
      claims: {
        subject: token.sub,
        email: text('email'),
        verified: all.email_verified === true,
        name: text('name'),
        all,
      },
      idToken: String(result.id_token),
      endUrl: typeof server.end_session_endpoint === 'string' ? server.end_session_endpoint : '',
    };
  } catch (error) {
    if (isRefused(error)) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    log.warn('A company’s sign-in was refused', { issuer: client.issuer, error: detail });
    throw refused(
      error instanceof oauth.AuthorizationResponseError ? (error.error_description ?? error.error) : detail,
    );
  }
}

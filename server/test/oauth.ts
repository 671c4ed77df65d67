import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Code = {
  client: string;
  redirect: string;
  challenge: string;
  nonce: string;
  scope: string;
  email: string;
  until: number;
};
type Token = { email: string; scope: string; until: number };
export type OAuthServer = {
  url: string;
  client: { id: string; secret: string; redirects: string[] };
  /** Seconds a token is good for. */
  lives: number;
  /** Microsoft gives another refresh token each time and takes the former one no more; Google gives it once. */
  rotates: boolean;
  mode: 'answer' | 'down' | 'silent';
  /** What the token endpoint was asked, in order. */
  asked: { grant: string; outcome: string }[];
  /** The user takes the permission back, or changes the password: what was given to it is worth nothing from now on. */
  revoke: (email: string) => void;
  isGood: (token: string, email: string) => boolean;
  given: { refresh: string[]; takenBack: string[] };
  stop: () => Promise<void>;
};
const text = (bytes: number): string => randomBytes(bytes).toString('base64url');
const safe = (value: string): string => value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * A sign-in server as the providers have it, with the addresses of both: a page where one chooses an account and agrees, codes that are
 * good once and only with their PKCE verifier, tokens that end, rotation, taking back, and introspection for a mail server.
 */
export async function oauthServer(): Promise<OAuthServer> {
  const codes = new Map<string, Code>();
  const access = new Map<string, Token>();
  const refresh = new Map<string, Token & { used: boolean }>();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwt = (claims: object): string => {
    const head = [{ alg: 'RS256', typ: 'JWT', kid: '1' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    return `${head.join('.')}.${createSign('sha256').update(head.join('.')).sign(privateKey, 'base64url')}`;
  };

  const page = (url: URL, answer: ServerResponse): void => {
    const q = Object.fromEntries(url.searchParams);
    const wrong =
      q.client_id !== self.client.id
        ? 'The client is not known.'
        : !self.client.redirects.includes(q.redirect_uri ?? '')
          ? `The redirect URI ${q.redirect_uri} is not registered.`
          : q.response_type !== 'code' || q.code_challenge_method !== 'S256' || !q.code_challenge || !q.state
            ? 'invalid_request'
            : null;
    answer.writeHead(wrong ? 400 : 200, { 'content-type': 'text/html; charset=utf-8' });
    if (wrong) return void answer.end(safe(wrong));
    const hidden = ['client_id', 'redirect_uri', 'state', 'nonce', 'scope', 'code_challenge']
      .map((name) => `<input type="hidden" name="${name}" value="${safe(q[name] ?? '')}">`)
      .join('');
    answer.end(
      `<!doctype html><title>Sign in</title><form method="get" action="/decide">${hidden}<label>Account <input name="email" value="${safe(q.login_hint ?? '')}"></label><button name="answer" value="yes">Allow</button><button name="answer" value="no">Deny</button></form>`,
    );
  };
  const decide = (url: URL, answer: ServerResponse): void => {
    const q = Object.fromEntries(url.searchParams) as Record<string, string>;
    const back = new URL(q.redirect_uri ?? '');
    back.searchParams.set('state', q.state ?? '');
    if (q.answer === 'yes') {
      const code = text(24);
      codes.set(code, {
        client: q.client_id ?? '',
        redirect: q.redirect_uri ?? '',
        challenge: q.code_challenge ?? '',
        nonce: q.nonce ?? '',
        scope: q.scope ?? '',
        email: q.email ?? '',
        until: Date.now() + 60_000,
      });
      back.searchParams.set('code', code);
    } else back.searchParams.set('error', 'access_denied');
    answer.writeHead(302, { location: back.href }).end();
  };
  const give = (email: string, scope: string, first: boolean, more: object = {}): object => {
    const token = text(32);
    access.set(token, { email, scope, until: Date.now() + self.lives * 1000 });
    const next = first || self.rotates ? text(32) : null;
    if (next) {
      refresh.set(next, { email, scope, until: Number.POSITIVE_INFINITY, used: false });
      self.given.refresh.push(next);
    }
    return {
      token_type: 'Bearer',
      access_token: token,
      expires_in: self.lives,
      scope,
      ...(next ? { refresh_token: next } : {}),
      ...more,
    };
  };
  const token = (form: URLSearchParams, issuer: string): [number, object] => {
    const no = (error: string, description = ''): [number, object] => [
      error === 'invalid_client' ? 401 : 400,
      { error, error_description: description },
    ];
    if (form.get('client_id') !== self.client.id || form.get('client_secret') !== self.client.secret)
      return no('invalid_client', 'AADSTS7000222: The provided client secret keys are expired.');
    if (form.get('grant_type') === 'authorization_code') {
      const code = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const proof = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (!code || code.until < Date.now() || code.redirect !== form.get('redirect_uri') || code.challenge !== proof)
        return no('invalid_grant', 'The code is not good.');
      const now = Math.floor(Date.now() / 1000);
      const id_token = jwt({
        iss: issuer,
        aud: code.client,
        sub: code.email,
        iat: now,
        exp: now + 3600,
        nonce: code.nonce,
        email: code.email,
        email_verified: true,
      });
      return [200, give(code.email, code.scope, true, { id_token })];
    }
    if (form.get('grant_type') === 'refresh_token') {
      const kept = refresh.get(form.get('refresh_token') ?? '');
      if (!kept || kept.used) {
        // One that was used before has been stolen, or its new owner lost the race: nothing of this account is good any more.
        if (kept) self.revoke(kept.email);
        return no('invalid_grant', 'Token has been expired or revoked.');
      }
      kept.used = self.rotates;
      return [200, give(kept.email, kept.scope, false)];
    }
    return no('unsupported_grant_type');
  };
  const introspect = (form: URLSearchParams): object => {
    const kept = access.get(form.get('token') ?? '');
    return kept && kept.until > Date.now()
      ? { active: true, email: kept.email, username: kept.email, scope: kept.scope }
      : { active: false };
  };
  const bodyOf = async (request: IncomingMessage): Promise<URLSearchParams> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return new URLSearchParams(Buffer.concat(chunks).toString());
  };
  const answerTo = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', self.url);
    const json = (status: number, body: object): void => {
      answer
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body));
    };
    if (/\/o\/oauth2\/v2\/auth$|\/oauth2\/v2\.0\/authorize$/.test(url.pathname)) return page(url, answer);
    if (url.pathname === '/decide') return decide(url, answer);
    if (url.pathname === '/favicon.ico') return void answer.writeHead(204).end();
    const form = await bodyOf(request);
    if (url.pathname === '/introspect') return json(200, introspect(form));
    if (self.mode === 'silent') return;
    if (self.mode === 'down') return json(503, {});
    if (url.pathname === '/revoke') {
      self.given.takenBack.push(form.get('token') ?? '');
      refresh.delete(form.get('token') ?? '');
      return json(200, {});
    }
    if (!/\/token$/.test(url.pathname)) return void answer.writeHead(404).end();
    const [status, body] = token(
      form,
      url.pathname.endsWith('/v2.0/token') ? `${self.url}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0` : self.url,
    );
    self.asked.push({
      grant: form.get('grant_type') ?? '',
      outcome: status === 200 ? 'given' : (body as { error: string }).error,
    });
    json(status, body);
  };

  const server: Server = createServer((request, answer) => {
    answerTo(request, answer).catch((error) => answer.writeHead(500).end(String(error)));
  });
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  const self: OAuthServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    client: { id: 'hearten-at-northwind', secret: 'a client secret', redirects: [] },
    lives: 3600,
    rotates: false,
    mode: 'answer',
    asked: [],
    given: { refresh: [], takenBack: [] },
    revoke: (email) => {
      for (const kept of [access, refresh]) for (const [name, one] of kept) if (one.email === email) kept.delete(name);
    },
    isGood: (name, email) => {
      const kept = access.get(name);
      return kept !== undefined && kept.until > Date.now() && kept.email === email;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
  return self;
}

/** What a person does at the provider: opens the page, types an account, agrees or not. Gives back where the browser is sent. */
export async function agree(address: string, email: string, answer: 'yes' | 'no' = 'yes'): Promise<string> {
  const page = await fetch(address);
  const html = await page.text();
  if (page.status !== 200) throw new Error(html);
  const fields: [string, string][] = [...html.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
    ([, name, value]) => [
      name as string,
      (value as string).replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
    ],
  );
  const query = new URLSearchParams([...fields, ['email', email], ['answer', answer]]);
  const sent = await fetch(new URL(`/decide?${query}`, address), { redirect: 'manual' });
  return sent.headers.get('location') ?? '';
}

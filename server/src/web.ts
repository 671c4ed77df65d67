import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { Config } from './base/config.ts';
import { type Http, isSecure, PREFIX, problem } from './base/http.ts';

const csp = (files: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob: ${files ?? ''}`.trim(),
    `media-src 'self' ${files ?? ''}`.trim(),
    "font-src 'self'",
    "connect-src 'self'",
    `frame-src 'self' ${files ?? ''}`.trim(),
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

const explain = (
  host: string,
): string => `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Hearten needs an encrypted connection</title>
<body><main><h1>This connection is not encrypted</h1>
<p>Hearten is running, and nothing is wrong with it. But this page came over plain http from <b>${host.replace(/[^\w.:[\]-]/g, '')}</b>, so a password typed here could be read on the way. Signing in is therefore not offered on this address.</p>
<h2>What to do</h2><ul><li>On the machine itself, open <b>http://localhost</b> with the port that Hearten printed.</li>
<li>From elsewhere, put a web server with a certificate in front of it (Caddy does this in two lines), and start Hearten with <code>BASE_URL=https://your.address</code> and <code>TRUST_PROXY=true</code>. The README shows how.</li>
<li>Or use a tunnel: <code>ssh -L 3000:localhost:3000 your-server</code>, then open http://localhost:3000.</li></ul></main></body></html>`;

/** The app for the people who work here: hashed files for ever, the page itself never kept, strict CSP. */
export async function webRoutes({ app, onMissing }: Pick<Http, 'app' | 'onMissing'>, config: Config): Promise<void> {
  const dist = join(config.root, 'web', 'dist');
  const index = join(dist, 'index.html');
  const policy = csp(config.FILES_URL && new URL(config.FILES_URL).origin);
  const page = existsSync(index)
    ? readFileSync(index, 'utf8')
    : '<!doctype html><title>Hearten</title><p>The web app is not built yet: run <code>npm start</code>.';
  if (existsSync(dist)) {
    await app.register(fastifyStatic, {
      root: dist,
      index: false,
      allowedPath: (path) => path !== '/index.html', // the page itself is given below only, with its policy
      wildcard: false,
      preCompressed: true,
      setHeaders: (response, path) => {
        response.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
        // A worker has a policy of its own: it asks this server, and runs nothing but itself.
        if (path.endsWith('sw.js'))
          response.header('content-security-policy', "default-src 'none'; connect-src 'self'; script-src 'self'");
      },
    });
    // What was built since we started: pages of a newer process ask here too, when one after the other is replaced.
    app.get<{ Params: { '*': string } }>('/assets/*', (request, reply) =>
      reply.sendFile(`assets/${request.params['*']}`),
    );
  }
  onMissing((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const navigates =
      (request.method === 'GET' || request.method === 'HEAD') &&
      /text\/html|\*\/\*/.test(request.headers.accept ?? '*/*') &&
      !path.startsWith(PREFIX) &&
      !/^\/(docs|files|frames|assets|mail|health|live|digest|chat|form)\b/.test(path);
    if (!navigates) return problem(reply, 404, 'There is nothing at this address.');
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('cache-control', 'no-cache')
      .header('x-frame-options', 'DENY')
      .header('cross-origin-opener-policy', 'same-origin')
      .header('permissions-policy', 'camera=(), microphone=(), geolocation=()');
    if (!isSecure(request)) return reply.send(explain(request.headers.host ?? 'this address'));
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000');
    return reply.send(page);
  });
}

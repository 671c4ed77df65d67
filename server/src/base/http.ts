import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Endpoint, endpoints, type Key } from '@hearten/contract';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ZodType } from 'zod';
import { NOWHERE } from './db.ts';
import { Forbidden, Invalid, isRefused, NotFound, type Refusal, Unauthorised } from './errors.ts';
import { isReplay, once } from './idempotency.ts';
import { makeLimit } from './limits.ts';
import { count, observe } from './metrics.ts';
import { type Handlers, type Hearten, isJson, type Module, type Who } from './module.ts';
import { unkeepable } from './text.ts';
import { inWords } from './wrong.ts';

export const PREFIX = '/api/v1';
export type Identify = (request: IncomingMessage, ip: string) => Promise<Who | null>;
const statusOf: Record<Refusal, number> = {
  invalid: 400,
  unauthorised: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-many': 429,
  unavailable: 503,
};
const titles: Record<number, string> = {
  400: 'That could not be understood',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not possible here',
  409: 'Not done',
  413: 'Too large',
  415: 'Wrong kind of content',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'Not available right now',
};

/** RFC 9457. */
export function problem(
  reply: FastifyReply,
  status: number,
  detail: string,
  more: { type?: string; [extra: string]: unknown } = {},
): FastifyReply {
  const { type, ...extra } = more;
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: type ? `/problems/${type}` : 'about:blank',
        title: titles[status] ?? 'Not done',
        status,
        detail,
        ...extra,
      }),
    );
}

/** Everything thrown becomes an answer here, and only here. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isRefused(error)) {
    const { retryAfter, errors, type, extra } = error.detail;
    if (retryAfter) reply.header('retry-after', String(retryAfter));
    return problem(reply, statusOf[error.refusal], error.message, {
      ...(type ? { type } : {}),
      ...(errors?.length ? { errors } : {}),
      ...extra,
    });
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status === 415) return problem(reply, 415, 'Send application/json.');
  if (status === 413) return problem(reply, 413, 'This is larger than what is taken here. Nothing was stored.');
  if (status >= 400 && status < 500)
    return problem(
      reply,
      status,
      (error as { code?: string }).code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError
        ? 'The body is not valid JSON. Nothing was changed.'
        : 'This request could not be understood. Nothing was changed.',
    );
  request.log.error({ error, requestId: request.id });
  return problem(
    reply,
    500,
    `Something went wrong on our side, and it is in the log under ${request.id}. Nothing was changed; try again, and tell whoever runs this Hearten if it stays.`,
    { requestId: request.id },
  );
}

function read(schema: ZodType | undefined, value: unknown, what: string): unknown {
  if (!schema) return undefined;
  const out = schema.safeParse(value);
  if (out.success) return out.data;
  const found = inWords(out.error);
  // An id of the wrong shape is an id of nothing.
  if (what === 'path') throw NotFound();
  throw Invalid(`${[...new Set(found.map((f) => f.message))].join(' ')} Nothing was changed.`, found);
}

type Missing = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
/** `onMissing` answers what no route does: the app's pages. */
export type Http = { app: FastifyInstance; mount: (modules: Module[]) => void; onMissing: (answer: Missing) => void };

export function makeHttp(hearten: Hearten, identify: Identify, secure: (request: FastifyRequest) => boolean): Http {
  const { config, log } = hearten;
  const app = fastify({
    logger: false,
    trustProxy: config.TRUST_PROXY ? (_address: string, hop: number) => hop === 0 : false,
    bodyLimit: 2 * 1024 * 1024,
    genReqId: () => randomUUID(),
    requestTimeout: 120_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
  const limit = makeLimit(config.RATE_LIMIT, config.RATE_LIMIT);
  const strangers = makeLimit(Math.max(120, Math.ceil(config.RATE_LIMIT / 5)));

  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    request.log.error = ((facts: { error?: unknown }) =>
      log.error('A request failed', {
        ...facts,
        route: request.routeOptions.url,
        requestId: request.id,
      })) as typeof request.log.error;
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? '(none)';
    observe('hearten_http_seconds', 'Time to answer a request', reply.elapsedTime / 1000, {
      route,
      method: request.method,
    });
    count('hearten_http_requests_total', 'Requests answered', {
      route,
      method: request.method,
      status: reply.statusCode,
    });
    log.debug('request', {
      requestId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
  app.setErrorHandler(answerError);
  let missing: Missing = (_request, reply) => problem(reply, 404, 'There is nothing at this address.');
  app.setNotFoundHandler((request, reply) => missing(request, reply));

  const mount = (modules: Module[]): void => {
    const handlers = Object.assign({}, ...modules.map((m) => m.routes ?? {})) as Handlers;
    for (const key of Object.keys(endpoints) as Key[]) {
      const handler = handlers[key] as ((input: never) => Promise<unknown>) | undefined;
      if (!handler) continue; // server/test/routes.test.ts holds that each has one
      const endpoint: Endpoint = endpoints[key];
      const [method, path] = key.split(' ') as [string, string];
      const writes = method !== 'GET';
      app.route({
        method: method as 'GET',
        url: PREFIX + path,
        handler: async (request, reply) => {
          const who = await identify(request.raw, request.ip);
          if (who) limit(who.keyId ?? who.sessionId);
          else strangers(request.ip);
          if (endpoint.may !== 'anyone') {
            if (!who) throw Unauthorised();
            if (writes && who.kind === 'person' && request.headers['x-csrf-token'] !== who.csrf)
              throw Forbidden('This page is out of date. Nothing was changed; load it again and repeat.');
            if (endpoint.may !== 'member' && !who.may(endpoint.may)) throw Forbidden();
            if (who.kind === 'key' && writes && endpoint.may === 'member')
              throw Forbidden('This is for a person at a screen: an API key has no sign-in of its own to change.');
            if (who.kind === 'key' && !who.may(endpoint.may))
              throw Forbidden('This API key does not have the scope for it.');
          }
          const params = read(endpoint.params, request.params, 'path');
          const query = read(endpoint.query, request.query, 'query');
          const odd = unkeepable(request.body);
          if (odd !== null)
            throw Invalid('The text holds a NUL or half a character, which cannot be kept. Nothing was changed.', [
              { path: odd, message: 'holds a NUL or half a character' },
            ]);
          const body = read(endpoint.body, request.body ?? (endpoint.body ? {} : undefined), 'body');
          const status = endpoint.status ?? 200;
          const idempotencyKey = request.headers['idempotency-key'];
          if (
            idempotencyKey !== undefined &&
            (typeof idempotencyKey !== 'string' || idempotencyKey.length < 8 || idempotencyKey.length > 200)
          )
            throw Invalid('Idempotency-Key must have 8 to 200 characters. Nothing was changed.');
          const caller = {
            ip: request.ip,
            agent: String(request.headers['user-agent'] ?? '').slice(0, 300),
            secure: secure(request),
            setCookie: (value: string | null) =>
              reply.header(
                'set-cookie',
                value === null
                  ? `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`
                  : `${COOKIE}=${value}; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax`,
              ),
          };
          const tx: Hearten['db']['tx'] extends (w: string, f: infer F) => unknown
            ? (work: F) => Promise<unknown>
            : never = (work) =>
            hearten.db.tx(who?.workspaceId ?? NOWHERE, (t) =>
              writes && who && idempotencyKey && !endpoint.secret
                ? once(
                    t,
                    {
                      actorId: who.keyId ?? who.id,
                      key: idempotencyKey,
                      request: `${key}\n${JSON.stringify(params ?? {})}\n${JSON.stringify(body ?? {})}`,
                      status,
                    },
                    () => work(t),
                  )
                : work(t),
            );
          try {
            const out = await handler({ params, query, body, who, caller, tx } as never);
            reply.code(status).type('application/json; charset=utf-8').header('cache-control', 'no-store');
            return reply.send(isJson(out) ? out.json : JSON.stringify(out ?? {}));
          } catch (error) {
            if (!isReplay(error)) throw error;
            return reply
              .code(error.replay.status)
              .type('application/json; charset=utf-8')
              .header('idempotent-replayed', 'true')
              .send(JSON.stringify(error.replay.reply));
          }
        },
      });
    }
    for (const module of modules) module.plain?.(app, (request) => identify(request.raw, request.ip));
  };
  return {
    app,
    mount,
    onMissing: (answer) => {
      missing = answer;
    },
  };
}

export const COOKIE = '__Host-hearten';
/** The session token in a Cookie header, if any. */
export function cookieOf(request: IncomingMessage): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === COOKIE && value) return value;
  }
  return null;
}
/** A request that came encrypted, or from this machine itself (where browsers count plain http as safe). */
export const isSecure = (request: FastifyRequest): boolean =>
  request.protocol === 'https' || /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '');

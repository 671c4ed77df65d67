import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Endpoint, endpoints, type Key } from '@hearten/contract';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ZodType } from 'zod';
import { type Allowances, makeAllowances } from './allowance.ts';
import { byOf } from './audit.ts';
import { closeWithoutWaiting } from './closing.ts';
import { BROWSER, COOKIE, cookieOf, leave } from './cookies.ts';
import { NOWHERE } from './db.ts';
import { Forbidden, Invalid, NotFound, type Refused, TooMany, Unauthorised } from './errors.ts';
import { heldBack, needsProof } from './held.ts';
import { isReplay, once, onceApart } from './idempotency.ts';
import { makeLimit } from './limits.ts';
import { machine } from './machine.ts';
import { count, observe } from './metrics.ts';
import { type Handlers, type Hearten, isJson, type Module, type Who } from './module.ts';
import { answerError, problem } from './problem.ts';
import { unkeepable } from './text.ts';
import { inWords, type Said, say } from './words.ts';
import { complaints } from './wrong.ts';

export { COOKIE, callerOf, cookieOf, isSecure } from './cookies.ts';
export { answerError, problem };

export const PREFIX = '/api/v1';
/** Who could do what somebody may not. */
export type Helpers = (workspaceId: string, permission: string) => Promise<{ name: string; role: string }[]>;
export type Identify = (request: IncomingMessage, ip: string) => Promise<Who | null>;
const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
function read(schema: ZodType | undefined, value: unknown, what: string): unknown {
  if (!schema) return undefined;
  const out = schema.safeParse(value);
  if (out.success) {
    // What one field is called otherwise may be left out; where nothing is known, what was wanted would not be done.
    const [sent, known] = [keysOf(value), keysOf(out.data)];
    if (what === 'change' && sent.length > 0 && known.length === 0)
      throw Invalid(
        say('None of this is known here: {fields}. Nothing was changed.', { fields: sent.slice(0, 5).join(', ') }),
      );
    return out.data;
  }
  const found = complaints(out.error);
  // An id of the wrong shape is an id of nothing.
  if (what === 'path') throw NotFound();
  // Whatever is wrong at once, said one after the other; the same thing once.
  const different = [...new Map(found.map(({ message }) => [inWords(message, 'en'), message])).values()];
  throw Invalid(
    different.reduceRight<Said>((rest, one) => say('{one} {rest}', { one, rest }), say('Nothing was changed.')),
    found,
  );
}

/** Names whom to ask: "an administrator" helps nobody who does not know who that is. A key whose person may do it lacks the scope. */
function notAllowed(who: Who, permission: string, ask: Awaited<ReturnType<Helpers>>): Refused {
  if (who.kind === 'key' && ask.some((one) => one.role === who.role))
    return Forbidden(
      say('This API key does not have the scope {scope}. Nothing was done; use or make one that has it.', {
        scope: permission,
      }),
    );
  const names = ask.map((one) => `${one.name} (${one.role})`);
  const last = names.pop();
  if (last === undefined) return Forbidden();
  const helpful = names.length > 0 ? say('{some} or {last}', { some: names.join(', '), last }) : last;
  return Forbidden(say('Your role does not allow this. {who} can help.', { who: helpful }), { extra: { ask } });
}

const isWhole = (told: unknown[], out: unknown): boolean =>
  told.length === 1 && (told[0] === out || JSON.stringify(told[0] ?? {}) === JSON.stringify(out ?? {}));

/** Whoever sent a key is told of the key, not to sign in. */
export const notKnown = (sent: string | undefined): Refused =>
  sent === undefined
    ? Unauthorised()
    : Unauthorised(
        'This API key is not known here: it was revoked, is over, or was not copied whole. Nothing was done; use another.',
      );

type Missing = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
/** `onMissing` answers what no route does: the app's pages. */
export type Http = {
  app: FastifyInstance;
  mount: (modules: Module[]) => void;
  onMissing: (answer: Missing) => void;
  allowances: Allowances;
};

export function makeHttp(
  hearten: Hearten,
  identify: Identify,
  secure: (request: FastifyRequest) => boolean,
  helpers: Helpers,
): Http {
  const { config, log } = hearten;
  const app = fastify({
    logger: false,
    trustProxy: config.TRUST_PROXY ? (_address: string, hop: number) => hop < config.TRUST_PROXY : false,
    bodyLimit: 2 * 1024 * 1024,
    genReqId: () => randomUUID(),
    requestTimeout: 120_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
  closeWithoutWaiting(app);
  const limit = makeLimit(config.RATE_LIMIT, config.RATE_LIMIT);
  const allowances = makeAllowances();
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
  let missing: Missing = (_request, reply) => problem(reply, 404, say('There is nothing at this address.'));
  app.setNotFoundHandler((request, reply) => missing(request, reply));

  /** Counts a key's request, and says what is left as the draft on RateLimit header fields has it. */
  const spend = ({ keyId, perMinute }: Who, reply?: FastifyReply): void => {
    const most = perMinute ?? config.RATE_LIMIT;
    const { ok, left, full, wait } = allowances.take(keyId as string, most);
    reply?.header('ratelimit-policy', `"key";q=${most};w=60`).header('ratelimit', `"key";r=${left};t=${full}`);
    if (!ok)
      throw TooMany('This API key made too many requests. Nothing was changed; wait a little and try again.', wait);
  };

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
          if (!who) strangers(machine(request.ip));
          else if (who.keyId) spend(who, reply);
          else limit(who.sessionId);
          if (endpoint.may !== 'anyone') {
            if (!who) throw notKnown(request.headers.authorization);
            if (who.held && endpoint.held !== 'any' && endpoint.held !== who.held) throw heldBack(who.held);
            if (writes && who.kind === 'person' && request.headers['x-csrf-token'] !== who.csrf)
              throw Forbidden('This page is out of date. Nothing was changed; load it again and repeat.', {
                type: 'page-out-of-date',
              });
            if (endpoint.may !== 'member' && !who.may(endpoint.may))
              throw notAllowed(who, endpoint.may, await helpers(who.workspaceId, endpoint.may));
            if (who.kind === 'key' && writes && endpoint.may === 'member')
              throw Forbidden('This is for a person at a screen: an API key has no sign-in of its own to change.');
            if (endpoint.proof) needsProof(who);
          }
          const params = read(endpoint.params, request.params, 'path');
          const query = read(endpoint.query, request.query, 'query');
          const odd = unkeepable(request.body);
          if (odd !== null)
            throw Invalid('The text holds a NUL or half a character, which cannot be kept. Nothing was changed.', [
              { path: odd, message: 'holds a NUL or half a character' },
            ]);
          const body = read(
            endpoint.body,
            request.body ?? (endpoint.body ? {} : undefined),
            request.method === 'PATCH' ? 'change' : 'body',
          );
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
            setCookie: (value: string | null) => leave(reply, COOKIE, value, 2_592_000),
            browser: cookieOf(request.raw, BROWSER),
            keepBrowser: (value: string) => leave(reply, BROWSER, value, 34_560_000),
          };
          const asked =
            writes && who && idempotencyKey
              ? {
                  workspaceId: who.workspaceId,
                  seal: hearten.seal,
                  actorId: who.keyId ?? who.id,
                  key: idempotencyKey,
                  request: `${key}\n${JSON.stringify(params ?? {})}\n${JSON.stringify(body ?? {})}`,
                  status,
                  secret: endpoint.secret === true,
                }
              : null;
          // What is kept for a repeated request is what its one transaction gave, so that must be the answer, whole and alone.
          const told: unknown[] = [];
          const tx: Hearten['db']['tx'] extends (w: string, f: infer F) => unknown
            ? (work: F) => Promise<unknown>
            : never = async (work) => {
            const out = await hearten.db.tx(
              who?.workspaceId ?? NOWHERE,
              (t) => (asked ? once(t, asked, work) : work(t)),
              writes && who ? byOf(who, caller) : undefined,
            );
            told.push(out);
            return out;
          };
          const doIt = (): Promise<unknown> => handler({ params, query, body, who, caller, tx } as never);
          try {
            const out = await (asked && endpoint.apart
              ? onceApart(hearten.db, asked.workspaceId, asked, doIt)
              : doIt());
            if (writes && who && !endpoint.apart && endpoint.may !== 'anyone' && !isWhole(told, out))
              log.error('A write was not one transaction that gives its answer', { route: key });
            if (writes && who) hearten.db.wrote(who.workspaceId);
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
    // What is held back sees no file and no mail either.
    const plainly = async (request: FastifyRequest): Promise<Who | null> => {
      const who = await identify(request.raw, request.ip);
      if (who?.keyId) spend(who);
      return who?.held ? null : who;
    };
    for (const module of modules) module.plain?.(app, plainly, (request) => identify(request.raw, request.ip));
  };
  return {
    app,
    mount,
    allowances,
    onMissing: (answer) => {
      missing = answer;
    },
  };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Endpoint, endpoints, type Key, problem } from '@hearten/contract';
import { besides } from './openapi-beside.ts';
import { answers, type Schema, schemaOf } from './openapi-parts.ts';
import { tagOf, tags } from './openapi-tags.ts';

/** An example as a test has recorded it (`server/test/examples/`). */
export type Example = {
  by: 'key' | 'session' | 'anyone';
  path: string;
  body?: unknown;
  status: number;
  answer: unknown;
};
const PREFIX = '/api/v1';
const file = join(import.meta.dirname, '../../../contract/examples.json');
export const readExamples = (): Record<string, Example> => JSON.parse(readFileSync(file, 'utf8'));

const idOf = (method: string, path: string): string =>
  method.toLowerCase() +
  path
    .split('/')
    .filter(Boolean)
    .map((part) => part.replace(/^:/, 'by-'))
    .map((part) => part.replace(/(^|-)(\w)/g, (_all, _dash, letter: string) => letter.toUpperCase()))
    .join('');

const problems: Record<number, string> = {
  400: 'The request could not be understood; `errors` names the fields',
  401: 'Not signed in',
  403: 'Seen, but not allowed; `ask` names who could',
  404: 'Not there, or not yours to see',
  409: 'Not done: something else came first',
  410: 'No longer kept',
  413: 'Larger than what is taken here',
  415: 'Another kind of content than what is taken here',
  429: 'Too many requests; see Retry-After',
  500: 'Something went wrong on this side; `requestId` is in its log',
  503: 'Not available right now; see Retry-After',
};
/** With which statuses an endpoint may refuse. */
export function problemsOf(key: Key): number[] {
  const { may, body }: Endpoint = endpoints[key];
  const writes = !key.startsWith('GET');
  return [
    400,
    ...(may !== 'anyone' || writes ? [401, 403] : []),
    404,
    ...(writes ? [409] : []),
    ...(body ? [413, 415] : []),
    429,
    500,
    503,
  ];
}
/** A write to what is a person's own asks for that person. */
export const personOnly = (key: string, may: string): boolean =>
  (may === 'member' && !key.startsWith('GET')) || key === 'GET /me/sessions';
const securityOf = (key: string, may: string): unknown[] =>
  may === 'anyone' ? [] : [...(personOnly(key, may) ? [] : [{ key: may === 'member' ? [] : [may] }]), { session: [] }];

const parametersOf = (key: Key, endpoint: Endpoint): Schema[] => {
  const out: Schema[] = [];
  for (const [where, shape] of [
    ['path', endpoint.params],
    ['query', endpoint.query],
  ] as const) {
    const schema = (shape ? schemaOf(shape, 'input') : {}) as {
      properties?: Record<string, Schema>;
      required?: string[];
    };
    for (const [name, of] of Object.entries(schema.properties ?? {}))
      out.push({
        name,
        in: where,
        required: where === 'path' || (schema.required ?? []).includes(name),
        schema: of,
      });
  }
  if (!key.startsWith('GET') && endpoint.may !== 'anyone') out.push({ $ref: '#/components/parameters/IdempotencyKey' });
  return out;
};

function operation(key: Key, endpoint: Endpoint, example: Example | undefined): Schema {
  const [method, path] = key.split(' ') as [string, string];
  const parameters = parametersOf(key, endpoint);
  const status = endpoint.status ?? 200;
  const shown = (value: unknown): Schema => (value === undefined ? {} : { example: value });
  return {
    operationId: idOf(method, path),
    summary: endpoint.summary,
    description:
      endpoint.may === 'anyone'
        ? 'Needs no sign-in.'
        : personOnly(key, endpoint.may)
          ? 'For a person at a screen: an API key can’t.'
          : endpoint.may === 'member'
            ? 'For every key.'
            : `Needs the scope \`${endpoint.may}\`, or a wider one.`,
    tags: [tagOf(path)],
    security: securityOf(key, endpoint.may),
    ...(parameters.length ? { parameters } : {}),
    ...(endpoint.body
      ? {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: schemaOf(endpoint.body, 'input'), ...shown(example?.body) },
            },
          },
        }
      : {}),
    responses: {
      [status]: {
        description: 'Done',
        ...(endpoint.may === 'anyone' ? {} : { headers: limits }),
        content: {
          'application/json': {
            schema: schemaOf(endpoint.reply, 'output'),
            ...(example?.status === status ? shown(example.answer) : {}),
          },
        },
      },
      ...answers(problemsOf(key)),
    },
  };
}
const limits = {
  RateLimit: { $ref: '#/components/headers/RateLimit' },
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
};
const header = (description: string, type = 'string'): Schema => ({ description, schema: { type } });

/** The whole API as an OpenAPI 3.1 document, printed from the contract, so that it can't say anything else than the server does. */
export function openApi(baseUrl: string, version: string): Schema {
  const examples = readExamples();
  const paths: Record<string, Record<string, unknown>> = {};
  const put = (key: string, of: Schema): void => {
    const [method, path] = key.split(' ') as [string, string];
    const at = path.replace(/:(\w+)/g, '{$1}');
    paths[at] = { ...paths[at], [method.toLowerCase()]: of };
  };
  for (const [key, endpoint] of Object.entries(endpoints) as [Key, Endpoint][])
    put(key, operation(key, endpoint, examples[key]));
  for (const [key, of] of Object.entries(besides)) put(key, of);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Hearten',
      version,
      summary: 'A self-hosted customer-support platform',
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Everything the app does. Writes take an Idempotency-Key; lists are paged by cursor; errors are RFC 9457 problems.',
    },
    servers: [{ url: baseUrl + PREFIX }],
    security: [{ key: [] }, { session: [] }],
    tags: tags.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key (Settings, API keys).' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-hearten', description: 'A person who signed in.' },
      },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description:
            'The same key and request again gets the first answer; nothing happens twice. An answer with a secret is not given again: 409.',
          schema: { type: 'string', minLength: 8, maxLength: 200 },
        },
      },
      headers: {
        RateLimit: header(
          'What is left for this key: `"key";r=599;t=1`, requests and seconds until all are there again',
        ),
        RateLimitPolicy: header('What this key may: `"key";q=600;w=60`, requests and seconds'),
        RetryAfter: header('Seconds to wait', 'integer'),
      },
      responses: Object.fromEntries(
        Object.entries(problems).map(([status, description]) => [
          `Problem${status}`,
          {
            description,
            ...(['429', '503'].includes(status)
              ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }
              : {}),
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
      schemas: { Problem: schemaOf(problem, 'output') },
    },
  };
}

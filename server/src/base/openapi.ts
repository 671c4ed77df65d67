import { type Endpoint, endpoints } from '@hearten/contract';
import { z } from 'zod';
import { PREFIX } from './http.ts';

type Schema = Record<string, unknown>;
const schemaOf = (shape: z.ZodType, io: 'input' | 'output'): Schema => {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' }) as Schema;
  return schema;
};
const tags: [start: string, tag: string][] = [
  ['/conversations', 'Conversations'],
  ['/messages', 'Conversations'],
  ['/views', 'Conversations'],
  ['/search', 'Conversations'],
  ['/tags', 'Conversations'],
  ['/customers', 'Customers'],
  ['/blocked-senders', 'Customers'],
  ['/allowed-senders', 'Customers'],
  ['/spam', 'Conversations'],
  ['/inboxes', 'Inboxes'],
  ['/quarantine', 'Inboxes'],
  ['/notifications', 'Notifications'],
  ['/people', 'Team'],
  ['/teams', 'Team'],
  ['/invitations', 'Team'],
  ['/api-keys', 'Team'],
  ['/workspace', 'Workspace'],
  ['/system-mails', 'Workspace'],
];
const tagOf = (path: string): string => tags.find(([start]) => path.startsWith(start))?.[1] ?? 'Sign-in';
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
  403: 'Seen, but not allowed',
  404: 'Not there, or not yours to see',
  409: 'Not done: something else came first',
  429: 'Too many requests; see Retry-After',
  503: 'Not available right now; see Retry-After',
};

/** The whole API as an OpenAPI 3.1 document, printed from the contract, so that it can't say anything else than the server does. */
export function openApi(baseUrl: string, version: string): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [key, endpoint] of Object.entries(endpoints) as [string, Endpoint][]) {
    const [method, path] = key.split(' ') as [string, string];
    const at = path.replace(/:(\w+)/g, '{$1}');
    const writes = method !== 'GET';
    const parameters: Schema[] = [];
    for (const [where, shape] of [
      ['path', endpoint.params],
      ['query', endpoint.query],
    ] as const) {
      const schema = shape
        ? (schemaOf(shape, 'input') as { properties?: Record<string, Schema>; required?: string[] })
        : {};
      for (const [name, of] of Object.entries(schema.properties ?? {}))
        parameters.push({
          name,
          in: where,
          required: where === 'path' || (schema.required ?? []).includes(name),
          schema: of,
        });
    }
    if (writes && endpoint.may !== 'anyone') parameters.push({ $ref: '#/components/parameters/IdempotencyKey' });
    const answers = [
      400,
      ...(endpoint.may === 'anyone' ? [] : [401, 403]),
      ...(endpoint.params ? [404] : []),
      ...(writes ? [409] : []),
      429,
      503,
    ];
    paths[at] ??= {};
    (paths[at] as Record<string, unknown>)[method.toLowerCase()] = {
      operationId: idOf(method, path),
      summary: endpoint.summary,
      tags: [tagOf(path)],
      ...(endpoint.may === 'anyone' ? { security: [] } : { description: `Needs \`${endpoint.may}\`.` }),
      ...(parameters.length ? { parameters } : {}),
      ...(endpoint.body
        ? {
            requestBody: {
              required: true,
              content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
            },
          }
        : {}),
      responses: {
        [endpoint.status ?? 200]: {
          description: 'Done',
          content: { 'application/json': { schema: schemaOf(endpoint.reply, 'output') } },
        },
        ...Object.fromEntries(answers.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }])),
      },
    };
  }
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
    tags: [...new Set(['Sign-in', ...tags.map(([, tag]) => tag)])].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key (Settings, API keys).' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-hearten' },
      },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description: 'The same key and request again gets the first answer; nothing happens twice.',
          schema: { type: 'string', minLength: 8, maxLength: 200 },
        },
      },
      responses: Object.fromEntries(
        Object.entries(problems).map(([status, description]) => [
          `Problem${status}`,
          {
            description,
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'detail'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            detail: { type: 'string', description: 'What happened, what is safe, what to do' },
            requestId: { type: 'string' },
            errors: {
              type: 'array',
              items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
            },
          },
        },
      },
    },
  };
}

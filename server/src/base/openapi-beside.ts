import { webhookType } from '@hearten/contract';
import { z } from 'zod';
import { answers, type Schema, schemaOf } from './openapi-parts.ts';

const file = z.object({ id: z.uuid(), filename: z.string(), contentType: z.string(), size: z.number().int() });
const security = (scope: string): Schema[] => [{ key: [scope] }, { session: [] }];
const byId = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };

/** What is served beside the JSON of the contract, described by hand. */
export const besides: Record<string, Schema> = {
  'GET /events': {
    operationId: 'getEvents',
    summary: 'Listen to what happens, as server-sent events',
    description:
      'Each frame has an `id`, an `event` (its type) and as `data` the JSON `{ id, type, timestamp, data }`; its inner `data` says where it happened. First comes `ready`: from there on nothing is left out. Every fifteen seconds comes a beat. After a break send the last `id` as `Last-Event-ID`: the stream goes on there, with any process, within seven days; nothing is told twice. An id that is older, or of another database, gets 410. Needs the scope `conversation.read`, and `customer.read` for what concerns customers.',
    tags: ['Events'],
    security: security('conversation.read'),
    parameters: [
      {
        name: 'types',
        in: 'query',
        required: false,
        description: 'Only these, with commas between; all without it',
        schema: { type: 'string' },
        example: webhookType.options.slice(5, 8).join(','),
      },
      {
        name: 'Last-Event-ID',
        in: 'header',
        required: false,
        description: 'Where to go on',
        schema: { type: 'string', maxLength: 8000 },
      },
    ],
    responses: {
      200: { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      ...answers([400, 401, 403, 410, 429, 500, 503]),
    },
  },
  'POST /uploads': {
    operationId: 'postUploads',
    summary: 'Store a file for an answer or a note; its id goes into `attachments`',
    description: 'The body is the file itself, 25 MB at most. Needs the scope `conversation.note`, or a wider one.',
    tags: ['Files'],
    security: security('conversation.note'),
    parameters: [
      {
        name: 'filename',
        in: 'query',
        required: true,
        schema: { type: 'string', maxLength: 200 },
        example: 'invoice.pdf',
      },
    ],
    requestBody: { required: true, content: { '*/*': { schema: { type: 'string', format: 'binary' } } } },
    responses: {
      201: { description: 'Stored', content: { 'application/json': { schema: schemaOf(file, 'output') } } },
      ...answers([400, 401, 403, 413, 429, 500, 503]),
    },
  },
  'GET /uploads/:id': {
    operationId: 'getUploadsById',
    summary: 'Show a picture of one’s own while it is written about',
    description: 'Needs the scope `conversation.note`, or a wider one.',
    tags: ['Files'],
    security: security('conversation.note'),
    parameters: [byId],
    responses: {
      200: { description: 'The picture', content: { 'image/*': { schema: { type: 'string', format: 'binary' } } } },
      ...answers([401, 403, 404, 429, 500, 503]),
    },
  },
};

import { z } from 'zod';
import { at, endpoint, id, page } from './endpoint.ts';

export const auditArea = z.enum(['settings', 'people', 'sign-in', 'data', 'machine']);
export type AuditArea = z.infer<typeof auditArea>;
export const auditEntry = z.object({
  id,
  at,
  area: auditArea,
  /** `inbox.changed`, `api_key.added`, `customer.exported`: what it is about, and what happened. */
  what: z.string(),
  actor: z.object({ kind: z.enum(['person', 'key', 'system', 'nobody']), id: id.nullable(), name: z.string() }),
  about: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  /** What changed, by field: [before, after]; or other facts. A secret only says that it changed. */
  facts: z.record(z.string(), z.unknown()),
  ip: z.string(),
  agent: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;
/** Which entries: all of them when nothing is said. */
export const auditFilter = {
  area: auditArea.optional(),
  actorId: id.optional(),
  what: z.string().max(100).optional(),
  since: at.optional(),
  before: at.optional(),
};

export const auditEndpoints = {
  'GET /audit': endpoint({
    summary: 'Who did what to settings, people, keys and data, the newest first',
    may: 'data.audit',
    query: z.object({ ...page, ...auditFilter }),
    reply: z.object({ items: z.array(auditEntry), next: z.string().nullable() }),
  }),
  'GET /audit/file': endpoint({
    summary: 'Where the log is had as a file, by the same filters',
    may: 'data.audit',
    proof: true,
    query: z.object({ format: z.enum(['csv', 'jsonl']), ...auditFilter }),
    reply: z.object({ url: z.string() }),
  }),
};

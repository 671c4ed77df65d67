import { z } from 'zod';
import { at, byId, endpoint, id, nothing, page } from './endpoint.ts';
import { filingKind } from './problems.ts';

/** What a second person says: a problem, one of the kinds without, a problem that is not noted yet, or that it cannot be told. */
export const auditSaid = z.enum([...filingKind.options, 'other', 'unclear']);
export type AuditSaid = z.infer<typeof auditSaid>;
export const auditResult = z.enum(['right', 'wrong', 'unclear']);
export type AuditResult = z.infer<typeof auditResult>;

const named = z.object({ id, name: z.string() }).nullable();
const looked = z.object({
  id,
  number: z.number().int(),
  subject: z.string(),
  customer: z.string(),
  result: auditResult,
  /** As what it was filed when it was looked at, and what the second person said. A problem that was merged since is the one it is part of. */
  filed: z.object({ kind: filingKind, problem: named }),
  said: z.object({ kind: auditSaid, problem: named }),
  answeredBy: id,
  answeredAt: at,
});
export type AuditedFiling = z.infer<typeof looked>;

export const filingAuditEndpoints = {
  'GET /filing-audit': endpoint({
    summary:
      'How often a second person, who did not see it, said what a conversation was filed as: of one in twenty, of the last 90 days',
    may: 'problem.read',
    reply: z.object({
      /** Said alike, said otherwise, could not be told; each as many as the list behind it. */
      right: z.number().int(),
      wrong: z.number().int(),
      unclear: z.number().int(),
      /** Of those that could be told, with its 95 % interval; null below ten. */
      accuracy: z.object({ share: z.number(), low: z.number(), high: z.number() }).nullable(),
      least: z.number().int(),
      /** Drawn, not yet looked at, and filed by others than the caller. */
      waiting: z.number().int(),
    }),
  }),
  'GET /filing-audit/next': endpoint({
    summary: 'The next conversation the caller is to look at, without what it was filed as; null when none waits',
    may: 'problem.file',
    reply: z.object({
      waiting: z.number().int(),
      conversation: z
        .object({
          id,
          subject: z.string(),
          createdAt: at,
          /** What the customer wrote first. */
          said: z.array(z.object({ at, text: z.string() })),
        })
        .nullable(),
    }),
  }),
  'POST /filing-audit/:id': endpoint({
    summary:
      'Say what a conversation is about, without having seen what it was filed as; nobody does so for what they filed themselves',
    may: 'problem.file',
    params: byId,
    body: z.object({ kind: auditSaid, problemId: id.optional() }),
    reply: nothing,
  }),
  'DELETE /filing-audit/:id': endpoint({
    summary: 'Take back one’s own answer, within two minutes',
    may: 'problem.file',
    params: byId,
    reply: nothing,
  }),
  'GET /filing-audit/answers': endpoint({
    summary: 'What a second person looked at in the last 90 days, the newest first',
    may: 'problem.read',
    query: z.object({ result: auditResult.optional(), ...page }),
    reply: z.object({ items: z.array(looked), next: z.string().nullable() }),
  }),
};

import { z } from 'zod';
import { at, byId, endpoint, id, line, page, prose } from './endpoint.ts';

export const problemState = z.enum(['found', 'known', 'fixing', 'fixed', 'verified', 'wont']);
export type ProblemState = z.infer<typeof problemState>;
export const problemCause = z.enum(['product', 'policy', 'docs', 'support']);
export type ProblemCause = z.infer<typeof problemCause>;
export const problemFix = z.enum(['article', 'product', 'policy', 'message', 'none']);
export type ProblemFix = z.infer<typeof problemFix>;

const row = z.object({
  id,
  /** What the customer could not do. */
  name: z.string(),
  state: problemState,
  ownerId: id.nullable(),
  cause: problemCause.nullable(),
  fix: problemFix.nullable(),
  shippedOn: z.string().nullable(),
  /** Conversations filed here, whatever their weight; as many as the list behind it shows. */
  conversations: z.number().int(),
  /** Those that nobody confirmed yet. */
  provisional: z.number().int(),
  /** Unique customers of these conversations. */
  customers: z.number().int(),
  /** Of all filed conversations, by weight: those of every problem and of what is no problem come to 1. */
  share: z.number(),
  lastAt: at.nullable(),
  version: z.number().int(),
});
export type ProblemRow = z.infer<typeof row>;
export const knownProblem = row.extend({
  step: z.string(),
  remedy: z.string(),
  prevention: z.string(),
  workaround: z.string(),
  answer: z.string(),
  link: z.string(),
  createdAt: at,
  /** Where it is now, if it was merged into another. */
  mergedInto: id.nullable(),
  /** What was merged into this one, and can be taken out again. */
  merged: z.array(z.object({ id, name: z.string() })),
});
export type KnownProblem = z.infer<typeof knownProblem>;

export const filingKind = z.enum(['problem', 'question', 'one-off', 'praise']);
export type FilingKind = z.infer<typeof filingKind>;
const filed = z.object({
  kind: filingKind,
  problem: z
    .object({ id, name: z.string(), state: problemState, workaround: z.string(), answer: z.string() })
    .nullable(),
  weight: z.number(),
  provisional: z.boolean(),
  /** Null: Hearten filed it as what it resembles most. */
  filedBy: id.nullable(),
  confidence: z.number().nullable(),
});
export type Filed = z.infer<typeof filed>;
export const filing = z.object({
  items: z.array(filed),
  /** What it resembles among all that was filed before, the most alike first. */
  suggested: z.array(z.object({ id, name: z.string(), confidence: z.number() })),
});
export type Filing = z.infer<typeof filing>;

const name = line(200);
/** Where an issue is kept; only the web, since it becomes a link. */
const link = z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2000)]);
export const problemEndpoints = {
  'GET /problems': endpoint({
    summary: 'All problems with how many conversations and customers each has, and how much is filed at all',
    may: 'problem.read',
    query: z.object({ state: problemState.optional() }),
    reply: z.object({
      items: z.array(row),
      /** Filed conversations of each kind; all of them together, each once, are `filed`. */
      filed: z.number().int(),
      question: z.number().int(),
      oneOff: z.number().int(),
      praise: z.number().int(),
      /** Of the last thirty days: what was resolved, and what of it is not filed. */
      resolved: z.number().int(),
      unfiled: z.number().int(),
    }),
  }),
  'POST /problems': endpoint({
    summary: 'Note a problem: what the customer could not do',
    may: 'problem.file',
    body: z.object({ name }),
    reply: knownProblem,
  }),
  'GET /problems/:id': endpoint({
    summary: 'A problem with all that is known of it',
    may: 'problem.read',
    params: byId,
    reply: knownProblem,
  }),
  'PATCH /problems/:id': endpoint({
    summary:
      'Change what is known of a problem; with `saw`, the version one looked at, it is refused when somebody changed it since',
    may: 'problem.write',
    params: byId,
    body: z.object({
      saw: z.number().int().optional(),
      name: name.optional(),
      step: prose(200).optional(),
      remedy: prose(5000).optional(),
      prevention: prose(5000).optional(),
      cause: problemCause.nullable().optional(),
      fix: problemFix.nullable().optional(),
      ownerId: id.nullable().optional(),
      /** Only Hearten says `verified`, by its rule. */
      state: problemState.exclude(['verified']).optional(),
      workaround: prose(5000).optional(),
      answer: prose(20_000).optional(),
      link: link.optional(),
      shippedOn: z.iso.date().nullable().optional(),
    }),
    reply: knownProblem,
  }),
  'GET /problems/:id/conversations': endpoint({
    summary: 'The conversations filed under a problem, the newest first',
    may: 'problem.read',
    params: byId,
    query: z.object({ provisional: z.stringbool().optional(), ...page }),
    reply: z.object({
      items: z.array(
        z.object({
          id,
          number: z.number().int(),
          subject: z.string(),
          customer: z.string(),
          createdAt: at,
          weight: z.number(),
          provisional: z.boolean(),
          filedBy: id.nullable(),
          confidence: z.number().nullable(),
        }),
      ),
      next: z.string().nullable(),
    }),
  }),
  'POST /problems/:id/confirm': endpoint({
    summary: 'Say that conversations are rightly filed here, or that they are not; what somebody decided already stays',
    may: 'problem.file',
    params: byId,
    body: z.object({ conversationIds: z.array(id).min(1).max(500), right: z.boolean() }),
    reply: z.object({ decided: z.number().int(), problem: knownProblem }),
  }),
  'POST /problems/:id/merge': endpoint({
    summary: 'Make a problem part of another: its conversations are filed there; it can be taken back',
    may: 'problem.write',
    params: byId,
    body: z.object({ into: id }),
    reply: knownProblem,
  }),
  'POST /problems/:id/unmerge': endpoint({
    summary: 'Take a merge back: what it moved and nobody filed anew since is here again',
    may: 'problem.write',
    params: byId,
    reply: knownProblem,
  }),
  'GET /conversations/:id/filing': endpoint({
    summary: 'What a conversation is filed as, and what it resembles',
    may: 'problem.read',
    params: byId,
    reply: filing,
  }),
  'PUT /conversations/:id/filing': endpoint({
    summary:
      'File a conversation: under one problem first and perhaps others, or as a question, a one-off or praise; null takes it out',
    may: 'problem.file',
    params: byId,
    body: z.object({
      kind: filingKind.nullable(),
      problems: z
        .array(z.object({ id, weight: z.number().positive().max(1).optional() }))
        .max(5)
        .optional(),
    }),
    reply: filing,
  }),
};

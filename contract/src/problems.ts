import { z } from 'zod';
import { at, byId, endpoint, id, line, page, prose, reportWeeks } from './endpoint.ts';

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
  /** What is not there yet, and stands on the board of wishes. */
  wish: z.boolean(),
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
  /** What the issue it links to would have it be. */
  proposes: z.enum(['fixed', 'fixing']).nullable(),
  version: z.number().int(),
});
export type ProblemRow = z.infer<typeof row>;
/** What is known of the issue it links to. */
const problemIssue = z.object({
  /** Null until its tracker told something of it. */
  state: z.enum(['open', 'closed']).nullable(),
  /** Since when, and which day that was in the workspace's time zone. */
  at: at.nullable(),
  day: z.string().nullable(),
  /** Whether the problem becomes fixed, and is being fixed again, by itself. */
  follows: z.boolean(),
  /** What the problem would be by the issue's state; null where it is so already, or somebody declined. */
  proposes: z.enum(['fixed', 'fixing']).nullable(),
});
export type ProblemIssue = z.infer<typeof problemIssue>;
export const knownProblem = row.extend({
  step: z.string(),
  remedy: z.string(),
  prevention: z.string(),
  workaround: z.string(),
  answer: z.string(),
  link: z.string(),
  /** Null without a link. */
  issue: problemIssue.nullable(),
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

const verdict = z.enum([
  'verified',
  'shared',
  'unproven',
  'not-shipped',
  'no-denominator',
  'too-short-before',
  'too-early',
  'channel-gone',
  'no-control',
  'too-few',
]);
const week = z.object({
  /** Its Monday. */
  week: z.string(),
  /** The denominator; null where there is none. */
  customers: z.number().int().nullable(),
  /** Unique customers with a conversation filed here. */
  reporters: z.number().int(),
  /** Of the unique customers whose conversations were filed at all. */
  share: z.number().nullable(),
  /** Reporters by 1,000 of the denominator, and its 90 % interval. */
  rate: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** The rate as other problems and the season would have it without the fix. */
  expected: z.number().nullable(),
});
export const fixFinding = z.object({
  verdict,
  weeksBefore: z.number().int(),
  weeksAfter: z.number().int(),
  /** The year in which a fix is looked at is over: what `life` says of it stays, and this is what can be said today. */
  over: z.boolean(),
  reportersBefore: z.number().int(),
  reportersAfter: z.number().int(),
  /** Reporters to be expected since, had the fix changed nothing. */
  expected: z.number().nullable(),
  /** What became of the rate beyond that of other problems, with its 90 % interval; 1 is no change. */
  effect: z.object({ ratio: z.number(), low: z.number(), high: z.number() }).nullable(),
  own: z.number().nullable(),
  others: z.number().nullable(),
  /** The inbox that vanished. */
  inbox: id.nullable(),
});
export const contactBase = z.enum(['tracked', 'orders', 'entered']).nullable();
export const contactRate = z.object({
  /** What the denominator of all these weeks is: customers seen on pages or told of by the API, orders told of as events, or a number that was entered. */
  base: contactBase,
  /** The day of the fix; of a problem that is open again, of the last one. */
  shippedOn: z.string().nullable(),
  /** Whole weeks, the oldest first. */
  weeks: z.array(week),
  /** What the rule makes of it (docs/problems.md). */
  finding: fixFinding,
  /** Each state it came into, the oldest first; without a person, Hearten's rule set it and says why. */
  life: z.array(
    z.object({
      state: problemState,
      at,
      byId: id.nullable(),
      shippedOn: z.string().nullable(),
      why: z.record(z.string(), z.number()).nullable(),
    }),
  ),
});
export type ContactRate = z.infer<typeof contactRate>;
const entered = z.object({
  /** The name of the events that are orders, and how many of the last weeks have some. */
  orders: z.object({ event: z.string(), weeks: z.number().int() }),
  /** Each holds from its week on, until the next. */
  items: z.array(z.object({ week: z.string(), customers: z.number().int() })),
});

const name = line(200);
/** Where an issue is kept; only the web, since it becomes a link. */
const link = z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2000)]);
export const problemEndpoints = {
  'GET /problems': endpoint({
    summary:
      'All problems with how many conversations and customers each has, and how much is filed at all; with `weeks`, of what began in them',
    may: 'problem.read',
    query: z.object({ state: problemState.optional(), weeks: reportWeeks }),
    reply: z.object({
      items: z.array(row),
      /** Filed conversations of each kind; all of them together, each once, are `filed`. */
      filed: z.number().int(),
      question: z.number().int(),
      oneOff: z.number().int(),
      praise: z.number().int(),
      /** Of these weeks, or of the last thirty days: what was resolved, and what of it is not filed. */
      resolved: z.number().int(),
      unfiled: z.number().int(),
    }),
  }),
  'POST /problems': endpoint({
    summary: 'Note a problem: what the customer could not do',
    may: 'problem.file',
    body: z.object({ name, wish: z.boolean().optional() }),
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
      wish: z.boolean().optional(),
      /** Tomorrow at most; null is refused of what is fixed. */
      shippedOn: z.iso.date().nullable().optional(),
    }),
    reply: knownProblem,
  }),
  'GET /problems/:id/rate': endpoint({
    summary: 'How many customers a problem reaches each week, and whether its fix is followed by a fall of its own',
    may: 'problem.read',
    params: byId,
    reply: contactRate,
  }),
  'GET /active-customers': endpoint({
    summary: 'The numbers of active customers that were entered, over which contact rates are counted',
    may: 'problem.read',
    reply: entered,
  }),
  'PUT /active-customers': endpoint({
    summary: 'Enter how many customers are active from a week on; null takes the number of that week away',
    may: 'problem.write',
    body: z.object({ from: z.iso.date(), customers: z.number().int().min(1).max(2_000_000_000).nullable() }),
    reply: entered,
  }),
  'GET /problems/:id/conversations': endpoint({
    summary: 'The conversations filed under a problem, the newest first',
    may: 'problem.read',
    params: byId,
    query: z.object({ provisional: z.stringbool().optional(), weeks: reportWeeks, ...page }),
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
  'GET /unfiled-conversations': endpoint({
    summary:
      'The conversations that were resolved or closed and are filed as nothing, of the last thirty days or with `weeks` of what began in them: as many as the list of problems counts',
    may: 'problem.read',
    query: z.object({ weeks: reportWeeks, ...page }),
    reply: z.object({
      items: z.array(z.object({ id, number: z.number().int(), subject: z.string(), customer: z.string(), lastAt: at })),
      next: z.string().nullable(),
    }),
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
        .max(50)
        .optional(),
      /** True: it is to be confirmed, also where it is yours to decide. */
      provisional: z.boolean().optional(),
    }),
    reply: filing,
  }),
};

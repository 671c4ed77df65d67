import { z } from 'zod';
import { at, byId, endpoint, feltWeeks, id, page, reportWeeks } from './endpoint.ts';
import { contactBase, fixFinding, problemState } from './problems.ts';

const count = z.number().int();
const day = z.iso.date();

/** What became of the question at the end. Each conversation counts once; asked = answered + provisional + silent. */
export const restoredPart = z.object({
  /** Ended with an answer that resolved: asked and not asked. */
  ended: count,
  asked: count,
  /** What the share rests on (n). */
  answered: count,
  /** A link was followed, the button was not pressed: no answer yet. */
  provisional: count,
  /** Asked, and nothing was said. "Not asked" is not silent. */
  silent: count,
  notAsked: count,
  /** Of those asked; null where too few were. */
  silentShare: z.number().nullable(),
  /** Answered better, the same, or happy. The bounds are Wilson's, 95 %. Null: see `withheld`. */
  restored: z.object({ count, share: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** End minus start, both read from the same source; compared with others as if all had started alike. Null from too few, and where it would tell one person's. */
  lift: z.object({ pairs: count, mean: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** Why there is no share: too few answered yet, or it would be one person's, or would tell theirs (the whole less the other parts). */
  withheld: z.enum(['few', 'personal']).nullable(),
});
export type RestoredPart = z.infer<typeof restoredPart>;
/** Of a part whose figure is one person's, or would tell it, no count of answers is told either: a share could be had from them. */
const hidden = count.nullable();
export const toldPart = restoredPart.extend({
  ...{ asked: hidden, answered: hidden, provisional: hidden, silent: hidden, notAsked: hidden },
});
export type ToldPart = z.infer<typeof toldPart>;

const named = z.object({ id, name: z.string() });
const notAskedWhy = z.enum([
  'off',
  'spam',
  'not to them',
  'never wrote',
  'unsubscribed',
  'asked lately',
  'to many',
  'no answer',
  'not delivered',
  'not there',
]);
export const filedAs = z.enum(['problem', 'question', 'one-off', 'praise', 'unfiled']);
export const restoredReply = z.object({
  from: at,
  /** All of it is invented: it counts here alone. */
  sample: z.boolean(),
  asks: z.boolean(),
  /** Fewer answers than this give no share. */
  least: count,
  whole: restoredPart,
  byWeek: z.array(toldPart.extend({ week: day })),
  byChannel: z.array(toldPart.extend({ channel: z.string() })),
  /** The team it stood with when it was resolved; null for none. */
  byTeam: z.array(toldPart.extend({ team: named.nullable() })),
  /** What it is filed as first. */
  byProblem: z.array(toldPart.extend({ kind: filedAs, problem: named.nullable() })),
  notAsked: z.array(z.object({ why: notAskedWhy, count })),
});
export type Restored = z.infer<typeof restoredReply>;

export const endedState = z.enum([
  'ended',
  'asked',
  'answered',
  'restored',
  'not restored',
  'provisional',
  'silent',
  'not asked',
]);
export type EndedState = z.infer<typeof endedState>;

const wait = z.object({
  /** Answered by a person for the first time. */
  answered: count,
  /** Not over and not answered yet, also where it was snoozed: longer than any that was. */
  waiting: count,
  /** Half waited no longer than these seconds, nine in ten no longer than those; null where too few came, or it is not known yet. */
  median: z.number().nullable(),
  ninetieth: z.number().nullable(),
});
/** One side of a fix: the whole weeks that are compared, who reported it in them, and how many of 1,000 active customers a week. */
const side = z.object({
  weeks: count,
  reporters: count,
  /** With its 90 % interval; null without a denominator. */
  rate: z.object({ by1000: z.number(), low: z.number(), high: z.number() }).nullable(),
});
export const removedReply = z.object({
  from: at,
  sample: z.boolean(),
  /** How many of all of them are verified: proven to be removed. */
  verified: count,
  /** How many more shipped in these weeks than are listed. */
  more: count,
  /** Customers a week who do not have to write any more, over what is verified alone. */
  fewer: z.number(),
  /** Fixed or verified in these weeks, the one that spares most customers first. */
  items: z.array(
    z.object({
      id,
      name: z.string(),
      state: problemState,
      shippedOn: z.string().nullable(),
      base: contactBase,
      /** What the rule of contact rates makes of the fix. */
      finding: fixFinding,
      before: side.nullable(),
      after: side.nullable(),
      /** Customers a week fewer than were to be expected without the fix, with its 90 % interval. */
      fewer: z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable(),
    }),
  ),
});
export type Removed = z.infer<typeof removedReply>;
export const restoredEndpoints = {
  'GET /restored': endpoint({
    summary: 'How many customers left as well as before or better, by week, channel, team and problem',
    may: 'report.read',
    query: z.object({ weeks: feltWeeks }),
    reply: restoredReply,
  }),
  'GET /restored/conversations': endpoint({
    summary: 'The conversations behind one of these numbers, the newest end first',
    may: 'report.read',
    query: z.object({
      weeks: feltWeeks,
      state: endedState.optional(),
      week: day.optional(),
      channel: z.string().max(50).optional(),
      teamId: z.union([id, z.literal('none')]).optional(),
      problemId: id.optional(),
      kind: filedAs.optional(),
      why: notAskedWhy.optional(),
      ...page,
    }),
    reply: z.object({
      items: z.array(
        z.object({
          id,
          number: count,
          subject: z.string(),
          customer: z.string(),
          channel: z.string(),
          endedAt: at,
          state: z.enum(['answered', 'provisional', 'silent', 'not asked']),
          why: notAskedWhy.nullable(),
          compared: z.enum(['better', 'same', 'worse']).nullable(),
          value: count.nullable(),
          words: z.string(),
        }),
      ),
      next: z.string().nullable(),
    }),
  }),
  'GET /removed': endpoint({
    summary: 'Problems that were fixed or verified in these weeks, and what became of how many customers they reach',
    may: 'report.read',
    query: z.object({ weeks: reportWeeks }),
    reply: removedReply,
  }),
  'GET /people/:id/restored': endpoint({
    summary: 'How many customers of one person left as well as before or better: for themselves and their lead alone',
    may: 'member',
    params: byId,
    query: z.object({ weeks: feltWeeks }),
    reply: z.object({ from: at, least: count, whole: restoredPart }),
  }),
  'GET /speed': endpoint({
    summary: 'How long customers waited for the first answer by a person: half of them, and nine in ten',
    may: 'report.read',
    query: z.object({ weeks: reportWeeks }),
    reply: z.object({
      from: at,
      sample: z.boolean(),
      least: count,
      whole: wait,
      byChannel: z.array(wait.extend({ channel: z.string() })),
    }),
  }),
};
export type Speed = z.infer<(typeof restoredEndpoints)['GET /speed']['reply']>;

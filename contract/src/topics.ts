import { z } from 'zod';
import { at, byId, endpoint, id, line, nothing, page } from './endpoint.ts';
import { snippetGiven } from './snippets.ts';

/** What nobody filed, or what was filed as a plain question. */
const clusterKind = z.enum(['unfiled', 'question']);
const cluster = z.object({
  id,
  kind: clusterKind,
  /** From the words that tell it from the rest; whoever makes a problem of it says it better. */
  name: z.string(),
  /** Conversations that are alike, unfiled or filed as a question still; as many as the list behind it shows, as is each number here. */
  conversations: z.number().int(),
  customers: z.number().int(),
  /** Those that began in twenty-eight days with today, and in the twenty-eight before. */
  lately: z.number().int(),
  before: z.number().int(),
  /** Of how many it is known how they felt when they asked, how many of them had one of the two bad faces, and the mean from 1 to 5. */
  felt: z.number().int(),
  unhappy: z.number().int(),
  mood: z.number().nullable(),
  /** How many were answered by a person, and how many of them without a saved answer. */
  answered: z.number().int(),
  byHand: z.number().int(),
  /** Of how many people first answers are, and whether these have little in common; as when it was looked for. */
  answerers: z.number().int(),
  differ: z.boolean(),
  /** No saved answer that others may use, and most were answered by hand, or by several people in different words. */
  gap: z.boolean(),
  /** The saved answer that was linked. Its name where one may use it; `alone` when nobody else may. */
  answer: z.object({ id, name: z.string().nullable(), alone: z.boolean() }).nullable(),
  linkedAt: at.nullable(),
  /** In how many conversations it was sent since. */
  used: z.number().int(),
  /** The most like the rest. */
  samples: z.array(z.object({ id, number: z.number().int(), subject: z.string() })),
  lastAt: at,
  createdAt: at,
  /** When somebody said that it is no problem, and who; null while nobody has. */
  decidedAt: at.nullable(),
  decidedBy: id.nullable(),
});
const run = z.object({ at, conversations: z.number().int() }).nullable();
/** Behind which number. */
const behind = z.enum(['all', 'customers', 'lately', 'before', 'felt', 'unhappy', 'answered', 'by hand', 'used']);
export type Behind = z.infer<typeof behind>;
const clusterState = z.enum(['open', 'dismissed', 'made']);
export type Cluster = z.infer<typeof cluster>;

const rise = z.object({
  id,
  /** What rises: a problem, or what was found among unfiled conversations. */
  problemId: id.nullable(),
  clusterId: id.nullable(),
  name: z.string(),
  /** So many customers had come in so many minutes when it was flagged, where so many are usual at this hour of the week. */
  flaggedCustomers: z.number().int(),
  minutes: z.number().int(),
  usual: z.number(),
  beganAt: at,
  flaggedAt: at,
  endedAt: at.nullable(),
  /** All that came of it until now, as many as the list behind it shows. */
  conversations: z.number().int(),
  customers: z.number().int(),
});
export type Rise = z.infer<typeof rise>;

export const topicEndpoints = {
  'GET /rises': endpoint({
    summary: 'Topics of which more comes now than their hour and weekday explain, and those of the last week',
    may: 'problem.read',
    reply: z.object({ items: z.array(rise) }),
  }),
  'GET /rises/:id/conversations': endpoint({
    summary: 'The conversations behind a rise, the newest first',
    may: 'problem.read',
    params: byId,
    query: z.object(page),
    reply: z.object({
      name: z.string(),
      items: z.array(
        z.object({ id, number: z.number().int(), subject: z.string(), customer: z.string(), createdAt: at }),
      ),
      next: z.string().nullable(),
    }),
  }),
  'GET /clusters': endpoint({
    summary:
      'What unfiled conversations have in common, and what is asked again and again, found by Hearten: gaps of knowledge first, then the most customers; or what was dismissed, the latest first',
    may: 'problem.read',
    query: z.object({ state: clusterState.extract(['open', 'dismissed']).optional() }),
    reply: z.object({
      items: z.array(cluster),
      /** How many were dismissed and have conversations still. */
      dismissed: z.object({ unfiled: z.number().int(), question: z.number().int() }),
      /** When it was last looked for, and among how many conversations; null before the first time. */
      looked: z.object({ unfiled: run, question: run }),
    }),
  }),
  'GET /clusters/:id/conversations': endpoint({
    summary:
      'The conversations of one cluster, the most like the rest first, or those behind one of its numbers; behind that of customers the one most like the rest of each',
    may: 'problem.read',
    params: byId,
    query: z.object({ ...page, of: behind.optional() }),
    reply: z.object({
      name: z.string(),
      kind: clusterKind,
      state: clusterState,
      items: z.array(
        z.object({ id, number: z.number().int(), subject: z.string(), customer: z.string(), createdAt: at }),
      ),
      next: z.string().nullable(),
    }),
  }),
  'GET /clusters/:id/answer': endpoint({
    summary: 'The answer that is most like the others, with variables where it named its customer or its writer',
    may: 'snippet.write',
    params: byId,
    reply: z.object({
      name: z.string(),
      best: z.object({ number: z.number().int(), by: id.nullable(), text: z.string() }).nullable(),
    }),
  }),
  'POST /clusters/:id/answer': endpoint({
    summary: 'Make a snippet that answers what these conversations ask, and link it',
    may: 'snippet.write',
    params: byId,
    status: 201,
    body: snippetGiven,
    reply: z.object({ snippetId: id }),
  }),
  'PUT /clusters/:id/answer': endpoint({
    summary: 'Link a snippet that answers what these conversations ask, or none',
    may: 'snippet.write',
    params: byId,
    body: z.object({ snippetId: id.nullable() }),
    reply: nothing,
  }),
  'POST /clusters/:id/problem': endpoint({
    summary: 'Make a problem of a cluster: its conversations are filed there until they are confirmed, questions too',
    may: 'problem.write',
    params: byId,
    body: z.object({ name: line(200) }),
    reply: z.object({ problemId: id, filed: z.number().int() }),
  }),
  'POST /clusters/:id/dismiss': endpoint({
    summary: 'Dismiss a cluster: it is not shown again unless it grows to twice its size',
    may: 'problem.write',
    params: byId,
    reply: nothing,
  }),
  'POST /clusters/:id/reopen': endpoint({
    summary: 'Take back what was decided about a cluster; what was confirmed since stays filed',
    may: 'problem.write',
    params: byId,
    reply: nothing,
  }),
};

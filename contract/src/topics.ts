import { z } from 'zod';
import { at, byId, endpoint, id, line, nothing, page } from './endpoint.ts';

const cluster = z.object({
  id,
  /** From the words that tell it from the rest; whoever makes a problem of it says it better. */
  name: z.string(),
  /** Unfiled conversations that are alike; as many as the list behind it shows. */
  conversations: z.number().int(),
  customers: z.number().int(),
  /** The most like the rest. */
  samples: z.array(z.object({ id, number: z.number().int(), subject: z.string() })),
  lastAt: at,
  createdAt: at,
  /** When somebody said that it is no problem, and who; null while nobody has. */
  decidedAt: at.nullable(),
  decidedBy: id.nullable(),
});
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
      'What unfiled conversations have in common, found by Hearten, the most customers first; or those of which somebody said that they are no problem, the latest first',
    may: 'problem.read',
    query: z.object({ state: clusterState.extract(['open', 'dismissed']).optional() }),
    reply: z.object({
      items: z.array(cluster),
      /** How many are said to be no problem and have unfiled conversations still. */
      dismissed: z.number().int(),
      /** When it was last looked for, and among how many conversations; null before the first time. */
      looked: z.object({ at, conversations: z.number().int() }).nullable(),
    }),
  }),
  'GET /clusters/:id/conversations': endpoint({
    summary: 'The unfiled conversations of one cluster, the most like the rest first',
    may: 'problem.read',
    params: byId,
    query: z.object(page),
    reply: z.object({
      name: z.string(),
      state: clusterState,
      items: z.array(
        z.object({ id, number: z.number().int(), subject: z.string(), customer: z.string(), createdAt: at }),
      ),
      next: z.string().nullable(),
    }),
  }),
  'POST /clusters/:id/problem': endpoint({
    summary: 'Make a problem of a cluster: its conversations are filed there until they are confirmed',
    may: 'problem.write',
    params: byId,
    body: z.object({ name: line(200) }),
    reply: z.object({ problemId: id, filed: z.number().int() }),
  }),
  'POST /clusters/:id/dismiss': endpoint({
    summary: 'Say that a cluster is no problem: it is not shown again unless it grows to twice its size',
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

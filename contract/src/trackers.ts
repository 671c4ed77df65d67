import { z } from 'zod';
import { at, byId, endpoint, id, line, nothing } from './endpoint.ts';
import { knownProblem } from './problems.ts';

/** `gitea` is Forgejo as well. */
export const trackerKind = z.enum(['github', 'gitlab', 'gitea', 'jira', 'linear']);
export type TrackerKind = z.infer<typeof trackerKind>;

const tracker = z.object({
  id,
  kind: trackerKind,
  name: z.string(),
  /** When it last told something that was signed; null if it never did. */
  heardAt: at.nullable(),
  createdAt: at,
});
export type Tracker = z.infer<typeof tracker>;
const name = line(100);

export const trackerEndpoints = {
  'GET /trackers': endpoint({
    summary: 'The trackers that tell what becomes of issues; each does so at `POST /issues/` and its id',
    may: 'webhook.write',
    reply: z.object({ items: z.array(tracker) }),
  }),
  'POST /trackers': endpoint({
    summary: 'Let a tracker tell what becomes of issues: makes its address and the secret it signs with',
    may: 'webhook.write',
    status: 201,
    secret: true,
    body: z.object({ kind: trackerKind, name }),
    reply: tracker.extend({ secret: z.string() }),
  }),
  'PATCH /trackers/:id': endpoint({
    summary: 'Call a tracker otherwise, or enter the secret that it made up itself',
    may: 'webhook.write',
    params: byId,
    body: z.object({
      name: name.optional(),
      secret: z
        .string()
        .min(8)
        .max(500)
        .regex(/^[\x21-\x7e]+$/, 'must be plain letters and signs')
        .optional(),
    }),
    reply: tracker,
  }),
  'DELETE /trackers/:id': endpoint({
    summary: 'Listen to a tracker no more',
    may: 'webhook.write',
    params: byId,
    reply: nothing,
  }),
  'PUT /problems/:id/issue': endpoint({
    summary: 'Whether a problem follows the issue it links to, and yes or not yet to what the issue proposes',
    may: 'problem.file',
    params: byId,
    body: z.object({ follows: z.boolean().optional(), answer: z.enum(['accept', 'decline']).optional() }),
    reply: knownProblem,
  }),
};

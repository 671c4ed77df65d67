import { z } from 'zod';
import { endpoint, id } from './endpoint.ts';

/** Northwind Lamps: a workspace of invented conversations to look around in. Nothing leaves it. */
export const sample = z.object({
  workspaceId: id,
  name: z.string(),
  /** The workspace it was made for. */
  home: id,
  /** Whether who asks is in it now, and whether they may go there. */
  inside: z.boolean(),
  mine: z.boolean(),
  state: z.enum(['making', 'ready', 'removing']),
  done: z.number().int(),
  total: z.number().int(),
});
export type Sample = z.infer<typeof sample>;
const reply = z.object({ sample: sample.nullable() });

export const sampleEndpoints = {
  'GET /sample': endpoint({
    summary: 'The sample workspace, and how far its making or removal is',
    may: 'member',
    reply,
  }),
  'POST /sample': endpoint({
    summary: 'Make the sample workspace: a job fills it with invented conversations',
    may: 'workspace.write',
    status: 201,
    reply,
  }),
  'DELETE /sample': endpoint({
    summary: 'Remove the sample workspace and all that is in it; nothing else is touched',
    may: 'workspace.write',
    reply,
  }),
};

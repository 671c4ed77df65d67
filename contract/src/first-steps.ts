import { z } from 'zod';
import { endpoint } from './endpoint.ts';

export const firstStep = z.enum(['mailbox', 'answer', 'colleague', 'notifications', 'snippet', 'brand']);
export type FirstStep = z.infer<typeof firstStep>;

export const firstStepEndpoints = {
  'GET /first-steps': endpoint({
    summary: 'What a new desk has done of what makes it complete; each is a fact, not a tick',
    may: 'member',
    reply: z.object({ done: z.array(firstStep) }),
  }),
};

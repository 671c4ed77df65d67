import type { WorkerEvents } from 'graphile-worker';

/** Jobs that run at the same time in one process. They wait for others (a mail server, the database), so more than there are processors. */
export const SLOTS = 8;
/** How many of them one kind of job may have, one workspace of these, and one lane of that workspace (an inbox that sends). */
const MOST = [6, 4, 3];

/** Where a job stands, from wide to narrow; kept with it as flags. */
export const lanesOf = (name: string, workspaceId: string, lane?: string): string[] => [
  name,
  `${name}:${workspaceId}`,
  ...(lane ? [`${name}:${workspaceId}:${lane}`] : []),
];
const mostIn = (lane: string): number => MOST[lane.split(':').length - 1] ?? SLOTS;

/**
 * Keeps a slot free for everyone else: fifty answers of one inbox whose mail server hangs hold three slots, its workspace four, all that
 * send six. `full` names the lanes to pass over. It is asked before each look for a job and answers one worker at a time, until that one
 * has a job or none; else eight idle workers would all see room for the same lane.
 */
export function makeLanes(events: WorkerEvents): { full: () => Promise<string[]> } {
  const taken = new Map<string, number>();
  let turn: Promise<void> = Promise.resolve();
  let next: () => void = () => undefined;
  events.on('job:start', ({ job }) => {
    for (const lane of Object.keys(job.flags ?? {})) taken.set(lane, (taken.get(lane) ?? 0) + 1);
    next();
  });
  events.on('worker:getJob:empty', () => next());
  events.on('worker:getJob:error', () => next());
  events.on('job:complete', ({ job }) => {
    for (const lane of Object.keys(job.flags ?? {})) {
      const left = (taken.get(lane) ?? 1) - 1;
      if (left > 0) taken.set(lane, left);
      else taken.delete(lane);
    }
  });
  return {
    full: () => {
      const before = turn;
      const mine = Promise.withResolvers<void>();
      turn = mine.promise;
      return before.then(() => {
        next = mine.resolve;
        return [...taken].filter(([lane, jobs]) => jobs >= mostIn(lane)).map(([lane]) => lane);
      });
    },
  };
}

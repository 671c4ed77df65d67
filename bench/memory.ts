import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './frame/api.ts';
import { onDesk } from './frame/desk.ts';
import { idleOf, load } from './frame/load.ts';
import { pssOf } from './frame/processes.ts';

const IDLE = 30_000;

/** Memory of everything that `npm start` leaves running, with 100,000 conversations: idle, and idle again after work. */
export async function measure(): Promise<Record<string, number>> {
  return onDesk(100_000, async ({ pid, api }) => {
    await idleOf(pid); // what a desk looks for by itself after its start is work
    await sleep(IDLE);
    const idle = pssOf(pid);
    await load(pid, 2000, 4, (i) => ask(api, 'GET', i % 2 ? '/conversations?view=open' : '/search?q=lamp'));
    await sleep(IDLE);
    const after = pssOf(pid);
    return {
      idle_pss_mb: idle.total,
      after_work_pss_mb: after.total,
      ...Object.fromEntries(Object.entries(idle.byKind).map(([kind, mb]) => [`idle_${kind}_mb`, mb])),
    };
  });
}

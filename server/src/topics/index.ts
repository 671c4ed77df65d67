import { NOWHERE, sql } from '../base/db.ts';
import { type Hearten, type Module, nothing } from '../base/module.ts';
import { conversationsOfCluster, dismissCluster, listClusters, makeProblemOf, reopenCluster } from './clusters.ts';
import { findClusters, findWhenDue } from './find.ts';
import { conversationsOfRise, listRises } from './rises.ts';
import { lookForRises, lookSoon } from './rising.ts';

export { forgetClusters } from './clusters.ts';
export { findClusters } from './find.ts';

const OFTEN = 15 * 60_000;

/** What conversations are about before anybody says so: those that are alike and nobody filed. */
export function topics(hearten: Hearten): Module {
  const { db, log } = hearten;
  return {
    name: 'topics',
    routes: {
      'GET /rises': ({ tx }) => tx(listRises),
      'GET /rises/:id/conversations': ({ tx, params, query }) => tx((t) => conversationsOfRise(t, params.id, query)),
      'GET /clusters': ({ tx, query }) => tx((t) => listClusters(t, query)),
      'GET /clusters/:id/conversations': ({ tx, params, query }) =>
        tx((t) => conversationsOfCluster(t, params.id, query)),
      'POST /clusters/:id/problem': ({ tx, who, params, body }) => tx((t) => makeProblemOf(t, who, params.id, body)),
      'POST /clusters/:id/dismiss': ({ tx, who, params }) => nothing(tx((t) => dismissCluster(t, who, params.id))),
      'POST /clusters/:id/reopen': ({ tx, who, params }) => nothing(tx((t) => reopenCluster(t, who, params.id))),
    },
    jobs: {
      'find-clusters': (payload) => findClusters(hearten, String(payload.workspaceId)),
      'look-for-rises': (payload) => db.tx(String(payload.workspaceId), lookForRises),
    },
    onBatch: { events: ['message.received'], react: lookSoon },
    start: async () => {
      const look = async (): Promise<void> => {
        for (const { id } of await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`))
          await db.tx(id, findWhenDue);
      };
      const quietly = (): void => {
        look().catch((error) => log.warn('Unfiled conversations could not be looked at; tried again soon', { error }));
      };
      quietly();
      const often = setInterval(quietly, OFTEN);
      return async () => clearInterval(often);
    },
  };
}

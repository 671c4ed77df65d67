import { NOWHERE, sql } from '../base/db.ts';
import { type Hearten, type Module, nothing } from '../base/module.ts';
import { bestAnswer, linkAnswer, writeAnswer } from './answer.ts';
import { dismissCluster, makeProblemOf, reopenCluster } from './clusters.ts';
import { findClusters, findWhenDue } from './find.ts';
import { conversationsOfCluster, listClusters } from './found.ts';
import { conversationsOfRise, listRises } from './rises.ts';
import { lookForRises, lookSoon } from './rising.ts';

export { forgetClusters } from './clusters.ts';
export { findClusters } from './find.ts';
export { listClusters } from './found.ts';

const OFTEN = 15 * 60_000;

/** What conversations are about before anybody says so: those that are alike and nobody filed; and what is asked again and again. */
export function topics(hearten: Hearten): Module {
  const { db, log } = hearten;
  return {
    name: 'topics',
    routes: {
      'GET /rises': ({ tx }) => tx(listRises),
      'GET /rises/:id/conversations': ({ tx, params, query }) => tx((t) => conversationsOfRise(t, params.id, query)),
      'GET /clusters': ({ tx, who, query }) => tx((t) => listClusters(t, who, query)),
      'GET /clusters/:id/conversations': ({ tx, params, query }) =>
        tx((t) => conversationsOfCluster(t, params.id, query)),
      'GET /clusters/:id/answer': ({ tx, params }) => tx((t) => bestAnswer(t, params.id)),
      'POST /clusters/:id/answer': ({ tx, who, params, body }) => tx((t) => writeAnswer(t, who, params.id, body)),
      'PUT /clusters/:id/answer': ({ tx, who, params, body }) =>
        nothing(tx((t) => linkAnswer(t, who, params.id, body))),
      'POST /clusters/:id/problem': ({ tx, who, params, body }) => tx((t) => makeProblemOf(t, who, params.id, body)),
      'POST /clusters/:id/dismiss': ({ tx, who, params }) => nothing(tx((t) => dismissCluster(t, who, params.id))),
      'POST /clusters/:id/reopen': ({ tx, who, params }) => nothing(tx((t) => reopenCluster(t, who, params.id))),
    },
    jobs: {
      'find-clusters': (payload) => findClusters(hearten, String(payload.workspaceId)),
      'find-questions': (payload) => findClusters(hearten, String(payload.workspaceId), 'question'),
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

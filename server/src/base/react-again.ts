import { type Db, sql } from './db.ts';
import type { EventRow } from './events.ts';
import type { Log } from './log.ts';
import type { Job } from './module.ts';
import type { Reacting } from './relay.ts';

/**
 * The job of a reaction that the database could not take in its turn: full, out of memory, going down. It is tried for days, and each happens
 * once, as the others do. What was told of a conversation that is deleted since went with it, and nothing is left to react to.
 */
export const reactAgain =
  (db: Db, log: Log, reactions: Reacting[]): Job =>
  async ({ workspaceId, eventId, reaction }, { last }) => {
    try {
      await db.tx(String(workspaceId), async (tx) => {
        const event = await tx.first<EventRow>(
          sql`select e.*, e.xid::text as xid from event e where e.workspace_id = ${tx.workspaceId} and e.id = ${String(eventId)}`,
        );
        const one = reactions.find(({ name }) => name === reaction);
        if (event && one) await one.react(tx, [event]);
      });
    } catch (error) {
      if (last) log.error('A reaction to an event failed for days and was left out', { eventId, workspaceId, error });
      throw error;
    }
  };

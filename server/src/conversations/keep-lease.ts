import { sql } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import type { Hearten } from '../base/module.ts';

/** Seconds a sender has before it must say that it still lives; a message whose sender says nothing for so long is taken for unknown. */
export const LEASE = 20;
/** What has to be left of it when the handing over begins: less, and somebody else may be about to say "unknown". */
export const LEFT = 8;
const RENEW = 5_000;

/**
 * A large message over a slow line takes longer than a lease: while its sender lives, the lease goes on. Never one that was lost, which
 * may be another's by now. Returns what ends it.
 */
export function keepLease(
  hearten: Hearten,
  workspaceId: string,
  held: { id: string; fence: number },
  every = RENEW,
): () => void {
  const renew = async (): Promise<void> => {
    await hearten.db.tx(workspaceId, (tx) =>
      tx.run(sql`
        update message set lease_until = now() + make_interval(secs => ${LEASE})
        where workspace_id = ${workspaceId} and id = ${held.id} and state = 'sending' and fence = ${held.fence} and lease_until > now()`),
    );
  };
  const timer = setInterval(() => {
    renew().catch((error) => hearten.log.warn('A lease could not be renewed; trying again', { error: textOf(error) }));
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}

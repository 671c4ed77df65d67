import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import type { EventRow } from '../base/events.ts';
import type { Hearten } from '../base/module.ts';
import { speaksOf } from '../base/named.ts';

/** So long what was sent is kept, with what was answered: long enough to find a fault after a holiday, and no archive of people's words. */
export const KEPT_DAYS = 14;
const HOUR = 3_600_000;
const PAGE = 2000;

/**
 * What still waits for a webhook that is on is sent, however long it takes; for one that is off it is no news any more. What a killed process
 * was sending waits too.
 */
export async function sweepDeliveries({ db }: Pick<Hearten, 'db'>): Promise<void> {
  for (const { id } of await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`))
    for (;;) {
      const gone = await db.tx(id, (tx) =>
        tx.run(sql`
          delete from webhook_delivery where workspace_id = ${id} and id in (
            select d.id from webhook_delivery d where d.workspace_id = ${id} and d.created_at < now() - make_interval(days => ${KEPT_DAYS}) and (d.state <> 'sending' or d.lease_until < now())
              and not (d.state in ('waiting', 'sending') and exists (select 1 from webhook h where h.workspace_id = d.workspace_id and h.id = d.webhook_id and h.active and h.disabled is null)) limit ${PAGE})`),
      );
      if (gone < PAGE) break;
    }
}

/** Now and each hour. */
export async function keepSwept(hearten: Hearten): Promise<() => Promise<void>> {
  let going: Promise<void> = Promise.resolve();
  const once = (): void => {
    going = sweepDeliveries(hearten).catch((error) =>
      hearten.log.warn('Old deliveries of webhooks could not be cleared; tried again in an hour', {
        error: textOf(error),
      }),
    );
  };
  once();
  const timer = setInterval(once, HOUR);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await going;
  };
}

/** What was told of conversations that are deleted for good goes with them, but for the news that they are gone. */
export async function forgetDeliveries(tx: Tx, event: EventRow): Promise<void> {
  await tx.run(
    sql`delete from webhook_delivery where workspace_id = ${tx.workspaceId} and conversation_id = any (${event.data.conversations as string[]}::uuid[])`,
  );
}

/** Nor is what was told of a customer who is erased, by themselves or in conversations of others. */
export const eraseDeliveries = (tx: Tx, customerIds: string[], addresses: string[]): Promise<number> =>
  tx.run(sql`
    delete from webhook_delivery d where d.workspace_id = ${tx.workspaceId} and (d.customer_id = any (${customerIds}::uuid[])
      or ${speaksOf('lower(d.body)', [...customerIds, ...addresses])})`);

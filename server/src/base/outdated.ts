import { type Db, NOWHERE, sql } from './db.ts';
import { textOf } from './errors.ts';
import type { Log } from './log.ts';

const DAY = 86_400_000;

/**
 * Takes away what nobody asks for any more: answers kept for repeated requests after two days; after thirty, the events that were told
 * once to whoever was there and are no part of any timeline. All other events stay: they are what happened.
 */
export async function dropOutdated(db: Db): Promise<void> {
  const places = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  for (const { id } of places)
    await db.tx(id, async (tx) => {
      await tx.run(sql`delete from idempotency where workspace_id = ${id} and created_at < now() - interval '2 days'`);
      await tx.run(
        sql`delete from event where workspace_id = ${id} and at < now() - interval '30 days'
            and name in ('conversation.seen', 'draft.saved', 'draft.deleted', 'notification.made')`,
      );
    });
}

/** Now and once a day. */
export function keepDropping(db: Db, log: Log): () => Promise<void> {
  let going: Promise<void> = Promise.resolve();
  const once = (): void => {
    going = dropOutdated(db).catch((error) =>
      log.warn('What is outdated could not be taken away; tried again tomorrow', { error: textOf(error) }),
    );
  };
  once();
  const timer = setInterval(once, DAY);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await going;
  };
}

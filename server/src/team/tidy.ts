import { NOWHERE, sql } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';

const HOUR = 3_600_000;

/** Takes away what is over: it is refused anyway, this only keeps the tables small. */
export async function tidy({ db }: Pick<Hearten, 'db'>): Promise<void> {
  await db.tx(NOWHERE, async (tx) => {
    await tx.run(sql`delete from session where expires_at < now() or last_seen_at < now() - interval '14 days'`);
    await tx.run(
      sql`delete from link where expires_at < now() - interval '30 days' or used_at < now() - interval '30 days'`,
    );
    await tx.run(sql`delete from answered_challenge where until < now()`);
    await tx.run(sql`delete from known_browser where last_at < now() - interval '400 days'`);
    await tx.run(sql`delete from attempt where until < now() - interval '1 hour'`);
  });
}

export async function keepTidy(hearten: Hearten): Promise<() => Promise<void>> {
  let going: Promise<void> = Promise.resolve();
  const once = (): void => {
    going = tidy(hearten).catch((error) =>
      hearten.log.warn('Old sessions and links could not be cleared; tried again in an hour', { error }),
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

import { type Db, NOWHERE, sql } from '../base/db.ts';
import { TooMany } from '../base/errors.ts';
import { machine } from '../base/machine.ts';
import { hash } from '../base/seal.ts';

/** At most 10 in any minute: the count begins anew only after a minute without a guess, and refused ones don't prolong it. */
const MOST = 10;
/** Of the six digits of an app so many may be wrong before a whole day has to pass without one. Recovery codes can't be guessed. */
const MOST_A_DAY = 50;
const DAY = 24 * 60;

/** A guess at a password counts against the caller's address first, then against the account. */
export const guess = (ip: string, email: string): string[] => [
  `ip:${machine(ip)}`,
  `account:${hash(email.trim().toLowerCase()).toString('base64url')}`,
];

/**
 * Counts a try before it is looked at, so that a thousand at once are counted one by one. Who is refused at the first key doesn't
 * count at the next: a flood from one place can't lock out an account. Gives back the way to take it back, for a guess that was right.
 */
export async function attempt(db: Db, keys: readonly string[], most = MOST): Promise<() => Promise<void>> {
  const counted: string[] = [];
  for (const key of keys) {
    const wait = await counts(db, key, most, 1);
    if (wait) throw TooMany('Too many tries in a short time. Nothing was changed; wait a minute and try again.', wait);
    counted.push(key);
  }
  return () => takeBack(db, counted, most);
}

/** What was right does not count. */
export async function takeBack(db: Db, keys: readonly string[], most = MOST): Promise<void> {
  await db.tx(NOWHERE, (tx) =>
    tx.run(
      sql`update attempt set count = count - 1 where key = any(${keys}::text[]) and count between 1 and ${most}::int`,
    ),
  );
}

/** Counts one guess; seconds to wait when it is one too many. */
async function counts(db: Db, key: string, most: number, minutes: number): Promise<number> {
  const row = await db.tx(NOWHERE, (tx) =>
    tx.first<{ count: number; wait: number }>(sql`
      insert into attempt as a (key, count, until) values (${key}, 1, now() + make_interval(mins => ${minutes}::int))
      on conflict (key) do update set
        count = case when a.until <= now() then 1 else least(a.count + 1, ${most + 1}::int) end,
        until = case when a.until > now() and a.count >= ${most}::int then a.until else now() + make_interval(mins => ${minutes}::int) end
      returning count, ceil(extract(epoch from until - now()))::int as wait`),
  );
  return row && row.count > most ? Math.min(60 * minutes, Math.max(1, row.wait)) : 0;
}

/** A guess at a one-time code of an account, `digits` when it is one of an app. A right one forgives those before. */
export async function guessAtCode(db: Db, accountId: string, digits: boolean): Promise<() => Promise<void>> {
  const [now, day] = [`code:${accountId}`, `codes-of-a-day:${accountId}`];
  await attempt(db, [now]);
  const wait = digits ? await counts(db, day, MOST_A_DAY, DAY) : 0;
  if (wait)
    throw TooMany(
      'Too many wrong one-time codes today. Nothing was changed; use a recovery code or a passkey, or wait a day.',
      wait,
    );
  return () =>
    db.tx(NOWHERE, async (tx) => void (await tx.run(sql`delete from attempt where key = any(${[now, day]}::text[])`)));
}

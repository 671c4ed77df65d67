import { isIPv6 } from 'node:net';
import { type Db, NOWHERE, sql } from '../base/db.ts';
import { TooMany } from '../base/errors.ts';
import { hash } from '../base/seal.ts';

/** At most 10 in any minute: the count begins anew only after a minute without a guess, and refused ones don't prolong it. */
const MOST = 10;

/** An address of one machine; for IPv6 its /64, since one machine has all of that. */
export function machine(ip: string): string {
  if (!isIPv6(ip) || ip.startsWith('::ffff:')) return ip.replace(/^::ffff:/, '');
  const [head = '', tail = ''] = ip.split('::') as [string, string?];
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const groups = ip.includes('::')
    ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
    : left;
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** A guess at a password counts against the caller's address first, then against the account. */
export const guess = (ip: string, email: string): string[] => [
  `ip:${machine(ip)}`,
  `account:${hash(email.trim().toLowerCase()).toString('base64url')}`,
];

/**
 * Counts a try before it is looked at, so that a thousand at once are counted one by one. Who is refused at the first key doesn't
 * count at the next: a flood from one place can't lock out an account. Gives back the way to take it back, for a guess that was right.
 */
export async function attempt(db: Db, keys: readonly string[]): Promise<() => Promise<void>> {
  const counted: string[] = [];
  for (const key of keys) {
    const wait = await db.tx(NOWHERE, async (tx) => {
      const row = await tx.first<{ count: number; wait: number }>(sql`
        insert into attempt as a (key, count, until) values (${key}, 1, now() + interval '1 minute')
        on conflict (key) do update set
          count = case when a.until <= now() then 1 else least(a.count + 1, ${MOST + 1}::int) end,
          until = case when a.until > now() and a.count >= ${MOST}::int then a.until else now() + interval '1 minute' end
        returning count, ceil(extract(epoch from until - now()))::int as wait`);
      return row && row.count > MOST ? Math.min(60, Math.max(1, row.wait)) : 0;
    });
    if (wait) throw TooMany('Too many tries in a short time. Nothing was changed; wait a minute and try again.', wait);
    counted.push(key);
  }
  return () =>
    db.tx(
      NOWHERE,
      async (tx) =>
        void (await tx.run(
          sql`update attempt set count = count - 1 where key = any(${counted}::text[]) and count between 1 and ${MOST}::int`,
        )),
    );
}

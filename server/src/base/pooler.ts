import type pg from 'pg';
import { connectTo } from './hosts.ts';

const MOST = 8; // transactions held to make the pooler hand out another session

/**
 * Whether statements keep their names through this pooler. In transaction mode the next transaction may run in another session of
 * Postgres, which knows no name that was given in the first; PgBouncer brings them along from 1.21 on. Found out by doing it: the
 * session that knows a name is kept busy, and the name is used in another. Where that can't be brought about, the answer is no.
 */
export async function keepsNames(url: string): Promise<boolean> {
  const named = { name: 'hearten_names', text: 'select pg_backend_pid() as pid' };
  const asking = await connectTo(url);
  const holding: pg.Client[] = [];
  const pidOf = async (client: pg.Client, query: { text: string; name?: string }): Promise<number | undefined> =>
    (await client.query<{ pid: number }>(query)).rows[0]?.pid;
  try {
    const known = new Set([await pidOf(asking, named)]);
    for (let n = 0; n < MOST; n++) {
      const other = await connectTo(url);
      holding.push(other);
      await other.query('begin');
      await pidOf(other, { text: named.text });
      const pid = await pidOf(asking, named);
      if (!known.has(pid)) return true;
    }
    return false;
  } catch (error) {
    // 26000: there is no statement of that name; 42P05: somebody else's is there.
    if (['26000', '42P05'].includes((error as { code?: string }).code ?? '')) return false;
    throw error;
  } finally {
    for (const client of [asking, ...holding]) await client.end().catch(() => undefined); // it served its purpose
  }
}

import type { Writable } from 'node:stream';
import pg from 'pg';
import type { By } from './audit.ts';
import { broken, gone, isMeeting, isPassing, translate } from './db-errors.ts';
import { isRefused } from './errors.ts';
import { makeLines } from './lines.ts';
import type { Log } from './log.ts';
import { type Replica, watchReplica } from './replica.ts';
import { raw, ready, type Sql, sql } from './sql.ts';

export { join, none, raw, type Sql, sql, whole } from './sql.ts';
export { isMeeting, isPassing };

// timestamps stay text in the one form the contract speaks (ISO 8601 UTC); bigint counts are numbers (all below 2^53).
const iso = (text: string): string => new Date(text.includes('infinity') ? 0 : text).toISOString();
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === 1184) return iso;
    if (oid === 20) return Number;
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** One transaction in one workspace. Every verb takes it first. */
export type Tx = {
  workspaceId: string;
  many: <Row>(query: Sql) => Promise<Row[]>;
  /** The first row, or undefined. */
  first: <Row>(query: Sql) => Promise<Row | undefined>;
  /** The first row of the transaction's last statement: it leaves together with the commit, so reading a screen is one round trip. */
  last: <Row>(query: Sql) => Promise<Row | undefined>;
  /** The same for the last statements, which all leave before the first `await`: what they ask for cannot undo it any more. */
  lastly: <T>(work: () => Promise<T>) => Promise<T>;
  /** How many rows were touched. */
  run: (query: Sql) => Promise<number>;
  /** Runs after the commit, never when it rolls back. */
  after: (what: () => void) => void;
};
/** Goes on in another workspace, in the same transaction: for the few who learn only on the way which one it is (sign-in, set-up, invitations). */
export async function enter(tx: Tx, workspaceId: string): Promise<Tx> {
  await tx.run(sql`select set_config('app.workspace_id', ${workspaceId}, true)`);
  return { ...tx, workspaceId };
}
/**
 * From here on each statement of the transaction is planned once a connection, whatever its values: for those that look rows up by their keys
 * and are asked for each word of a chat. Postgres takes a list for longer than it is, plans anew each time, and that is half of what they cost.
 */
export const keepPlans = (tx: Tx): Promise<number> =>
  tx.run(sql`select set_config('plan_cache_mode', 'force_generic_plan', true)`);
/** No workspace: only the named exempt tables and the doors across workspaces answer. */
export const NOWHERE = '00000000-0000-0000-0000-000000000000';

export type Db = {
  /** `by` is who does it, for the audit log (base/audit.ts); left out it is Hearten itself. `kept`: as `keepPlans`. */
  tx: <T>(workspaceId: string, work: (tx: Tx) => Promise<T>, by?: By, how?: 'kept') => Promise<T>;
  /** Reads one statement in one round trip; `kept`: by a plan that is kept (`keepPlans`). */
  read: <Row>(workspaceId: string, query: Sql, how?: 'kept') => Promise<Row[]>;
  /** Work that only reads and may be seconds old: done on the copy when there is one that is well, else as `tx`. */
  aside: <T>(workspaceId: string, work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Somebody changed something here: until the copy has it, it is not asked about this workspace. */
  wrote: (workspaceId: string) => void;
  /** ms the copy is behind at most, or what is wrong with it; undefined without one. */
  behind: () => number | string | undefined;
  /** Where what needs a session of its own connects (LISTEN, locks): never through a pooler. */
  connect: () => Promise<pg.Client>;
  /** A pool of such connections, for what brings its own statements (jobs); each begins with `first`. */
  sessions: (max: number, first: string) => pg.Pool;
  url: string;
  statements: () => number;
  close: () => Promise<void>;
};

let counted = 0;
const begin = raw('begin');
// A process that stops in the middle must not hold its rows, and the horizon of everyone's events, for ever. And a plan is kept as long as
// its connection: one made while a table was still small (each foreign key's look-up has one) would read all of it for ever after.
// Measured with 3,000 mails on an empty desk: 5,940 such look-ups read 9.6 million rows, a third of what a mail cost Postgres.
const place = (workspaceId: string): Sql =>
  sql`select set_config('role', 'hearten_app', true), set_config('app.workspace_id', ${workspaceId}, true), set_config('timezone', 'UTC', true), set_config('idle_in_transaction_session_timeout', '60s', true), set_config('enable_seqscan', 'off', true)`;
const placeKept = (workspaceId: string): Sql =>
  sql`select set_config('role', 'hearten_app', true), set_config('app.workspace_id', ${workspaceId}, true), set_config('timezone', 'UTC', true), set_config('idle_in_transaction_session_timeout', '60s', true), set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`;
const said = (by: By | undefined): Sql[] => (by ? [sql`select set_config('app.by', ${JSON.stringify(by)}, true)`] : []);
const commit = raw('commit');

/** Statements of the same moment leave in one write: each of its own would cost a system call, and wake Postgres once more. */
const held = new WeakSet<Writable>();
function together(client: pg.ClientBase): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  if (held.has(stream)) return;
  held.add(stream);
  stream.cork();
  process.nextTick(() => {
    held.delete(stream);
    stream.uncork();
  });
}
function runWith(prepared: boolean) {
  return (client: pg.ClientBase, piece: Sql): Promise<pg.QueryResult> => {
    counted++;
    together(client);
    const { name, text, values } = ready(piece);
    return client.query(prepared ? { name, text, values } : { text, values });
  };
}

type Options = {
  /** How this process calls itself to Postgres. */
  name?: string;
  max?: number;
  direct?: string;
  prepared?: boolean;
  replica?: string;
  log?: Log;
};
/** `direct`: the same database without the pooler that `url` leads to; `prepared`: statements keep their names there. */
export function openDb(url: string, options: Options = {}): Db {
  const called = options.name ? { name: options.name } : {};
  const pooled = options.direct !== undefined && options.direct !== url;
  const lines = makeLines(url, { session: !pooled, ...called });
  const direct = pooled ? makeLines(options.direct as string, called) : lines;
  const run = runWith(options.prepared ?? true);
  const shared = { types, idleTimeoutMillis: 60_000, connectionTimeoutMillis: 5_000, pipeline: true };
  const pool = lines.pool({ ...shared, max: options.max ?? 10 } as pg.PoolConfig);
  const pools = [pool];
  const others = pooled ? [lines, direct] : [lines];
  const copy = options.replica ? makeCopy(options.replica) : null;
  function makeCopy(at: string): { pool: pg.Pool; seen: Replica } {
    const there = makeLines(at);
    others.push(there);
    const more = there.pool({ ...shared, max: 5 } as pg.PoolConfig);
    pools.push(more);
    return { pool: more, seen: watchReplica(pool, more, options.log) };
  }

  const take = async (from: pg.Pool, tries = lines.hosts): Promise<pg.PoolClient> => {
    try {
      return await from.connect();
    } catch (error) {
      // The next host may be the one that takes writes now.
      if (tries > 1) return take(from, tries - 1);
      throw translate(error);
    }
  };
  const withClient = async <T>(work: (client: pg.PoolClient) => Promise<T>, from = pool): Promise<T> => {
    const client = await take(from);
    let lost: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      if (gone.test(String((error as { code?: string }).code ?? '')) || broken.test(String(error)))
        lost = error as Error;
      throw translate(error);
    } finally {
      client.release(lost);
    }
  };

  type How = { by?: By | undefined; how?: 'kept' | undefined; from?: pg.Pool };
  const tx = async <T>(
    workspaceId: string,
    work: (tx: Tx) => Promise<T>,
    { by, how, from = pool }: How = {},
  ): Promise<T> => {
    const afters: (() => void)[] = [];
    const result = await withClient(async (client) => {
      // begin, place and the first statement leave in one packet: nobody waits for the first two.
      const where = how ? placeKept(workspaceId) : place(workspaceId);
      const opening = Promise.all([begin, where, ...said(by)].map((piece) => run(client, piece)));
      opening.catch(() => undefined); // told below, when the work or the commit is awaited
      // Work that goes on after the end (a branch whose neighbour failed) must not write into whatever comes next on this connection.
      let over = false;
      let ended: Promise<pg.QueryResult> | undefined;
      const ask = (query: Sql): Promise<pg.QueryResult> =>
        over ? Promise.reject(new Error('This transaction is over.')) : run(client, query);
      const t: Tx = {
        workspaceId,
        many: async <Row>(query: Sql) => (await ask(query)).rows as Row[],
        first: async <Row>(query: Sql) => (await ask(query)).rows[0] as Row | undefined,
        lastly: async (asking) => {
          const asked = asking();
          over = true;
          ended = run(client, commit);
          await Promise.allSettled([asked, ended]);
          return asked;
        },
        last: <Row>(query: Sql) => t.lastly(async () => (await ask(query)).rows[0] as Row | undefined),
        run: async (query) => (await ask(query)).rowCount ?? 0,
        after: (what) => afters.push(what),
      };
      try {
        const out = await work(t);
        await opening;
        over = true;
        // A statement that failed and was swallowed aborts the transaction, and Postgres answers commit with ROLLBACK.
        if ((await (ended ?? run(client, commit))).command !== 'COMMIT')
          throw new Error('The transaction had failed and was rolled back.');
        return out;
      } catch (error) {
        over = true;
        await run(client, raw('rollback')).catch(() => undefined); // the connection is gone: Postgres rolls back by itself
        throw error;
      }
    }, from);
    for (const what of afters) what();
    return result;
  };

  return {
    tx: (workspaceId, work, by, how) => tx(workspaceId, work, { by, how }),
    aside: async (workspaceId, work) => {
      if (!copy?.seen.fits(workspaceId)) return tx(workspaceId, work);
      try {
        return await tx(workspaceId, work, { from: copy.pool });
      } catch (error) {
        // What is wrong with the question is wrong there too; all else may be the copy's own trouble.
        if (isRefused(error) && error.refusal !== 'unavailable' && error.refusal !== 'conflict') throw error;
        if (!isRefused(error) || error.refusal === 'unavailable') copy.seen.failed(error);
        return tx(workspaceId, work);
      }
    },
    wrote: (workspaceId) => copy?.seen.wrote(workspaceId),
    behind: () => copy?.seen.state(),
    read: (workspaceId, query, how) =>
      withClient(async (client) => {
        const steps = [
          run(client, begin),
          run(client, how ? placeKept(workspaceId) : place(workspaceId)),
          run(client, query),
          run(client, commit),
        ] as const;
        const [, , result] = await Promise.all(steps).catch(async (error) => {
          await Promise.allSettled(steps);
          await run(client, raw('rollback')).catch(() => undefined);
          throw error;
        });
        return result.rows;
      }),
    connect: () => direct.connect({ types } as pg.ClientConfig),
    sessions: (max, first) => {
      const more = direct.pool({ max }, first);
      pools.push(more);
      return more;
    },
    url: options.direct ?? url,
    statements: () => counted,
    close: async () => {
      copy?.seen.stop();
      await Promise.all(pools.map((one) => one.end()));
      for (const one of others) one.close();
    },
  };
}

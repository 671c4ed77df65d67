import { EventEmitter } from 'node:events';
import { Logger, makeWorkerUtils, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import { type Db, sql, type Tx } from './db.ts';
import { connectTo, onlyOne } from './hosts.ts';
import { watchHolders } from './job-holders.ts';
import { lanesOf, makeLanes, SLOTS } from './lanes.ts';
import { makeLines } from './lines.ts';
import type { Log } from './log.ts';
import type { Job } from './module.ts';

/**
 * Jobs are rows, added in the transaction that wants them. A `key` makes a job the only one of its name: adding it again replaces
 * the former (a promise moved, a snooze changed), `cancel` removes it. Tried again with back-off up to `tries` times. No workspace, and
 * within it no `lane`, takes all the room there is (lanes.ts).
 */
export type Jobs = {
  add: (
    tx: Tx,
    name: string,
    payload: Record<string, unknown>,
    options?: { at?: string | Date; key?: string; tries?: number; queue?: string; lane?: string },
  ) => Promise<void>;
  cancel: (tx: Tx, key: string) => Promise<void>;
  /** Takes away what waits in this workspace and speaks of one of these words: for an erasure. */
  forget: (tx: Tx, words: string[]) => Promise<void>;
  /** Brings the jobs' own tables up to date; call before the grants. */
  prepare: (url: string) => Promise<void>;
  start: (db: Db, log: Log, jobs: Record<string, Job>) => Promise<() => Promise<void>>;
};

const quietly = (log: Log): Logger =>
  new Logger(() => (level, message, meta) => {
    if (level === 'error') log.error(message, { error: (meta as { error?: unknown } | undefined)?.error });
    else if (level === 'warning') log.warn(message);
  });

export const jobs: Jobs = {
  add: async (tx, name, payload, options = {}) => {
    await tx.run(sql`
      select app_add_job(${name}, ${JSON.stringify({ ...payload, workspaceId: tx.workspaceId })}::json, ${options.queue ?? null}, ${options.at ? new Date(options.at).toISOString() : null}::timestamptz,
        ${options.tries ?? 8}::int, ${options.key ? `${tx.workspaceId}:${options.key}` : null}, ${lanesOf(name, tx.workspaceId, options.lane)}::text[])`);
  },
  cancel: async (tx, key) => {
    await tx.run(sql`select app_cancel_job(${`${tx.workspaceId}:${key}`})`);
  },
  forget: async (tx, words) => {
    await tx.run(sql`select app_forget_jobs(${words}::text[])`);
  },
  prepare: async (url) => {
    const client = await connectTo(url);
    const lines = makeLines(url);
    const pgPool = lines.pool({ max: 2 });
    try {
      // Of two that replace the same function at the same moment, Postgres refuses one.
      await onlyOne(client, 'hearten jobs');
      await (await lines.connect()).end(); // finds which host it is
      const utils = await makeWorkerUtils({ pgPool, logger: new Logger(() => () => undefined) });
      await utils.migrate().finally(() => utils.release());
      // The app works as hearten_app and must not touch the worker's tables but through these two doors. (A process of an earlier
      // version that still runs has its own, with one parameter less.)
      await client.query(`
        create or replace function app_add_job(name text, payload json, queue text, run_at timestamptz, tries int, key text, lanes text[]) returns void
        language sql volatile security definer set search_path = public, pg_temp as
        $$ select graphile_worker.add_job(name, payload, queue, run_at, tries, key, null, lanes, 'replace') $$;
        create or replace function app_cancel_job(key text) returns void
        language sql volatile security definer set search_path = public, pg_temp as $$ select graphile_worker.remove_job(key) $$;
        create or replace function app_forget_jobs(words text[]) returns void
        language sql volatile security definer set search_path = public, pg_temp as $$
          delete from graphile_worker._private_jobs j where j.payload->>'workspaceId' = current_setting('app.workspace_id', true) and j.locked_at is null
            and exists (select 1 from unnest(words) w where position(w in lower(j.payload::text)) > 0) $$;`);
    } finally {
      await pgPool.end();
      lines.close();
      await client.end();
    }
  },
  start: async (db, log, list) => {
    const tasks: TaskList = {};
    for (const [name, job] of Object.entries(list))
      tasks[name] = async (payload, helpers) => {
        const last = helpers.job.attempts >= helpers.job.max_attempts;
        await job(payload as Record<string, unknown>, { number: helpers.job.attempts, last });
      };
    const holders = watchHolders(db, log);
    const events = new EventEmitter() as WorkerEvents;
    events.on('pool:create', ({ workerPool }) => holders.began(workerPool.id));
    events.on('pool:release', ({ workerPool }) => holders.ended(workerPool.id));
    events.on('job:start', ({ job }) => holders.took(job.id));
    events.on('job:complete', ({ job }) => holders.gave(job.id));
    const lanes = makeLanes(events);
    const runner: Runner = await run({
      events,
      forbiddenFlags: lanes.full,
      pgPool: db.sessions(SLOTS),
      taskList: tasks,
      concurrency: SLOTS,
      pollInterval: 2_000,
      noHandleSignals: true,
      logger: quietly(log),
    });
    runner.promise.catch((error) => log.error('The job runner stopped', { error }));
    return async () => {
      await runner.stop();
      await holders.stop();
    };
  },
};

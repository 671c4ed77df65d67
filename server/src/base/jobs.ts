import { EventEmitter } from 'node:events';
import { Logger, makeWorkerUtils, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import { type Db, sql, type Tx } from './db.ts';
import { connectTo, onlyOne } from './hosts.ts';
import { type Pace, watchHolders } from './job-holders.ts';
import { lanesOf, makeLanes, SLOTS } from './lanes.ts';
import { makeLines } from './lines.ts';
import type { Log } from './log.ts';
import type { Job } from './module.ts';
import { naming, ONE, says } from './named.ts';

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
  /** Takes away what waits in this workspace and speaks of one whom these words name (named.ts): for an erasure. */
  forget: (tx: Tx, words: string[]) => Promise<void>;
  /** Whether the job of this key waits or runs: not when it was tried as often as it may, or is done. */
  goesOn: (tx: Tx, key: string) => Promise<boolean>;
  /** Brings the jobs' own tables up to date; call before the grants. */
  prepare: (url: string) => Promise<void>;
  start: (db: Db, log: Log, jobs: Record<string, Job>, pace?: Partial<Pace>) => Promise<() => Promise<void>>;
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
    await tx.run(sql`select app_forget_jobs(${naming(words)}::text[])`);
  },
  goesOn: async (tx, key) => {
    const row = await tx.first<{ goes: boolean }>(sql`select app_job_goes_on(${`${tx.workspaceId}:${key}`}) as goes`);
    return row?.goes === true;
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
      // The app works as hearten_app and must not touch the worker's tables but through these doors. (A process of an earlier
      // version that still runs has its own, with one parameter less.)
      await client.query(`
        create or replace function app_add_job(name text, payload json, queue text, run_at timestamptz, tries int, key text, lanes text[]) returns void
        language plpgsql volatile security definer set search_path = public, pg_temp as $$
        #variable_conflict use_column
        declare task int := (select t.id from graphile_worker._private_tasks t where t.identifier = $1);
        begin
          if $4 is null or $4 <= now() + interval '2 seconds' or $3 is not null or task is null then
            perform graphile_worker.add_job($1, $2, $3, $4, $5, $6, null, $7, 'replace');
            return;
          end if;
          update graphile_worker._private_jobs j set key = null, attempts = j.max_attempts, updated_at = now() where j.key = $6 and j.is_available is not true;
          insert into graphile_worker._private_jobs as j (task_id, payload, run_at, max_attempts, key, flags)
          values (task, $2, $4, $5, $6, (select jsonb_object_agg(f, true) from unnest($7) f))
          on conflict (key) do update set job_queue_id = null, task_id = excluded.task_id, payload = excluded.payload, max_attempts = excluded.max_attempts, run_at = excluded.run_at,
            priority = excluded.priority, revision = j.revision + 1, flags = excluded.flags, attempts = 0, last_error = null, updated_at = now() where j.locked_at is null;
        end $$;
        create or replace function app_cancel_job(key text) returns void
        language sql volatile security definer set search_path = public, pg_temp as $$ select graphile_worker.remove_job(key) $$;
        create or replace function app_job_goes_on(key text) returns boolean
        language sql stable security definer set search_path = public, pg_temp as $$
          select exists (select 1 from graphile_worker._private_jobs j where j.key = $1 and (j.locked_at is not null or j.attempts < j.max_attempts)) $$;
        create or replace function app_forget_jobs(words text[]) returns void
        language sql volatile security definer set search_path = public, pg_temp as $$
          delete from graphile_worker._private_jobs j where j.payload->>'workspaceId' = current_setting('app.workspace_id', true) and j.locked_at is null
            and exists (select 1 from unnest(words) w where w ~ '${ONE}' and ${says('lower(j.payload::text)', 'w')}) $$;`);
    } finally {
      await pgPool.end();
      lines.close();
      await client.end();
    }
  },
  start: async (db, log, list, pace) => {
    const tasks: TaskList = {};
    for (const [name, job] of Object.entries(list))
      tasks[name] = async (payload, helpers) => {
        const last = helpers.job.attempts >= helpers.job.max_attempts;
        await job(payload as Record<string, unknown>, { number: helpers.job.attempts, last });
      };
    const holders = watchHolders(db, log, pace);
    const events = new EventEmitter() as WorkerEvents;
    events.on('pool:create', ({ workerPool }) => holders.began(workerPool.id));
    events.on('pool:release', ({ workerPool }) => holders.ended(workerPool.id));
    events.on('job:start', ({ job }) => holders.took(job.id));
    events.on('job:complete', ({ job }) => holders.gave(job.id));
    const lanes = makeLanes(events);
    // Who has a job and that it is done waits for no disk. What a machine loses of it is a job done again, as jobs may be; and what a job
    // commits and waits for makes all before it safe.
    const pgPool = db.sessions(SLOTS, 'set synchronous_commit = off');
    const runner: Runner = await run({
      events,
      forbiddenFlags: lanes.full,
      pgPool,
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

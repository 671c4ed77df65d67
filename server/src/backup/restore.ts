import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { jobs } from '../base/jobs.ts';
import { lanesOf } from '../base/lanes.ts';
import { migrate, migrationsDir, readMigrations } from '../base/migrate.ts';
import { hold } from '../base/restored.ts';
import { checkRoles } from '../base/roles.ts';
import type { Store } from '../base/store.ts';
import type { Noted } from '../conversations/index.ts';
import type { Box } from './box.ts';
import { compareTables } from './check.ts';
import { type Manifest, opened, partName, pieceName } from './manifest.ts';
import type { Place } from './place.ts';
import { rebuild, strip } from './strip.ts';
import { connectAs, JOBS, quote } from './tables.ts';

export type Restoring = {
  url: string;
  /** Where packs go; must be empty. */
  store: Store;
  place: Place;
  box: Box;
  manifest: Manifest;
  /** What was erased after this backup was made: left as jobs, so that it is erased here too, whatever happens to who restores. */
  erased?: readonly Noted[];
  /** The key is lost: any other will do. */
  withoutKey?: boolean;
  /** Called when nothing stands in the way any more, before the first row is written: what it leaves is there even if the rest breaks off. */
  begun?: () => Promise<void>;
  log: { info(message: string): void };
  progress?: (share: number) => void;
};

/**
 * Puts a backup into an empty database and an empty place for packs, compares what lies there with what was backed up, brings it up to
 * this program's tables, and leaves it held: it sends nothing until somebody lets it. Broken off, it is begun anew by calling it again.
 */
export async function restoreBackup(restoring: Restoring): Promise<void> {
  const { url, store, place, manifest, log } = restoring;
  const known = (await readMigrations(migrationsDir)).map(({ name }) => name);
  const newer = manifest.migrations.filter((name) => !known.includes(name));
  if (newer.length)
    throw new Error(
      `This backup was made by a newer Hearten (${manifest.program}): it has ${newer.at(-1)}, and this one knows only up to ${known.at(-1)}. Nothing was changed. Restore it with that version or a later one.`,
    );
  await checkRoles(url);
  const client = await connectAs(url, 'hearten restore');
  const others: pg.Client[] = [];
  try {
    await emptied(client, store);
    await client.query(restoringTable);
    await client.query('with gone as (delete from restoring) insert into restoring (store, name) values ($1, $2)', [
      await store.id(),
      store.name,
    ]);
    await restoring.begun?.();
    await jobs.prepare(url);
    await migrate(url, { upTo: manifest.migrations.at(-1) ?? '' });
    const stripped = await strip(client, Object.keys(manifest.tables));

    const total =
      Object.values(manifest.tables).reduce((sum, { parts }) => sum + parts, 0) +
      manifest.packs.reduce((sum, { pieces }) => sum + pieces, 0);
    let done = 0;
    const step = (): void => restoring.progress?.(Math.min(0.999, ++done / Math.max(1, total)));
    const left = Object.entries(manifest.tables).sort(([, a], [, b]) => b.parts - a.parts || b.rows - a.rows);
    const lanes = Math.max(1, Math.min(4, availableParallelism()));
    while (others.length < lanes - 1) others.push(await connectAs(url, 'hearten restore'));
    await Promise.all([
      ...[client, ...others].map(async (lane) => {
        await lane.query(`select set_config('maintenance_work_mem', '256MB', false)`);
        for (let next = left.shift(); next; next = left.shift()) {
          const [table, { columns, parts }] = next;
          await copyIn(lane, table, columns, partsOf(restoring, table, parts, step));
          await rebuild(
            lane,
            stripped.filter((one) => one.table === table && one.when === 'loaded'),
          );
        }
      }),
      copyPacks(restoring, step),
    ]);
    log.info('All is there; putting keys and rules back');
    await rebuild(
      client,
      stripped.filter((one) => one.when === 'all'),
    );
    const differing = await compareTables(client, manifest);
    if (differing.length)
      throw new Error(`What was restored is not what was backed up: ${differing.join('; ')}. Take another backup.`);
    await rebuild(
      client,
      stripped.filter((one) => one.when === 'end'),
    );
    await client.query('analyze');
    await migrate(url, { log, upTo: known.at(-1) ?? '' });
    await client.query('begin');
    const from = `${place.name}, ${manifest.at.slice(0, 16).replace('T', ' ')} UTC`;
    await hold(client, from, restoring.withoutKey ? null : manifest.keyCheck, manifest.installation ?? null);
    for (const note of restoring.erased ?? [])
      await client.query(`select app_add_job('erase-again', $1::json, null, null, 20, null, $2)`, [
        JSON.stringify({ note, workspaceId: note.workspaceId }),
        lanesOf('erase-again', note.workspaceId),
      ]);
    await client.query('drop table restoring');
    await client.query('commit');
    restoring.progress?.(1);
  } finally {
    for (const one of [client, ...others]) await one.end();
  }
}

/** Refuses what holds anything; takes away what a restore that broke off, or a first start without a set-up, left there. */
async function emptied(client: pg.Client, store: Store): Promise<void> {
  const { rows } = await client.query<{ half: boolean; ours: boolean; tables: number; users: number }>(`
    select to_regclass('public.restoring') is not null as half, to_regclass('public.migration') is not null as ours,
      (select count(*)::int from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')) as tables,
      (select count(*)::int from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()) as users`);
  const found = rows[0] as { half: boolean; ours: boolean; tables: number; users: number };
  const database = client.database ?? '';
  if (found.users > 0)
    throw new Error(
      `Somebody is connected to the database ${database} (${found.users}). Nothing was changed. Stop Hearten there, then restore again.`,
    );
  if (!found.half && found.tables > 0) {
    const people = found.ours
      ? (await client.query('select (select count(*)::int from workspace) + (select count(*)::int from account) as n'))
          .rows[0].n
      : 1;
    if (people > 0)
      throw new Error(
        `The database ${database} is not empty${found.ours ? ': there is a desk in it' : ''}. Nothing was changed. Restore into an empty database (DATABASE_URL), or on an empty machine.`,
      );
  }
  const began = found.half ? await beganInto(client) : undefined;
  const same = began?.store === (await store.id());
  for await (const pack of store.packs())
    if (same) await store.remove(pack.pack);
    else
      throw new Error(
        `${store.name} is not empty${began ? `, and the restore that broke off wrote to ${began.name}` : ''}. Nothing was changed. Restore into ${began ? 'that, or into ' : ''}an empty place for files.`,
      );
  if (found.tables > 0) await dropOurs(client);
}

/** `store` says which place for files a restore that breaks off was filling: only that is emptied when it begins anew. */
const restoringTable = `create table if not exists restoring (since timestamptz not null default now());
  alter table restoring add column if not exists store text, add column if not exists name text`;

async function beganInto(client: pg.Client): Promise<{ store: string; name: string } | undefined> {
  await client.query(restoringTable);
  const { rows } = await client.query<{ store: string; name: string }>('select store, name from restoring');
  return rows[0];
}

async function dropOurs(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ drop: string }>(`
    select format('drop table if exists public.%I cascade', relname) as drop from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'restoring'
    union all
    select format('drop function if exists %s cascade', p.oid::regprocedure) from pg_proc p where p.pronamespace = 'public'::regnamespace
      and pg_get_userbyid(p.proowner) = current_user and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    union all
    select format('drop text search configuration if exists public.%I cascade', cfgname) from pg_ts_config where cfgnamespace = 'public'::regnamespace and pg_get_userbyid(cfgowner) = current_user`);
  await client.query('begin');
  await client.query(restoringTable);
  await client.query('drop schema if exists graphile_worker cascade');
  for (const { drop } of rows) await client.query(drop);
  await client.query('commit');
}

async function* partsOf(
  { place, box, manifest }: Restoring,
  table: string,
  parts: number,
  step: () => void,
): AsyncGenerator<Buffer> {
  const read = (part: number): Promise<Buffer> => opened(place, box, partName(place, manifest.id, table, part));
  let next = parts > 0 ? read(0) : undefined;
  for (let part = 0; part < parts; part++) {
    const bytes = (await next) as Buffer;
    next = part + 1 < parts ? read(part + 1) : undefined;
    next?.catch(() => undefined); // told when it is waited for
    step();
    yield bytes;
  }
}

async function copyIn(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  parts: AsyncIterable<Buffer>,
): Promise<void> {
  const list = columns.map(quote).join(', ');
  await client.query('begin');
  if (table === JOBS) await client.query(jobsTable);
  else await client.query(`truncate ${quote(table)}`);
  const into = table === JOBS ? 'kept_job' : quote(table);
  // Frozen: a table that was emptied in the same transaction needs no vacuum to be read fast.
  const stream = client.query(copyFrom(`copy ${into} (${list}) from stdin${table === JOBS ? '' : ' with (freeze)'}`));
  const ended = new Promise<void>((resolve, reject) => stream.on('finish', resolve).on('error', reject));
  ended.catch(() => undefined); // told below
  for await (const bytes of parts) if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), ended]);
  stream.end();
  await ended;
  if (table === JOBS) await client.query(intoJobs);
  await client.query('commit');
}

const jobsTable = `create temporary table kept_job (task text, queue text, payload json, priority smallint, run_at timestamptz, attempts smallint, max_attempts smallint,
  key text, flags jsonb, created_at timestamptz) on commit drop`;
const intoJobs = `
  with t as (insert into graphile_worker._private_tasks (identifier) select distinct task from kept_job on conflict do nothing),
    q as (insert into graphile_worker._private_job_queues (queue_name) select distinct queue from kept_job where queue is not null on conflict do nothing)
  select 1;
  insert into graphile_worker._private_jobs (task_id, job_queue_id, payload, priority, run_at, attempts, max_attempts, key, flags, created_at)
    select t.id, q.id, k.payload, k.priority, k.run_at, k.attempts, k.max_attempts, k.key, k.flags, k.created_at
    from kept_job k join graphile_worker._private_tasks t on t.identifier = k.task left join graphile_worker._private_job_queues q on q.queue_name = k.queue`;

async function copyPacks(restoring: Restoring, step: () => void): Promise<void> {
  const { place, box, manifest, store } = restoring;
  for (const entry of manifest.packs) {
    const pieces: Buffer[] = [];
    for (let piece = 0; piece < entry.pieces; piece++) {
      pieces.push(await opened(place, box, pieceName(entry, piece)));
      step();
    }
    await store.put(entry.pack, Buffer.concat(pieces));
  }
}

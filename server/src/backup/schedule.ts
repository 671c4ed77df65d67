import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { NOWHERE, sql } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import { gauge } from '../base/metrics.ts';
import type { Hearten } from '../base/module.ts';
import { quoted } from '../base/reasons.ts';
import { tellOwners } from './alert.ts';
import { begun, endBroken, failed, newest } from './record.ts';

const LOOK_EVERY = 20_000;
const AGAIN = 15 * 60_000; // after one that failed
const STALE = 60_000; // ms: by then whoever makes one holds its lock
const PATIENCE = 10_000; // ms for one to end by itself when this process stops

/** Ends what a killed process left as being made, and says so to the owners, whoever comes upon it: the clock, or who looks at the screen. */
export async function endLeft(hearten: Hearten): Promise<void> {
  const { db } = hearten;
  const { tried } = await newest(db);
  if (tried?.state !== 'running' || Date.now() - new Date(tried.beganAt).getTime() < STALE) return;
  for (const { id } of await db.tx(NOWHERE, endBroken)) {
    hearten.log.error('A backup was broken off', { place: tried.place });
    if (hearten.config.BACKUP_TO) await tellOwners(hearten, id);
  }
}

export async function isDueNow(hearten: Hearten): Promise<boolean> {
  await endLeft(hearten);
  return isDue(hearten.config.BACKUP_AT, new Date(), (await newest(hearten.db)).tried);
}

/** Whether a backup is due. `at` is times of day in UTC, or `every 30m`. */
export function isDue(at: string, now: Date, tried: { beganAt: string; state: string } | null): boolean {
  if (!tried) return true;
  const began = new Date(tried.beganAt).getTime();
  if (tried.state === 'running') return false;
  if (tried.state === 'failed' && now.getTime() - began >= AGAIN) return true;
  const every = /^every (\d+)([mh])$/.exec(at);
  if (every) return now.getTime() - began >= Number(every[1]) * (every[2] === 'h' ? 3_600_000 : 60_000);
  const today = now.toISOString().slice(0, 11);
  const times = at.split(/[\s,]+/).flatMap((time) => {
    const of = new Date(`${today}${time.padStart(5, '0')}:00Z`).getTime();
    return [of, of - 86_400_000];
  });
  const last = Math.max(...times.filter((time) => time <= now.getTime()));
  return began < last;
}

/** Makes a backup in a process of its own, that yields to everything else: nobody who works here should notice it. False: another is being made. */
export async function backUpNow(hearten: Hearten, scheduled: boolean, only?: () => Promise<boolean>): Promise<boolean> {
  const { config, db, log } = hearten;
  const place = config.BACKUP_TO;
  if (!place) return false;
  await endLeft(hearten);
  const id = await db.tx(NOWHERE, async (tx) => {
    const mine = await tx.first<{ got: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtext('hearten backup schedule')) as got`,
    );
    if (!mine?.got || (only && !(await only()))) return null;
    return begun(tx, place.replace(/\?.*/, ''), { scheduled, encrypted: config.BACKUP_PASSPHRASE !== undefined });
  });
  if (id === null) return false;
  const child = spawn(
    process.execPath,
    ['--no-warnings', join(import.meta.dirname, '../cli.ts'), 'backup', place, '--row', id],
    {
      env: { ...process.env, ...given(hearten) },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', (data) => (said = `${said}${data}`.slice(-2_000)));
  const ended = new Promise<void>((done) => {
    let over = false;
    const end = async (code: number | null, reason: string): Promise<void> => {
      if (code === 0) return log.info('A backup was made', { place: place.replace(/\?.*/, '') });
      log.error('A backup did not go well', { code, said });
      await failed(db, id, reason ? quoted(reason) : { code: 'broken-off' });
      await tellOwners(hearten, id);
    };
    const once = (code: number | null, reason: string): void => {
      if (over) return; // one that could not begin may say so twice
      over = true;
      end(code, reason)
        .catch((error) => log.error('That a backup failed could not be told', { error: textOf(error) }))
        .finally(done);
    };
    child.on('error', (error) => once(null, textOf(error)));
    child.on('close', (code) => once(code, said.trim().split('\n').at(-1) ?? ''));
  });
  children.set(child, ended);
  void ended.then(() => children.delete(child));
  return true;
}
/** Those that run, and when each is over and noted. */
const children = new Map<ReturnType<typeof spawn>, Promise<void>>();

/** Asks them to end, so that what becomes of each is noted while the database is there; one that doesn't is ended. */
async function endChildren(): Promise<void> {
  const all = [...children];
  for (const [child] of all) child.kill('SIGTERM');
  const kill = setTimeout(() => {
    for (const [child] of all) child.kill('SIGKILL');
  }, PATIENCE);
  await Promise.all(all.map(([, ended]) => ended));
  clearTimeout(kill);
}
/** The embedded Postgres and a folder given at start are known to this process only. */
const given = ({ config }: Hearten): Record<string, string> => ({ DATA_DIR: config.DATA_DIR });

/** Looks in the role `work` whether one is due; whichever process finds it first makes it. */
export function keepBackedUp(hearten: Hearten): () => Promise<void> {
  const { config, db, log } = hearten;
  let ago = Number.NaN;
  gauge('hearten_backup_age_seconds', 'Since the last backup that was made', () => ago);
  const look = async (): Promise<void> => {
    const { done } = await newest(db);
    ago = done ? (Date.now() - new Date(done.beganAt).getTime()) / 1000 : Number.NaN;
    if (!config.BACKUP_TO) return endLeft(hearten);
    const due = async (): Promise<boolean> => isDue(config.BACKUP_AT, new Date(), (await newest(db)).tried);
    if (await isDueNow(hearten)) await backUpNow(hearten, true, due);
  };
  let turn: Promise<void> = Promise.resolve();
  const once = (): void => {
    turn = turn
      .then(look)
      .catch((error) => log.warn('Whether a backup is due could not be read', { error: textOf(error) }));
  };
  const timer = setInterval(once, LOOK_EVERY);
  timer.unref();
  const first = setTimeout(once, 2_000);
  first.unref();
  return async () => {
    clearInterval(timer);
    clearTimeout(first);
    await turn;
    await endChildren();
  };
}

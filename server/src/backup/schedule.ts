import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { NOWHERE, sql } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import { gauge } from '../base/metrics.ts';
import type { Hearten } from '../base/module.ts';
import { quoted, readIn } from '../base/reasons.ts';
import { inWords, say } from '../base/words.ts';
import { mailWritten } from '../team/index.ts';
import { begun, failed, newest } from './record.ts';

const LOOK_EVERY = 20_000;
const AGAIN = 15 * 60_000; // after one that failed

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

/** Makes a backup in a process of its own, that yields to everything else: nobody who works here should notice it. */
export async function backUpNow(hearten: Hearten, scheduled: boolean, only?: () => Promise<boolean>): Promise<boolean> {
  const { config, db, log } = hearten;
  const place = config.BACKUP_TO;
  if (!place) return false;
  const id = await db.tx(NOWHERE, async (tx) => {
    const mine = await tx.first<{ got: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtext('hearten backup schedule')) as got`,
    );
    if (!mine?.got || (only && !(await only()))) return null;
    const running = await tx.first(
      sql`select 1 from backup where state = 'running' and began_at > now() - interval '1 minute'`,
    );
    if (running) return null;
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
  children.add(child);
  child.on('error', (error) => void failed(db, id, quoted(textOf(error))));
  child.on('close', (code) => {
    children.delete(child);
    if (code === 0) return log.info('A backup was made', { place: place.replace(/\?.*/, '') });
    log.error('A backup failed', { code, said });
    const last = said.trim().split('\n').at(-1);
    void failed(db, id, last ? quoted(last) : { code: 'broken-off' })
      .then(() => tellOwners(hearten, id))
      .catch((error) => log.error('That a backup failed could not be told', { error: textOf(error) }));
  });
  return true;
}
const children = new Set<ReturnType<typeof spawn>>();
/** The embedded Postgres and a folder given at start are known to this process only. */
const given = ({ config }: Hearten): Record<string, string> => ({ DATA_DIR: config.DATA_DIR });

/** By mail, the first time after one that was made: the app shows it for as long as it lasts. */
async function tellOwners(hearten: Hearten, id: string): Promise<void> {
  const { db } = hearten;
  const [row] = await db.read<{ reason: string; why: unknown; before: string | null }>(
    NOWHERE,
    sql`select reason, why, (select b.state from backup b where b.began_at < a.began_at order by b.began_at desc limit 1) as before from backup a where id = ${id}`,
  );
  if (!row || row.before === 'failed') return;
  const places = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace where sample_of is null`);
  for (const { id: workspaceId } of places)
    await db.tx(workspaceId, async (tx) => {
      const owners = await tx.many<{ name: string; address: string; language: string }>(
        sql`select name, email as address, coalesce(language, 'en') as language from person where workspace_id = ${workspaceId} and role = 'owner' and active`,
      );
      for (const to of owners)
        await mailWritten(hearten, tx, {
          to: { name: to.name, address: to.address },
          subject: inWords(say('The backup of your desk failed'), to.language),
          text: inWords(
            say(
              'No backup was made: {reason}\n\nIt is tried again every fifteen minutes. Backups made before are as they were. Settings, Storage and backups, shows what happens.',
              { reason: readIn(row.why, row.reason, to.language) },
            ),
            to.language,
          ),
          html: '',
        });
    });
}

/** Looks in the role `work` whether one is due; whichever process finds it first makes it. */
export function keepBackedUp(hearten: Hearten): () => Promise<void> {
  const { config, db, log } = hearten;
  let ago = Number.NaN;
  gauge('hearten_backup_age_seconds', 'Since the last backup that was made', () => ago);
  const look = async (): Promise<void> => {
    const { done } = await newest(db);
    ago = done ? (Date.now() - new Date(done.beganAt).getTime()) / 1000 : Number.NaN;
    if (!config.BACKUP_TO) return;
    const due = async (): Promise<boolean> => isDue(config.BACKUP_AT, new Date(), (await newest(db)).tried);
    if (await due()) await backUpNow(hearten, true, due);
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
    for (const child of children) child.kill('SIGTERM');
  };
}

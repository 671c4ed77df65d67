import type { Backup, Reason } from '@hearten/contract';
import { auditEverywhere } from '../base/audit.ts';
import { type Db, NOWHERE, sql, type Tx } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { quoted, reasonIn, whyOf, worded } from '../base/reasons.ts';
import type { Manifest } from './manifest.ts';

const broken = worded({ code: 'broken-off' });
const EVERY = 3_000; // ms between two notes of how far it is

/**
 * Says of rows whose process was killed that those backups ended: nobody else does, and until then no other one would be made. Whoever
 * makes one holds the lock, after a minute at the latest.
 */
export const endBroken = (tx: Tx): Promise<{ id: string }[]> =>
  tx.many<{ id: string }>(
    sql`update backup set state = 'failed', ended_at = now(), reason = ${broken.text}, why = ${JSON.stringify(broken.why)}::jsonb
        where state = 'running' and began_at < now() - interval '1 minute' and pg_try_advisory_xact_lock(hashtext('hearten backup run'))
        returning id`,
  );

/**
 * A row that says that one is being made. Null while another is, by whoever it was begun and however long ago: there is one at a time, so
 * this one could only fail, and would look as if there were none.
 */
export async function begun(
  tx: Tx,
  place: string,
  about: { scheduled: boolean; encrypted: boolean },
): Promise<string | null> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('hearten backup schedule'))`);
  await endBroken(tx);
  if (await tx.first(sql`select 1 from backup where state = 'running'`)) return null;
  const id = newId();
  await tx.run(
    sql`insert into backup (id, place, scheduled, encrypted) values (${id}, ${place}, ${about.scheduled}, ${about.encrypted})`,
  );
  return id;
}

/** Makes a backup and says on its row how far it is, that it was made, or why it was not. */
export async function recorded(
  db: Db,
  id: string,
  make: (progress: (share: number) => void) => Promise<Manifest>,
): Promise<Manifest> {
  let noted = Date.now();
  let noting: Promise<unknown> = Promise.resolve();
  const note = (share: number): void => {
    if (Date.now() - noted < EVERY) return;
    noted = Date.now();
    noting = noting.then(
      () =>
        db
          .tx(NOWHERE, (tx) =>
            tx.run(sql`update backup set progress = ${share} where id = ${id} and state = 'running'`),
          )
          .catch(() => undefined), // the next note says more
    );
  };
  try {
    const made = await make(note);
    await noting;
    const missing = made.missing.length
      ? worded({ code: 'missing-here', values: { names: made.missing.join(', ') } })
      : null;
    await db.tx(NOWHERE, (tx) =>
      tx.run(
        sql`update backup set state = 'done', progress = 1, ended_at = now(), bytes = ${made.size}, size = ${made.blobs.bytes},
            reason = ${missing?.text ?? ''}, why = ${missing && JSON.stringify(missing.why)}::jsonb where id = ${id}`,
      ),
    );
    await auditEverywhere(db, {
      area: 'machine',
      what: 'backup.made',
      about: ['backup', id],
      facts: { size: made.size },
    });
    return made;
  } catch (error) {
    await noting;
    await failed(db, id, whyFailed(error));
    throw error;
  }
}

/** What the errors of this machine mean; others say it themselves. */
function whyFailed(error: unknown): Reason {
  const said = whyOf(error);
  if (said) return said;
  if (error instanceof Error && error.name === 'AbortError') return { code: 'backup-stopped' };
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const values = { error: textOf(error) };
  if (code === 'ENOSPC' || code === 'EDQUOT') return { code: 'backup-disk-full', values };
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return { code: 'backup-not-allowed', values };
  return quoted(values.error);
}

export async function failed(db: Db, id: string, why: Reason): Promise<void> {
  await db
    .tx(NOWHERE, (tx) =>
      tx.run(
        sql`update backup set state = 'failed', ended_at = now(), reason = ${reasonIn(why, 'en')}, why = ${JSON.stringify(why)}::jsonb where id = ${id} and state = 'running'`,
      ),
    )
    .catch(() => undefined); // the database is away; the next backup says that this one was broken off
}

const columns = sql`id, place, state, scheduled, progress, bytes as written, encrypted, reason, why, began_at as "beganAt", ended_at as "endedAt"`;

export const lastBackups = (tx: Tx): Promise<Backup[]> =>
  tx.many<Backup>(sql`select ${columns} from backup order by began_at desc limit 30`);

/** The newest that was made, and the newest that was tried: one that is being made before those that could not begin beside it. */
export async function newest(db: Db): Promise<{ done: Backup | null; tried: Backup | null }> {
  const rows = await db.read<Backup>(
    NOWHERE,
    sql`(select ${columns} from backup where state = 'done' order by began_at desc limit 1)
        union all (select ${columns} from backup where state = 'running' order by began_at desc limit 1)
        union all (select ${columns} from backup order by began_at desc limit 1)`,
  );
  const done = rows.find((row) => row.state === 'done') ?? null;
  const running = rows.find((row) => row.state === 'running');
  return { done, tried: running ?? rows.toSorted((a, b) => b.beganAt.localeCompare(a.beganAt))[0] ?? null };
}

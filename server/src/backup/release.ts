import { auditEverywhere } from '../base/audit.ts';
import { type Db, NOWHERE, sql } from '../base/db.ts';
import { Conflict, Forbidden } from '../base/errors.ts';
import type { Hearten, Who } from '../base/module.ts';
import { letGo, tellReleased } from '../base/restored.ts';
import { say } from '../base/words.ts';
import { doubtWaiting } from '../conversations/index.ts';
import { stopRunning } from '../mailings/index.ts';

// What would tell people today of what was news when the backup was made, or ask and thank customers whom the former desk has asked since.
const STALE = [
  ...['tell', 'push', 'digest', 'notify-held', 'system-mail', 'password-reset', 'sign-in-failed'],
  ...['survey-turn', 'survey-round', 'acknowledge-form'],
];

/**
 * Lets a restored desk work. What waited to leave when the backup was made may have left the desk it is a copy of: it is not sent, but
 * shown as "may have arrived" for a person to decide. Answers planned for later stay planned. News on its way to many is stopped.
 */
export async function release(hearten: Hearten, by: string): Promise<{ doubted: number; stopped: number }> {
  const { db } = hearten;
  const [row] = await db.read<{ since: string | null }>(NOWHERE, sql`select held_since as since from installation`);
  if (!row?.since) throw Conflict(say('This desk is not held. Nothing was changed.'));
  const direct = await db.connect();
  try {
    await direct.query(
      `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t where t.id = j.task_id and t.identifier = any ($1) and j.run_at <= now() and j.created_at < $2`,
      [STALE, row.since],
    );
  } finally {
    await direct.end();
  }
  let doubted = 0;
  let stopped = 0;
  const { since } = row;
  for (const { id } of await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`)) {
    // First what makes new ones: nothing is written behind the back of what is looked through.
    stopped += await db.tx(id, (tx) => stopRunning(tx, since));
    doubted += await doubtWaiting(hearten, id, since);
  }
  await db.tx(NOWHERE, (tx) => letGo(tx, by));
  await auditEverywhere(db, {
    area: 'machine',
    what: 'restored.released',
    facts: { doubted, stopped, heldSince: since },
  });
  await tellReleased(db);
  return { doubted, stopped };
}

/** By an owner in the app; where several workspaces share the machine, none of them decides for the others. */
export async function releaseBy(hearten: Hearten, who: Who): Promise<{ doubted: number; stopped: number }> {
  if ((await workspaces(hearten.db)) > 1)
    throw Forbidden(
      say(
        'Several workspaces share this machine, so whoever runs it releases them all: hearten release. Nothing was changed.',
      ),
    );
  return release(hearten, who.id);
}

async function workspaces(db: Db): Promise<number> {
  const [row] = await db.read<{ n: number }>(
    NOWHERE,
    sql`select count(*)::int as n from workspace where sample_of is null`,
  );
  return row?.n ?? 0;
}

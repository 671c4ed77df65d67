import { NOWHERE, sql } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { readIn } from '../base/reasons.ts';
import { inWords, type Said, say } from '../base/words.ts';
import { mailWritten } from '../team/index.ts';

type Row = { state: string; reason: string; why: unknown; stopped: boolean; failed: boolean; lacked: boolean };

/** What owners are told of a backup; null: nothing, because it went well, was stopped, or the one before it was told of already. */
function news({
  state,
  stopped,
  failed,
  reason,
  lacked,
}: Row): { subject: Said; text: (reason: string) => Said } | null {
  if (state === 'failed' && !stopped && !failed)
    return {
      subject: say('The backup of your desk failed'),
      text: (reason) =>
        say(
          'No backup was made: {reason}\n\nIt is tried again every fifteen minutes. Backups made before are as they were. Settings, Storage and backups, shows what happens.',
          { reason },
        ),
    };
  if (state === 'done' && reason !== '' && !lacked)
    return {
      subject: say('Files are missing from the backup of your desk'),
      text: (reason) =>
        say(
          'A backup was made, but not of everything. {reason}\n\nEverything else is in it, and backups made before are as they were. Whoever runs the server puts the files back from an earlier backup; hearten verify says what is missing.',
          { reason },
        ),
    };
  return null;
}

/** By mail, the first time after one that went well: the app shows it for as long as it lasts. */
export async function tellOwners(hearten: Hearten, id: string): Promise<void> {
  const { db } = hearten;
  const [row] = await db.read<Row>(
    NOWHERE,
    sql`select a.state, a.reason, a.why, a.why ->> 'code' is not distinct from 'backup-stopped' as stopped,
          b.state is not distinct from 'failed' and b.why ->> 'code' is distinct from 'backup-stopped' as failed,
          b.state is not distinct from 'done' and b.reason <> '' as lacked
        from backup a left join lateral (select b.state, b.reason, b.why from backup b where b.began_at < a.began_at order by b.began_at desc limit 1) b on true
        where a.id = ${id}`,
  );
  const told = row && news(row);
  if (!told) return;
  const places = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace where sample_of is null`);
  for (const { id: workspaceId } of places)
    await db.tx(workspaceId, async (tx) => {
      const owners = await tx.many<{ name: string; address: string; language: string }>(
        sql`select name, email as address, coalesce(language, 'en') as language from person where workspace_id = ${workspaceId} and role = 'owner' and active`,
      );
      for (const to of owners)
        await mailWritten(hearten, tx, {
          to: { name: to.name, address: to.address },
          subject: inWords(told.subject, to.language),
          text: inWords(told.text(readIn(row.why, row.reason, to.language)), to.language),
          html: '',
        });
    });
}

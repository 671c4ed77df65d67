import { sql, type Tx } from '../../base/db.ts';
import { inferMood } from '../../mood/index.ts';
import { isOver, type Past } from './past.ts';

/** How they felt at the start and lately, read from what they wrote as from any letter. */
export async function writeMoods(tx: Tx, past: Past[]): Promise<void> {
  const rows = past
    .filter(({ folder }) => folder === 'inbox')
    .flatMap((one) =>
      (['first', 'later'] as const).flatMap((when) => {
        const read = one[when] ? inferMood(one[when].text) : null;
        if (!read) return [];
        const why = read.upset || read.stuck ? { words: read.why, unanswered: 0 } : null;
        const stage = when === 'first' ? 'start' : 'latest';
        return [
          { ...read, why, stage, conversation: one.id, message: one[when]?.id, at: new Date(one.lastAt).toISOString() },
        ];
      }),
    );
  await tx.run(sql`
    insert into mood (workspace_id, conversation_id, stage, source, value, upset, stuck, confidence, language, message_id, why, at)
    select ${tx.workspaceId}, r.conversation, r.stage, 'text', r.value, r.upset, r.stuck, r.confidence, r.language, r.message, r.why, r.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (conversation uuid, stage text, value int, upset boolean, stuck boolean, confidence real, language text, message uuid, why jsonb, at timestamptz)
    on conflict do nothing`);
  const over = new Set(past.filter(isOver).map((one) => one.id));
  const last = new Map(rows.map((row) => [row.conversation, row]));
  const shown = [...last.values()].filter((row) => (row.upset || row.stuck) && !over.has(row.conversation));
  await tx.run(sql`
    update conversation c set mood = r.mood from unnest(${shown.map((row) => row.conversation)}::uuid[], ${shown.map((row) => (row.upset ? 'upset' : 'stuck'))}::text[]) as r (id, mood)
    where c.workspace_id = ${tx.workspaceId} and c.id = r.id`);
}

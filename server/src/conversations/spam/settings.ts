import type { Reply } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { NotFound } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { actorOf, type Json, json, type Who } from '../../base/module.ts';
import { ENOUGH } from './bayes.ts';
import { THRESHOLD } from './filter.ts';

export type Filter = Reply<'GET /spam'>;

export async function readFilter(tx: Tx): Promise<Filter> {
  const row = await tx.first<{ threshold: number; spam: number; good: number }>(
    sql`select threshold, spam, good from spam_filter where workspace_id = ${tx.workspaceId}`,
  );
  return { ...(row ?? { threshold: THRESHOLD, spam: 0, good: 0 }), enough: ENOUGH };
}

/** From the next mail on; what lies in a folder already stays there. */
export async function setThreshold(tx: Tx, who: Who, threshold: number): Promise<Filter> {
  const before = await readFilter(tx);
  await tx.run(sql`
    insert into spam_filter (workspace_id, threshold) values (${tx.workspaceId}, ${threshold})
    on conflict (workspace_id) do update set threshold = excluded.threshold, updated_at = now()`);
  if (before.threshold !== threshold)
    await emit(tx, [{ name: 'spam.changed', actor: actorOf(who), data: { threshold, before: before.threshold } }]);
  return { ...before, threshold };
}

/** Of a mail that came through as much as of one that did not: the newest from a customer here, as it was judged when it came. */
export async function why(tx: Tx, id: string): Promise<Json> {
  const row = await tx.first<{ json: string | null }>(sql`
    select (select (m.spam || jsonb_build_object('folder', coalesce(c.spam->>'folder', 'inbox'), 'by', c.spam->'by', 'at', c.spam->'at'))::text from message m
      where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' and m.spam is not null order by m.at desc, m.id desc limit 1) as json
    from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}`);
  if (!row) throw NotFound('This conversation is not here.');
  return json(`{"spam":${row.json ?? 'null'}}`);
}

import { sql, type Tx } from '../../base/db.ts';
import { system } from '../../base/events.ts';
import { jobs } from '../../base/jobs.ts';
import type { Hearten } from '../../base/module.ts';
import type { Outbound } from '../../base/outbound.ts';
import { type Showing, showMood } from '../../conversations/index.ts';
import { askModel } from './ask.ts';
import { connected, isAsked, noteAsked } from './keep.ts';

export type Stage = 'start' | 'latest';
export type ToRead = { conversationId: string; messageId: string; stage: Stage };

/** What came is read by the connected model, too, where there is one: by a job, since nothing waits for it. */
export async function askLater(tx: Tx, all: ToRead[]): Promise<void> {
  if (all.length === 0 || !(await isAsked(tx))) return;
  for (const one of all)
    await jobs.add(tx, 'mood-model', one, {
      ...{ key: `mood-model:${one.conversationId}:${one.stage}`, tries: 1, lane: 'mood-model' },
    });
}

/**
 * The text the model is given: what they wrote before our first answer, or what they wrote last. What came after that answer is none of
 * the start, however late the start is read. Null: it is gone, or newer came.
 */
const textOf = async (tx: Tx, { conversationId, messageId, stage }: ToRead): Promise<string | null> =>
  (
    await tx.first<{ text: string }>(sql`
      select case when ${stage} = 'latest' then left(m.text, 4000)
        else (select string_agg(f.text, E'\n') from (select left(f.text, 2000) as text from message f where f.workspace_id = m.workspace_id and f.conversation_id = m.conversation_id and f.type = 'in' and f.kind = 'message' and f.customer_id = m.customer_id and not f.aside
          and not exists (select 1 from message o where o.workspace_id = f.workspace_id and o.conversation_id = f.conversation_id and o.type = 'out' and not o.automatic and not o.aside and (o.at, o.id) < (f.at, f.id)) order by f.at, f.id limit 3) f) end as text
      from message m where m.workspace_id = ${tx.workspaceId} and m.id = ${messageId} and m.conversation_id = ${conversationId}
        and not (${stage} = 'latest' and exists (select 1 from message n where n.workspace_id = m.workspace_id and n.conversation_id = m.conversation_id and n.type = 'in' and n.kind = 'message' and n.customer_id = m.customer_id and not n.automatic and not n.aside and (n.at, n.id) > (m.at, m.id)))`)
  )?.text ?? null;

/** The job. What the model says stands before what was read here, and behind a person's word; where it says nothing, nothing changes. */
export async function readByModel(
  { db, seal }: Pick<Hearten, 'db' | 'seal'>,
  outbound: Outbound,
  workspaceId: string,
  one: ToRead,
): Promise<void> {
  const found = await db.tx(workspaceId, async (tx) => {
    const of = await connected(tx, seal);
    const text = of && (await textOf(tx, one));
    return of && text ? { of, text } : null;
  });
  if (!found) return;
  const told = await askModel(outbound, found.of, found.text);
  await db.tx(workspaceId, async (tx) => {
    await noteAsked(tx, found.of, told);
    if ('trouble' in told) return;
    const { value, upset, stuck, confidence, why } = told.said;
    const reason = upset || stuck ? JSON.stringify({ words: why, unanswered: 0 }) : null;
    const here = await tx.first<{ over: boolean }>(sql`
      select exists (select 1 from mood s where s.workspace_id = c.workspace_id and s.conversation_id = c.id and (s.stage = 'latest' or s.source = 'person')) as over
      from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${one.conversationId} for key share`);
    // Erased, merged or followed by something newer while the model thought: it spoke of what is there no more.
    if (!here || (await textOf(tx, one)) !== found.text) return;
    await tx.run(sql`
      insert into mood (workspace_id, conversation_id, stage, source, value, upset, stuck, confidence, message_id, why)
      values (${workspaceId}, ${one.conversationId}, ${one.stage}, 'model', ${value}, ${upset}, ${stuck}, ${confidence}, ${one.messageId}, ${reason}::jsonb)
      on conflict (workspace_id, conversation_id, stage, source) do update set value = excluded.value, upset = excluded.upset, stuck = excluded.stuck, confidence = excluded.confidence, message_id = excluded.message_id, why = excluded.why, at = now()`);
    const mood: Showing['mood'] = upset ? 'upset' : stuck ? 'stuck' : null;
    // A start that is read late is kept, and not shown: how they felt since, or what a person said, stands before it.
    if (one.stage === 'latest' || !here.over)
      await showMood(tx, [{ conversationId: one.conversationId, mood, messageId: one.messageId }], { actor: system });
  });
}

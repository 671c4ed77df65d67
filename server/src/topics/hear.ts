import { setImmediate as breathe } from 'node:timers/promises';
import { sql, type Tx } from '../base/db.ts';
import { isPractice } from '../conversations/index.ts';
import { resembler, suggestMany, type Words } from '../problems/index.ts';
import { termsOf, wordsOf } from './terms.ts';

/** So sure must it be what a conversation is about. */
const SURE = 0.5;
const MOST = 500;

/**
 * Tells of what came lately and was not looked at yet what it is about: the problem it resembles, or the cluster. True where something
 * resembles neither.
 */
export async function hear(tx: Tx): Promise<boolean> {
  const w = tx.workspaceId;
  const fresh = await tx.many<{ id: string; at: string; text: string }>(sql`
    select c.id, c.created_at as at, c.subject || E'\n' || m.text as text from conversation c cross join lateral (
      select left(m.text, 1200) as text, m.automatic, m.kind from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' and not m.aside order by m.at, m.id limit 1) m
    where c.workspace_id = ${w} and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and c.last_at > now() - interval '6 hours' and c.created_at > now() - interval '6 hours' and not ${isPractice(tx)}
      and m.kind = 'message' and not m.automatic and not exists (select 1 from topic_heard h where h.workspace_id = c.workspace_id and h.conversation_id = c.id)
    order by c.id limit ${MOST}`);
  if (fresh.length === 0) return false;
  const [problems, clusters] = await Promise.all([
    suggestMany(
      tx,
      fresh.map((one) => one.id),
    ),
    tx.many<{ id: string; name: string; words: Words; conversations: number }>(sql`
      select k.id, k.name, k.words, (select count(*)::int from cluster_conversation m where m.workspace_id = k.workspace_id and m.cluster_id = k.id) as conversations
      from cluster k where k.workspace_id = ${w} and k.kind = 'unfiled' and k.state = 'open'`),
  ]);
  const alike = resembler(clusters);
  const rows: { id: string; at: string; p: string | null; k: string | null }[] = [];
  for (const [n, { id, at, text }] of fresh.entries()) {
    // Hundreds that came at once are some hundred milliseconds: others are answered in between.
    if (n % 20 === 19) await breathe();
    const problem = problems.get(id)?.find(({ confidence }) => confidence >= SURE);
    const [cluster] = problem ? [] : alike(termsOf(wordsOf(text)).keys());
    rows.push({ id, at, p: problem?.id ?? null, k: cluster && cluster.confidence >= SURE ? cluster.id : null });
  }
  await tx.run(sql`
    insert into topic_heard (workspace_id, conversation_id, problem_id, cluster_id, at)
    select ${w}, r.id, p.id, k.id, r.at from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, at timestamptz, p uuid, k uuid)
      join conversation c on c.workspace_id = ${w} and c.id = r.id left join problem p on p.workspace_id = ${w} and p.id = r.p left join cluster k on k.workspace_id = ${w} and k.id = r.k
    on conflict do nothing`);
  return rows.some(({ p, k }) => p === null && k === null);
}

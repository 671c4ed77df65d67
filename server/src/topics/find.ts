import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten } from '../base/module.ts';
import { telling } from '../problems/index.ts';
import { groupApart } from './apart.ts';
import type { Group, Said } from './group.ts';
import { keepNames, type Old } from './same.ts';

/** The newest unfiled conversations that are looked at, and how old they may be. */
const MOST = 50_000;
const DAYS = 180;
const PAGE = 1_000;
const PIECE = 2_000;
/** A cluster of fewer customers is one person's matter. */
const CUSTOMERS = 3;

type Read = Said & { customer: string };
/**
 * What customers wrote first in conversations that nobody filed, the newest first. Mail of machines, spam, what was merged away, and what
 * is said beside a conversation are none of it; what was erased is not there.
 */
const page = (tx: Tx, before: string | null): Promise<Read[]> =>
  tx.many<Read>(sql`
    with newest as materialized (select c.id, c.subject, c.customer_id from conversation c
      where c.workspace_id = ${tx.workspaceId} and (${before}::uuid is null or c.id < ${before}::uuid) and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side'
        and c.created_at > now() - make_interval(days => ${DAYS})
        and not exists (select 1 from conversation_problem f where f.workspace_id = c.workspace_id and f.conversation_id = c.id)
      order by c.id desc limit ${PAGE})
    select s.id, s.customer_id as customer, case when m.person then s.subject || E'\n' || m.text else '' end as text from newest s left join lateral (
      select left(m.text, 1200) as text, m.kind = 'message' and not m.automatic as person from message m
      where m.workspace_id = ${tx.workspaceId} and m.conversation_id = s.id and m.type = 'in' and not m.aside order by m.at, m.id limit 1) m on true
    order by s.id desc`);

/** As exactly as it is kept: an erasure moves it by a microsecond (`forgetClusters`). */
const lastRun = async (tx: Tx): Promise<string | undefined> =>
  (
    await tx.first<{ at: string }>(
      sql`select at::text from cluster_run where workspace_id = ${tx.workspaceId} for update`,
    )
  )?.at;

/** The job: what the unfiled conversations of a workspace have in common. Reading and writing are short; the arithmetic is done apart. */
export async function findClusters({ db, log }: Hearten, workspaceId: string): Promise<void> {
  const began = performance.now();
  const apart = groupApart();
  try {
    const customerOf = new Map<string, string>();
    const last = await db.tx(workspaceId, lastRun);
    let [before, looked]: [string | null, number] = [null, 0];
    while (looked < MOST) {
      const some: Read[] = await db.tx(workspaceId, (tx) => page(tx, before));
      looked += some.length;
      before = some.at(-1)?.id ?? null;
      const written = some.filter(({ text }) => text !== '');
      for (const { id, customer } of written) customerOf.set(id, customer);
      await apart.add(written.map(({ id, text }) => ({ id, text })));
      if (some.length < PAGE) break;
    }
    const groups = (await apart.groups()).filter(
      ({ members }) => new Set(members.map(({ id }) => customerOf.get(id))).size >= CUSTOMERS,
    );
    const tookMs = Math.round(performance.now() - began);
    const kept = await db.tx(workspaceId, async (tx) => {
      // Somebody was erased meanwhile, whose words were read here: it is looked for again from what is left.
      if (last && (await lastRun(tx)) !== last) return false;
      await keep(tx, groups, customerOf.size, tookMs);
      return true;
    });
    if (!kept) return;
    log.info('Looked for what unfiled conversations have in common', {
      workspaceId,
      conversations: customerOf.size,
      clusters: groups.length,
      tookMs,
    });
  } finally {
    await apart.end();
  }
}

/** What was found takes the place of what was found before. Somebody's decision meanwhile stands: they are locked, and read anew. */
async function keep(tx: Tx, groups: Group[], looked: number, tookMs: number): Promise<void> {
  const w = tx.workspaceId;
  const old = await tx.many<Old>(sql`
    select id, name, state, dismissed_at_size as "dismissedAtSize" from cluster where workspace_id = ${w} and state <> 'made' order by id for update`);
  const members = await tx.many<{ id: string; cluster: string }>(sql`
    select m.conversation_id as id, m.cluster_id as cluster from cluster_conversation m join cluster k on k.workspace_id = m.workspace_id and k.id = m.cluster_id
    where m.workspace_id = ${w} and k.state <> 'made'`);
  const kept = keepNames(groups, old, new Map(members.map(({ id, cluster }) => [id, cluster])), newId);
  await tx.run(sql`
    delete from cluster_conversation m using cluster k where m.workspace_id = ${w} and k.workspace_id = ${w} and k.id = m.cluster_id
      and (k.state = 'open' or k.state = 'dismissed' and k.id = any (${kept.map(({ id }) => id)}::uuid[]))`);
  await tx.run(
    sql`delete from cluster k where k.workspace_id = ${w} and k.state = 'open' and not k.id = any (${kept.map(({ id }) => id)}::uuid[])
      and not exists (select 1 from rise r where r.workspace_id = k.workspace_id and r.cluster_id = k.id and (r.ended_at is null or r.ended_at > now() - interval '7 days'))`,
  );
  const rows = kept.map(({ id, name, state, group }) => ({
    id,
    name,
    state,
    words: telling(
      new Map(group.counts.map(([term, own]) => [term, own])),
      group.members.length,
      new Map(group.counts.map(([term, , others]) => [term, others])),
      Math.max(1, looked - group.members.length),
    ),
  }));
  await tx.run(sql`
    insert into cluster (workspace_id, id, name, state, words)
    select ${w}, r.id, r.name, r.state, r.words from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, name text, state text, words jsonb)
    on conflict (workspace_id, id) do update set name = excluded.name, state = excluded.state, words = excluded.words,
      dismissed_at_size = case when excluded.state = 'dismissed' then cluster.dismissed_at_size end`);
  const belongs = kept.flatMap(({ id, group }) => group.members.map((one) => ({ c: one.id, k: id, n: one.closeness })));
  // Filed, merged or gone since it was read: it is no part of any. One of a dismissed group that was not found again stays there.
  for (let from = 0; from < belongs.length; from += PIECE)
    await tx.run(sql`
      insert into cluster_conversation (workspace_id, conversation_id, cluster_id, closeness)
      select ${w}, r.c, r.k, r.n from jsonb_to_recordset(${JSON.stringify(belongs.slice(from, from + PIECE))}::jsonb) as r (c uuid, k uuid, n real)
        join conversation c on c.workspace_id = ${w} and c.id = r.c and c.folder = 'inbox' and c.merged_into is null
      where not exists (select 1 from conversation_problem f where f.workspace_id = ${w} and f.conversation_id = r.c)
      on conflict (workspace_id, conversation_id) do update set cluster_id = excluded.cluster_id, closeness = excluded.closeness`);
  await tx.run(sql`
    insert into cluster_run (workspace_id, at, conversations, took_ms) values (${w}, now(), ${looked}, ${tookMs})
    on conflict (workspace_id) do update set at = excluded.at, conversations = excluded.conversations, took_ms = excluded.took_ms`);
  await emit(tx, [{ name: 'problem.clusters', actor: system, data: { clusters: kept.length } }]);
}

/** One at a time on the whole desk, however many workspaces want it: it is nobody's hurry. */
export const findLater = (tx: Tx): Promise<void> =>
  jobs.add(tx, 'find-clusters', {}, { key: 'find-clusters', queue: 'find-clusters', tries: 3 });

/** Is there enough new that looking again would show something else? Twenty, or a tenth; at least what a day brings. */
export async function findWhenDue(tx: Tx): Promise<void> {
  const due = await tx.first(sql`
    select 1 from (select coalesce(max(at), 'epoch') as at, coalesce(max(conversations), 0) as conversations from cluster_run where workspace_id = ${tx.workspaceId}) r
    cross join lateral (select count(*) as n from (select 1 from conversation c where c.workspace_id = ${tx.workspaceId} and c.folder = 'inbox' and c.merged_into is null
      and c.last_at > r.at and c.created_at > r.at limit 5000) x) fresh
    where fresh.n >= least(greatest(20, r.conversations / 10), 5000) or (fresh.n > 0 and r.at < now() - interval '1 day' and r.at > 'epoch')`);
  if (due) await findLater(tx);
}

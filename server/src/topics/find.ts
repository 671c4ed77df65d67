import { type Sql, sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten } from '../base/module.ts';
import { isPractice } from '../conversations/index.ts';
import { telling } from '../problems/index.ts';
import { type Answered, answersTo } from './answers.ts';
import { groupApart } from './apart.ts';
import type { Group, Said } from './group.ts';
import { keepNames, type Old } from './same.ts';

/** The newest conversations of a kind that are looked at, and how old they may be. */
const MOST = 50_000;
const DAYS = 180;
const PAGE = 1_000;
const PIECE = 2_000;
/** A cluster of fewer customers is one person's matter. */
const CUSTOMERS = 3;

type Read = Said & { customer: string; cursor: string };
/** What nobody filed, or what was filed as a plain question: each is looked through by itself. */
export type Kind = 'unfiled' | 'question';

/**
 * What customers wrote first in conversations of a kind, the newest first. Mail of machines, spam, what was merged away, and what is said
 * beside a conversation are none of it; what was erased is not there.
 */
const page = (tx: Tx, kind: Kind, before: string | null): Promise<Read[]> => {
  const living = sql`c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and not ${isPractice(tx)}`;
  const newest =
    kind === 'unfiled'
      ? sql`
        select c.id, c.subject, c.customer_id, c.id::text as cursor, row_number() over (order by c.id desc) as place from conversation c
        where c.workspace_id = ${tx.workspaceId} and (${before}::uuid is null or c.id < ${before}::uuid) and ${living} and c.created_at > now() - make_interval(days => ${DAYS})
          and not exists (select 1 from conversation_problem f where f.workspace_id = c.workspace_id and f.conversation_id = c.id)
        order by c.id desc limit ${PAGE}`
      : sql`
        select c.id, c.subject, c.customer_id, f.filed_at::text || ' ' || f.conversation_id as cursor, row_number() over (order by f.filed_at desc, f.conversation_id desc) as place
        from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
        where f.workspace_id = ${tx.workspaceId} and f.kind = 'question' and f.filed_at > now() - make_interval(days => ${DAYS}) and ${living} and c.created_at > now() - make_interval(days => ${DAYS})
          and (${before}::text is null or (f.filed_at, f.conversation_id) < (left(${before}, -37)::timestamptz, right(${before}, 36)::uuid))
        order by f.filed_at desc, f.conversation_id desc limit ${PAGE}`;
  return tx.many<Read>(sql`
    with newest as materialized (${newest})
    select s.id, s.cursor, s.customer_id as customer, case when m.person then s.subject || E'\n' || m.text else '' end as text from newest s left join lateral (
      select left(m.text, 1200) as text, m.kind = 'message' and not m.automatic as person from message m
      where m.workspace_id = ${tx.workspaceId} and m.conversation_id = s.id and m.type = 'in' and not m.aside order by m.at, m.id limit 1) m on true
    order by s.place`);
};

/** As exactly as it is kept: an erasure moves it by a microsecond (`forgetClusters`). */
const lastRun = async (tx: Tx, kind: Kind): Promise<string | undefined> =>
  (
    await tx.first<{ at: string }>(
      sql`select at::text from cluster_run where workspace_id = ${tx.workspaceId} and kind = ${kind} for update`,
    )
  )?.at;

/** The job: what the conversations of one kind have in common. Reading and writing are short; the arithmetic is done apart. */
export async function findClusters({ db, log }: Hearten, workspaceId: string, kind: Kind = 'unfiled'): Promise<void> {
  const began = performance.now();
  const apart = groupApart();
  try {
    const customerOf = new Map<string, string>();
    const last = await db.tx(workspaceId, (tx) => lastRun(tx, kind));
    let [before, looked]: [string | null, number] = [null, 0];
    while (looked < MOST) {
      const some: Read[] = await db.tx(workspaceId, (tx) => page(tx, kind, before));
      looked += some.length;
      before = some.at(-1)?.cursor ?? null;
      const written = some.filter(({ text }) => text !== '');
      for (const { id, customer } of written) customerOf.set(id, customer);
      await apart.add(written.map(({ id, text }) => ({ id, text })));
      if (some.length < PAGE) break;
    }
    const groups = (await apart.groups()).filter(
      ({ members }) => new Set(members.map(({ id }) => customerOf.get(id))).size >= CUSTOMERS,
    );
    const answered = await answersTo((work) => db.tx(workspaceId, work), groups);
    const tookMs = Math.round(performance.now() - began);
    const kept = await db.tx(workspaceId, async (tx) => {
      // Somebody was erased meanwhile, whose words were read here: it is looked for again from what is left.
      if (last && (await lastRun(tx, kind)) !== last) return false;
      await keep(tx, { kind, groups, answered, looked: customerOf.size, tookMs });
      return true;
    });
    if (!kept) return;
    log.info('Looked for what conversations have in common', {
      ...{ workspaceId, kind, conversations: customerOf.size, clusters: groups.length, tookMs },
    });
  } finally {
    await apart.end();
  }
}

type Found = { kind: Kind; groups: Group[]; answered: Answered[]; looked: number; tookMs: number };
/** What was found takes the place of what was found before. Somebody's decision meanwhile stands: they are locked, and read anew. */
async function keep(tx: Tx, { kind, groups, answered, looked, tookMs }: Found): Promise<void> {
  const w = tx.workspaceId;
  const old = await tx.many<Old>(sql`
    select id, name, state, dismissed_at_size as "dismissedAtSize" from cluster where workspace_id = ${w} and kind = ${kind} and state <> 'made' order by id for update`);
  const members = await tx.many<{ id: string; cluster: string }>(sql`
    select m.conversation_id as id, m.cluster_id as cluster from cluster_conversation m join cluster k on k.workspace_id = m.workspace_id and k.id = m.cluster_id
    where m.workspace_id = ${w} and k.kind = ${kind} and k.state <> 'made'`);
  const kept = keepNames(groups, old, new Map(members.map(({ id, cluster }) => [id, cluster])), newId);
  const ids = kept.map(({ id }) => id);
  await tx.run(sql`
    delete from cluster_conversation m using cluster k where m.workspace_id = ${w} and k.workspace_id = ${w} and k.id = m.cluster_id and k.kind = ${kind}
      and (k.id = any (${ids}::uuid[]) or k.state = 'open' and k.snippet_id is null)`);
  // What somebody decided about, or linked an answer to, stays with what it had.
  await tx.run(
    sql`delete from cluster k where k.workspace_id = ${w} and k.kind = ${kind} and k.state = 'open' and k.snippet_id is null and not k.id = any (${ids}::uuid[])
      and not exists (select 1 from rise r where r.workspace_id = k.workspace_id and r.cluster_id = k.id and (r.ended_at is null or r.ended_at > now() - interval '7 days'))`,
  );
  const rows = kept.map(({ id, name, state, group }, i) => ({
    ...{ id, name, state, best: answered[i]?.best ?? null, answerers: answered[i]?.people ?? 0 },
    differ: answered[i]?.differ ?? false,
    words: telling(
      new Map(group.counts.map(([term, own]) => [term, own])),
      group.members.length,
      new Map(group.counts.map(([term, , others]) => [term, others])),
      Math.max(1, looked - group.members.length),
    ),
  }));
  await tx.run(sql`
    insert into cluster (workspace_id, id, kind, name, state, words, best_answer, answerers, differ)
    select ${w}, r.id, ${kind}, r.name, r.state, r.words, r.best, r.answerers, r.differ
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, name text, state text, words jsonb, best uuid, answerers integer, differ boolean)
    on conflict (workspace_id, id) do update set name = excluded.name, state = excluded.state, words = excluded.words, best_answer = excluded.best_answer,
      answerers = excluded.answerers, differ = excluded.differ, dismissed_at_size = case when excluded.state = 'dismissed' then cluster.dismissed_at_size end`);
  const belongs = kept.flatMap(({ id, group }, i) =>
    group.members.map((one) => ({ c: one.id, k: id, n: one.closeness, a: answered[i]?.by.get(one.id) ?? null })),
  );
  // Filed otherwise, merged or gone since it was read: it is no part of any. One of a dismissed group that was not found again stays there.
  const filed = sql`exists (select 1 from conversation_problem f where f.workspace_id = ${w} and f.conversation_id = r.c`;
  for (let from = 0; from < belongs.length; from += PIECE)
    await tx.run(sql`
      insert into cluster_conversation (workspace_id, conversation_id, cluster_id, closeness, answered_by)
      select ${w}, r.c, r.k, r.n, r.a from jsonb_to_recordset(${JSON.stringify(belongs.slice(from, from + PIECE))}::jsonb) as r (c uuid, k uuid, n real, a uuid)
        join conversation c on c.workspace_id = ${w} and c.id = r.c and c.folder = 'inbox' and c.merged_into is null
      where ${kind === 'question' ? sql`${filed} and f.kind = 'question')` : sql`not ${filed})`}
      on conflict (workspace_id, conversation_id) do update set cluster_id = excluded.cluster_id, closeness = excluded.closeness, answered_by = excluded.answered_by,
        was_filed_by = null, was_filed_at = null`);
  await tx.run(sql`
    insert into cluster_run (workspace_id, kind, at, conversations, took_ms) values (${w}, ${kind}, now(), ${looked}, ${tookMs})
    on conflict (workspace_id, kind) do update set at = excluded.at, conversations = excluded.conversations, took_ms = excluded.took_ms`);
  await emit(tx, [{ name: 'problem.clusters', actor: system, data: { clusters: kept.length } }]);
}

/** One at a time on the whole desk, however many workspaces want it: it is nobody's hurry. */
export const findLater = (tx: Tx, kind: Kind): Promise<void> => {
  const name = kind === 'unfiled' ? 'find-clusters' : 'find-questions';
  return jobs.add(tx, name, {}, { key: name, queue: 'find-clusters', tries: 3 });
};

/** Is there enough new that looking again would show something else? Twenty, or a tenth; at least what a day brings. */
export async function findWhenDue(tx: Tx): Promise<void> {
  const w = tx.workspaceId;
  const due = (kind: Kind, fresh: Sql): Promise<unknown> =>
    tx.first(sql`
      select 1 from (select coalesce(max(at), 'epoch') as at, coalesce(max(conversations), 0) as conversations from cluster_run where workspace_id = ${w} and kind = ${kind}) r
      cross join lateral (select count(*) as n from (${fresh} limit 5000) x) fresh
      where fresh.n >= least(greatest(20, r.conversations / 10), 5000) or (fresh.n > 0 and r.at < now() - interval '1 day' and r.at > 'epoch')`);
  const [unfiled, questions] = await Promise.all([
    due(
      'unfiled',
      sql`select 1 from conversation c where c.workspace_id = ${w} and c.folder = 'inbox' and c.merged_into is null and c.last_at > r.at and c.created_at > r.at and not ${isPractice(tx)}`,
    ),
    due(
      'question',
      sql`select 1 from conversation_problem f where f.workspace_id = ${w} and f.kind = 'question' and f.filed_at > r.at`,
    ),
  ]);
  if (unfiled) await findLater(tx, 'unfiled');
  if (questions) await findLater(tx, 'question');
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sql } from '../../server/src/base/db.ts';
import { newId } from '../../server/src/base/ids.ts';
import { findClusters } from '../../server/src/topics/find.ts';
import { type Group, grouping } from '../../server/src/topics/group.ts';
import { desk } from '../../server/test/desk.ts';
import { letters } from './letters.ts';

const MANY = 50_000;
const TOPICS = 60;

/**
 * Clusters over 50,000 unfiled conversations that stand in a database, as the job finds them: how long, how long this process answered
 * nobody meanwhile, and how much more memory it took. Then how well topics are found: planted ones, and labelled text where there is some.
 */
export async function clusters(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  const w = await desk();
  try {
    const written = letters(7, MANY, TOPICS).map((one) => ({ ...one, id: newId() }));
    for (let from = 0; from < MANY; from += 5_000) {
      const rows = JSON.stringify(written.slice(from, from + 5_000).map((one, i) => ({ ...one, n: from + i })));
      await w.tx(async (tx) => {
        const r = sql`jsonb_to_recordset(${rows}::jsonb) as r (id uuid, n int, subject text, text text)`;
        await tx.run(
          sql`insert into customer (workspace_id, id, name) select ${w.workspaceId}, r.id, 'A writer' from ${r}`,
        );
        await tx.run(sql`
          insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject)
          select ${w.workspaceId}, r.id, 100 + r.n, ${w.inboxId}, 'email', r.id, 'A writer', 'a@writer.example', r.subject from ${r}`);
        await tx.run(sql`
          insert into message (workspace_id, id, conversation_id, inbox_id, type, customer_id, subject, text)
          select ${w.workspaceId}, gen_random_uuid(), r.id, ${w.inboxId}, 'in', r.id, r.subject, r.text from ${r}`);
      });
    }
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 100);
    const held = monitorEventLoopDelay({ resolution: 1 });
    held.enable();
    const [began, used] = [performance.now(), process.cpuUsage()];
    await findClusters(w.hearten, w.workspaceId);
    figures.clusters_s = (performance.now() - began) / 1000;
    // Of this process with its thread: on a machine that does other things, too, seconds say less.
    const { user, system } = process.cpuUsage(used);
    figures.clusters_cpu_s = (user + system) / 1e6;
    held.disable();
    clearInterval(watch);
    figures.clusters_held_up_ms = held.max / 1e6;
    figures.clusters_held_up_p99_ms = held.percentile(99) / 1e6;
    figures.clusters_memory_mb = (most - before) / 2 ** 20;
    const found = await w.tx((tx) =>
      tx.many<{ id: string; cluster: string }>(
        sql`select conversation_id as id, cluster_id as cluster from cluster_conversation where workspace_id = ${w.workspaceId}`,
      ),
    );
    const clusterOf = new Map(found.map(({ id, cluster }) => [id, cluster]));
    figures.clusters_found = new Set(clusterOf.values()).size;
    const about = written.filter(({ topic }) => topic >= 0);
    Object.assign(
      figures,
      scores(
        'planted',
        about.map(({ topic }) => String(topic)),
        about.map(({ id }) => clusterOf.get(id)),
      ),
    );
    // The same conversations filed as questions, each answered: another thread, and the answers are read and compared.
    await w.tx(async (tx) => {
      await tx.run(sql`
        insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, text, state)
        select workspace_id, gen_random_uuid(), conversation_id, inbox_id, 'out', ${w.people.lead.id}, 'Hello, ' || text, 'sent' from message where workspace_id = ${w.workspaceId} and type = 'in'`);
      await tx.run(sql`
        insert into conversation_problem (workspace_id, conversation_id, place, kind, provisional)
        select workspace_id, id, 0, 'question', false from conversation where workspace_id = ${w.workspaceId}`);
    });
    const asked = performance.now();
    await findClusters(w.hearten, w.workspaceId, 'question');
    figures.questions_s = (performance.now() - asked) / 1000;
    const stray = written.filter(({ topic, id }) => topic < 0 && clusterOf.has(id)).length;
    figures.planted_strays_percent = (100 * stray) / Math.max(1, found.length);
  } finally {
    await w.end();
  }
  for (const set of ['banking77', 'clinc150']) Object.assign(figures, labelled(set));
  return figures;
}

/** Sentences to a bank, and to an assistant, that people labelled by what they want. */
function labelled(set: string): Record<string, number> {
  const path = join(process.env.HEARTEN_CORPORA ?? '', 'text', `${set}.test.jsonl`);
  if (!process.env.HEARTEN_CORPORA || !existsSync(path)) return {};
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { text: string; label: string });
  const group = grouping();
  for (const [i, { text }] of rows.entries()) group.add({ id: String(i), text });
  const clusterOf = new Map(
    group.groups().flatMap((one: Group, k) => one.members.map(({ id }) => [id, String(k)] as const)),
  );
  return scores(
    set,
    rows.map(({ label }) => label),
    rows.map((_, i) => clusterOf.get(String(i))),
  );
}

/** Of what is in a cluster: how much is of its commonest label, and the adjusted Rand index; and how much is in one at all. */
function scores(name: string, labels: string[], clusters: (string | undefined)[]): Record<string, number> {
  const inside = labels.flatMap((label, i) => (clusters[i] === undefined ? [] : [[label, clusters[i]] as const]));
  const count = <T>(all: T[]): Map<T, number> => {
    const counts = new Map<T, number>();
    for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
    return counts;
  };
  const cells = count(inside.map(([label, cluster]) => `${cluster}\n${label}`));
  const best = new Map<string, number>();
  for (const [cell, n] of cells) {
    const [cluster = ''] = cell.split('\n');
    best.set(cluster, Math.max(best.get(cluster) ?? 0, n));
  }
  const pairs = (n: number): number => (n * (n - 1)) / 2;
  const sum = (all: Iterable<number>): number => [...all].reduce((total, n) => total + pairs(n), 0);
  const both = sum(cells.values());
  const [a, b] = [
    sum(count(inside.map(([label]) => label)).values()),
    sum(count(inside.map(([, one]) => one)).values()),
  ];
  const chance = (a * b) / pairs(inside.length);
  return {
    [`${name}_purity_percent`]: (100 * [...best.values()].reduce((x, y) => x + y, 0)) / Math.max(1, inside.length),
    [`${name}_ari`]: (both - chance) / ((a + b) / 2 - chance),
    [`${name}_inside_percent`]: (100 * inside.length) / labels.length,
  };
}

import type { Query, Reply, RetentionRules } from '@hearten/contract';
import { audit } from '../base/audit.ts';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { countOldEvents, emit, removeOldEvents } from '../base/events.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { countAged, countFiles, removeAged, removeFiles } from '../conversations/index.ts';

/** What a channel keeps of visits, lent by the list of modules: how much is older than so many days, and how some of it goes. */
export type OldVisits = {
  count: (tx: Tx, days: number) => Promise<number>;
  remove: (tx: Tx, days: number) => Promise<number>;
};
const rules = ['conversations', 'spam', 'files', 'events', 'audit', 'visits'] as const;
const always: RetentionRules = { conversations: null, spam: null, files: null, events: null, audit: 1095, visits: 90 };

async function kept(tx: Tx): Promise<RetentionRules> {
  const row = await tx.first<RetentionRules>(
    sql`select conversations, spam, files, events, audit, visits from retention where workspace_id = ${tx.workspaceId}`,
  );
  return row ?? always;
}
const countAudit = async (tx: Tx, days: number): Promise<number> =>
  (
    await tx.first<{ n: number }>(sql`
    select count(*)::int as n from (select 1 from audit where workspace_id = ${tx.workspaceId} and at < now() - make_interval(days => ${days}::int) limit 10000) x`)
  )?.n ?? 0;

/** The rules, and how much each would remove now: those that stand, or one that somebody thinks of. */
export async function retention(
  tx: Tx,
  visits: OldVisits,
  asked: Query<'GET /retention'>,
): Promise<Reply<'GET /retention'>> {
  const now = await kept(tx);
  const days = { ...now, ...asked };
  const count = (rule: keyof RetentionRules, by: (days: number) => Promise<number>): Promise<number> => {
    const n = days[rule];
    return n === null || n === undefined ? Promise.resolve(0) : by(n);
  };
  const would = {
    conversations: await count('conversations', (n) => countAged(tx, 'conversations', n)),
    spam: await count('spam', (n) => countAged(tx, 'spam', n)),
    files: await count('files', (n) => countFiles(tx, n)),
    events: await count('events', (n) => countOldEvents(tx, n)),
    audit: await count('audit', (n) => countAudit(tx, n)),
    visits: await count('visits', (n) => visits.count(tx, n)),
  };
  return { rules: now, would };
}

export async function changeRetention(
  tx: Tx,
  visits: OldVisits,
  who: Who,
  change: Partial<RetentionRules>,
): Promise<Reply<'GET /retention'>> {
  const next = { ...(await kept(tx)), ...change };
  await tx.run(sql`
    insert into retention (workspace_id, conversations, spam, files, events, audit, visits) values (${tx.workspaceId}, ${next.conversations}, ${next.spam}, ${next.files}, ${next.events}, ${next.audit}, ${next.visits})
    on conflict (workspace_id) do update set conversations = excluded.conversations, spam = excluded.spam, files = excluded.files, events = excluded.events, audit = excluded.audit, visits = excluded.visits`);
  await emit(tx, [{ name: 'workspace.retention', actor: actorOf(who), data: change }]);
  return retention(tx, visits, {});
}

/** One rule, some at a time, each piece a transaction of its own; how much went. */
async function follow(
  hearten: Hearten,
  visits: OldVisits,
  workspaceId: string,
  rule: keyof RetentionRules,
  days: number,
): Promise<number> {
  let after: Awaited<ReturnType<typeof removeFiles>>['last'] = null;
  const piece = async (tx: Tx): Promise<number> => {
    if (rule === 'events') return removeOldEvents(tx, days);
    if (rule === 'audit') return letGo(tx, days);
    if (rule === 'visits') return visits.remove(tx, days);
    if (rule !== 'files') return removeAged(tx, rule, days);
    const { gone, last } = await removeFiles(tx, days, after);
    after = last ?? after;
    return gone;
  };
  for (let gone = 0; ; ) {
    const some = await hearten.db.tx(workspaceId, piece);
    if (some === 0) return gone;
    gone += some;
  }
}
const letGo = async (tx: Tx, days: number): Promise<number> =>
  (await tx.first<{ n: number }>(sql`select audit_let_go(now() - make_interval(days => ${days}::int), 1000) as n`))
    ?.n ?? 0;

/** What the rules say, once a night, whichever process comes first. What went stands in the audit log, by number. */
export async function retain(hearten: Hearten, visits: OldVisits, workspaceId: string, again = false): Promise<void> {
  const now = await hearten.db.tx(workspaceId, async (tx) => {
    await tx.run(sql`insert into retention (workspace_id) values (${workspaceId}) on conflict do nothing`);
    return tx.first<RetentionRules>(sql`
      update retention set ran_at = now() where workspace_id = ${workspaceId} and (${again} or ran_at is null or ran_at < now() - interval '23 hours')
      returning conversations, spam, files, events, audit, visits`);
  });
  if (!now) return;
  const gone: Record<string, number> = {};
  for (const rule of rules) {
    const days = now[rule];
    if (days === null) continue;
    const n = await follow(hearten, visits, workspaceId, rule, days);
    if (n > 0) gone[rule] = n;
  }
  if (Object.keys(gone).length > 0)
    await hearten.db.tx(workspaceId, (tx) => audit(tx, { area: 'data', what: 'retention.removed', facts: gone }));
}

/** In the night of each workspace, between two and five by its own clock. */
export async function retainAll(hearten: Hearten, visits: OldVisits): Promise<void> {
  for (const { id } of await hearten.db.read<{ id: string }>(
    NOWHERE,
    sql`select id from workspace where extract(hour from now() at time zone coalesce((select name from pg_timezone_names where name = time_zone limit 1), 'UTC')) between 2 and 4`,
  ))
    await retain(hearten, visits, id);
}

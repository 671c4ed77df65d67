import { endianness } from 'node:os';
import { sql, type Tx } from '../../base/db.ts';
import { domainOf, plainAddress } from '../../customers/index.ts';
import { ENOUGH, type Model } from './bayes.ts';
import { SIZE } from './features.ts';

/** Points from which a mail is spam, unless the workspace says otherwise. */
export const THRESHOLD = 5;

export type Listed = { allow: boolean; pattern: string; by: string | null; at: string };
/** What a batch of mails is judged by. */
export type Standing = { threshold: number; spam: number; model: Model | null; listed: Map<string, Listed> };

type Row = {
  threshold: number | null;
  version: number | null;
  spam: number | null;
  good: number | null;
  counts: Buffer | null;
  listed: Listed[];
};

// What was learned, as this process read it last. Asked with its version, Postgres sends it again only when it has become another.
const remembered = new Map<string, { version: number; model: Model }>();
const MOST = 64; // workspaces, 256 kB each; the one not asked for longest goes first

/**
 * Which senders are blocked or allowed, how strict the filter is and what it learned: one statement for a batch, as it stands in this
 * very transaction. So all processes agree without telling each other anything.
 */
export async function standing(tx: Tx, addresses: string[]): Promise<Standing> {
  const asked = [...new Set(addresses.flatMap((a) => [plainAddress(a), `@${domainOf(a)}`]))];
  const known = remembered.get(tx.workspaceId);
  const row = (await tx.first<Row>(sql`
    select f.threshold, f.version, f.spam, f.good,
      case when f.version is distinct from ${known?.version ?? 0}::bigint and f.spam >= ${ENOUGH} and f.good >= ${ENOUGH} then f.counts end as counts,
      (select coalesce(json_agg(json_build_object('allow', s.allow, 'pattern', s.pattern, 'at', s.created_at, 'by',
          (select p.name from person p where p.workspace_id = s.workspace_id and p.id = s.by_id))), '[]') from (
        select workspace_id, false as allow, pattern, by_id, created_at from blocked_sender where workspace_id = ${tx.workspaceId} and pattern = any (${asked}::text[])
        union all
        select workspace_id, true, pattern, by_id, created_at from allowed_sender where workspace_id = ${tx.workspaceId} and pattern = any (${asked}::text[])) s) as listed
    from (select ${tx.workspaceId}::uuid as id) w left join spam_filter f on f.workspace_id = w.id`)) as Row;
  return {
    threshold: row.threshold ?? THRESHOLD,
    spam: row.spam ?? 0,
    model: modelOf(tx.workspaceId, row),
    listed: new Map(row.listed.map((one) => [one.pattern, one])),
  };
}

function modelOf(workspaceId: string, row: Row): Model | null {
  if (row.version === null || row.spam === null || row.good === null || row.spam < ENOUGH || row.good < ENOUGH)
    return null;
  const known = remembered.get(workspaceId);
  if (known?.version === row.version) return known.model;
  if (!row.counts) return null;
  const model = { spam: row.spam, good: row.good, counts: countsOf(row.counts) };
  remembered.delete(workspaceId);
  remembered.set(workspaceId, { version: row.version, model });
  for (const [oldest] of remembered) if (remembered.size > MOST) remembered.delete(oldest);
  return model;
}

/** Counts as the row keeps them: two bytes each, the low one first. Copied as a whole: one by one they hold up everybody for 20 ms. */
export function countsOf(bytes: Buffer | null): Uint16Array {
  const counts = new Uint16Array(SIZE * 2);
  if (!bytes) return counts;
  const room = Buffer.from(counts.buffer);
  bytes.copy(room);
  if (endianness() === 'BE') room.swap16();
  return counts;
}
export const bytesOf = (counts: Uint16Array): Buffer => {
  const bytes = Buffer.from(counts.slice().buffer);
  return endianness() === 'BE' ? bytes.swap16() : bytes;
};

/** To which of these customers a person here has written: they are no strangers. Asked only about those whose mail looks like spam. */
export async function writtenTo(tx: Tx, customers: string[]): Promise<Set<string>> {
  const rows = await tx.many<{ id: string }>(sql`
    select k.id from unnest(${customers}::uuid[]) as k (id) where exists (
      select 1 from (select c.id from conversation c where c.workspace_id = ${tx.workspaceId} and c.customer_id = k.id order by c.last_at desc limit 50) c
      join message m on m.workspace_id = ${tx.workspaceId} and m.conversation_id = c.id
      where m.type = 'out' and m.author_id is not null and m.state <> 'cancelled')`);
  return new Set(rows.map((row) => row.id));
}

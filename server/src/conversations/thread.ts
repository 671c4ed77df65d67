import type { Status } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict } from '../base/errors.ts';
import { plainAddress, type Recognised } from '../customers/index.ts';
import type { Incoming } from './channel.ts';

export type Home = {
  id: string;
  status: Status;
  folder: 'inbox' | 'spam' | 'trash';
  customer_id: string;
  inbox_id: string;
  participants: { address: string }[];
  last_at: string;
};
export type Found = {
  duplicates: Set<string>;
  /** The conversation this message belongs to, or null. Only for who takes part in it: a Message-ID or token alone opens nothing. */
  homeOf: (one: Incoming, sender: Recognised) => Home | null;
};

/*
 * Each row of a batch is looked up by itself (a subselect with a limit, which no planner turns into a join): while a table is small or its
 * statistics are old, a join would read the whole workspace, and its plan stays as long as the connection.
 */
/** One look for a whole batch: which are known, and which conversations their references and tokens name (locked, in order of id). */
export async function find(tx: Tx, incoming: Incoming[]): Promise<Found> {
  const references = [
    ...new Set(incoming.flatMap((i) => [...(i.inReplyTo ? [i.inReplyTo] : []), ...i.references.slice(-20)])),
  ];
  const tokens = [...new Set(incoming.flatMap((i) => (i.token ? [i.token] : [])))];
  const twins = tx.many<{ inbox_id: string; dedupe: Buffer }>(sql`
    select n.inbox_id, n.dedupe from unnest(${incoming.map((i) => i.inboxId)}::uuid[], ${incoming.map((i) => i.dedupe)}::bytea[]) as n (inbox_id, dedupe)
    where (select true from message m where m.workspace_id = ${tx.workspaceId} and m.inbox_id = n.inbox_id and m.dedupe = n.dedupe limit 1)`);
  const [known, rows] = await Promise.all([
    twins,
    references.length + tokens.length ? homes(tx, references, tokens) : [],
  ]);
  const byExternal = new Map<string, Home>();
  const byToken = new Map<string, Home>();
  for (const row of rows) {
    if (row.token) byToken.set(row.token, row);
    if (row.external_id) byExternal.set(row.external_id, row);
  }
  const takesPart = (home: Home, one: Incoming, sender: Recognised): boolean =>
    home.customer_id === sender.customerId ||
    home.participants.some((p) => plainAddress(p.address) === plainAddress(one.from.address));
  return {
    duplicates: new Set(known.map((row) => `${row.inbox_id}:${row.dedupe.toString('hex')}`)),
    homeOf: (one, sender) => {
      const candidates = [
        one.token ? byToken.get(one.token) : undefined,
        one.inReplyTo ? byExternal.get(one.inReplyTo) : undefined,
        ...[...one.references].reverse().map((r) => byExternal.get(r)),
      ];
      return candidates.find((home): home is Home => home !== undefined && takesPart(home, one, sender)) ?? null;
    },
  };
}

type Named = Home & { external_id: string | null; token: string | null; merged_into: string | null };
/** The conversations that these references and tokens name, locked; where one was merged, the one it is in now. */
async function homes(tx: Tx, references: string[], tokens: string[]): Promise<Named[]> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const rows = await tx.many<Named>(sql`
      with recursive way as (
        select m.external_id, null::uuid as token, c.id, c.merged_into from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
          where m.workspace_id = ${tx.workspaceId} and m.external_id = any (${references}::text[])
        union all select null, c.id, c.id, c.merged_into from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = any (${tokens}::uuid[])
        union select w.external_id, w.token, c.id, c.merged_into from way w join conversation c on c.workspace_id = ${tx.workspaceId} and c.id = w.merged_into),
      held as materialized (select c.* from conversation c where c.workspace_id = ${tx.workspaceId} and c.id in (select id from way where merged_into is null) order by c.id for update)
      select w.external_id, w.token, h.id, h.status, h.folder, h.customer_id, h.inbox_id, h.participants, h.last_at, h.merged_into from way w join held h on h.id = w.id`);
    // Merged while we waited for its lock: what came to it now would be seen by nobody.
    if (!rows.some((row) => row.merged_into)) return rows;
  }
  throw Conflict('These conversations are being merged at this moment. Nothing was lost; try again.');
}

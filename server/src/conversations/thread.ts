import type { Status } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict } from '../base/errors.ts';
import { plainAddress, type Recognised } from '../customers/index.ts';
import type { Incoming } from './channel.ts';
import { erasedTwin } from './erased.ts';

export type Home = {
  id: string;
  status: Status;
  folder: 'inbox' | 'spam' | 'trash';
  customer_id: string;
  inbox_id: string;
  participants: { address: string }[];
  /** Where its customer is written to. Nobody may have vouched that it is theirs, so it may belong to another customer. */
  customer_address: string;
  last_at: string;
  scheduled_at: string | null;
  consulted: { address: string }[];
  parent_id: string | null;
  parent_kind: 'child' | 'side' | null;
};
/** A message that is here already and has something of this one: the same words, or only the same Message-ID. */
export type Twin = {
  /** Null when it was deleted for good. */
  id: string | null;
  inbox_id: string;
  conversationId: string | null;
  same: boolean;
  /** It is one of ours, and this the address it went out from. */
  ours: string | null;
  sender: string | null;
};
export type Found = {
  twinsOf: (one: Incoming) => Twin[];
  /** Is a message of this id here? */
  knows: (externalId: string) => boolean;
  /**
   * The conversation this message belongs to. Only for who takes part in it: a Message-ID or token alone opens nothing.
   * Else the one it names, which a person may merge it into.
   */
  homeOf: (one: Incoming, sender: Recognised) => { home: Home | null; maybe: Home | null };
  /** Does this answer what was said beside the customer? */
  answersAside: (one: Incoming) => boolean;
  /** Our messages of which nobody knew whether they arrived, and which this one answers. */
  proved: (one: Incoming, homeId: string) => string[];
};

/** The messages that this one names, what it answers first, then back in time. */
export const namedBy = (one: Pick<Incoming, 'inReplyTo' | 'references'>): string[] => [
  ...new Set([...(one.inReplyTo ? [one.inReplyTo] : []), ...[...one.references].reverse()]),
];

export const isReport = (one: Pick<Incoming, 'kind' | 'arrival'>): boolean =>
  one.kind === 'bounce' || one.kind === 'complaint' || one.arrival === true;
/** The messages that a bounce or complaint may be about. */
export const reportsOn = (one: Pick<Incoming, 'bounce' | 'inReplyTo' | 'references'>): string[] => [
  ...new Set([...(one.bounce?.messageExternalId ? [one.bounce.messageExternalId] : []), ...namedBy(one).slice(0, 20)]),
];

const takesPart = (home: Home, one: Incoming, sender: Recognised): boolean =>
  home.customer_id === sender.customerId ||
  [{ address: home.customer_address }, ...home.participants, ...home.consulted].some(
    (p) => plainAddress(p.address) === plainAddress(one.from.address),
  );

/*
 * Each row of a batch is looked up by itself (a subselect with a limit, which no planner turns into a join): while a table is small or its
 * statistics are old, a join would read the whole workspace, and its plan stays as long as the connection.
 */
/** One look for a whole batch: which are known (`whose`: by whose address one may have been erased), and which conversations their references and tokens name (locked, in order of id). */
export async function find(
  tx: Tx,
  incoming: Incoming[],
  whose = (one: Incoming): string => one.from.address,
): Promise<Found> {
  const references = [...new Set(incoming.flatMap((i) => (isReport(i) ? reportsOn(i) : namedBy(i).slice(0, 20))))];
  const own = [...new Set(incoming.flatMap((i) => (i.externalId ? [i.externalId] : [])))];
  const tokens = [...new Set(incoming.flatMap((i) => (i.token ? [i.token] : [])))];
  // The locks first: each statement sees what is committed when it begins, so what came while we waited for a lock is a twin all the same.
  const [there, before] = await Promise.all([
    references.length + own.length === 0 ? named(tx, tokens) : homes(tx, references, own, tokens),
    twins(tx, incoming, whose),
  ]);
  const { rows } = there;
  const known = there.again ? await twins(tx, incoming, whose) : before;
  const byExternal = new Map<string, Named[]>();
  const byToken = new Map<string, Home>();
  const byName = new Map<string, Named[]>();
  const besideOf = new Map<string, Named[]>();
  const add = (map: Map<string, Named[]>, key: string, home: Named) => map.set(key, [...(map.get(key) ?? []), home]);
  for (const row of rows) {
    if (row.via) add(besideOf, row.token ?? (row.external_id as string), row);
    else if (row.token) byToken.set(row.token, row);
    else if (row.external_id) add(row.named ? byName : byExternal, row.external_id, row);
  }
  // The same mail may stand in two of our inboxes: an answer goes to where it came in.
  const sorted = (homes: Named[] | undefined, one: Incoming): Named[] =>
    [...(homes ?? [])].sort((a, b) => Number(b.inbox_id === one.inboxId) - Number(a.inbox_id === one.inboxId));
  const said = (one: Incoming): Named[] => namedBy(one).flatMap((id) => sorted(byExternal.get(id), one));
  const wrote = await voices(tx, incoming, byToken, byExternal);
  return {
    twinsOf: (one) => known.get(one.id) ?? [],
    knows: (externalId) => byExternal.has(externalId),
    homeOf: (one, sender) => {
      const named = namedBy(one);
      const exact = (ids: string[]) => ids.flatMap((id) => sorted(byExternal.get(id), one));
      // What is answered says it best; the address answered to names a conversation even after a message went elsewhere.
      const nearest = [...(one.inReplyTo ? [one.inReplyTo] : []), ...one.references.slice(-1)];
      const token = one.token ? byToken.get(one.token) : undefined;
      const candidates = [
        ...exact(nearest),
        ...(token ? [token] : []),
        ...exact(named),
        ...[...named, ...(one.externalId ? [one.externalId] : [])].flatMap((id) => sorted(byName.get(id), one)),
      ];
      const joins = (candidate: Home): boolean =>
        takesPart(candidate, one, sender) &&
        // A visitor names no conversation: theirs is the one at which their chat stands.
        (candidate !== token ||
          one.channel === 'chat' ||
          candidate.customer_id === sender.customerId ||
          wrote(candidate, one));
      // The third person put the customer in copy, who answers: that is no word for the side conversation, but for the customer's own.
      const beside = [...(one.token ? [one.token] : []), ...named].flatMap((id) => besideOf.get(id) ?? []);
      const home = candidates.find(joins) ?? beside.find((own) => own.customer_id === sender.customerId) ?? null;
      return { home, maybe: home ? null : (candidates.find((candidate) => candidate.folder === 'inbox') ?? null) };
    },
    answersAside: (one) => said(one)[0]?.aside === true,
    proved: (one, homeId) => said(one).flatMap((row) => (row.doubted && row.id === homeId ? [row.doubted] : [])),
  };
}

/**
 * A reply address alone lets in its customer, and others only when they wrote there before or were written to: who was merely put in copy
 * by a stranger might be a machine that mails a password to whatever address it is given. Asked only for the few whose mail names no message of ours.
 */
async function voices(
  tx: Tx,
  incoming: Incoming[],
  byToken: Map<string, Home>,
  byExternal: Map<string, Home[]>,
): Promise<(home: Home, one: Incoming) => boolean> {
  const answers = (home: Home, one: Incoming): boolean =>
    namedBy(one).some((id) => byExternal.get(id)?.some((named) => named.id === home.id));
  const asked = incoming.flatMap((one) => {
    const home = one.token ? byToken.get(one.token) : undefined;
    return home &&
      !answers(home, one) &&
      home.participants.some((p) => plainAddress(p.address) === plainAddress(one.from.address))
      ? [home.id]
      : [];
  });
  const heard = asked.length
    ? await tx.many<{ id: string; address: string }>(sql`
        select distinct m.conversation_id as id, a.address from message m,
          lateral (select m.sender->>'address' as address where m.type = 'in' union all select t->>'address' from jsonb_array_elements(m.recipients->'to') t where m.type = 'out') a
        where m.workspace_id = ${tx.workspaceId} and m.conversation_id = any (${[...new Set(asked)]}::uuid[])`)
    : [];
  const known = new Set(heard.map((row) => `${row.id} ${plainAddress(row.address ?? '')}`));
  return (home, one) => answers(home, one) || known.has(`${home.id} ${plainAddress(one.from.address)}`);
}

/** What is here of the same words or the same id, in this inbox and in our others; of what was deleted for good, only that it was. */
async function twins(tx: Tx, incoming: Incoming[], whose: (one: Incoming) => string): Promise<Map<string, Twin[]>> {
  const rows = await tx.many<Twin & { one: string }>(sql`
    select m.inbox_id, m.dedupe is not distinct from n.dedupe as same, n.one, m.id, m.conversation_id as "conversationId", m.sender->>'address' as sender,
      case when m.type = 'out' then (select i.address from inbox i where i.workspace_id = ${tx.workspaceId} and i.id = m.inbox_id) end as ours
    from unnest(${incoming.map((i) => i.id)}::uuid[], ${incoming.map((i) => i.inboxId)}::uuid[], ${incoming.map((i) => i.dedupe)}::bytea[], ${incoming.map((i) => i.externalId)}::text[],
        ${incoming.map((i) => plainAddress(whose(i)))}::text[], ${incoming.map((i) => i.receivedAt)}::timestamptz[]) as n (one, inbox_id, dedupe, external_id, sender, received),
      lateral ((select m.id, m.inbox_id, m.conversation_id, m.type, m.dedupe, m.sender from message m where m.workspace_id = ${tx.workspaceId} and m.inbox_id = n.inbox_id and m.dedupe = n.dedupe limit 1)
        union all (select m.id, m.inbox_id, m.conversation_id, m.type, m.dedupe, m.sender from message m where m.workspace_id = ${tx.workspaceId} and m.external_id = n.external_id
          and (m.inbox_id <> n.inbox_id or m.dedupe is distinct from n.dedupe) limit 20)
        union all (select null, t.inbox_id, null, 'in', t.dedupe, null from tombstone t where t.workspace_id = ${tx.workspaceId} and t.inbox_id = n.inbox_id and t.dedupe = n.dedupe limit 1)
        union all ${erasedTwin(tx.workspaceId)}) m`);
  const out = new Map<string, Twin[]>();
  for (const row of rows) out.set(row.one, [...(out.get(row.one) ?? []), row]);
  return out;
}

type Named = Home & {
  external_id: string | null;
  named: boolean;
  token: string | null;
  merged_into: string | null;
  aside: boolean;
  doubted: string | null;
  /** What is named is a side conversation, and this the one that it stands beside. */
  via: boolean;
};
/** The conversations of these tokens and of nothing else, as of each word of a chat: they stand where they stood, or are looked for. */
async function named(tx: Tx, tokens: string[]): Promise<Homes> {
  if (tokens.length === 0) return { rows: [], again: false };
  const rows = await tx.many<Named>(sql`
    select null as external_id, false as named, c.id as token, false as aside, null as doubted, false as via, c.id, c.status, c.folder, c.customer_id, c.customer_address, c.inbox_id, c.participants, c.consulted, c.scheduled_at, c.last_at, c.merged_into, c.parent_id, c.parent_kind
    from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = any (${tokens}::uuid[]) and c.merged_into is null and c.parent_kind is distinct from 'side' order by c.id for no key update`);
  if (rows.length === tokens.length) return { rows, again: false };
  return { ...(await homes(tx, [], [], tokens)), again: true };
}

type Homes = { rows: Named[]; again: boolean };
/**
 * The conversations that these references and tokens name, locked; where one was merged, the one it is in now. `again`: it was merged
 * while we waited, and another lock was taken after all that left in the same packet.
 */
async function homes(tx: Tx, references: string[], own: string[], tokens: string[]): Promise<Homes> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const beside = sql`case when c.parent_kind = 'side' then c.parent_id end`;
    const rows = await tx.many<Named>(sql`
      with recursive way as (
        select m.external_id, false as named, null::uuid as token, c.id, c.merged_into, m.aside, case when m.state = 'unknown' then m.id end as doubted, false as via, ${beside} as beside from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
          where m.workspace_id = ${tx.workspaceId} and m.external_id = any (${references}::text[])
        union all select null, false, c.id, c.id, c.merged_into, false, null, false, ${beside} from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = any (${tokens}::uuid[])
        union all select n.external_id, n.message_id is null, null, c.id, c.merged_into, coalesce(l.aside, false), null, false, ${beside}
          from named_id n left join message l on l.workspace_id = n.workspace_id and l.id = n.message_id join conversation c on c.workspace_id = n.workspace_id and c.id = case when l.id is null then n.conversation_id else l.conversation_id end
          where n.workspace_id = ${tx.workspaceId} and n.external_id = any (${[...references, ...own]}::text[])
        union select w.external_id, w.named, w.token, c.id, c.merged_into, w.aside, w.doubted, w.via or w.merged_into is null, ${beside} from way w join conversation c on c.workspace_id = ${tx.workspaceId} and c.id = case when w.merged_into is null then w.beside else w.merged_into end),
      held as materialized (select c.* from conversation c where c.workspace_id = ${tx.workspaceId} and c.id in (select id from way where merged_into is null) order by c.id for no key update)
      select w.external_id, w.named, w.token, w.aside, w.doubted, w.via, h.id, h.status, h.folder, h.customer_id, h.customer_address, h.inbox_id, h.participants, h.consulted, h.scheduled_at, h.last_at, h.merged_into, h.parent_id, h.parent_kind from way w join held h on h.id = w.id`);
    // Merged while we waited for its lock: what came to it now would be seen by nobody.
    if (!rows.some((row) => row.merged_into)) return { rows, again: attempt > 0 };
  }
  throw Conflict('These conversations are being merged at this moment. Nothing was lost; try again.');
}

import { sql, type Tx } from '../base/db.ts';
import { emit } from '../base/events.ts';
import type { MergeUndo } from './rows.ts';

/** Marks that the customer wants a person, until one answers: it stands as long as nobody waits shorter than it. Marked already: nothing. */
export async function askForPerson(tx: Tx, conversationId: string): Promise<void> {
  const home = await tx.first<{ customer_id: string }>(sql`
    update conversation set person_asked_at = greatest(now(), waiting_since), version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${conversationId} and (person_asked_at is null or person_asked_at < waiting_since) returning customer_id`);
  if (home)
    await emit(tx, [
      { name: 'conversation.person', actor: { kind: 'customer', id: home.customer_id }, conversationId, data: {} },
    ]);
}

/** Two become one: whoever of both asks for a person asks on. Called while each still says since when it waits. What it was and is now, for the way back. */
export const askTogether = (tx: Tx, from: string, into: string): Promise<MergeUndo['asked']> =>
  tx.first<NonNullable<MergeUndo['asked']>>(sql`
    update conversation c set person_asked_at = greatest(case when c.person_asked_at >= c.waiting_since then c.person_asked_at end, case when s.person_asked_at >= s.waiting_since then s.person_asked_at end)
    from conversation s, conversation was where c.workspace_id = ${tx.workspaceId} and c.id = ${into} and s.workspace_id = c.workspace_id and s.id = ${from} and was.workspace_id = c.workspace_id and was.id = c.id
    returning was.person_asked_at::text as before, c.person_asked_at::text as now`);

/** Apart again: the one that came takes its mark with it, unless a person was asked for since. */
export const askAsBefore = (tx: Tx, id: string, asked: MergeUndo['asked']): Promise<number> =>
  tx.run(sql`
    update conversation set person_asked_at = ${asked?.before ?? null}::timestamptz
    where workspace_id = ${tx.workspaceId} and id = ${id} and ${asked !== undefined} and person_asked_at is not distinct from ${asked?.now ?? null}::timestamptz`);

const SAME = sql`interval '1 second'`; // a message and its mark are of one transaction, whose clock and ours are two

/** One becomes two: the mark goes with the words it was asked with. */
export const askApart = (tx: Tx, one: string, other: string): Promise<number> =>
  tx.run(sql`
    with asks as (
      select m.conversation_id as home, greatest(c.person_asked_at, m.at) as at from conversation c join lateral (
        select m.conversation_id, m.at from message m where m.workspace_id = c.workspace_id and m.conversation_id = any (${[one, other]}::uuid[]) and m.type = 'in' and not m.aside and m.at < c.person_asked_at + ${SAME}
        order by m.at desc, m.id desc limit 1) m on true where c.workspace_id = ${tx.workspaceId} and c.id = ${one})
    update conversation c set person_asked_at = case when c.id = a.home then a.at end from asks a where c.workspace_id = ${tx.workspaceId} and c.id = any (${[one, other]}::uuid[])`);

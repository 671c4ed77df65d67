import { type Sql, sql, type Tx } from '../base/db.ts';

/** One ask a customer in so many days, whatever it is that asks: the question in a resolving answer, or a survey. */
export const QUIET_DAYS = 14;
export type Turn = {
  /** The customer, or whom they were merged into. */
  root: string;
  lately: boolean;
  /** They want to be asked nothing, or ended news about problems. */
  never: boolean;
};

const rootOf = async (tx: Tx, id: string): Promise<string> =>
  (
    await tx.first<{ id: string }>(sql`
      with recursive up as (select k.id, k.merged_into from customer k where k.workspace_id = ${tx.workspaceId} and k.id = ${id}
        union select k.id, k.merged_into from up join customer k on k.workspace_id = ${tx.workspaceId} and k.id = up.merged_into)
      select id from up where merged_into is null`)
  )?.id ?? id;

/**
 * Everybody who would ask this customer stands in one line, until the transaction ends: of two who ask at the same moment the second sees
 * the first. Merged customers are one; whoever was merged while one waited is looked for again.
 */
export async function takeTurn(tx: Tx, customerId: string): Promise<Turn> {
  let root = await rootOf(tx, customerId);
  for (let held = ''; held !== root; root = await rootOf(tx, customerId)) {
    await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`ask ${tx.workspaceId} ${root}`}, 0))`);
    held = root;
  }
  const facts = await tx.first<{ lately: boolean; never: boolean }>(sql`
    with recursive same as (select ${root}::uuid as id union select k.id from same s join customer k on k.workspace_id = ${tx.workspaceId} and k.merged_into = s.id)
    select exists (select 1 from ask a join same s on s.id = a.customer_id where a.workspace_id = ${tx.workspaceId} and a.at > now() - make_interval(days => ${QUIET_DAYS})) as lately,
      exists (select 1 from never_asked n join same s on s.id = n.customer_id where n.workspace_id = ${tx.workspaceId})
        or exists (select 1 from unsubscribed u join same s on s.id = u.customer_id where u.workspace_id = ${tx.workspaceId}) as never`);
  return { root, lately: facts?.lately ?? false, never: facts?.never ?? false };
}

/**
 * Says in the one book of asks that the customer of this conversation was asked: the one it had before any merge, or whose address it was, so
 * that they were asked also when the merge is taken back. Only who took their turn in this transaction may.
 */
export async function noteAsk(
  tx: Tx,
  { id, conversationId, kind }: { id: string; conversationId: string; kind: 'mood' | 'survey' },
): Promise<void> {
  await tx.run(sql`
    with recursive home as (select c.customer_id, c.customers_before, lower(c.customer_address) as address from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${conversationId}),
      theirs as (select customer_id as id, 0 as deep from home
        union all select k.id, t.deep + 1 from theirs t join customer k on k.workspace_id = ${tx.workspaceId} and k.merged_into = t.id
          where exists (select 1 from home, jsonb_array_elements(k.merge_undo->'handles') h where h->>'kind' = 'email' and lower(h->>'value') = home.address))
    insert into ask (workspace_id, id, customer_id, kind)
    select ${tx.workspaceId}, ${id}, coalesce((select k.id from customer k where k.workspace_id = ${tx.workspaceId} and k.id = home.customers_before[1]), (select t.id from theirs t order by t.deep desc limit 1)), ${kind}
    from home on conflict (workspace_id, id) do nothing`);
}
/** It never reached them: they may be asked by something else. */
export async function freeAsk(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`delete from ask where workspace_id = ${tx.workspaceId} and id = ${id}`);
}

/** Everybody who is one with this customer. The statement goes on after this with `same`. */
const withSame = (tx: Tx, customerId: string): Sql => sql`
  with recursive up as (select k.id, k.merged_into from customer k where k.workspace_id = ${tx.workspaceId} and k.id = ${customerId}
      union select k.id, k.merged_into from up join customer k on k.workspace_id = ${tx.workspaceId} and k.id = up.merged_into),
    same as (select id from up where merged_into is null union select k.id from same s join customer k on k.workspace_id = ${tx.workspaceId} and k.merged_into = s.id)`;

/** Nothing is asked of this customer from now on; or they may be asked again, by whichever of their addresses they ended it. */
export async function askNeverAgain(tx: Tx, customerId: string, never: boolean): Promise<void> {
  await tx.run(
    never
      ? sql`insert into never_asked (workspace_id, customer_id) values (${tx.workspaceId}, ${customerId}) on conflict do nothing`
      : sql`${withSame(tx, customerId)} delete from never_asked where workspace_id = ${tx.workspaceId} and customer_id in (select id from same)`,
  );
}
export const isNeverAsked = async (tx: Tx, customerId: string): Promise<boolean> =>
  (await tx.first(
    sql`${withSame(tx, customerId)} select 1 from never_asked n join same s on s.id = n.customer_id where n.workspace_id = ${tx.workspaceId}`,
  )) !== undefined;

import { type Sql, sql, type Tx } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import type { Hearten } from '../base/module.ts';
import { praiseToken } from './link.ts';

type Room = Pick<Hearten, 'seal'>;
export type Happy = {
  source: 'mood' | 'survey';
  sourceId: string;
  conversationId: string;
  customerId: string;
  brandId: string | null;
  language: string;
  words: string;
};

/** The conversation of a `praise` stands in the trash or in spam by now: what was said in it is shown to nobody. */
export const isAway: Sql = sql`not exists (select 1 from conversation c join conversation h on h.workspace_id = c.workspace_id and h.id = case when c.merged_into is null then c.id else c.merged_into end
  where c.workspace_id = praise.workspace_id and c.id = praise.conversation_id and h.folder = 'inbox')`;

/** What only they are told: by which link they agree, and to which words. */
export type Offer = { token: string; words: string };

/** Other words than those a `praise` has, which the team did not take off. */
const anew: Sql = sql`(praise.words <> excluded.words and praise.hidden_at is null)`;

/**
 * Somebody happy said something: they may be asked whether others may read it. Said otherwise than it was shown, it is shown no more until
 * they agree anew, and what came of it stays theirs; null where just these words are shown already, the team took them off, or their conversation is in the trash: then nothing is asked.
 */
export async function offerPraise({ seal }: Room, tx: Tx, happy: Happy): Promise<Offer | null> {
  const id = newId();
  const row = await tx.first<{ id: string; decided: boolean }>(sql`
    insert into praise (workspace_id, id, source, source_id, conversation_id, customer_id, brand_id, language, words, code)
    values (${tx.workspaceId}, ${id}, ${happy.source}, ${happy.sourceId}, ${happy.conversationId}, ${happy.customerId}, ${happy.brandId}, ${happy.language}, ${happy.words},
      ${seal.sign('praise-code', `${tx.workspaceId}.${id}`, 8).slice(0, 12)})
    on conflict (workspace_id, source_id) do update set words = excluded.words,
      withdrawn_at = case when ${anew} and praise.consented_at is not null and praise.withdrawn_at is null then now() else praise.withdrawn_at end, reworded = praise.reworded or (${anew} and praise.consented_at is not null)
    returning id, hidden_at is not null or (consented_at is not null and withdrawn_at is null) or ${isAway} as decided`);
  return row?.decided ? null : { token: praiseToken(seal, tx.workspaceId, row?.id ?? id), words: happy.words };
}

/**
 * They are not happy any more, or say nothing: what was shown is gone, with its words, and what came of it stays counted. That
 * the team took it off is remembered. What nobody ever agreed to show is not kept.
 */
export async function dropPraise(tx: Tx, sourceId: string): Promise<void> {
  await tx.run(
    sql`update praise set withdrawn_at = coalesce(withdrawn_at, now()), words = '', reworded = false where workspace_id = ${tx.workspaceId} and source_id = ${sourceId} and hidden_at is null`,
  );
  await tx.run(
    sql`delete from praise where workspace_id = ${tx.workspaceId} and source_id = ${sourceId} and consented_at is null and hidden_at is null and visits = 0
      and not exists (select 1 from praise_order o where o.workspace_id = praise.workspace_id and o.praise_id = praise.id)`,
  );
}

import { sql, type Tx } from '../base/db.ts';
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

/**
 * Somebody happy said something: they may be asked whether others may read it. Gives what only they are told. Said otherwise than it was
 * shown, it is shown no more until they agree anew.
 */
export async function offerPraise({ seal }: Room, tx: Tx, happy: Happy): Promise<string> {
  const id = newId();
  const row = await tx.first<{ id: string }>(sql`
    insert into praise (workspace_id, id, source, source_id, conversation_id, customer_id, brand_id, language, words, code)
    values (${tx.workspaceId}, ${id}, ${happy.source}, ${happy.sourceId}, ${happy.conversationId}, ${happy.customerId}, ${happy.brandId}, ${happy.language}, ${happy.words},
      ${seal.sign('praise-code', `${tx.workspaceId}.${id}`, 8).slice(0, 12)})
    on conflict (workspace_id, source_id) do update set words = excluded.words,
      consented_at = case when praise.words = excluded.words then praise.consented_at end, withdrawn_at = case when praise.words = excluded.words then praise.withdrawn_at end
    returning id`);
  return praiseToken(seal, tx.workspaceId, row?.id ?? id);
}

/** They are not happy any more, or say nothing: what was shown is gone. */
export async function dropPraise(tx: Tx, sourceId: string): Promise<void> {
  await tx.run(sql`delete from praise where workspace_id = ${tx.workspaceId} and source_id = ${sourceId}`);
}

import { sql } from '../../base/db.ts';
import { Invalid } from '../../base/errors.ts';
import type { Channel } from '../../conversations/index.ts';

/**
 * Goes on by mail: to the address it has, or to the first that is known of its customer. Whoever moves it decides that; what a visitor
 * only said of themselves is the conversation's own address already, and opens nothing of anybody.
 */
export const takeOver: NonNullable<Channel['takeOver']> = async (tx, home) => {
  if (home.customer_address.includes('@')) return null;
  const known = await tx.first<{ value: string }>(sql`
    select h.value from handle h
    where h.workspace_id = ${tx.workspaceId} and h.customer_id = ${home.customer_id} and h.kind = 'email'
    order by h.created_at, h.value limit 1`);
  if (!known)
    throw Invalid(
      'No e-mail address of this customer is known, so no mail would reach them. Nothing was changed; ask for it in the chat, or add it to the customer, then move it.',
    );
  return known.value;
};

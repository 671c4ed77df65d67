import { sql } from '../../base/db.ts';
import { Invalid } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Channel } from '../../conversations/index.ts';
import type { Visiting } from './sockets.ts';

/**
 * Goes on in the chat: there, where it stood before, or with the visitor who is this customer. They see what is said from now on; what
 * was said by mail stays where it was, for whoever reads along in a browser need not be whoever wrote.
 */
export const takeOver =
  ({ woken }: Pick<Visiting, 'woken'>): NonNullable<Channel['takeOver']> =>
  async (tx, home, inboxId) => {
    const before = await tx.first(
      sql`select 1 from chat where workspace_id = ${tx.workspaceId} and conversation_id = ${home.id}`,
    );
    if (before) return null;
    const visitor = await tx.first<{ id: string }>(sql`
    with recursive same as (select ${home.customer_id}::uuid as id union select c.id from same s join customer c on c.workspace_id = ${tx.workspaceId} and c.merged_into = s.id)
    select id from visitor where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} and customer_id in (select id from same) order by user_id is not null desc, seen_at desc, id limit 1`);
    if (!visitor)
      throw Invalid(
        'This customer was never in this chat, so nobody there would read an answer. Nothing was changed; answer by mail, or ask them to write in the chat.',
      );
    await tx.run(
      sql`insert into chat (workspace_id, id, visitor_id, conversation_id) values (${tx.workspaceId}, ${newId()}, ${visitor.id}, ${home.id})`,
    );
    // Their widgets do not listen there yet.
    tx.after(() => woken([visitor.id]));
    return null;
  };

import { baseUrl } from '../../base/config.ts';
import { type Db, sql, type Tx } from '../../base/db.ts';
import { NotFound } from '../../base/errors.ts';
import type { Hearten } from '../../base/module.ts';
import { hash, newToken } from '../../base/seal.ts';
import type { Chat } from './settings.ts';

const OPENS = '14 days';
const LASTS = '30 days'; // the visit that it begins

/**
 * An address at which a visitor goes on with one chat in whichever browser reads their mail. The token is behind the #, which no server,
 * log or referrer gets to see, and is kept as its hash alone; so each mail, and each try of one, has a link of its own. It bears the key that
 * vouched for whom it went to.
 */
export async function makeLink(
  tx: Tx,
  config: Hearten['config'],
  inboxId: string,
  chatId: string,
  token = newToken(),
): Promise<string> {
  await tx.run(
    sql`insert into chat_link (workspace_id, token_hash, chat_id, key_id, expires_at) select ${tx.workspaceId}, ${hash(token)}, c.id, k.id, now() + ${OPENS}::interval
      from chat c join visitor v on v.workspace_id = c.workspace_id and v.id = c.visitor_id left join chat_key k on k.workspace_id = v.workspace_id and k.id = v.key_id where c.workspace_id = ${tx.workspaceId} and c.id = ${chatId}`,
  );
  return `${baseUrl(config)}/chat/${inboxId}/continue#${token}`;
}

/** Uses a link up; of two at the same moment one begins the visit. It sees this chat and no other of the same visitor. */
export async function openLink(db: Db, chat: Chat, token: string): Promise<string> {
  const secret = newToken();
  const began = await db.tx(chat.workspaceId, (tx) =>
    tx.run(sql`
      with used as (update chat_link l set used_at = now() from chat c join visitor v on v.workspace_id = c.workspace_id and v.id = c.visitor_id
          where l.workspace_id = ${tx.workspaceId} and l.token_hash = ${hash(token)} and l.used_at is null and l.expires_at > now() and c.workspace_id = l.workspace_id and c.id = l.chat_id and v.inbox_id = ${chat.id}
          returning c.id, c.visitor_id, l.key_id)
      insert into visitor_session (workspace_id, token_hash, visitor_id, key_id, chat_id, expires_at) select ${tx.workspaceId}, ${hash(secret)}, u.visitor_id, u.key_id, u.id, now() + ${LASTS}::interval from used u`),
  );
  if (began === 0)
    throw NotFound(
      'This link was used already, or is too old. Nothing was opened; answer the e-mail instead, or ask for a new link in the chat.',
    );
  return secret;
}

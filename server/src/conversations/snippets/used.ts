import { sql, type Tx } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { newId } from '../../base/ids.ts';
import type { Who } from '../../base/module.ts';
import { searchable } from '../words.ts';

/** So much of its words stands in what was sent: less, and it was written by hand in the end. */
const SHARE = 0.5;

const wordsIn = (text: string): Set<string> =>
  new Set(
    searchable(text.replace(/\{\{[^}]*\}\}/g, ' '))
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean),
  );
/** Whether a message says what a saved answer says. One of pictures alone is taken at its word. */
export function saysWhat(message: string, saved: string): boolean {
  const own = wordsIn(saved);
  const said = wordsIn(message);
  return [...own].filter((word) => said.has(word)).length >= own.size * SHARE;
}

/** It was put into what somebody writes there; whether it is sent nobody knows yet. */
export async function noteUse(tx: Tx, who: Who, snippetId: string, conversationId: string): Promise<void> {
  await tx.run(sql`
    insert into snippet_use (workspace_id, id, snippet_id, conversation_id, person_id) values (${tx.workspaceId}, ${newId()}, ${snippetId}, ${conversationId}, ${who.id})
    on conflict (workspace_id, conversation_id, person_id, snippet_id) where message_id is null do update set at = now()`);
}

type Waiting = { id: string; message: string; text: string; saved: string[] | null };
/** When an answer has left: what was put into it and stands there still is its own from now on. */
export async function useIsSent(tx: Tx, events: EventRow[]): Promise<void> {
  const messages = events.flatMap((event) => (event.message_id ? [event.message_id] : []));
  if (messages.length === 0) return;
  const waiting = await tx.many<Waiting>(sql`
    select u.id, m.id as message, m.text, case when s.id is not null then array[s.text] || array(select v.value ->> 'text' from jsonb_each(s.variants) v) end as saved
    from message m join snippet_use u on u.workspace_id = m.workspace_id and u.conversation_id = m.conversation_id and u.person_id = m.author_id and u.message_id is null
      left join snippet s on s.workspace_id = u.workspace_id and s.id = u.snippet_id
    where m.workspace_id = ${tx.workspaceId} and m.id = any (${messages}::uuid[]) and m.type = 'out' order by m.at, m.id`);
  if (waiting.length === 0) return;
  const sent = new Map<string, string>();
  for (const { id, message, text, saved } of waiting)
    if (!sent.has(id) && (saved ?? []).some((words) => saysWhat(text, words))) sent.set(id, message);
  await tx.run(sql`
    update snippet_use u set message_id = m.id, at = m.at from jsonb_to_recordset(${JSON.stringify([...sent].map(([id, message]) => ({ id, message })))}::jsonb) as r (id uuid, message uuid)
      join message m on m.workspace_id = ${tx.workspaceId} and m.id = r.message where u.workspace_id = ${tx.workspaceId} and u.id = r.id`);
  const rest = waiting.flatMap(({ id }) => (sent.has(id) ? [] : [id]));
  await tx.run(
    sql`delete from snippet_use where workspace_id = ${tx.workspaceId} and id = any (${rest}::uuid[]) and message_id is null`,
  );
}

/** Where messages go, what was put into them goes along. */
export async function takeUsesAlong(tx: Tx, messages: string[]): Promise<void> {
  await tx.run(sql`
    update snippet_use u set conversation_id = m.conversation_id from message m
    where u.workspace_id = ${tx.workspaceId} and m.workspace_id = ${tx.workspaceId} and m.id = any (${messages}::uuid[]) and u.message_id = m.id`);
}

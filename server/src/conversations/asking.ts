import { sql, type Tx } from '../base/db.ts';

/** A question mark: full width, Arabic and Greek wherever it stands, the Latin one where something ends, for it stands in links, too. */
const QUESTION = /[？؟\u037e]|(?:\?|(?<=\p{Script=Greek}\s?);)(?=[\s"'”’»)\]!.…*_]|$)/u;

/** Does this text ask something? */
export const asks = (text: string): boolean => QUESTION.test(text);

/**
 * Those of these conversations where we wait for what their customer says to a question of ours: "Ok, thanks" is an answer there, and has to
 * be seen. What we resolved waits for nobody, whatever it was said with ("Anything else?").
 */
export async function askingAmong(tx: Tx, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.many<{ id: string; text: string }>(sql`
    select c.id, o.text from conversation c cross join lateral (select m.text from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id
      and m.type = 'out' and m.kind = 'message' and not m.automatic and not m.aside and m.plan is null and m.state is distinct from 'cancelled' order by m.at desc, m.id desc limit 1) o
    where c.workspace_id = ${tx.workspaceId} and c.id = any (${ids}::uuid[]) and c.status in ('waiting', 'snoozed')`);
  return new Set(rows.filter((row) => asks(row.text)).map((row) => row.id));
}

import { type Sql, sql, type Tx } from '../../base/db.ts';
import type { Hearten } from '../../base/module.ts';
import { type There, whoIsThere } from './give.ts';
import { byMachine } from './lines.ts';
import type { Chat } from './settings.ts';

/** Whether somebody is there now, until when, or when they are again; null where a chat has no hours. */
export type Hours = { open: boolean; until: string | null; opens: string | null } | null;
/** What is true at this moment, above the first message. `usual`: seconds to the first answer, as it really was; null while that cannot be said. */
export type Now = { hours: Hours; usual: number | null; there: There };

const FRESH = 20_000;
const USUAL_FRESH = 600_000;
const ENOUGH = 20; // first answers of which half is worth a word
const LOOKED_AT = 300;

/** Asked by every page that shows the bubble, so known for a while: a closing time is told twenty seconds late at most. */
export function nowFinder(
  { db }: Pick<Hearten, 'db'>,
  hoursOf: (tx: Tx, inboxId: string) => Promise<Hours>,
): (chat: Chat) => Promise<Now> {
  const hours = remembered(FRESH, (chat) => db.tx(chat.workspaceId, (tx) => hoursOf(tx, chat.id)));
  const there = remembered(FRESH, (chat) => db.tx(chat.workspaceId, (tx) => whoIsThere(tx, chat.settings)));
  const usual = remembered(USUAL_FRESH, (chat) => db.tx(chat.workspaceId, (tx) => usualOf(tx, chat.id)));
  return async (chat) => {
    const [now, seconds, staff] = await Promise.all([hours(chat), usual(chat), there(chat)]);
    return { hours: now, usual: seconds, there: staff };
  };
}

function remembered<T>(fresh: number, ask: (chat: Chat) => Promise<T>): (chat: Chat) => Promise<T> {
  const known = new Map<string, { at: number; value: Promise<T> }>();
  return (chat) => {
    const before = known.get(chat.id);
    if (before && Date.now() - before.at < fresh) return before.value;
    const value = ask(chat);
    if (known.size > 5_000) known.clear();
    known.set(chat.id, { at: Date.now(), value });
    value.catch(() => known.delete(chat.id));
    return value;
  };
}

/**
 * The median of the newest chats of thirty days that a visitor began and a person has answered. What a machine wrote is no answer, nor what
 * is planned, went to many, or was said to somebody else.
 */
export async function usualOf(tx: Tx, inboxId: string): Promise<number | null> {
  const row = await tx.first<{ answered: number; seconds: number | null }>(sql`
    select count(*)::int as answered, percentile_cont(0.5) within group (order by extract(epoch from a.at - c.created_at))::float8 as seconds
    from (select c.conversation_id, c.created_at from chat c join visitor v on v.workspace_id = c.workspace_id and v.id = c.visitor_id
      where c.workspace_id = ${tx.workspaceId} and v.inbox_id = ${inboxId} and c.created_at > now() - interval '30 days' and ${begunByVisitor} order by c.created_at desc limit ${LOOKED_AT}) c
    join lateral (select min(m.at) as at from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = c.conversation_id
      and m.type = 'out' and not ${byMachine} and not m.aside and m.plan is null and m.recipients->>'many' is null and m.state <> 'cancelled' and m.at > c.created_at) a on a.at is not null`);
  return row && row.answered >= ENOUGH && row.seconds !== null ? Math.round(row.seconds) : null;
}
/** Not moved here from the mail, where somebody had been answered before. */
const begunByVisitor: Sql = sql`coalesce((select l.client_id is not null from chat_line l where l.workspace_id = c.workspace_id and l.chat_id = c.id order by l.seq limit 1), false)`;

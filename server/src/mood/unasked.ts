import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { isPractice } from '../conversations/index.ts';

type Ended = {
  message_id: string;
  state: string;
  author_id: string | null;
  team_id: string | null;
  inbox_id: string | null;
  channel: string;
  asks: boolean;
  practice: boolean;
  many: boolean;
  folder: string;
  wrote: boolean;
  /** It stands in a chat, whose end asks as soon as they look at it. */
  in_chat: boolean;
};

/** Booked of whoever has not looked at a chat since it is over; looking at it is being asked, and takes its place. */
export const NOT_THERE = 'not there';

const over = (status: unknown): boolean => status === 'resolved' || status === 'closed';
/** What may still be taken back, or has not reached the customer's mail server yet. */
export const onItsWay = ['queued', 'sending', 'deferred'];

/**
 * A conversation ended, and no answer left that could ask: it was resolved after the answer, or closed. It ended all the same, so it is kept
 * as one where nobody was asked, with the last answer in it. While that is on its way it may still ask; then this is looked at when it has
 * left. What was answered in a chat asks there when they look at it again: until then they were not there, and no longer.
 */
export async function endedUnasked(tx: Tx, event: EventRow): Promise<void> {
  const { status, before, to, from } = event.data as Record<string, unknown>;
  const ends = event.name === 'message.sent' || (over(status) && !over(before)) || (over(to) && !over(from));
  if (!event.conversation_id || !ends) return;
  const left = event.name === 'message.sent' ? event.message_id : null;
  const found = (): Promise<Ended | undefined> => endedThere(tx, event.conversation_id as string, left);
  if (!(await found())) return;
  // As whoever asks does: what is read of it at this moment is there, or waits.
  await tx.run(
    sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = ${event.conversation_id} for update`,
  );
  const last = await found();
  if (!last) return;
  await tx.run(sql`
    insert into mood_ask (workspace_id, id, conversation_id, message_id, author_id, team_id, inbox_id, channel, excluded)
    values (${tx.workspaceId}, ${newId()}, ${event.conversation_id}, ${last.message_id}, ${last.author_id}, ${last.team_id}, ${last.inbox_id}, ${last.channel}, ${whyUnasked(last)})
    on conflict (workspace_id, message_id) do nothing`);
}

/** The last answer in what is over, where nothing tells yet whether its customer was asked since they wrote last. */
async function endedThere(tx: Tx, id: string, left: string | null): Promise<Ended | undefined> {
  const last = await tx.first<Ended>(sql`
    select m.id as message_id, m.state, m.author_id, c.team_id, c.inbox_id, c.channel, w.asks_mood as asks, ${isPractice(tx)} as practice,
      m.recipients->>'many' is not null as many, c.folder, l.at is not null as wrote, exists (select 1 from chat_line t where t.workspace_id = c.workspace_id and t.message_id = m.id and not t.gone) as in_chat
    from conversation c join workspace w on w.id = c.workspace_id and w.sample_of is null
      cross join lateral (select o.id, o.state, o.author_id, o.recipients from message o where o.workspace_id = c.workspace_id and o.conversation_id = c.id and o.type = 'out' and o.kind = 'message'
        and not o.automatic and not o.aside and o.plan is null order by o.at desc, o.id desc limit 1) m
      left join lateral (select i.at from message i where i.workspace_id = c.workspace_id and i.conversation_id = c.id and i.type = 'in' and i.kind = 'message' and not i.automatic and not i.aside
        order by i.at desc, i.id desc limit 1) l on true
    where c.workspace_id = ${tx.workspaceId} and c.id = ${id} and c.status in ('resolved', 'closed') and c.merged_into is null and c.parent_kind is distinct from 'side' and (${left}::uuid is null or m.id = ${left})
      and not exists (select 1 from mood_ask a where a.workspace_id = c.workspace_id and a.message_id = m.id)
      and not exists (select 1 from mood_ask a where a.workspace_id = c.workspace_id and a.home = c.id and (l.at is null or a.at >= l.at))`);
  return last && !onItsWay.includes(last.state) ? last : undefined;
}

/** The first reason that holds; the last of them always does. */
function whyUnasked({ asks, practice, many, folder, wrote, in_chat: inChat }: Ended): string {
  if (!asks) return 'off';
  if (practice) return 'practice';
  if (many) return 'to many';
  if (folder !== 'inbox') return 'spam';
  if (!wrote) return 'never wrote';
  return inChat ? NOT_THERE : 'no answer';
}

import type { Notification } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { mentions, snippetOf } from '../conversations/index.ts';
import { notDelivered } from './not-delivered.ts';

type Context = {
  subject: string;
  number: number;
  customer_name: string;
  customer_address: string;
  /** Who wrote the message it is about, when that is one of the team. */
  author_id: string | null;
  assignee_id: string | null;
  team_id: string | null;
  text: string | null;
  folder: string;
  /** Came as spam, is open in the inbox now, and nobody was told of it since. */
  hidden: boolean;
};

/** Whom an event concerns, and why. Never the one who did it. */
function concerned(
  event: EventRow,
  home: Context,
  everyone: { id: string; name: string }[],
  teammates: string[],
): { personId: string; kind: string }[] {
  const out = new Map<string, string>();
  const here = new Set(everyone.map((person) => person.id));
  const tell = (personId: string | null | undefined, kind: string): void => {
    if (personId && here.has(personId) && personId !== event.actor_id && !out.has(personId)) out.set(personId, kind);
  };
  if (event.name === 'message.noted') {
    for (const person of everyone) if (mentions(home.text ?? '', person.name)) tell(person.id, 'mentioned');
    tell(home.assignee_id, 'noted');
  }
  if (event.name === 'conversation.assigned') {
    const before = (event.data.before ?? {}) as { assigneeId?: string | null; teamId?: string | null };
    if (home.assignee_id !== before.assigneeId) tell(home.assignee_id, 'assigned');
    if (home.team_id && home.team_id !== before.teamId && !home.assignee_id)
      for (const id of teammates) tell(id, 'team-assigned');
  }
  if (
    event.name === 'message.received' &&
    event.data.historic !== true &&
    event.data.automatic !== true &&
    event.data.spam !== true &&
    home.folder === 'inbox'
  ) {
    if (home.assignee_id) tell(home.assignee_id, 'answered');
    else if (home.team_id) for (const id of teammates) tell(id, event.data.opened === true ? 'new' : 'answered');
    else for (const person of everyone) tell(person.id, event.data.opened === true ? 'new' : 'answered');
  }
  if (['message.failed', 'message.refused', 'message.unknown', 'message.bounced'].includes(event.name)) {
    const responsible = [home.assignee_id, home.author_id].find((id) => id && here.has(id));
    for (const id of responsible ? [responsible] : home.team_id ? teammates : here) tell(id, 'not-delivered');
  }
  // Nobody heard of what the filter hid. Whoever finds that it was none lets the others know, once.
  if (event.name === 'conversation.moved' && event.data.folder === 'inbox' && home.hidden) {
    if (home.assignee_id) tell(home.assignee_id, 'new');
    else for (const id of home.team_id ? teammates : here) tell(id, 'new');
  }
  // An answer that was to leave later was stopped: whoever planned it decides, or whoever has the conversation now.
  if (event.name === 'message.held') {
    tell(typeof event.data.authorId === 'string' ? event.data.authorId : null, 'held');
    tell(home.assignee_id, 'held');
  }
  if (event.name === 'conversation.woke' && home.folder === 'inbox') tell(home.assignee_id, 'woke');
  return [...out].map(([personId, kind]) => ({ personId, kind }));
}

type Home = Context & { event_id: string };
/** Tells the people that events concern: a row each, and one event an event told, however many people. A batch costs what one costs. */
export async function notify(tx: Tx, events: EventRow[]): Promise<void> {
  const about = events.filter((event) => event.conversation_id && event.data.historic !== true);
  if (about.length === 0) return;
  const [homes, everyone, members] = await Promise.all([
    tx.many<Home>(sql`
    select e.id as event_id, c.subject, c.number, c.customer_name, c.customer_address, c.assignee_id, c.team_id, c.folder,
      coalesce(c.spam->>'folder' = 'spam' and c.folder = 'inbox' and c.status = 'open'
        and not exists (select 1 from notification n where n.workspace_id = c.workspace_id and n.conversation_id = c.id), false) as hidden,
      (select left(m.text, 2000) from message m where m.workspace_id = c.workspace_id and m.id = e.message_id) as text,
      (select m.author_id from message m where m.workspace_id = ${tx.workspaceId} and m.id = e.message_id) as author_id
    from unnest(${about.map((e) => e.id)}::uuid[], ${about.map((e) => e.conversation_id)}::uuid[], ${about.map((e) => e.message_id)}::uuid[]) as e (id, conversation_id, message_id)
    cross join lateral (select * from conversation o where o.workspace_id = ${tx.workspaceId} and o.id = e.conversation_id limit 1) c`),
    tx.many<{ id: string; name: string }>(
      sql`select id, name from person where workspace_id = ${tx.workspaceId} and active and role <> 'viewer'`,
    ),
    tx.many<{ team_id: string; id: string }>(
      sql`select team_id, person_id as id from team_person where workspace_id = ${tx.workspaceId}`,
    ),
  ]);
  const homeOf = new Map(homes.map((home) => [home.event_id, home]));
  const at = new Date().toISOString();
  const rows: Row[] = about.flatMap((event) => {
    const home = homeOf.get(event.id);
    if (!home) return [];
    const teammates = members.flatMap((member) => (member.team_id === home.team_id ? [member.id] : []));
    return concerned(event, home, everyone, teammates).map(({ personId, kind }) => ({
      event,
      personId,
      notification: {
        id: newId(),
        kind,
        conversationId: event.conversation_id,
        inboxId: null,
        title: `#${home.number} ${home.subject}`,
        text:
          kind === 'held'
            ? 'Your answer was held, not sent: something newer came before its time.'
            : kind === 'not-delivered'
              ? notDelivered(event, home, personId === home.author_id)
              : snippetOf(home.text ?? String(event.data.reason ?? '')) || home.customer_name,
        at,
        seenAt: null,
      },
    }));
  });
  if (rows.length === 0) return;
  const made = await tx.many<{ id: string }>(sql`
    insert into notification (workspace_id, id, person_id, kind, conversation_id, event_id, title, text, at)
    select ${tx.workspaceId}, n.id, n.person_id, n.kind, n."conversationId", n.event_id, n.title, n.text, ${at}
    from jsonb_to_recordset(${JSON.stringify(rows.map((r) => ({ ...r.notification, person_id: r.personId, event_id: r.event.id })))}::jsonb)
      as n (id uuid, person_id uuid, event_id uuid, "conversationId" uuid, kind text, title text, text text)
    on conflict do nothing returning id`);
  const fresh = new Set(made.map((row) => row.id));
  const announced = new Map<EventRow, { personId: string; notification: Notification }[]>();
  for (const { event, personId, notification } of rows)
    if (fresh.has(notification.id)) announced.set(event, [...(announced.get(event) ?? []), { personId, notification }]);
  await emit(
    tx,
    [...announced].map(([because, told]) => ({ name: 'notification.made', actor: system, data: { told }, because })),
  );
}
type Row = { event: EventRow; personId: string; notification: Notification };

export async function listNotifications(
  tx: Tx,
  personId: string,
  cursor: string | undefined,
  limit = 30,
): Promise<{ items: Notification[]; next: string | null; unseen: number }> {
  const [items, unseen] = await Promise.all([
    tx.many<Notification>(sql`
      select id, kind, conversation_id as "conversationId", inbox_id as "inboxId", title, text, at, seen_at as "seenAt" from notification
      where workspace_id = ${tx.workspaceId} and person_id = ${personId} and (${cursor ?? null}::uuid is null or id < ${cursor ?? null}::uuid) order by id desc limit ${limit}`),
    tx.first<{ n: number }>(
      sql`select count(*)::int as n from (select 1 from notification where workspace_id = ${tx.workspaceId} and person_id = ${personId} and seen_at is null limit 100) x`,
    ),
  ]);
  return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null, unseen: unseen?.n ?? 0 };
}
export async function markNotificationsSeen(tx: Tx, personId: string, ids: string[] | undefined): Promise<void> {
  await tx.run(
    sql`update notification set seen_at = now() where workspace_id = ${tx.workspaceId} and person_id = ${personId} and seen_at is null and (${ids ?? null}::uuid[] is null or id = any (${ids ?? null}::uuid[]))`,
  );
}
/** What was deleted for good is not named here either. */
export async function forgetConversations(tx: Tx, event: EventRow): Promise<void> {
  await tx.run(
    sql`delete from notification where workspace_id = ${tx.workspaceId} and conversation_id = any (${event.data.conversations as string[]}::uuid[])`,
  );
}

import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import { isSpamNow, mentions, snippetOf } from '../conversations/index.ts';
import { oneLine } from '../team/index.ts';
import { type Hearer, howToTell } from './how.ts';
import { notDelivered } from './not-delivered.ts';
import { type Row, write } from './write.ts';

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
  /** Whom the message says it is from. */
  sender: { name?: string; address?: string } | null;
  folder: string;
  /** Came as spam, is open in the inbox now, and nobody was told of it since. */
  hidden: boolean;
  /** What the filter said of the message, and what is known of its sender by now. */
  spam: Parameters<typeof isSpamNow>[0];
  authentication: (NonNullable<Parameters<typeof isSpamNow>[1]> & { checking?: boolean }) | null;
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
    // The sender may be known by now, and the conversation not yet in the spam folder.
    !isSpamNow(home.spam, home.authentication) &&
    home.folder === 'inbox'
  ) {
    const opened = event.data.opened === true;
    if (home.assignee_id) tell(home.assignee_id, 'answered');
    else for (const id of home.team_id ? teammates : here) tell(id, opened ? 'new' : 'team-answered');
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

const LONGEST = 20_000; // ms that mail whose sender is being looked up is told to nobody: DNS that is away holds up nothing

/**
 * Tells the people whom what happened concerns. Mail whose sender is still being looked up waits until that is done, since a forgery
 * is told to nobody; and for twenty seconds at most.
 */
export async function notify(tx: Tx, events: EventRow[], jobs: Jobs): Promise<void> {
  const found = events.flatMap((event) => (event.name === 'message.checked' ? (event.message_id ?? []) : []));
  const others = events.filter((event) => event.name !== 'message.checked');
  const held = await tellPeople(tx, others, jobs, true);
  const at = new Date(Date.now() + LONGEST);
  if (held.length > 0) await jobs.add(tx, 'notify-held', { messageIds: held }, { at, key: `notify-held:${held[0]}` });
  if (found.length > 0) await notifyHeld(tx, found, jobs);
}

/** What was held and nobody has heard of yet. */
export async function notifyHeld(tx: Tx, messageIds: string[], jobs: Jobs): Promise<void> {
  const events = await tx.many<EventRow>(sql`
    select e.* from message m cross join lateral (select * from event o where o.workspace_id = m.workspace_id and o.conversation_id = m.conversation_id
      and o.message_id = m.id and o.name = 'message.received' and o.at > now() - interval '1 day' limit 1) e
    where m.workspace_id = ${tx.workspaceId} and m.id = any (${messageIds}::uuid[])
      and not exists (select 1 from person p join notification n on n.workspace_id = p.workspace_id and n.person_id = p.id and n.event_id = e.id where p.workspace_id = m.workspace_id)
    order by e.id`);
  await tellPeople(tx, events, jobs, false);
}

type Home = Context & { event_id: string };
/** A row a person, and one event an event told, however many people. A batch costs what one costs. Gives the messages that wait. */
async function tellPeople(tx: Tx, events: EventRow[], jobs: Jobs, holds: boolean): Promise<string[]> {
  const about = events.filter((event) => event.conversation_id && event.data.historic !== true);
  if (about.length === 0) return [];
  const [homes, everyone, members] = await Promise.all([
    tx.many<Home>(sql`
    select e.id as event_id, c.subject, c.number, c.customer_name, c.customer_address, c.assignee_id, c.team_id, c.folder,
      coalesce(c.spam->>'folder' = 'spam' and c.folder = 'inbox' and c.status = 'open'
        and not exists (select 1 from notification n where n.workspace_id = c.workspace_id and n.conversation_id = c.id), false) as hidden,
      left(m.text, 2000) as text, m.author_id, m.sender, m.spam, m.authentication
    from unnest(${about.map((e) => e.id)}::uuid[], ${about.map((e) => e.conversation_id)}::uuid[], ${about.map((e) => e.message_id)}::uuid[]) as e (id, conversation_id, message_id)
    cross join lateral (select * from conversation o where o.workspace_id = ${tx.workspaceId} and o.id = e.conversation_id limit 1) c
    left join lateral (select * from message o where o.workspace_id = ${tx.workspaceId} and o.id = e.message_id limit 1) m on true`),
    tx.many<Hearer & { name: string }>(sql`
    select p.id, p.name, p.time_zone, c.ways, c.quiet, c.digest
    from person p left join notification_choice c on c.workspace_id = p.workspace_id and c.person_id = p.id
    where p.workspace_id = ${tx.workspaceId} and p.active and p.role <> 'viewer'`),
    tx.many<{ team_id: string; id: string }>(
      sql`select team_id, person_id as id from team_person where workspace_id = ${tx.workspaceId}`,
    ),
  ]);
  const homeOf = new Map(homes.map((home) => [home.event_id, home]));
  const hearers = new Map(everyone.map((person) => [person.id, person]));
  const now = new Date();
  const held: string[] = [];
  const rows: Row[] = about.flatMap((event) => {
    const home = homeOf.get(event.id);
    if (!home) return [];
    if (holds && event.name === 'message.received' && event.message_id && home.authentication?.checking) {
      held.push(event.message_id);
      return [];
    }
    const teammates = members.flatMap((member) => (member.team_id === home.team_id ? [member.id] : []));
    const actor = event.actor_kind === 'person' ? hearers.get(event.actor_id ?? '')?.name : undefined;
    return concerned(event, home, everyone, teammates).flatMap(({ personId, kind }) => {
      const hearer = hearers.get(personId);
      const how = hearer && howToTell(hearer, kind, now);
      if (!how) return [];
      const notification = {
        id: newId(),
        kind,
        conversationId: event.conversation_id,
        inboxId: null,
        // What became of our own answer is nobody's words.
        sender: ['not-delivered', 'held', 'woke'].includes(kind)
          ? ''
          : oneLine(actor ?? (home.sender?.name || home.sender?.address || home.customer_name)),
        title: `#${home.number} ${home.subject}`,
        text:
          kind === 'held'
            ? 'Your answer was held, not sent: something newer came before its time.'
            : kind === 'not-delivered'
              ? notDelivered(event, home, personId === home.author_id)
              : snippetOf(home.text ?? String(event.data.reason ?? '')) || home.customer_name,
        at: now.toISOString(),
        seenAt: null,
      };
      return [{ event, personId, notification, how }];
    });
  });
  await write(tx, jobs, rows);
  return held;
}

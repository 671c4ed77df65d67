import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import { inWords, say } from '../base/words.ts';
import { isSpamNow, mentions, snippetOf } from '../conversations/index.ts';
import { oneLine, rolesWith } from '../team/index.ts';
import { type Hearer, howToTell } from './how.ts';
import { notDelivered } from './not-delivered.ts';
import { isWorse, type Why, whyUpset } from './upset.ts';
import { type Row, write } from './write.ts';

type Context = {
  /** The conversation that it concerns; of what was said in a side conversation, the one that it stands beside. */
  about: string;
  /** Who began the side conversation has it; null when it is none. */
  aside_id: string | null;
  subject: string;
  number: number;
  customer_name: string;
  customer_address: string;
  /** A chat, and whether it is handed to whoever has room. */
  chat: boolean;
  handed: boolean;
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
  /** The words that said that they are upset or stuck, and messages without an answer. */
  why: Why;
  authentication: (NonNullable<Parameters<typeof isSpamNow>[1]> & { checking?: boolean }) | null;
};

const leads: readonly string[] = rolesWith('conversation.delete');
/** Whom an event concerns, and why. Never the one who did it. */
function concerned(
  event: EventRow,
  home: Context,
  everyone: { id: string; name: string; role: string }[],
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
    if (home.assignee_id !== before.assigneeId)
      tell(home.assignee_id, home.chat && event.data.why === 'room' ? 'chat-new' : 'assigned');
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
    tell(home.aside_id, 'answered');
    if (home.assignee_id) tell(home.assignee_id, home.chat ? 'chat-wrote' : 'answered');
    // What is handed out is told to whoever gets it; and to all, when nobody has room.
    else if (!home.aside_id && !home.handed)
      for (const id of home.team_id ? teammates : here)
        tell(id, opened ? (home.chat ? 'chat-new' : 'new') : 'team-answered');
  }
  if (event.name === 'chat.queued' && !home.assignee_id && home.folder === 'inbox')
    for (const id of home.team_id ? teammates : here) tell(id, 'chat-new');
  // Once a worsening: what was stuck and is upset now, not what was upset and is only stuck.
  if (
    event.name === 'conversation.mood' &&
    isWorse(event.data) &&
    home.folder === 'inbox' &&
    !isSpamNow(home.spam, home.authentication)
  ) {
    if (home.assignee_id) tell(home.assignee_id, 'upset');
    else if (!home.handed) for (const id of home.team_id ? teammates : here) tell(id, 'upset');
  }
  if (event.name === 'conversation.abuse' && event.data.do !== 'allow')
    for (const one of everyone) if (leads.includes(one.role)) tell(one.id, 'abuse');
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
  const at = new Date(clock() + LONGEST);
  if (held.length > 0) await jobs.add(tx, 'notify-held', { messageIds: held }, { at, key: `notify-held:${held[0]}` });
  if (found.length > 0) await notifyHeld(tx, found, jobs);
}

/** What was held and nobody has heard of yet. Who has read it meanwhile needs not be told of it. */
export async function notifyHeld(tx: Tx, messageIds: string[], jobs: Jobs): Promise<void> {
  const events = await tx.many<EventRow>(sql`
    select e.* from message m cross join lateral (select * from event o where o.workspace_id = m.workspace_id and o.conversation_id = m.conversation_id
      and o.message_id = m.id and o.name in ('message.received', 'conversation.mood') and o.at > now() - interval '1 day') e
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
  const [homes, everyone, members, read] = await Promise.all([
    tx.many<Home>(sql`
    select e.id as event_id, coalesce(b.id, c.id) as about, case when b.id is not null then c.assignee_id end as aside_id, coalesce(b.subject, c.subject) as subject, coalesce(b.number, c.number) as number,
      c.customer_name, c.customer_address, case when b.id is null then c.assignee_id else b.assignee_id end as assignee_id, case when b.id is null then c.team_id else b.team_id end as team_id, c.folder,
      coalesce(c.spam->>'folder' = 'spam' and c.folder = 'inbox' and c.status = 'open'
        and not exists (select 1 from notification n where n.workspace_id = c.workspace_id and n.conversation_id = c.id), false) as hidden,
      c.channel = 'chat' as chat, c.channel = 'chat' and exists (select 1 from inbox i where i.workspace_id = c.workspace_id and i.id = c.inbox_id and i.settings->>'assign' = 'room') as handed,
      left(coalesce(m.text, case when e.name <> 'conversation.abuse' and c.channel = 'chat' then c.snippet end), 2000) as text, m.author_id, m.sender, m.spam, m.authentication,
      case when e.name = 'conversation.mood' then (select x.why from mood x where x.workspace_id = ${tx.workspaceId} and x.conversation_id = c.id and (x.upset or x.stuck) and x.why is not null order by x.at desc limit 1) end as why
    from unnest(${about.map((e) => e.id)}::uuid[], ${about.map((e) => e.conversation_id)}::uuid[], ${about.map((e) => e.message_id)}::uuid[], ${about.map((e) => e.name)}::text[]) as e (id, conversation_id, message_id, name)
    cross join lateral (select * from conversation o where o.workspace_id = ${tx.workspaceId} and o.id = e.conversation_id limit 1) c
    left join lateral (select * from conversation o where c.parent_kind = 'side' and o.workspace_id = ${tx.workspaceId} and o.id = c.parent_id limit 1) b on true
    left join lateral (select * from message o where o.workspace_id = ${tx.workspaceId} and o.id = e.message_id limit 1) m on true`),
    tx.many<Hearer & { name: string; language: string; role: string }>(sql`
    select p.id, p.name, p.role, p.language, p.time_zone, c.ways, c.quiet, c.digest, c.sound
    from person p join workspace w on w.id = p.workspace_id and w.sample_of is null left join notification_choice c on c.workspace_id = p.workspace_id and c.person_id = p.id
    where p.workspace_id = ${tx.workspaceId} and p.active and p.role <> 'viewer'`),
    tx.many<{ team_id: string; id: string }>(
      sql`select team_id, person_id as id from team_person where workspace_id = ${tx.workspaceId}`,
    ),
    holds ? [] : readBy(tx, about),
  ]);
  const homeOf = new Map(homes.map((home) => [home.event_id, home]));
  const hearers = new Map(everyone.map((person) => [person.id, person]));
  const knows = new Set(read.map((one) => `${one.event_id} ${one.person_id}`));
  const now = new Date(clock());
  const held: string[] = [];
  const rows: Row[] = about.flatMap((event) => {
    const home = homeOf.get(event.id);
    if (!home) return [];
    if (
      holds &&
      (event.name === 'message.received' || event.name === 'conversation.mood') &&
      event.message_id &&
      home.authentication?.checking
    ) {
      held.push(event.message_id);
      return [];
    }
    const teammates = members.flatMap((member) => (member.team_id === home.team_id ? [member.id] : []));
    const actor = event.actor_kind === 'person' ? hearers.get(event.actor_id ?? '')?.name : undefined;
    return concerned(event, home, everyone, teammates).flatMap(({ personId, kind }) => {
      const hearer = hearers.get(personId);
      const how = hearer && howToTell(hearer, kind, now);
      if (!how || knows.has(`${event.id} ${personId}`)) return [];
      const notification = {
        id: newId(),
        kind,
        conversationId: home.about,
        inboxId: null,
        problemId: null,
        // What became of our own answer is nobody's words.
        sender: ['not-delivered', 'held', 'woke'].includes(kind)
          ? ''
          : oneLine(actor ?? (home.sender?.name || home.sender?.address || home.customer_name)),
        title: `#${home.number} ${home.subject}`,
        text:
          kind === 'held'
            ? inWords(say('Your answer was held, not sent: something newer came before its time.'), hearer.language)
            : kind === 'upset'
              ? inWords(whyUpset(event, home.why), hearer.language)
              : kind === 'not-delivered'
                ? inWords(notDelivered(event, home, personId === home.author_id), hearer.language)
                : snippetOf(home.text ?? String(event.data.reason ?? '')) || home.customer_name,
        // When it happened, not when we came to tell it: who looked at it in between has seen it.
        at: event.at,
        seenAt: null,
      };
      return [{ event, personId, notification, how }];
    });
  });
  await write(tx, jobs, rows);
  return held;
}

/** Who has read the messages that these are about. */
const readBy = (tx: Tx, events: EventRow[]): Promise<{ event_id: string; person_id: string }[]> =>
  tx.many(sql`
    select e.id as event_id, s.person_id from unnest(${events.map((e) => e.id)}::uuid[], ${events.map((e) => e.message_id)}::uuid[]) as e (id, message_id)
      cross join lateral (select * from message o where o.workspace_id = ${tx.workspaceId} and o.id = e.message_id limit 1) m
      join seen s on s.workspace_id = m.workspace_id and s.conversation_id = m.conversation_id and s.up_to >= m.at`);

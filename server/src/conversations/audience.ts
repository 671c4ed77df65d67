import type { Address, ConversationRow, Frame, Item, Notification } from '@hearten/contract';
import { type Db, sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import type { Audience, Seat } from '../base/live.ts';
import { happeningJson, messageJson, quiet, rowJson, writing } from './rows.ts';

type Told = {
  conversation: ConversationRow;
  participants: Address[];
  items: Record<string, Item>;
  /** Who is writing there, since when; null when nobody is. */
  writers: Record<string, string> | null;
  /** How far each who sits here has read. */
  read: Record<string, string> | null;
};

/** What else is on screens: the event's name begins with the word, the screen fetches that again. */
const touches: [prefix: string, what: Extract<Frame, { type: 'touched' }>['what']][] = [
  ['person.', 'people'],
  ['invitation.', 'people'],
  ['team.', 'teams'],
  ['inbox.', 'inboxes'],
  ['quarantine.', 'quarantine'],
  ['workspace.', 'workspace'],
  ['customer.', 'customer'],
  ['sender.', 'customer'],
  ['spam.', 'spam'],
  ['view.', 'views'],
  ['snippet.', 'snippets'],
  ['hours.', 'hours'],
  ['problem.', 'problems'],
  ['form.', 'forms'],
  ['attendance.', 'attendance'],
];

/**
 * Says what happened to every open seat of a workspace, as the state after it: one read for a whole batch of events, then one frame
 * an event and seat. Everyone who works here may see every conversation; drafts' texts and reading marks go to their owner only, that there is a draft to all.
 */
export const conversationAudience =
  (db: Db): Audience =>
  async (workspaceId, events, seats) => {
    const homes = [
      ...new Set(events.flatMap((e) => (e.conversation_id && !quiet.includes(e.name) ? [e.conversation_id] : []))),
    ];
    const people = [...new Set(seats.map((s) => s.who.id))];
    const told = homes.length ? await load(db, workspaceId, homes, events, people) : new Map<string, Told>();
    for (const event of events) {
      const same = new Map<string, Frame[]>();
      for (const seat of seats) {
        const key = sharedBy(event, seat.who.id, told);
        const frames = same.get(key) ?? framesFor(event, seat, told);
        same.set(key, frames);
        for (const frame of frames) seat.send(frame);
      }
    }
  };

/**
 * Seats of the same key are told the same: those who have read as far, where the event is nothing of their own. Of two hundred people most,
 * and each frame is put into words once for all of them (base/live.ts).
 */
function sharedBy(
  { name, conversation_id: id, actor_id: actor, data }: EventRow,
  who: string,
  told: Map<string, Told>,
): string {
  const own = actor === who || data.personId === who || name === 'notification.made';
  return own ? who : ((id && told.get(id)?.read?.[who]) ?? '');
}

const regrouped = [
  'merged',
  'unmerged',
  'split',
  'unsplit',
  'linked',
  'unlinked',
  'unforwarded',
  'vouched',
  'attached',
  'detached',
].map((what) => `conversation.${what}`);

function framesFor(event: EventRow, seat: Seat, told: Map<string, Told>): Frame[] {
  const id = event.conversation_id;
  const personId = String(event.data.personId ?? '');
  if (event.name === 'conversation.seen')
    return personId === seat.who.id && id
      ? [{ type: 'seen', conversationId: id, unread: event.data.unread === true, upTo: String(event.data.upTo) }]
      : [];
  if (event.name === 'draft.saved' || event.name === 'draft.deleted')
    return id
      ? [
          {
            type: 'draft',
            conversationId: id,
            personId,
            updatedAt: (event.name === 'draft.saved' ? event.data.updatedAt : (event.data.left ?? null)) as
              | string
              | null,
          },
        ]
      : [];
  // How far it is concerns who wanted it; what it does to each conversation is told by the conversation's own events.
  if (event.name === 'bulk.moved')
    return personId === seat.who.id ? [{ type: 'touched', what: 'bulk', id: String(event.data.bulkId) }] : [];
  if (event.name === 'notification.made' && personId)
    return personId === seat.who.id ? [{ type: 'touched', what: 'notifications', id: null }] : [];
  if (event.name === 'notification.made')
    return (event.data.told as { personId: string; notification: Notification; sound?: boolean }[])
      .filter((told) => told.personId === seat.who.id)
      .map(({ notification, sound }) => ({ type: 'notify', notification, ...(sound ? { sound } : {}) }));
  if (event.name === 'conversation.deleted')
    return [{ type: 'gone', conversationIds: event.data.conversations as string[] }];
  if (!id) {
    const touched = touches.find(([prefix]) => event.name.startsWith(prefix));
    return touched
      ? [
          {
            type: 'touched',
            what: touched[1],
            id: typeof event.data.customerId === 'string' ? event.data.customerId : null,
          },
        ]
      : [];
  }
  const state = told.get(id);
  if (!state) return [];
  const upTo = state.read?.[seat.who.id];
  const conversation = {
    ...state.conversation,
    unread:
      upTo === undefined
        ? !['resolved', 'closed'].includes(state.conversation.status)
        : Date.parse(upTo) < Date.parse(state.conversation.lastAt),
  };
  const item = state.items[event.message_id ?? event.id];
  const gone = event.name === 'message.undone' && event.message_id ? [event.message_id] : [];
  const { participants } = state;
  const seenUpTo = upTo ?? null;
  const frames: Frame[] = [
    { type: 'change', event: event.name, conversation, participants, seenUpTo, items: item ? [item] : [], gone },
  ];
  // What was written became a message, or a message became a draft again.
  if (
    event.actor_id !== seat.who.id &&
    event.actor_id &&
    (['message.replied', 'message.scheduled', 'message.noted'].includes(event.name) ||
      (event.name === 'message.undone' && event.data.draft !== false))
  )
    frames.push({
      type: 'draft',
      conversationId: id,
      personId: event.actor_id,
      updatedAt: state.writers?.[event.actor_id] ?? null,
    });
  // Messages moved from one conversation to the other, or stand beside another now: fetching both again is cheaper than telling each.
  if (regrouped.includes(event.name)) frames.push({ type: 'touched', what: 'conversation', id });
  return frames;
}

async function load(
  db: Db,
  workspaceId: string,
  homes: string[],
  events: EventRow[],
  people: string[],
): Promise<Map<string, Told>> {
  const messages = events.filter((e) => e.conversation_id && e.message_id);
  const happenings = events.filter((e) => e.conversation_id && !e.message_id && !quiet.includes(e.name));
  const at = (some: EventRow[]): (string | null)[] => some.map((e) => e.conversation_id);
  const rows = await db.read<Told & { id: string }>(
    workspaceId,
    sql`
    select c.id, ${rowJson(sql`null::timestamptz`)} as conversation, c.participants, (select json_object_agg(d.person_id, d.updated_at) from ${writing} d) as writers,
      (select json_object_agg(s.person_id, s.up_to) from seen s where s.workspace_id = c.workspace_id and s.conversation_id = c.id and s.person_id = any (${people}::uuid[])) as read,
      coalesce((select json_object_agg(m.id, ${messageJson}) from unnest(${messages.map((e) => e.message_id)}::uuid[], ${at(messages)}::uuid[]) n (id, home)
        cross join lateral (select * from message o where o.workspace_id = c.workspace_id and o.id = n.id limit 1) m where n.home = c.id and m.conversation_id = c.id), '{}')::jsonb
      || coalesce((select json_object_agg(e.id, ${happeningJson}) from unnest(${happenings.map((e) => e.id)}::uuid[], ${at(happenings)}::uuid[]) n (id, home)
        cross join lateral (select * from event o where o.workspace_id = c.workspace_id and o.id = n.id limit 1) e where n.home = c.id), '{}')::jsonb as items
    from conversation c where c.workspace_id = ${workspaceId} and c.id = any (${homes}::uuid[])`,
    'kept',
  );
  return new Map(rows.map((row) => [row.id, row]));
}

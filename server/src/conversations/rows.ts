import type { Status } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { type Json, json } from '../base/module.ts';
import { cut } from '../base/text.ts';

/** What we wrote last did not arrive, or maybe not, as far as we know. What still waits for its time is not written yet. */
const undelivered: Sql = sql`coalesce((select case o.state when 'unknown' then '"maybe"'::json else to_json(o.state in ('bounced', 'failed')) end from message o
  where o.workspace_id = c.workspace_id and o.conversation_id = c.id and o.type = 'out' and o.plan is null order by o.at desc, o.id desc limit 1), 'false'::json)`;

/** A note that is being written in the conversation `c`, as `d` with what a draft has. */
export const noteDraftRow: Sql = sql`(select n.*, 'note' as kind, null::jsonb as recipients, '[]'::jsonb as cc, '[]'::jsonb as bcc, null::uuid as inbox_id from note_draft n where n.workspace_id = c.workspace_id) d`;
/** Who is writing in the conversation `c`, a reply or a note, and since when it is as it is. */
export const writing: Sql = sql`(select w.person_id, max(w.updated_at) as updated_at from (
    select d.person_id, d.updated_at from draft d where d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.kind = 'reply'
    union all select d.person_id, d.updated_at from note_draft d where d.workspace_id = c.workspace_id and d.conversation_id = c.id) w group by w.person_id)`;

const parent: Sql = sql`case when c.parent_id is not null then (select json_build_object('id', p.id, 'number', p.number, 'kind', c.parent_kind) from conversation p
  where p.workspace_id = c.workspace_id and p.id = c.parent_id) end`;

/**
 * The contract's conversationRow as JSON for one person; `c` is the conversation, `upTo` how far they read it. What they never opened is
 * unread while there is something to do; resolved without them (old mail that was imported, too) it asks for nobody's eyes.
 */
export const rowJson = (
  upTo: Sql,
): Sql => sql`json_build_object('id', c.id, 'number', c.number, 'subject', c.subject, 'status', c.status, 'folder', c.folder, 'priority', c.priority,
  'category', c.category, 'channel', c.channel, 'inboxId', c.inbox_id, 'customer', json_build_object('id', c.customer_id, 'name', c.customer_name, 'address', c.customer_address),
  'assigneeId', c.assignee_id, 'teamId', c.team_id, 'tags', c.tags, 'snippet', c.snippet, 'lastFrom', c.last_from, 'snoozedUntil', c.snoozed_until, 'scheduledAt', c.scheduled_at, 'held', c.held, 'waitingSince', c.waiting_since, 'asksPerson', coalesce(c.person_asked_at >= c.waiting_since, false),
  'mood', c.mood, 'undelivered', ${undelivered}, 'createdAt', c.created_at, 'lastAt', c.last_at, 'messageCount', c.message_count, 'mergedInto', c.merged_into, 'parent', ${parent}, 'mentioned', c.mentioned, 'drafts', (select coalesce(json_agg(w.person_id order by w.person_id), '[]') from ${writing} w), 'version', c.version, 'spam', case when c.folder = 'spam' then c.spam end, 'unread', coalesce(${upTo} < c.last_at, c.status not in ('resolved', 'closed')))`;
export const seenBy = (personId: string): Sql =>
  sql`(select s.up_to from seen s where s.workspace_id = c.workspace_id and s.conversation_id = c.id and s.person_id = ${personId})`;

/** The contract's message as JSON; `m` is the message. */
export const messageJson: Sql = sql`json_build_object('type', m.type, 'id', m.id, 'at', m.at, 'authorId', m.author_id, 'customerId', m.customer_id, 'from', m.sender,
  'to', coalesce(m.recipients->'to', '[]'), 'cc', coalesce(m.recipients->'cc', '[]'), 'bcc', coalesce(m.recipients->'bcc', '[]'), 'replyTo', m.recipients->'replyTo', 'sentFrom', m.recipients->'from', 'aside', m.aside, 'subject', m.subject, 'text', m.text, 'html', m.html, 'hasQuote', m.quote <> '',
  'hasHtml', m.has_html, 'attachments', m.attachments, 'kind', m.kind, 'automatic', m.automatic, 'authentication', m.authentication, 'parsed', m.parsed, 'state', case when m.plan is null then m.state when m.plan->>'heldBy' is null then 'scheduled' else 'held' end,
  'stateReason', m.state_reason, 'sendAt', m.send_at, 'delivery', m.delivery, 'plan', m.plan - 'saw' - 'there', 'sameId', m.same_id, 'forwarded', m.forwarded, 'version', m.version)`;
/** What the customer or we said to each other so far: no notes, nothing that still waits for its time, nothing said to others. */
export const spoken: Sql = sql`m.type <> 'note' and m.plan is null and not m.aside`;
/** The contract's happening as JSON; `e` is the event. Another conversation that it names by its id is told with its number. */
export const happeningJson: Sql = sql`json_build_object('type', 'event', 'id', e.id, 'at', e.at, 'name', e.name, 'actorId', e.actor_id, 'actorKind', e.actor_kind,
  'data', case when e.data ? 'otherId' then e.data || jsonb_build_object('otherNumber', (select o.number from conversation o where o.workspace_id = e.workspace_id and o.id = case when e.data->>'otherId' ~ '^[0-9a-f-]{36}$' then (e.data->>'otherId')::uuid end)) else e.data end)`;

/** The contract's draft as JSON; `d` is the draft. Its files are its writer's own; one that is gone is still named, so that it can be taken out. */
export const draftJson: Sql = sql`json_build_object('kind', d.kind, 'text', d.text, 'html', d.html, 'to', d.recipients, 'cc', d.cc, 'bcc', d.bcc, 'inboxId', d.inbox_id, 'updatedAt', d.updated_at, 'attachments',
  (select coalesce(json_agg(json_build_object('id', f.id, 'filename', coalesce(u.filename, 'A file that is gone'), 'contentType', coalesce(u.content_type, ''), 'size', coalesce(u.size, 0)) order by f.place), '[]')
    from unnest(d.attachments) with ordinality as f (id, place) left join upload u on u.workspace_id = d.workspace_id and u.id::text = f.id and u.person_id = d.person_id))`;

/** Events that concern a conversation but are no part of its story. */
export const quiet: readonly string[] = [
  'conversation.seen',
  'draft.saved',
  'draft.deleted',
  'chat.followed',
  'chat.queued',
];

export type Locked = {
  id: string;
  number: number;
  inbox_id: string;
  channel: string;
  customer_id: string;
  customer_name: string;
  customer_address: string;
  subject: string;
  status: Status;
  folder: 'inbox' | 'spam' | 'trash';
  priority: string;
  category: string | null;
  assignee_id: string | null;
  team_id: string | null;
  tags: string[];
  snoozed_until: string | null;
  participants: { address: string; name: string }[];
  consulted: { address: string; name: string }[];
  merged_into: string | null;
  merge_undo: MergeUndo | null;
  last_at: string;
  scheduled_at: string | null;
  parent_id: string | null;
  parent_kind: 'child' | 'side' | null;
};
/** Whose draft went along with a merge, and when they had last changed it. */
export type Carried = { personId: string; at: string };
/** What is needed to take a merge back; `target`, what the other one was, is not there in old ones. */
export type MergeUndo = {
  messages: string[];
  status: Status;
  count: number;
  target?: { status: Status; snoozedUntil: string | null; joins: string[] };
  /** When the other one asked for a person, and what came of it with this one's. */
  asked?: { before: string | null; now: string | null };
  /** Who was asked beside came along, and which drafts, as they were last changed. */
  consults?: string[];
  drafts?: Carried[];
  notes?: Carried[];
  /** What stood below the one or the other, and where it stood. */
  below?: { id: string; parentId: string; kind: 'child' | 'side'; now: string | null }[];
};

/**
 * Every verb that writes locks its conversation first. Its key never changes, so rows that point at it may be added meanwhile: a reaction that
 * writes its notifications would otherwise hold up an answer until its own commit is on the disk.
 */
export async function lock(tx: Tx, id: string): Promise<Locked> {
  const row = await tx.first<Locked>(sql`
    select id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, folder, priority, category, assignee_id, team_id, tags, snoozed_until, participants, consulted, merged_into, merge_undo, last_at, scheduled_at, parent_id, parent_kind
    from conversation where workspace_id = ${tx.workspaceId} and id = ${id} for no key update`);
  if (!row) throw NotFound('This conversation is not here.');
  return row;
}
/** Locks one that can still be worked on. */
export async function lockLive(tx: Tx, id: string): Promise<Locked> {
  const row = await lock(tx, id);
  if (row.merged_into)
    throw Conflict(
      'This conversation was merged into another. Nothing was changed; go on there, or take the merge back.',
      { type: 'merged', extra: { mergedInto: row.merged_into } },
    );
  return row;
}

export async function rowFor(tx: Tx, personId: string, id: string): Promise<string> {
  const row = await tx.first<{ json: string }>(
    sql`select ${rowJson(seenBy(personId))}::text as json from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}`,
  );
  if (!row) throw NotFound('This conversation is not here.');
  return row.json;
}
/** What every changing route answers. */
export const changedFor = async (tx: Tx, personId: string, id: string): Promise<Json> =>
  json(`{"conversation":${await rowFor(tx, personId, id)}}`);

/** Several at once, always in order of id: two people who touch the same ones the other way round wait instead of blocking each other. */
export async function lockEach(tx: Tx, ids: string[]): Promise<Map<string, Locked>> {
  const out = new Map<string, Locked>();
  for (const id of [...new Set(ids)].sort()) out.set(id, await lockLive(tx, id));
  return out;
}

export async function messageFor(tx: Tx, id: string): Promise<string> {
  const row = await tx.first<{ json: string }>(
    sql`select ${messageJson}::text as json from message m where m.workspace_id = ${tx.workspaceId} and m.id = ${id}`,
  );
  if (!row) throw NotFound('This message is not here.');
  return row.json;
}
/** The first words of a text, on one line, for the list; where its links lead is not among them. */
export const snippetOf = (text: string): string => {
  const start = text.slice(0, 600);
  const words = start.includes('<http') ? start.replace(/ ?<https?:\/\/[^>\s]*>/g, '') : start;
  return cut(words.replace(/\s+/g, ' ').trim(), 140);
};

import type { BodyInput } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { changedFor, type Locked, lockLive, messageFor, rowFor } from './rows.ts';
import { takeUploads } from './uploads.ts';
import { searchable } from './words.ts';

/** Writes what changed, tells it, answers with the row. Nothing changed: nothing told. */
async function put(
  tx: Tx,
  who: Who,
  home: Locked,
  name: string,
  data: Record<string, unknown>,
  set: Sql,
): Promise<Json> {
  const [, , row] = await Promise.all([
    tx.run(
      sql`update conversation set ${set}, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${home.id}`,
    ),
    emit(tx, [{ name, actor: actorOf(who), conversationId: home.id, data }]),
    changedFor(tx, who.id, home.id),
  ]);
  return row;
}
const unless = async (same: boolean, tx: Tx, who: Who, id: string, change: () => Promise<Json>): Promise<Json> =>
  same ? changedFor(tx, who.id, id) : change();

export async function assign(
  tx: Tx,
  who: Who,
  id: string,
  body: BodyInput<'POST /conversations/:id/assign'>,
): Promise<Json> {
  const home = await lockLive(tx, id);
  const assignee = body.assigneeId === undefined ? home.assignee_id : body.assigneeId;
  const team = body.teamId === undefined ? home.team_id : body.teamId;
  if (
    assignee &&
    !(await tx.first(sql`select 1 from person where workspace_id = ${tx.workspaceId} and id = ${assignee} and active`))
  )
    throw Invalid('This person does not work here (any more). Nothing was changed.');
  if (team && !(await tx.first(sql`select 1 from team where workspace_id = ${tx.workspaceId} and id = ${team}`)))
    throw Invalid('This team does not exist. Nothing was changed.');
  return unless(assignee === home.assignee_id && team === home.team_id, tx, who, id, () =>
    put(
      tx,
      who,
      home,
      'conversation.assigned',
      { assigneeId: assignee, teamId: team, before: { assigneeId: home.assignee_id, teamId: home.team_id } },
      sql`assignee_id = ${assignee}, team_id = ${team}`,
    ),
  );
}

export async function snooze(tx: Tx, who: Who, id: string, until: string): Promise<Json> {
  const home = await lockLive(tx, id);
  if (Date.parse(until) <= Date.now())
    throw Invalid('That moment has passed already. Nothing was changed; choose a later one.');
  await jobs.add(tx, 'wake', { conversationId: id }, { at: until, key: `wake:${id}` });
  return put(
    tx,
    who,
    home,
    'conversation.snoozed',
    { until, before: home.status },
    sql`status = 'snoozed', snoozed_until = ${until}`,
  );
}
/** A snooze ended by itself: back to open. Woken before by a customer or a person: nothing to do. */
export async function wake(tx: Tx, id: string): Promise<void> {
  const home = await tx.first<{ id: string }>(sql`
    update conversation set status = 'open', snoozed_until = null, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${id} and status = 'snoozed' and snoozed_until <= now() + interval '1 second' returning id`);
  if (home) await emit(tx, [{ name: 'conversation.woke', actor: { kind: 'system', id: null }, conversationId: id }]);
}

const CLOSES_AFTER = 14 * 86_400_000;
export async function setStatus(
  tx: Tx,
  who: Who,
  id: string,
  status: 'open' | 'waiting' | 'resolved' | 'closed',
): Promise<Json> {
  const home = await lockLive(tx, id);
  if (home.status === status) return changedFor(tx, who.id, id);
  if (home.status === 'snoozed') await jobs.cancel(tx, `wake:${id}`);
  if (status === 'resolved')
    await jobs.add(
      tx,
      'close',
      { conversationId: id },
      { at: new Date(Date.now() + CLOSES_AFTER), key: `close:${id}` },
    );
  return put(
    tx,
    who,
    home,
    'conversation.status',
    { status, before: home.status },
    sql`status = ${status}, snoozed_until = null, resolved_at = case when ${status} in ('resolved', 'closed') then coalesce(resolved_at, now()) end,
    waiting_since = case when ${status} = 'open' and last_from = 'customer' then coalesce(waiting_since, last_at) when ${status} = 'open' then waiting_since end`,
  );
}
/** Fourteen quiet days after it was resolved a conversation closes; an answer after that opens a follow-up. */
export async function close(tx: Tx, id: string): Promise<void> {
  const home = await tx.first<{ id: string }>(sql`
    update conversation set status = 'closed', version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id} and status = 'resolved' and resolved_at <= now() - interval '14 days' + interval '1 minute' returning id`);
  if (home)
    await emit(tx, [
      {
        name: 'conversation.status',
        actor: { kind: 'system', id: null },
        conversationId: id,
        data: { status: 'closed', before: 'resolved' },
      },
    ]);
}

export async function tag(
  tx: Tx,
  who: Who,
  id: string,
  body: { add?: string[] | undefined; remove?: string[] | undefined },
): Promise<Json> {
  const home = await lockLive(tx, id);
  const remove = new Set(body.remove ?? []);
  const tags = [...new Set([...home.tags, ...(body.add ?? [])])].filter((t) => !remove.has(t));
  if (tags.length > 100) throw Invalid('A conversation holds at most 100 tags. Nothing was changed.');
  return unless(tags.join('\0') === home.tags.join('\0'), tx, who, id, () =>
    put(
      tx,
      who,
      home,
      'conversation.tagged',
      { added: tags.filter((t) => !home.tags.includes(t)), removed: home.tags.filter((t) => !tags.includes(t)) },
      sql`tags = ${tags}::text[]`,
    ),
  );
}

export async function move(tx: Tx, who: Who, id: string, folder: 'inbox' | 'spam' | 'trash'): Promise<Json> {
  const home = await lockLive(tx, id);
  return unless(home.folder === folder, tx, who, id, () =>
    put(tx, who, home, 'conversation.moved', { folder, before: home.folder }, sql`folder = ${folder}`),
  );
}

export async function edit(
  tx: Tx,
  who: Who,
  id: string,
  patch: { subject?: string | undefined; priority?: string | undefined; category?: string | null | undefined },
): Promise<Json> {
  const home = await lockLive(tx, id);
  const category = patch.category === undefined ? home.category : patch.category;
  const next = { subject: patch.subject ?? home.subject, priority: patch.priority ?? home.priority, category };
  const before = { subject: home.subject, priority: home.priority, category: home.category };
  return unless(JSON.stringify(next) === JSON.stringify(before), tx, who, id, () =>
    put(
      tx,
      who,
      home,
      'conversation.changed',
      { ...next, before },
      sql`subject = ${next.subject}, priority = ${next.priority}, category = ${category}`,
    ),
  );
}

/** A remark only the team sees. It moves no status and no "last message". */
export async function note(
  tx: Tx,
  who: Who,
  id: string,
  body: { text: string; attachments?: string[] | undefined },
): Promise<Json> {
  const home = await lockLive(tx, id);
  const files = await takeUploads(tx, who, body.attachments ?? []);
  const messageId = newId();
  const [, , , , , row, message] = await Promise.all([
    tx.run(sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, text, attachments)
      values (${tx.workspaceId}, ${messageId}, ${id}, ${home.inbox_id}, 'note', ${who.id}, ${body.text}, ${JSON.stringify(files)}::jsonb)`),
    tx.run(
      sql`insert into search_row (workspace_id, message_id, conversation_id, bucket, words) values (${tx.workspaceId}, ${messageId}, ${id}, ${Math.floor(home.number / 1000)}, to_tsvector('hearten', ${searchable(body.text)}))`,
    ),
    tx.run(sql`update conversation set version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`),
    tx.run(
      sql`delete from draft where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and person_id = ${who.id}`,
    ),
    emit(tx, [{ name: 'message.noted', actor: actorOf(who), conversationId: id, messageId, data: {} }]),
    rowFor(tx, who.id, id),
    messageFor(tx, messageId),
  ]);
  return json(`{"conversation":${row},"message":${message}}`);
}

export async function merge(tx: Tx, who: Who, id: string, into: string): Promise<Json> {
  if (id === into) throw Invalid('A conversation cannot be merged into itself. Nothing was changed.');
  // Always in order of id: two people merging the same pair the other way round wait instead of blocking each other.
  const [first, second] = id < into ? [id, into] : [into, id];
  const [a, b] = [await lockLive(tx, first as string), await lockLive(tx, second as string)];
  const [from, target] = a.id === id ? [a, b] : [b, a];
  const moved = await tx.many<{ id: string }>(
    sql`update message set conversation_id = ${into}, version = version + 1 where workspace_id = ${tx.workspaceId} and conversation_id = ${id} returning id`,
  );
  await tx.run(
    sql`update search_row set conversation_id = ${into}, bucket = ${Math.floor(target.number / 1000)} where workspace_id = ${tx.workspaceId} and conversation_id = ${id}`,
  );
  const undo = { messages: moved.map((m) => m.id), status: from.status, count: moved.length };
  await tx.run(
    sql`update conversation set merged_into = ${into}, merge_undo = ${JSON.stringify(undo)}::jsonb, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  const joins = [{ address: from.customer_address, name: from.customer_name }, ...from.participants].filter(
    (p) =>
      p.address.toLowerCase() !== target.customer_address.toLowerCase() &&
      !target.participants.some((q) => q.address.toLowerCase() === p.address.toLowerCase()),
  );
  await tx.run(sql`
    update conversation c set participants = c.participants || ${JSON.stringify(joins)}::jsonb, message_count = c.message_count + s.message_count, last_at = greatest(c.last_at, s.last_at),
      snippet = case when s.last_at > c.last_at then s.snippet else c.snippet end, last_from = case when s.last_at > c.last_at then s.last_from else c.last_from end,
      waiting_since = least(c.waiting_since, s.waiting_since), status = case when s.status = 'open' then 'open' else c.status end, version = c.version + 1
    from conversation s where s.workspace_id = c.workspace_id and s.id = ${id} and c.workspace_id = ${tx.workspaceId} and c.id = ${into}`);
  await emit(tx, [
    {
      name: 'conversation.merged',
      actor: actorOf(who),
      conversationId: into,
      data: { from: id, fromNumber: from.number, messages: moved.length },
    },
    { name: 'conversation.merged', actor: actorOf(who), conversationId: id, data: { into, intoNumber: target.number } },
  ]);
  return changedFor(tx, who.id, into);
}

export async function unmerge(tx: Tx, who: Who, id: string): Promise<Json> {
  const from = await tx.first<{
    merged_into: string | null;
    merge_undo: { messages: string[]; status: string } | null;
    number: number;
    version: number;
  }>(sql`
    select merged_into, merge_undo, number, version from conversation where workspace_id = ${tx.workspaceId} and id = ${id} for update`);
  if (!from) throw NotFound('This conversation is not here.');
  if (!from.merged_into || !from.merge_undo)
    throw Conflict('This conversation is not merged into another. Nothing was changed.');
  const target = await lockLive(tx, from.merged_into);
  const ids = from.merge_undo.messages;
  await tx.run(
    sql`update message set conversation_id = ${id}, version = version + 1 where workspace_id = ${tx.workspaceId} and conversation_id = ${target.id} and id = any (${ids}::uuid[])`,
  );
  await tx.run(
    sql`update search_row set conversation_id = ${id}, bucket = ${Math.floor(from.number / 1000)} where workspace_id = ${tx.workspaceId} and conversation_id = ${target.id} and message_id = any (${ids}::uuid[])`,
  );
  for (const one of [id, target.id])
    await tx.run(sql`
      update conversation c set merged_into = case when id = ${id} then null else merged_into end, merge_undo = case when id = ${id} then null else merge_undo end,
        status = case when id = ${id} then ${from.merge_undo.status} else status end, version = version + 1,
        message_count = (select count(*) from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type <> 'note'),
        (snippet, last_from, last_at) = (select coalesce(max(left(regexp_replace(l.text, '\\s+', ' ', 'g'), 140)), c.snippet), coalesce(max(case l.type when 'in' then 'customer' else 'team' end), c.last_from), coalesce(max(l.at), c.last_at)
          from (select * from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type <> 'note' order by m.at desc, m.id desc limit 1) l)
      where workspace_id = ${tx.workspaceId} and id = ${one}`);
  await emit(tx, [
    {
      name: 'conversation.unmerged',
      actor: actorOf(who),
      conversationId: target.id,
      data: { from: id, fromNumber: from.number },
    },
    {
      name: 'conversation.unmerged',
      actor: actorOf(who),
      conversationId: id,
      data: { into: target.id, intoNumber: target.number },
    },
  ]);
  return changedFor(tx, who.id, id);
}

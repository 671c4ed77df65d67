import type { BodyInput } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, type Refused } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { closeLater } from './age.ts';
import { type Given, sayWhat } from './body/index.ts';
import { dropNoteDraft } from './draft.ts';
import { mentionedIn } from './mentions.ts';
import { sidesAlong } from './parent.ts';
import { changedFor, type Locked, lockLive, messageFor, rowFor } from './rows.ts';
import { THRESHOLD } from './spam/filter.ts';
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
  if (body.ifFree && home.assignee_id && home.assignee_id !== assignee) throw await takenBy(tx, home.assignee_id);
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

/** Of two who take it at once the second hears who has it. */
async function takenBy(tx: Tx, personId: string): Promise<Refused> {
  const by = await tx.first<{ name: string }>(
    sql`select name from person where workspace_id = ${tx.workspaceId} and id = ${personId}`,
  );
  return Conflict(
    say('{name} has taken this meanwhile. Nothing was changed; assign it to yourself if you should have it.', {
      name: by?.name ?? '',
    }),
    { type: 'taken' },
  );
}

const FARTHEST = 10 * 366 * 86_400_000;
export async function snooze(tx: Tx, who: Who, id: string, until: string): Promise<Json> {
  const home = await lockLive(tx, id);
  const ahead = Date.parse(until) - clock();
  if (ahead <= 0) throw Invalid('That moment has passed already. Nothing was changed; choose a later one.');
  if (ahead > FARTHEST)
    throw Invalid('That is more than ten years ahead. Nothing was changed; choose an earlier moment.');
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
    where workspace_id = ${tx.workspaceId} and id = ${id} and status = 'snoozed' and snoozed_until <= now() + interval '1 second' and merged_into is null returning id`);
  if (home) await emit(tx, [{ name: 'conversation.woke', actor: { kind: 'system', id: null }, conversationId: id }]);
}

export async function setStatus(
  tx: Tx,
  who: Who,
  id: string,
  status: 'open' | 'waiting' | 'resolved' | 'closed',
): Promise<Json> {
  const home = await lockLive(tx, id);
  if (home.status === status) return changedFor(tx, who.id, id);
  if (home.status === 'snoozed') await jobs.cancel(tx, `wake:${id}`);
  if (status === 'resolved') await closeLater(tx, id);
  return put(
    tx,
    who,
    home,
    'conversation.status',
    { status, before: home.status },
    sql`status = ${status}, snoozed_until = null, resolved_at = case when ${status} in ('resolved', 'closed') then coalesce(resolved_at, now()) end,
    waiting_since = case when ${status} = 'open' and last_from = 'customer' and folder = 'inbox' then coalesce(waiting_since, last_at) when ${status} = 'open' then waiting_since end`,
  );
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

const unscored = { score: 0, threshold: THRESHOLD, folder: 'inbox', reasons: [] };
/** When the first mail came that nobody has answered; a machine's mail waits for nobody. */
const since = sql`(select min(m.at) from message m where m.workspace_id = conversation.workspace_id and m.conversation_id = conversation.id and m.type = 'in' and m.kind = 'message' and not m.automatic
  and not exists (select 1 from message o where o.workspace_id = m.workspace_id and o.conversation_id = m.conversation_id and o.type = 'out' and not o.automatic and o.at > m.at))`;
export async function move(tx: Tx, who: Who, id: string, folder: 'inbox' | 'spam' | 'trash'): Promise<Json> {
  const home = await lockLive(tx, id);
  if (home.folder !== folder && folder !== 'spam') await sidesAlong(tx, who, home, folder);
  return unless(home.folder === folder, tx, who, id, () =>
    put(
      tx,
      who,
      home,
      'conversation.moved',
      { folder, before: home.folder },
      // Back from spam or trash, what is open waits again, and since it came; there it waited for nobody. Who calls it spam is kept, unless the filter did before.
      sql`folder = ${folder}, trashed_at = case when ${folder} = 'trash' then now() end, spam = case when ${folder} = 'spam' and coalesce(spam->>'folder', 'inbox') <> 'spam' then coalesce(spam, ${JSON.stringify(unscored)}::jsonb) || jsonb_build_object('by', ${who.id}::uuid, 'at', now())
            else spam || '{"by":null,"at":null}' end,
          waiting_since = case when ${folder} = 'inbox' and status = 'open' and last_from = 'customer' then coalesce(waiting_since, ${since}) when ${folder} = 'inbox' then waiting_since end`,
    ),
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
  return unless(JSON.stringify(next) === JSON.stringify(before), tx, who, id, async () => {
    if (next.subject !== home.subject) await findBySubject(tx, id, next.subject);
    return put(
      tx,
      who,
      home,
      'conversation.changed',
      { ...next, before },
      sql`subject = ${next.subject}, priority = ${next.priority}, category = ${category}`,
    );
  });
}
/** A subject is searched with the first message; the words of the one before still lead here. */
async function findBySubject(tx: Tx, id: string, subject: string): Promise<void> {
  await tx.run(sql`
    update search_row set words = words || to_tsvector('hearten', ${searchable(subject)}) where workspace_id = ${tx.workspaceId}
      and message_id = (select m.id from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${id} and m.type <> 'note' order by m.at, m.id limit 1)`);
}

/** A remark only the team sees. It moves no status and no "last message". */
export async function note(
  tx: Tx,
  who: Who,
  id: string,
  body: Given & { attachments?: string[] | undefined },
): Promise<Json> {
  const home = await lockLive(tx, id);
  const { text, html, pictures } = sayWhat(body);
  const files = await takeUploads(tx, who, body.attachments ?? [], pictures);
  const mentioned = await mentionedIn(tx, text);
  const messageId = newId();
  const [, , , , , row, message] = await Promise.all([
    tx.run(sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, text, html, attachments)
      values (${tx.workspaceId}, ${messageId}, ${id}, ${home.inbox_id}, 'note', ${who.id}, ${text}, ${html}, ${JSON.stringify(files)}::jsonb)`),
    tx.run(
      sql`insert into search_row (workspace_id, message_id, conversation_id, bucket, words) values (${tx.workspaceId}, ${messageId}, ${id}, ${Math.floor(home.number / 1000)}, to_tsvector('hearten', ${searchable(text)}))`,
    ),
    tx.run(
      sql`update conversation set version = version + 1, mentioned = mentioned || array(select p from unnest(${mentioned}::uuid[]) p where p <> all (mentioned)) where workspace_id = ${tx.workspaceId} and id = ${id}`,
    ),
    dropNoteDraft(tx, who, id),
    emit(tx, [{ name: 'message.noted', actor: actorOf(who), conversationId: id, messageId, data: {} }]),
    rowFor(tx, who.id, id),
    messageFor(tx, messageId),
  ]);
  return json(`{"conversation":${row},"message":${message}}`);
}

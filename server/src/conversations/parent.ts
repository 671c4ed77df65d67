import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid } from '../base/errors.ts';
import { emit, type Happening } from '../base/events.ts';
import { actorOf, type Json, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { changedFor, type Locked, lockEach, lockLive, rowJson, seenBy } from './rows.ts';

/** A screen shows them all, with how each stands. */
const MOST = 200;

/** The contract's `children` and `parent` of a conversation as JSON, for one person. */
export const childrenJson = (tx: Tx, id: string, personId: string): Sql => sql`(
  select coalesce(json_agg(${rowJson(seenBy(personId))} order by c.number), '[]') from conversation c
  where c.workspace_id = ${tx.workspaceId} and c.parent_id = ${id} and c.merged_into is null and c.folder <> 'trash')`;
export const parentJson = (tx: Tx, id: string, personId: string): Sql => sql`(
  select ${rowJson(seenBy(personId))} from conversation k join conversation c on c.workspace_id = k.workspace_id and c.id = k.parent_id
  where k.workspace_id = ${tx.workspaceId} and k.id = ${id})`;

/**
 * Makes a conversation a child of another, or of none. One level: a child has no children, so nothing stands below itself and "2 of 5
 * resolved" says all there is.
 */
export async function setParent(tx: Tx, who: Who, id: string, parentId: string | null): Promise<Json> {
  if (id === parentId) throw Invalid('A conversation cannot be its own child. Nothing was changed.');
  const both = await lockEach(tx, parentId ? [id, parentId] : [id]);
  const home = both.get(id) as Locked;
  if (home.parent_kind === 'side')
    throw Conflict('A side conversation stays beside the conversation it was begun in. Nothing was changed.');
  if (home.parent_id === parentId) return changedFor(tx, who.id, id);
  if (parentId) await mayHold(tx, both.get(parentId) as Locked, home);
  await tx.run(sql`
    update conversation set parent_id = ${parentId}, parent_kind = ${parentId && 'child'}, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await emit(tx, [
    ...(home.parent_id ? told(who, 'conversation.detached', id, home.parent_id) : []),
    ...(parentId ? told(who, 'conversation.attached', id, parentId) : []),
  ]);
  return changedFor(tx, who.id, id);
}

/** In both: what became whose child, or is no more. */
export const told = (who: Who, name: string, child: string, parent: string): Happening[] => [
  { name, actor: actorOf(who), conversationId: child, data: { otherId: parent, way: 'parent' } },
  { name, actor: actorOf(who), conversationId: parent, data: { otherId: child, way: 'child' } },
];

/** Refuses what may stand below nobody, or have nobody below it. `home` is null while it is still to be made. */
export async function mayHold(tx: Tx, parent: Locked, home: Locked | null): Promise<void> {
  if (parent.parent_kind === 'side')
    throw Conflict(
      'A side conversation has no children. Nothing was changed; choose the conversation it stands beside.',
    );
  if (parent.parent_id)
    throw Conflict(
      say('#{number} is a child itself. Nothing was changed; choose the conversation it is a child of.', {
        number: parent.number,
      }),
    );
  if (parent.folder === 'trash')
    throw Conflict(
      say('#{number} is in the trash. Nothing was changed; put it back first.', { number: parent.number }),
    );
  const { own, there } = (await tx.first<{ own: number; there: number }>(sql`
    select count(*) filter (where parent_id = ${home?.id ?? null})::int as own, count(*) filter (where parent_id = ${parent.id})::int as there from conversation
    where workspace_id = ${tx.workspaceId} and parent_id = any (${[parent.id, ...(home ? [home.id] : [])]}::uuid[]) and parent_kind = 'child' and merged_into is null`)) ?? {
    own: 0,
    there: 0,
  };
  if (own > 0)
    throw Conflict(
      say(
        "#{number} has children of its own, so it can be nobody's child. Nothing was changed; attach its children one by one.",
        { number: home?.number ?? '' },
      ),
    );
  if (there >= MOST)
    throw Conflict(
      say('#{number} has {MOST} children already. Nothing was changed; more would be a list nobody reads.', {
        number: parent.number,
        MOST,
      }),
    );
}

/** Side conversations go to the trash with the one they stand beside, and come back with it: what is answered there then opens anew. */
export async function sidesAlong(tx: Tx, who: Who, home: Locked, folder: 'inbox' | 'trash'): Promise<void> {
  const sides = await tx.many<{ id: string; was: string }>(sql`
    select id, folder as was from conversation where workspace_id = ${tx.workspaceId} and parent_id = ${home.id} and parent_kind = 'side' and merged_into is null and folder <> ${folder}`);
  for (const { id } of sides) await lockLive(tx, id);
  await tx.run(sql`
    update conversation set folder = ${folder}, trashed_at = case when ${folder} = 'trash' then now() end, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = any (${sides.map((s) => s.id)}::uuid[])`);
  await emit(
    tx,
    sides.map(({ id, was }) => ({
      name: 'conversation.moved',
      actor: actorOf(who),
      conversationId: id,
      data: { folder, before: was },
    })),
  );
}

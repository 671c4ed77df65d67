import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { emit, type Happening } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Json, type Who } from '../base/module.ts';
import { assign, note } from './change.ts';
import { mayHold, told } from './parent.ts';
import { changedFor, type Locked, lockLive, snippetOf } from './rows.ts';

/** A new conversation with the same customer, in which nothing was said yet: it is ours to act on, and whoever begins it has read it. */
async function beginWith(
  tx: Tx,
  who: Who,
  home: Locked,
  given: { subject: string; note: string; parentId: string | null; follows: string | null; assigneeId: string | null },
): Promise<string> {
  const id = newId();
  await tx.run(sql`
    with n as (update counter set conversations = conversations + 1 where workspace_id = ${tx.workspaceId} returning conversations)
    insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, priority, category, tags, participants, snippet, last_from, message_count, assignee_id, parent_id, parent_kind, follows)
    select ${tx.workspaceId}, ${id}, n.conversations, ${home.inbox_id}, ${home.channel}, ${home.customer_id}, ${home.customer_name}, ${home.customer_address}, ${given.subject}, 'open', ${home.priority}, ${home.category}, ${home.tags}::text[],
      ${JSON.stringify(given.follows ? home.participants : [])}::jsonb, ${snippetOf(given.note)}, 'team', 0, ${given.assigneeId}, ${given.parentId}, ${given.parentId && 'child'}, ${given.follows} from n`);
  await tx.run(
    sql`insert into seen (workspace_id, conversation_id, person_id, up_to) values (${tx.workspaceId}, ${id}, ${who.id}, now())`,
  );
  return id;
}

/** A piece of the matter that goes its own way: a task for another team, a part that takes longer. Nothing is sent by it. */
export async function beginChild(
  tx: Tx,
  who: Who,
  parentId: string,
  body: {
    subject: string;
    note?: string | undefined;
    assigneeId?: string | null | undefined;
    teamId?: string | null | undefined;
  },
): Promise<Json> {
  const home = await lockLive(tx, parentId);
  await mayHold(tx, home, null);
  const words = body.note?.trim() ?? '';
  const id = await beginWith(tx, who, home, {
    ...{ subject: body.subject, note: words, parentId, follows: null, assigneeId: null },
  });
  await emit(tx, told(who, 'conversation.attached', id, parentId));
  if (body.assigneeId || body.teamId)
    await assign(tx, who, id, { assigneeId: body.assigneeId ?? null, teamId: body.teamId ?? null });
  if (words) await note(tx, who, id, { text: words });
  return changedFor(tx, who.id, id);
}

/** We come back to what was ended: a new conversation that follows the old one, with the same people on it. */
export async function followUp(tx: Tx, who: Who, id: string, subject: string | undefined): Promise<Json> {
  const home = await lockLive(tx, id);
  if (home.parent_kind === 'side')
    throw Invalid('A side conversation needs no follow-up: write in it again. Nothing was changed.');
  const next = await beginWith(tx, who, home, {
    subject: subject ?? home.subject,
    note: '',
    parentId: null,
    follows: id,
    assigneeId: who.kind === 'person' ? who.id : null,
  });
  const linked = (conversationId: string, otherId: string, why: string): Happening => ({
    name: 'conversation.linked',
    actor: actorOf(who),
    conversationId,
    // By us: a customer's mail to what is closed begins one too.
    data: { otherId, why, begun: true },
  });
  await emit(tx, [linked(next, id, 'follows'), linked(id, next, 'followed')]);
  return changedFor(tx, who.id, next);
}

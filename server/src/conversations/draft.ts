import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';

type Written = {
  kind: 'reply' | 'note';
  text: string;
  cc?: Address[] | undefined;
  bcc?: Address[] | undefined;
  attachments?: string[] | undefined;
};

/** Keeps what someone has written so far. Only the first keeping is told: colleagues see that there is a draft, not each letter. */
export async function saveDraft(tx: Tx, who: Who, id: string, d: Written): Promise<{ updatedAt: string }> {
  const saved = await tx.first<{ updatedAt: string; fresh: boolean }>(sql`
    insert into draft (workspace_id, conversation_id, person_id, kind, text, cc, bcc, attachments)
    select c.workspace_id, c.id, ${who.id}::uuid, ${d.kind}::text, ${d.text}::text, ${JSON.stringify(d.cc ?? [])}::jsonb, ${JSON.stringify(d.bcc ?? [])}::jsonb, ${d.attachments ?? []}::text[] from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}
    on conflict (workspace_id, conversation_id, person_id) do update set kind = excluded.kind, text = excluded.text, cc = excluded.cc, bcc = excluded.bcc, attachments = excluded.attachments, updated_at = now()
    returning updated_at as "updatedAt", xmax = 0 as fresh`);
  if (!saved) throw NotFound('This conversation is not here. Copy your text before you leave this page.');
  if (saved.fresh)
    await emit(tx, [
      {
        name: 'draft.saved',
        actor: actorOf(who),
        conversationId: id,
        data: { personId: who.id, updatedAt: saved.updatedAt },
      },
    ]);
  return { updatedAt: saved.updatedAt };
}
export async function deleteDraft(tx: Tx, who: Who, id: string): Promise<void> {
  if (!(await tx.first(sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = ${id}`)))
    throw NotFound('This conversation is not here.');
  const gone = await tx.run(
    sql`delete from draft where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and person_id = ${who.id}`,
  );
  if (gone)
    await emit(tx, [{ name: 'draft.deleted', actor: actorOf(who), conversationId: id, data: { personId: who.id } }]);
}

/** Read up to its last message, or unread again. */
export async function markSeen(tx: Tx, who: Who, id: string, unread: boolean): Promise<void> {
  // As far as there is something to read, not "now": a mail whose server had it a second ago may be here only a second later.
  const home = await tx.first<{ up_to: string }>(
    sql`select case when ${unread} then 'epoch' else last_at end::text as up_to from conversation where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!home) throw NotFound('This conversation is not here.');
  const changed = await tx.run(sql`
    insert into seen (workspace_id, conversation_id, person_id, up_to) values (${tx.workspaceId}, ${id}, ${who.id}, ${home.up_to}::timestamptz)
    on conflict (workspace_id, conversation_id, person_id) do update set up_to = excluded.up_to
      where (seen.up_to < (select last_at from conversation where workspace_id = ${tx.workspaceId} and id = ${id})) is distinct from ${unread}`);
  if (changed)
    await emit(tx, [
      { name: 'conversation.seen', actor: actorOf(who), conversationId: id, data: { personId: who.id, unread } },
    ]);
}

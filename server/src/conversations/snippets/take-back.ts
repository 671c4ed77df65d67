import { clock } from '../../base/clock.ts';
import { sql, type Tx } from '../../base/db.ts';
import { emit } from '../../base/events.ts';
import { actorOf, type Who } from '../../base/module.ts';
import { stillAs } from '../bulk-verbs.ts';
import { assign, edit, setStatus, snooze, tag } from '../change.ts';
import { deleteDraft } from '../draft.ts';
import { lockLive } from '../rows.ts';
import { undo } from '../undo.ts';
import { type BeforeMacro, draftOf, type KeptMacro, putDraft } from './run.ts';

/**
 * Makes a conversation what it was before a macro, all of it or nothing: when it was changed since, or its answer has left, it stays as
 * it is, and false says so.
 */
export async function takeMacroBack(
  tx: Tx,
  who: Who,
  id: string,
  macro: Pick<KeptMacro, 'id' | 'name'>,
  before: BeforeMacro,
  version: number | null,
): Promise<boolean> {
  const home = await lockLive(tx, id);
  const waits =
    before.sent === null ||
    (await tx.first(
      sql`select 1 from message where workspace_id = ${tx.workspaceId} and id = ${before.sent} and state = 'queued' and fence = 0`,
    ));
  if (!waits || !(await stillAs(tx, who, id, before.left, version))) return false;
  if (before.sent) await undo(tx, who, before.sent);
  if (before.draft) await draftBack(tx, who, id, before.draft);
  for (const messageId of before.notes) await unnote(tx, who, id, messageId, before.mentioned);
  await tag(tx, who, id, {
    add: before.tags.filter((t) => !home.tags.includes(t)),
    remove: home.tags.filter((t) => !before.tags.includes(t)),
  });
  await assign(tx, who, id, { assigneeId: before.assigneeId, teamId: before.teamId });
  await edit(tx, who, id, { priority: before.priority });
  const rung = before.snoozedUntil === null || Date.parse(before.snoozedUntil) <= clock();
  // An alarm that would have rung meanwhile has rung: open.
  if (before.status !== 'snoozed') await setStatus(tx, who, id, before.status);
  else if (rung) await setStatus(tx, who, id, 'open');
  else await snooze(tx, who, id, before.snoozedUntil as string);
  await emit(tx, [
    {
      name: 'conversation.macro',
      actor: actorOf(who),
      conversationId: id,
      data: { macroId: macro.id, name: macro.name, undone: true },
    },
  ]);
  return true;
}

/** What one wrote on since is one's own: only the draft as the macro left it goes. */
async function draftBack(tx: Tx, who: Who, id: string, { now, was }: NonNullable<BeforeMacro['draft']>): Promise<void> {
  if ((await draftOf(tx, who, id))?.text !== now) return;
  if (was) await putDraft(tx, who, id, was);
  else await deleteDraft(tx, who, id, 'reply');
}

async function unnote(tx: Tx, who: Who, id: string, messageId: string, mentioned: string[]): Promise<void> {
  await tx.run(sql`delete from search_row where workspace_id = ${tx.workspaceId} and message_id = ${messageId}`);
  const gone = await tx.run(
    sql`delete from message where workspace_id = ${tx.workspaceId} and id = ${messageId} and type = 'note'`,
  );
  if (!gone) return;
  await tx.run(
    sql`update conversation set mentioned = ${mentioned}::uuid[], version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await emit(tx, [
    { name: 'message.undone', actor: actorOf(who), conversationId: id, messageId, data: { draft: false } },
  ]);
}

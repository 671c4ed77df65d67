import { sql, type Tx } from '../base/db.ts';
import { type Actor, emit } from '../base/events.ts';
import { lockLive } from './rows.ts';

/** Why a conversation goes to somebody, or back to everyone, without anybody having said whose it is. */
export type Why = { why: 'room' | 'away' | 'gone' | 'problem'; actor: Actor };

/** Gives a conversation to a person, or to nobody, and says why in its story. Its team stays. */
export async function hand(tx: Tx, id: string, assigneeId: string | null, { why, actor }: Why): Promise<void> {
  const home = await lockLive(tx, id);
  if (home.assignee_id === assigneeId) return;
  await tx.run(
    sql`update conversation set assignee_id = ${assigneeId}, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  const data = {
    ...{ assigneeId, teamId: home.team_id, why },
    before: { assigneeId: home.assignee_id, teamId: home.team_id },
  };
  await emit(tx, [{ name: 'conversation.assigned', actor, conversationId: id, data }]);
}

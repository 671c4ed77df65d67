import { sql } from '../../base/db.ts';
import { emit, system } from '../../base/events.ts';
import type { Room } from './room.ts';

/**
 * How an inbox is doing, for the people who look after it. Only a change is written and told. With `instead`, only what
 * begins with those words is replaced: that sending works again says nothing of receiving.
 */
export async function showState(
  room: Room,
  workspaceId: string,
  inboxId: string,
  state: 'working' | 'trouble' | 'paused',
  text: string,
  instead = '',
): Promise<void> {
  await room.db.tx(workspaceId, async (tx) => {
    const changed = await tx.run(sql`
      update inbox set state = ${state}, state_text = ${text}, state_at = now()
      where workspace_id = ${workspaceId} and id = ${inboxId} and deleted_at is null and (state, state_text) is distinct from (${state}, ${text}) and starts_with(state_text, ${instead})`);
    if (changed > 0) await emit(tx, [{ name: 'inbox.state', actor: system, data: { inboxId, state, text } }]);
  });
}

import type { Reason } from '@hearten/contract';
import { clock } from '../../base/clock.ts';
import { sql, type Tx } from '../../base/db.ts';
import { emit, system } from '../../base/events.ts';
import { reasonIn } from '../../base/reasons.ts';
import type { Room } from './room.ts';

const PATIENCE = 5 * 60; // seconds: what is over sooner is no news
export const troubleKey = (inboxId: string): string => `inbox-trouble:${inboxId}`;
type State = 'working' | 'trouble' | 'paused';
type How = {
  /** Only what begins with these words is replaced: that sending works again says nothing of receiving. */
  instead?: string;
  /** What nothing mends by itself is told to its people at once. */
  telling?: 'at once' | 'if it lasts';
};

/** How an inbox is doing, for the people who look after it. Only a change is written and told; trouble that lasts is told to them. */
export async function stateIn(
  tx: Tx,
  room: Pick<Room, 'jobs'>,
  inboxId: string,
  state: State,
  why: Reason | null,
  how: How = {},
): Promise<void> {
  const text = why ? reasonIn(why, 'en') : '';
  const changed = await tx.first<{ since: string | null; began: boolean }>(sql`
    with before as (select id, state, state_text, trouble_since from inbox where workspace_id = ${tx.workspaceId} and id = ${inboxId} for no key update)
    update inbox i set state = ${state}, state_text = ${text}, state_why = ${why && JSON.stringify(why)}::jsonb, state_at = now(), trouble_since = case when ${state} = 'trouble' then coalesce(i.trouble_since, now()) end
    from before b where i.workspace_id = ${tx.workspaceId} and i.id = b.id and i.deleted_at is null
      and (b.state, b.state_text) is distinct from (${state}, ${text}) and starts_with(b.state_text, ${how.instead ?? ''})
    returning i.trouble_since as since, b.trouble_since is null and i.trouble_since is not null as began`);
  if (!changed) return;
  await emit(tx, [{ name: 'inbox.state', actor: system, data: { inboxId, state, text } }]);
  const key = troubleKey(inboxId);
  const wait = how.telling === 'at once' ? 0 : PATIENCE;
  if (changed.began || (changed.since && wait === 0))
    await room.jobs.add(tx, 'inbox-trouble', { inboxId }, { at: new Date(clock() + wait * 1000), key });
  else if (!changed.since) await room.jobs.cancel(tx, key);
}

export const showState = (
  room: Pick<Room, 'db' | 'jobs'>,
  workspaceId: string,
  inboxId: string,
  state: State,
  why: Reason | null,
  instead = '',
): Promise<void> => room.db.tx(workspaceId, (tx) => stateIn(tx, room, inboxId, state, why, { instead }));

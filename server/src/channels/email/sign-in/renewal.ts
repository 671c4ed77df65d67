import type { Provider } from '@hearten/contract';
import { sql, type Tx } from '../../../base/db.ts';
import type { Room } from '../room.ts';

/** What keeping a sign-in needs of a room. */
export type Keys = Pick<Room, 'config' | 'db' | 'log' | 'jobs' | 'seal'>;
export type Home = { workspace_id: string; id: string };
export const refreshKey = (home: Home): string => `refresh-grant:${home.id}`;

/** When the next is asked for: one job an inbox, replaced each time. */
export const refreshIn = (tx: Tx, room: Pick<Room, 'jobs'>, home: Home, seconds: number): Promise<void> =>
  room.jobs.add(
    tx,
    'refresh-grant',
    { inboxId: home.id },
    { at: new Date(Date.now() + Math.max(1, seconds) * 1000), key: refreshKey(home) },
  );

/** A new client secret: what was refused because of the former one is asked for again, now. */
export async function askAgain(tx: Tx, room: Pick<Room, 'jobs'>, provider: Provider): Promise<void> {
  const rows = await tx.many<{ inbox_id: string }>(sql`
    update mailbox_grant set refused_at = null, refusal = '', next_at = null, failures = 0, version = version + 1
    where workspace_id = ${tx.workspaceId} and provider = ${provider} and refusal in ('invalid_client', 'unauthorized_client') returning inbox_id`);
  for (const { inbox_id } of rows) await refreshIn(tx, room, { workspace_id: tx.workspaceId, id: inbox_id }, 0);
}

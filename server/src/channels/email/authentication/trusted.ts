import { sql } from '../../../base/db.ts';
import type { Room } from '../room.ts';

const KNOWN_FOR = 30_000; // ms; a change made in this process is known at once, one made elsewhere this much later
const known = new Map<string, { hosts: Promise<string[]>; until: number }>();
/** An inbox was changed in this process. */
export const forgetTrusted = (): void => known.clear();

/** The hosts whose checks an inbox believes. Asked outside any transaction, and remembered for a moment: mail comes in numbers. */
export function trustedHosts(room: Pick<Room, 'db'>, workspaceId: string, inboxId: string): Promise<string[]> {
  const before = known.get(inboxId);
  if (before && before.until > Date.now()) return before.hosts;
  if (known.size > 1_000) known.clear();
  const hosts = room.db
    .read<{ hosts: string[] | null }>(
      workspaceId,
      sql`select settings->'trustedHosts' as hosts from inbox where workspace_id = ${workspaceId} and id = ${inboxId}`,
    )
    .then(([row]) => (row?.hosts ?? []).map((host) => host.toLowerCase()));
  known.set(inboxId, { hosts, until: Date.now() + KNOWN_FOR });
  hosts.catch(() => known.delete(inboxId));
  return hosts;
}

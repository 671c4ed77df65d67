import { sql } from '../../../base/db.ts';
import { lower, withoutPlus } from '../address.ts';
import type { Room } from '../room.ts';

/** Whether an address is one of our inboxes', so that what an archive holds from it was written by us. */
export async function ourAddresses(room: Room, workspaceId: string): Promise<(address: string) => boolean> {
  const rows = await room.db.read<{ address: string }>(
    workspaceId,
    sql`select address from inbox where workspace_id = ${workspaceId}`,
  );
  const all = new Set(rows.map((row) => lower(row.address)));
  return (address) => all.has(lower(address)) || all.has(withoutPlus(address));
}

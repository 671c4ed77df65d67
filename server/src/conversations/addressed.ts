import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { plainAddress } from '../customers/index.ts';
import type { Channel } from './channel.ts';

type Given = { address: string; name?: string | undefined }[] | undefined;

export const cleanAddresses = (list: Given): Address[] => [
  ...new Map(
    (list ?? []).map((a) => [
      plainAddress(a.address),
      { address: a.address, name: (a.name ?? '').replace(/[\p{Cc}\u2028\u2029]/gu, ' ').trim() },
    ]),
  ).values(),
];

/** To, copy and blind copy as they are sent: each address once, in the first list it stands in, and none of our own inboxes. */
export function addressed(channel: Channel, ours: string[], ...lists: Address[][]): Address[][] {
  const own = channel.ours(ours);
  const known = new Set<string>();
  return lists.map((list) =>
    list.filter((a) => {
      const plain = plainAddress(a.address);
      if (known.has(plain) || own(a.address)) return false;
      known.add(plain);
      return true;
    }),
  );
}

export const ourAddresses = async (tx: Tx): Promise<string[]> =>
  (
    await tx.many<{ address: string }>(
      sql`select address from inbox where workspace_id = ${tx.workspaceId} and deleted_at is null`,
    )
  ).map((row) => row.address);

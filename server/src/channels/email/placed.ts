import { sql, type Tx } from '../../base/db.ts';
import { type Incoming, type Received, receive, recordSent } from '../../conversations/index.ts';
import { lower, withoutPlus } from './address.ts';
import type { Room } from './room.ts';

/** Whether an address is ours; asked only where what we wrote ourselves may be among the mail (an archive). */
export type Ours = (address: string) => boolean;

const isOurs = (one: Incoming, ours: Ours): boolean =>
  one.kind !== 'bounce' &&
  one.kind !== 'complaint' &&
  !one.relayed && // whoever forged our address long ago must not speak for us now
  ours(one.from.address) &&
  [...one.to, ...one.cc].some((to) => to.address.includes('@') && !ours(to.address));

/**
 * Mails become messages: what customers wrote is received, what we wrote ourselves is recorded as sent. In their order, so that an
 * answer finds what it answers in the same batch.
 */
export async function place(tx: Tx, mails: Incoming[], ours?: Ours): Promise<Received[]> {
  if (!ours) return receive(tx, mails);
  const out: Received[] = [];
  for (let at = 0; at < mails.length; ) {
    const own = isOurs(mails[at] as Incoming, ours);
    let end = at + 1;
    while (end < mails.length && isOurs(mails[end] as Incoming, ours) === own) end++;
    out.push(...(await (own ? recordSent : receive)(tx, mails.slice(at, end))));
    at = end;
  }
  return out;
}

/** Whether an address is one of our inboxes', so that what an archive holds from it was written by us. */
export async function ourAddresses(room: Room, workspaceId: string): Promise<Ours> {
  const rows = await room.db.read<{ address: string }>(
    workspaceId,
    sql`select address from inbox where workspace_id = ${workspaceId}`,
  );
  const all = new Set(rows.map((row) => lower(row.address)));
  return (address) => all.has(lower(address)) || all.has(withoutPlus(address));
}

import type { Address, Body } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Json, type Who } from '../base/module.ts';
import { becameOf, plainAddress } from '../customers/index.ts';
import { changedFor, lockLive } from './rows.ts';
import { takeIn } from './withheld.ts';

const plain = (a: Address): string => plainAddress(a.address);

/** A person says who takes part: what an unproven mail asked for, or takes somebody out again. What changes nothing tells nothing. */
export async function takePart(
  tx: Tx,
  who: Who,
  id: string,
  { add = [], remove = [] }: Body<'POST /conversations/:id/participants'>,
): Promise<Json> {
  const home = await lockLive(tx, id);
  const gone = new Set(remove.map(plainAddress));
  const leaving = home.participants.filter((a) => gone.has(plain(a)));
  if (leaving.length > 0)
    await tx.run(sql`
      update conversation set participants = ${JSON.stringify(home.participants.filter((a) => !gone.has(plain(a))))}::jsonb, version = version + 1
      where workspace_id = ${tx.workspaceId} and id = ${home.id}`);
  const added = (add.length > 0 ? await takeIn(tx, home.id, add) : []).map((a) => a.address);
  const removed = leaving.map((a) => a.address);
  if (added.length > 0 || removed.length > 0)
    await emit(tx, [
      {
        name: 'conversation.participants',
        actor: actorOf(who),
        conversationId: home.id,
        data: { added, removed },
      },
    ]);
  return changedFor(tx, who.id, home.id);
}

/** Where the customer of a conversation is written to from now on, as they say themselves. */
export const writeToCustomerAt = (
  tx: Tx,
  conversationIds: string[],
  customerId: string | null,
  address: string,
  name: string,
): Promise<number> =>
  tx.run(sql`
    update conversation set customer_address = ${address}, customer_name = coalesce(nullif(${name}, ''), customer_name), version = version + 1
    where workspace_id = ${tx.workspaceId} and id = any (${conversationIds}::uuid[]) and channel = 'chat'
      and customer_id = ${becameOf(tx, sql`${customerId}::uuid`)}
      and (customer_address <> ${address} or customer_name <> coalesce(nullif(${name}, ''), customer_name))`);

import type { Body } from '@hearten/contract';
import type { Tx } from '../../base/db.ts';
import type { Json, Who } from '../../base/module.ts';
import { domainOf, ensureSender, forgetSender } from '../../customers/index.ts';
import { move } from '../change.ts';
import { lockLive } from '../rows.ts';

/** Puts a conversation into a folder, and what was said with it about its sender on the lists: one decision, one transaction. */
export async function file(
  tx: Tx,
  who: Who,
  id: string,
  { folder, block, allow }: Body<'POST /conversations/:id/folder'>,
): Promise<Json> {
  const { customer_address: address } = await lockLive(tx, id);
  if (block === true && folder === 'spam') await ensureSender(tx, who, 'blocked', address);
  if (block === false) await forgetSender(tx, who, 'blocked', address);
  if (allow && folder === 'inbox') {
    // Who is blocked by name stays so, even where their whole house is allowed: the nearer word counts. So it is taken back here.
    await forgetSender(tx, who, 'blocked', address);
    await ensureSender(tx, who, 'allowed', allow === 'domain' ? `@${domainOf(address)}` : address);
  }
  if (allow === null) await forgetSender(tx, who, 'allowed', address);
  return move(tx, who, id, folder);
}

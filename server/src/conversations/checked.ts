import type { Address, Authentication } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import { plainAddress } from '../customers/index.ts';
import type { Verdict } from './channel.ts';
import { lockHomeOf } from './reopen.ts';
import { othersOf, takeIn } from './withheld.ts';

type Checked = {
  sender: Address;
  recipients: { to: Address[]; cc: Address[]; replyTo?: Address };
  authentication: Authentication;
};
const plain = (a: Address): string => plainAddress(a.address);

/**
 * It is known now whether a message is from whom it says. Its badge changes, and whom it named takes part after all when it may say so.
 * A message that is gone, or whose sender was found out meanwhile, stays as it is.
 */
export async function senderChecked(tx: Tx, messageId: string, verdict: Verdict): Promise<void> {
  const home = await lockHomeOf(tx, messageId);
  if (!home) return;
  const message = await tx.first<Checked>(sql`
    select sender, recipients, authentication from message where workspace_id = ${tx.workspaceId} and id = ${messageId} and authentication->>'verdict' = 'unknown'`);
  if (!message) return;
  // A conversation has the id of the message that opened it.
  const { to, cc, replyTo } = message.recipients;
  const named = { authentication: verdict, to, cc, replyTo: replyTo ?? null };
  const still = new Set(othersOf(named, message.sender.address, home === messageId).withheld.map(plain));
  const withheld = message.authentication.withheld.filter((a) => still.has(plain(a)));
  const admitted = message.authentication.withheld.filter((a) => !still.has(plain(a)));
  await tx.run(sql`
    update message set authentication = authentication || ${JSON.stringify({ ...verdict, withheld })}::jsonb, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${messageId}`);
  if (admitted.length > 0) await takeIn(tx, home, admitted);
  await emit(tx, [
    {
      name: 'message.checked',
      actor: system,
      conversationId: home,
      messageId,
      data: { verdict: verdict.verdict, by: verdict.by },
    },
  ]);
}

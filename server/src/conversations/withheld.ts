import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { plainAddress } from '../customers/index.ts';
import { mustNotHear } from './beside.ts';
import type { Verdict } from './channel.ts';

type Mail = { authentication: Verdict | null; replyTo: Address | null; to: Address[]; cc: Address[] };

/**
 * Whether whom a message names takes part from now on. Who takes part gets our answers and may join: only a proven sender adds somebody
 * to what was written before. What opens a conversation has nothing before it, so there a sender need not be proven, only not refuted.
 */
export const admits = (verdict: Verdict | null, opens: boolean): boolean =>
  verdict === null || verdict.verdict === 'verified' || (opens && !verdict.checking && verdict.verdict !== 'failed');

/** Everyone else on the mail: those who take part from now on, and those who wait for a person's yes. */
export function othersOf(mail: Mail, sender: string, opens: boolean): { admitted: Address[]; withheld: Address[] } {
  const own = plainAddress(sender);
  const admitted = new Map<string, Address>();
  const withheld = new Map<string, Address>();
  const proven = mail.authentication === null || mail.authentication.verdict === 'verified';
  const take = (list: Address[], yes: boolean): void => {
    for (const a of list) {
      const plain = plainAddress(a.address);
      if (plain !== own && !admitted.has(plain)) (yes ? admitted : withheld).set(plain, a);
    }
  };
  take([...mail.to, ...mail.cc], admits(mail.authentication, opens));
  // Another address for the answers is how an answer is led astray.
  take(mail.replyTo ? [mail.replyTo] : [], proven);
  return { admitted: [...admitted.values()].slice(0, 50), withheld: [...withheld.values()].slice(0, 50) };
}

/** These take part from now on, but for our own inboxes; answers with who is new. The conversation is locked by who calls. */
export async function takeIn(tx: Tx, conversationId: string, added: Address[]): Promise<Address[]> {
  const row = await tx.first<{ list: Address[] }>(sql`
    with fresh as (select coalesce(jsonb_agg(p), '[]') as list from conversation c, jsonb_array_elements(${JSON.stringify(added)}::jsonb) p
      where c.workspace_id = ${tx.workspaceId} and c.id = ${conversationId} and lower(p->>'address') <> lower(c.customer_address)
        and not exists (select 1 from jsonb_array_elements(c.participants) q where lower(q->>'address') = lower(p->>'address'))
        and not exists (select 1 from inbox i where i.workspace_id = ${tx.workspaceId} and lower(i.address) = lower(p->>'address')) and not ${mustNotHear(sql`p->>'address'`)})
    update conversation c set participants = c.participants || fresh.list, version = version + 1 from fresh
    where c.workspace_id = ${tx.workspaceId} and c.id = ${conversationId} and fresh.list <> '[]' returning fresh.list`);
  return row?.list ?? [];
}

import type { Address, Delivery, Recipient } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { plainAddress } from '../customers/index.ts';
import { ourAddresses } from './addressed.ts';
import { closeLater } from './age.ts';
import type { Channel } from './channel.ts';
import type { ChannelOf } from './inbox-of.ts';
import { deliverAt } from './plan.ts';
import { everyone, type Recipients } from './recipients.ts';
import { lockHomeOf } from './reopen.ts';
import { messageFor } from './rows.ts';

const again = ['failed', 'unknown', 'bounced', 'deferred'];
const stateOf = { failed: 'refused', unknown: 'unknown', bounced: 'bounced', deferred: 'deferred' } as const;
type Row = {
  conversation_id: string;
  inbox_id: string;
  state: keyof typeof stateOf;
  channel: string;
  recipients: Recipients;
  delivery: Delivery | null;
};

/**
 * Sends again what failed, came back, or may not have arrived, to all whom it did not reach or to one of them, there or at another
 * address: same Message-ID, so a mail program shows a double one once. Whoever has it gets it no second time.
 */
export async function retry(
  tx: Tx,
  channels: ChannelOf,
  who: Who,
  id: string,
  { address, instead }: { address?: string | undefined; instead?: string | undefined } = {},
): Promise<Json> {
  const home = await lockHomeOf(tx, id);
  if (!home) throw NotFound('This message is not here.');
  const row = await tx.first<Row>(sql`
    select m.conversation_id, m.inbox_id, m.state, m.recipients, m.delivery, c.channel from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.workspace_id = ${tx.workspaceId} and m.id = ${id} and m.type = 'out' and m.state = any (${again}::text[]) for update of m`);
  const done = () => Conflict('This message is on its way or has arrived; there is nothing to send again.');
  if (!row) throw done();
  const at = new Date(clock()).toISOString();
  const list: Recipient[] = row.delivery?.recipients.length
    ? row.delivery.recipients
    : everyone(row.recipients).map((one) => ({ address: one, state: stateOf[row.state], text: '', said: '', at }));
  const here = new Set(everyone(row.recipients).map(plainAddress));
  const meant = (r: Recipient): boolean =>
    here.has(plainAddress(r.address)) &&
    (address === undefined
      ? !['accepted', 'delivered', 'delayed'].includes(r.state)
      : plainAddress(r.address) === plainAddress(address));
  if (!list.some(meant)) throw done();
  if (instead !== undefined) await mayBeInstead(tx, channels(row.channel), here, instead);
  const now = (one: string): string =>
    instead !== undefined && address !== undefined && plainAddress(one) === plainAddress(address) ? instead : one;
  const moved = (people: Address[]): Address[] => people.map((a) => ({ ...a, address: now(a.address) }));
  const { to, cc, bcc } = row.recipients;
  const recipients = { ...row.recipients, to: moved(to), cc: moved(cc ?? []), bcc: moved(bcc ?? []) };
  const delivery: Delivery = {
    recipients: list.map((r) => (meant(r) ? { address: now(r.address), state: 'pending', text: '', said: '', at } : r)),
    tries: row.delivery?.tries ?? [],
    next: [],
  };
  await tx.run(sql`
    update message set state = 'queued', state_reason = null, send_at = now(), attempts = 0, lease_until = null, recipients = ${JSON.stringify(recipients)}::jsonb, delivery = ${JSON.stringify(delivery)}::jsonb, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  // Whoever it goes to now takes part: their answer belongs here.
  if (instead !== undefined && address !== undefined)
    await tx.run(sql`
      update conversation set version = version + 1, participants = (select coalesce(jsonb_agg(p), '[]') from jsonb_array_elements(participants) p where lower(p->>'address') <> lower(${address}) and lower(p->>'address') <> lower(${instead}))
        || ${JSON.stringify([{ address: instead, name: '' }])}::jsonb where workspace_id = ${tx.workspaceId} and id = ${home}`);
  await waitAgain(tx, home, id);
  await deliverAt(tx, id, new Date(clock()), row.inbox_id);
  await emit(tx, [
    {
      name: 'message.retried',
      actor: actorOf(who),
      conversationId: home,
      messageId: id,
      data: { ...(address === undefined ? {} : { address }), ...(instead === undefined ? {} : { instead }) },
    },
  ]);
  return json(`{"message":${await messageFor(tx, id)}}`);
}
/** What came back had opened the conversation; now that it is on its way again, it is the customer's turn, if they have written nothing since. */
async function waitAgain(tx: Tx, home: string, id: string): Promise<void> {
  const left = await tx.first<{ to: string }>(sql`
    select e.data->>'to' as to from event e where e.workspace_id = ${tx.workspaceId} and e.conversation_id = ${home} and e.message_id = ${id} and e.name = 'message.replied'
      and not exists (select 1 from message m join message n on n.workspace_id = m.workspace_id and n.conversation_id = m.conversation_id and n.type = 'in' and n.at > m.at
        where m.workspace_id = ${tx.workspaceId} and m.id = ${id})`);
  if (left?.to !== 'waiting' && left?.to !== 'resolved') return;
  const changed = await tx.run(sql`
    update conversation set status = ${left.to}, waiting_since = null, resolved_at = case when ${left.to} = 'resolved' then now() end, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${home} and status = 'open'`);
  if (changed && left.to === 'resolved') await closeLater(tx, home);
}

async function mayBeInstead(tx: Tx, channel: Channel, here: Set<string>, instead: string): Promise<void> {
  if (here.has(plainAddress(instead)))
    throw Invalid('This address gets the message already. Nothing was sent; write another one.');
  if (channel.ours(await ourAddresses(tx))(instead))
    throw Invalid('This is the address of one of your own inboxes. Nothing was sent; write another one.');
}

export async function quoteOf(tx: Tx, id: string): Promise<{ text: string }> {
  const row = await tx.first<{ text: string }>(
    sql`select quote as text from message where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!row) throw NotFound('This message is not here.');
  return row;
}

/** Where a message stands now: what was merged or split took it along. */
export async function placeOf(
  tx: Tx,
  id: string,
): Promise<{ conversationId: string; number: number; folder: 'inbox' | 'spam' | 'trash' }> {
  const row = await tx.first<Awaited<ReturnType<typeof placeOf>>>(sql`
    select c.id as "conversationId", c.number, c.folder from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.workspace_id = ${tx.workspaceId} and m.id = ${id}`);
  if (!row) throw NotFound('This message is not here. It may have been deleted with its conversation.');
  return row;
}

import { sql, type Tx } from '../base/db.ts';
import { Conflict } from '../base/errors.ts';
import { emit, forgetMessageEvents, system } from '../base/events.ts';
import { given, speaksOf } from '../base/named.ts';
import { markErased } from './erased.ts';
import { recount } from './recount.ts';
import { remove } from './remove.ts';
import { unlearn } from './spam/learn.ts';

const PIECE = 25; // conversations a transaction: what someone waits for is never held long

export type Held = { conversations: number; messages: number; elsewhere: number; bytes: number };
/** How much of somebody is here: their conversations with what was merged into them or said beside them, and words of theirs in those of others. */
export async function heldOf(tx: Tx, customerIds: string[], theirAddresses: string[]): Promise<Held> {
  const addresses = given(theirAddresses);
  return (await tx.first<Held>(sql`
    with recursive theirs as (select c.id from conversation c where c.workspace_id = ${tx.workspaceId} and c.customer_id = any (${customerIds}::uuid[])
        union select c.id from theirs t join conversation c on c.workspace_id = ${tx.workspaceId} and (c.merged_into = t.id or c.parent_id = t.id and c.parent_kind = 'side')),
      said as (select m.attachments from message m join theirs t on m.workspace_id = ${tx.workspaceId} and m.conversation_id = t.id)
    select (select count(*)::int from theirs) as conversations, (select count(*)::int from said) as messages,
      (select coalesce(sum((a->>'size')::bigint), 0)::bigint from said, jsonb_array_elements(said.attachments) a) as bytes,
      (select count(*)::int from conversation c where c.workspace_id = ${tx.workspaceId} and c.id not in (select id from theirs)
        and exists (select 1 from jsonb_array_elements(c.participants || c.consulted) p where lower(p->>'address') = any (${addresses}::text[]))) as elsewhere`)) as Held;
}

/** Some of their conversations, whole; how many there were. One of which a message is on its way this moment holds it up. */
export async function eraseSome(tx: Tx, customerIds: string[]): Promise<{ conversations: string[]; messages: number }> {
  const roots = await tx.many<{ id: string }>(sql`
    select id from conversation where workspace_id = ${tx.workspaceId} and customer_id = any (${customerIds}::uuid[]) order by id limit ${PIECE} for update`);
  if (roots.length === 0) return { conversations: [], messages: 0 };
  const all = await tx.many<{ id: string }>(sql`
    with recursive theirs as (select r as id from unnest(${roots.map((row) => row.id)}::uuid[]) r
      union select c.id from theirs t join conversation c on c.workspace_id = ${tx.workspaceId} and (c.merged_into = t.id or c.parent_id = t.id and c.parent_kind = 'side'))
    select c.id from conversation c join theirs t on c.workspace_id = ${tx.workspaceId} and c.id = t.id order by c.id for update of c`);
  const ids = all.map((row) => row.id);
  // Whose sender died is not waited for: on a desk that was restored and is held nobody would ever say that it has left.
  const leaving = await tx.first(
    sql`select 1 from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = any (${ids}::uuid[]) and m.state = 'sending' and m.lease_until > now()`,
  );
  if (leaving) throw Conflict('A message is leaving this moment. It is erased when it has left.');
  const messages = await tx.many<{ id: string }>(
    sql`select id from message where workspace_id = ${tx.workspaceId} and conversation_id = any (${ids}::uuid[])`,
  );
  await markErased(tx, { messageIds: messages.map((one) => one.id) });
  await unlearn(tx, ids);
  await remove(tx, system, {}, ids);
  return { conversations: ids, messages: messages.length };
}

type Touched = {
  conversations: { id: string; participants: unknown; consulted: unknown }[];
  messages: Record<string, unknown>[];
  drafts: { conversation_id: string; person_id: string; cc: unknown; bcc: unknown; recipients: unknown }[];
};
const columns = [
  'sender',
  'recipients',
  'forwarded',
  'delivery',
  'parsed',
  'people_before',
  'spam',
  'authentication',
] as const;

/** The same without every object that bears one of these addresses, and without the addresses themselves. */
export function without(value: unknown, theirs: (text: string) => boolean): unknown {
  if (Array.isArray(value)) return value.filter((one) => !isTheirs(one, theirs)).map((one) => without(one, theirs));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, one]) =>
        theirs(key) ? [] : [[key, isTheirs(one, theirs) ? null : without(one, theirs)]],
      ),
    );
  return value;
}
const isTheirs = (one: unknown, theirs: (text: string) => boolean): boolean =>
  typeof one === 'string'
    ? theirs(one)
    : typeof one === 'object' &&
      one !== null &&
      'address' in one &&
      typeof one.address === 'string' &&
      theirs(one.address);

/** What they said in conversations of others goes; that they took part there is forgotten. Whatever others wrote stays as they wrote it. */
export async function eraseAmongOthers(tx: Tx, customerIds: string[], theirAddresses: string[]): Promise<number> {
  const w = tx.workspaceId;
  const addresses = given(theirAddresses);
  await tx.run(sql`update tombstone set external_id = null where workspace_id = ${w} and external_id is not null`);
  const said = await tx.many<{ id: string; home: string; hash: string | null }>(sql`
    select m.id, m.conversation_id as home, encode(m.raw_hash, 'hex') as hash from message m
    where m.workspace_id = ${w} and (m.customer_id = any (${customerIds}::uuid[]) or m.type = 'in' and lower(m.sender->>'address') = any (${addresses}::text[])) order by m.id`);
  const ids = said.map((one) => one.id);
  const part = await tx.many<{ id: string }>(sql`
    select c.id from conversation c where c.workspace_id = ${w} and (c.id = any (${said.map((one) => one.home)}::uuid[])
      or exists (select 1 from jsonb_array_elements(c.participants || c.consulted) p where lower(p->>'address') = any (${addresses}::text[]))) order by c.id for update`);
  const homes = part.map((row) => row.id);
  if (ids.length > 0) {
    await markErased(tx, { messageIds: ids });
    await tx.run(sql`delete from search_row where workspace_id = ${w} and message_id = any (${ids}::uuid[])`);
    await tx.run(sql`delete from named_id where workspace_id = ${w} and message_id = any (${ids}::uuid[])`);
    await tx.run(sql`delete from message where workspace_id = ${w} and id = any (${ids}::uuid[])`);
    await emit(tx, [
      {
        name: 'conversation.deleted',
        actor: system,
        data: { conversations: [], messages: ids, hashes: said.flatMap((one) => (one.hash ? [one.hash] : [])) },
      },
    ]);
    await forgetMessageEvents(tx, homes, ids);
  }
  if (homes.length > 0) await scrub(tx, homes, addresses);
  for (const id of homes) await recount(tx, id);
  return homes.length;
}

async function scrub(tx: Tx, homes: string[], addresses: string[]): Promise<void> {
  const w = tx.workspaceId;
  const known = new Set(addresses);
  const theirs = (text: string): boolean => known.has(text.toLowerCase());
  const json = (value: unknown): string | null =>
    value === null || value === undefined ? null : JSON.stringify(without(value, theirs));
  const { conversations, messages, drafts } = (await tx.first<Touched>(sql`
    select (select coalesce(json_agg(json_build_object('id', c.id, 'participants', c.participants, 'consulted', c.consulted)), '[]') from conversation c
        where c.workspace_id = ${w} and c.id = any (${homes}::uuid[])) as conversations,
      (select coalesce(json_agg(json_build_object('id', m.id, 'sender', m.sender, 'recipients', m.recipients, 'forwarded', m.forwarded, 'delivery', m.delivery, 'parsed', m.parsed,
          'people_before', m.people_before, 'spam', m.spam, 'authentication', m.authentication)), '[]') from message m
        where m.workspace_id = ${w} and m.conversation_id = any (${homes}::uuid[]) and exists (select 1 from unnest(${addresses}::text[]) a
          where position(a in lower(concat(m.sender, m.recipients, m.forwarded, m.delivery, m.parsed, m.people_before, m.spam, m.authentication))) > 0)) as messages,
      (select coalesce(json_agg(json_build_object('conversation_id', d.conversation_id, 'person_id', d.person_id, 'cc', d.cc, 'bcc', d.bcc, 'recipients', d.recipients)), '[]') from draft d
        where d.workspace_id = ${w} and d.conversation_id = any (${homes}::uuid[])) as drafts`)) as Touched;
  for (const one of conversations)
    await tx.run(sql`
      update conversation set participants = ${json(one.participants)}::jsonb, consulted = ${json(one.consulted)}::jsonb where workspace_id = ${w} and id = ${one.id}`);
  for (const one of messages) {
    const [sender, recipients, forwarded, delivery, parsed, before, spam, authentication] = columns.map((name) =>
      json(one[name]),
    );
    await tx.run(sql`
      update message set sender = ${sender}::jsonb, recipients = coalesce(${recipients}::jsonb, '{}'), forwarded = ${forwarded}::jsonb, delivery = ${delivery}::jsonb, parsed = ${parsed}::jsonb,
        people_before = ${before}::jsonb, spam = ${spam}::jsonb, authentication = ${authentication}::jsonb, version = version + 1 where workspace_id = ${w} and id = ${String(one.id)}`);
  }
  for (const one of drafts)
    await tx.run(sql`
      update draft set cc = coalesce(${json(one.cc)}::jsonb, '[]'), bcc = coalesce(${json(one.bcc)}::jsonb, '[]'), recipients = ${json(one.recipients)}::jsonb
      where workspace_id = ${w} and conversation_id = ${one.conversation_id} and person_id = ${one.person_id}`);
}

/** Views that are about nobody else; gives their ids. */
export async function eraseViews(tx: Tx, customerIds: string[], addresses: string[]): Promise<string[]> {
  const gone = await tx.many<{ id: string }>(sql`
    delete from saved_view where workspace_id = ${tx.workspaceId} and (filter->>'customerId' = any (${customerIds}::text[])
      or ${speaksOf('lower(filter::text)', addresses)}) returning id`);
  return gone.map((one) => one.id);
}

import { randomBytes } from 'node:crypto';
import type { Body, ChatInbox, ChatKey, Reply, VisitorSeen } from '@hearten/contract';
import { baseUrl } from '../../base/config.ts';
import { none, type Sql, sql, type Tx } from '../../base/db.ts';
import { Invalid, NotFound } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { newId } from '../../base/ids.ts';
import { actorOf, type Hearten, type Who } from '../../base/module.ts';
import { refuseInSample } from '../../team/index.ts';
import { asksWith, settingsOf } from './asks.ts';
import { keyPlace, publicKey as readPublicKey } from './identity.ts';

type Room = Pick<Hearten, 'config' | 'seal'>;
/** How the rows of inboxes are written, which one module does for every channel. */
export type InboxRows = {
  add: (
    tx: Tx,
    who: Who,
    inbox: { channel: string; name: string; settings: Record<string, unknown> },
  ) => Promise<string>;
  change: (
    tx: Tx,
    who: Who,
    id: string,
    change: {
      name?: string | undefined;
      enabled?: boolean | undefined;
      settings?: Record<string, unknown> | undefined;
    },
  ) => Promise<void>;
};
type Row = { id: string; name: string; enabled: boolean; settings: unknown; keys: ChatKey[] };

const rows = (tx: Tx, where: Sql): Promise<Row[]> =>
  tx.many<Row>(sql`
    select i.id, i.name, i.enabled,
      case when exists (select 1 from team t where t.workspace_id = i.workspace_id and t.id::text = i.settings->>'teamId') then i.settings else i.settings - 'teamId' end as settings, coalesce((select json_agg(json_build_object('id', k.id, 'name', k.name, 'algorithm', k.algorithm, 'createdAt', k.created_at, 'usedAt', k.used_at) order by k.created_at) from chat_key k
      where k.workspace_id = i.workspace_id and k.inbox_id = i.id), '[]') as keys
    from inbox i where i.workspace_id = ${tx.workspaceId} and i.channel = 'chat' and i.deleted_at is null ${where} order by i.created_at, i.id`);
const shown = (room: Room, row: Row): ChatInbox => ({
  ...row,
  settings: settingsOf(row.settings),
  script: `${baseUrl(room.config)}/chat/${row.id}.js`,
});
async function one(tx: Tx, room: Room, id: string): Promise<ChatInbox> {
  const [row] = await rows(tx, sql`and i.id = ${id}`);
  if (!row) throw NotFound('This chat is not here; it may have been disconnected.');
  return shown(room, row);
}

export const listChats = async (tx: Tx, room: Room): Promise<{ items: ChatInbox[] }> => ({
  items: (await rows(tx, none)).map((row) => shown(room, row)),
});

export async function openChat(
  tx: Tx,
  room: Room,
  who: Who,
  inboxes: InboxRows,
  body: Body<'POST /chats'>,
): Promise<ChatInbox> {
  await refuseInSample(tx, 'No chat can be opened here.');
  const settings = settingsOf(body.settings);
  await mustSend(tx, settings.mailInboxId);
  // Without a word about it, answers that nobody read go out by the first mailbox there is.
  const mailInboxId = body.settings?.mailInboxId === undefined ? await firstMail(tx) : settings.mailInboxId;
  const id = await inboxes.add(tx, who, { channel: 'chat', name: body.name, settings: { ...settings, mailInboxId } });
  return one(tx, room, id);
}
/** The inbox in which one is one's own customer writes to nobody else. */
const isPractice = sql`address like '%@practice-%.invalid'`;
const firstMail = async (tx: Tx): Promise<string | null> =>
  (
    await tx.first<{ id: string }>(
      sql`select id from inbox where workspace_id = ${tx.workspaceId} and channel = 'email' and enabled and deleted_at is null and not ${isPractice} order by created_at, id limit 1`,
    )
  )?.id ?? null;
async function mustSend(tx: Tx, id: string | null | undefined): Promise<void> {
  if (!id) return;
  const mail = await tx.first(
    sql`select 1 from inbox where workspace_id = ${tx.workspaceId} and id = ${id} and channel = 'email' and deleted_at is null and not ${isPractice}`,
  );
  if (!mail)
    throw Invalid('The inbox for answers by mail is not a mailbox of yours. Nothing was changed; choose another.');
}

export async function changeChat(
  tx: Tx,
  room: Room,
  who: Who,
  inboxes: InboxRows,
  id: string,
  body: Body<'PATCH /chats/:id'>,
): Promise<ChatInbox> {
  const before = await one(tx, room, id);
  const { name, enabled, settings } = body;
  await mustSend(tx, settings?.mailInboxId);
  const { asks } = before.settings;
  await inboxes.change(tx, who, id, {
    name,
    enabled,
    settings: settings && settingsOf({ ...before.settings, ...settings, asks: asksWith(asks, settings) }),
  });
  return one(tx, room, id);
}

/** A shared secret is made here and shown once; of the other two kinds only the public half ever comes to us. */
export async function addKey(
  tx: Tx,
  room: Room,
  who: Who,
  id: string,
  body: Body<'POST /chats/:id/keys'>,
): Promise<Reply<'POST /chats/:id/keys'>> {
  await one(tx, room, id);
  const keyId = newId();
  const { algorithm, name, publicKey } = body;
  const secret = algorithm === 'HS256' ? randomBytes(32).toString('base64url') : null;
  if (!secret) await mustBePublic(publicKey ?? '', algorithm);
  await tx.run(sql`
    insert into chat_key (workspace_id, id, inbox_id, algorithm, name, secret, public_key)
    values (${tx.workspaceId}, ${keyId}, ${id}, ${algorithm}, ${name}, ${secret && room.seal.close(secret, keyPlace(tx.workspaceId, keyId))}, ${secret ? null : (publicKey ?? '')})`);
  await emit(tx, [{ name: 'inbox.changed', actor: actorOf(who), data: { inboxId: id, key: name } }]);
  const key = (await one(tx, room, id)).keys.find((made) => made.id === keyId);
  if (!key) throw new Error('a key that was added is not there');
  return { key, secret };
}
async function mustBePublic(pem: string, algorithm: 'ES256' | 'RS256' | 'HS256'): Promise<void> {
  try {
    await readPublicKey(pem, algorithm);
  } catch {
    throw Invalid(
      'This is no public key of that kind. Nothing was added; paste the whole text, from BEGIN PUBLIC KEY to END PUBLIC KEY.',
      [{ path: 'publicKey', message: 'is no public key of that kind' }],
    );
  }
}

/** Tells whose visits it vouched for. They end with it, as do the links that went where it said, used or not: the rows hang on that of the key. */
export async function endKey(tx: Tx, who: Who, id: string): Promise<string[]> {
  const visitors = await tx.many<{ id: string }>(
    sql`select distinct visitor_id as id from visitor_session where workspace_id = ${tx.workspaceId} and key_id = ${id}`,
  );
  const row = await tx.first<{ inbox_id: string }>(
    sql`delete from chat_key where workspace_id = ${tx.workspaceId} and id = ${id} returning inbox_id`,
  );
  if (!row) throw NotFound('This key is not here.');
  await emit(tx, [{ name: 'inbox.changed', actor: actorOf(who), data: { inboxId: row.inbox_id } }]);
  return visitors.map((visitor) => visitor.id);
}

export async function visitorAt(tx: Tx, conversationId: string): Promise<Reply<'GET /conversations/:id/visitor'>> {
  const [visitor, been] = await Promise.all([
    tx.first<VisitorSeen>(sql`
      select v.name, v.email, v.user_id is not null as vouched, v.claims, v.page, v.referrer, v.agent, v.language, v.country, v.city, v.visits, v.created_at as "firstAt", v.seen_at as "seenAt",
        (select max(m.at) from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id where l.workspace_id = c.workspace_id and l.chat_id = c.id and l.seq <= c.read_seq and c.read_seq > 0) as "readUpTo"
      from chat c join visitor v on v.workspace_id = c.workspace_id and v.id = c.visitor_id where c.workspace_id = ${tx.workspaceId} and c.conversation_id = ${conversationId} order by c.created_at desc limit 1`),
    tx.first<{ ids: string[] }>(sql`
      with recursive same as (select k.customer_id as id from conversation k where k.workspace_id = ${tx.workspaceId} and k.id = ${conversationId}
        union select c.id from same s join customer c on c.workspace_id = ${tx.workspaceId} and c.merged_into = s.id)
      select array(select v.inbox_id from visitor v join inbox i on i.workspace_id = v.workspace_id and i.id = v.inbox_id and i.deleted_at is null
        where v.workspace_id = ${tx.workspaceId} and v.customer_id in (select id from same) group by v.inbox_id order by max(v.seen_at) desc, v.inbox_id limit 20) as ids
      from conversation k where k.workspace_id = ${tx.workspaceId} and k.id = ${conversationId}`),
  ]);
  if (!been) throw NotFound();
  return { visitor: visitor ?? null, beenIn: been.ids };
}

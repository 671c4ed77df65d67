import { type Sql, sql, type Tx } from '../../base/db.ts';
import { Invalid, NotFound } from '../../base/errors.ts';
import { hurry } from '../../base/hurry.ts';
import { newId } from '../../base/ids.ts';
import { hash } from '../../base/seal.ts';
import { cut } from '../../base/text.ts';
import { type Entry, type Incoming, receive, takeVisitorFiles } from '../../conversations/index.ts';
import {
  type Account,
  asCustomer,
  type CustomerNow,
  type Recognised,
  recogniseVisiting,
} from '../../customers/index.ts';
import { type Block, blockOf, mayGoOn } from './abuse.ts';
import { greetingOf, tellAlong } from './along.ts';
import { mustHaveSaid } from './asks.ts';
import { addLine, type Seeing } from './lines.ts';
import type { Chat } from './settings.ts';
import { theirHome } from './theirs.ts';
import type { Visitor } from './visits.ts';

export type Words = {
  chat: string | null;
  clientId: string;
  text: string;
  files: string[];
  greeting?: string | null | undefined;
  context?: Record<string, unknown> | null | undefined;
  answer?: string | null | undefined;
};
/** `begun`: their other widgets do not know yet where it stands. */
export type Kept = { chat: string; conversationId: string; seq: number; id: string; at: string; begun?: boolean };

const LONGEST = 20_000;
const FILES = 10;

/**
 * What a visitor says becomes a message, in one transaction with its line. `clientId` is the visitor's own name for it: said again, after
 * a socket that was cut or a page that was closed, it is the one that is there. `last`: nothing comes after it in this transaction.
 */
export async function say(
  tx: Tx,
  chat: Chat,
  { id: visitorId, only }: Seeing,
  said: Words,
  last: 'last' | null = null,
): Promise<Kept> {
  // Whoever came by a link says all they say there.
  const words = only && said.chat === null ? { ...said, chat: only } : said;
  if (only && words.chat !== only) throw NotFound('This conversation is not here. Nothing was sent.');
  const text = words.text.toWellFormed().replaceAll('\0', '').trim();
  if (text === '' && words.files.length === 0) throw Invalid('There is nothing in this message. Nothing was sent.');
  if (text.length > LONGEST)
    throw Invalid('This message is too long. Nothing was sent; send it in parts, or as a file.');
  if (words.files.length > FILES)
    throw Invalid('More than ten files do not go with one message. Nothing was sent; send some of them with another.');
  hurry();
  // One after the other for each visitor: two tabs that begin a conversation with the same words begin one, so what is asked is asked after the lock.
  const [visitor, found] = await Promise.all([
    tx.first<Omit<Visitor, 'only'>>(sql`
      select id, inbox_id as "inboxId", customer_id as "customerId", user_id as "userId", name, email, claims, language, visits from visitor where workspace_id = ${tx.workspaceId} and id = ${visitorId} for no key update`),
    tx.first<Found>(sql`
      select ${saidBefore(tx, visitorId, words.clientId)} as before, ${homeOf(tx, visitorId, words.chat)} as home, ${blockOf(tx, visitorId)} as block,
        (select to_json(n) from (${asCustomer(tx, sql`select customer_id from visitor where workspace_id = ${tx.workspaceId} and id = ${visitorId}`)}) n) as now`),
  ]);
  const { before = null, home: stands = null, block = null, now = null } = found ?? {};
  mayGoOn(block);
  if (!visitor) throw NotFound();
  if (before) return { ...before, at: new Date(before.at).toISOString() };
  if (words.chat && !stands) throw NotFound('This conversation is not here. Nothing was sent.');
  const home = stands?.theirs ? stands.id : null;
  const asked = words.chat ? null : mustHaveSaid(chat, visitor, words.answer);
  const customer = await customerOf(tx, chat, visitor, now);
  const attachments = await takeVisitorFiles(tx, visitor.id, words.files);
  const id = newId();
  const incoming: Incoming = {
    ...{ id, inboxId: chat.id, channel: 'chat', customer, from: { address: customer.address, name: customer.name } },
    ...{ externalId: null, inReplyTo: null, references: [], token: home, forwarded: null, replyTo: null },
    ...{ to: [], cc: [], subject: subjectOf(text, attachments), text, quote: '', hasHtml: false, attachments },
    ...{
      kind: 'message',
      automatic: false,
      language: visitor.language || null,
      bounce: null,
      awayUntil: null,
      thanks: false,
    },
    ...{ signs: [], authentication: null, parsed: null, rawHash: null, historic: false },
    ...{ dedupe: hash(`chat\n${visitor.id}\n${words.clientId}`), receivedAt: new Date().toISOString() },
  };
  const chatId = words.chat ?? newId();
  const greeting = words.chat ? '' : greetingOf(chat.settings, words.greeting);
  let [seq, at]: [number | undefined, string | undefined] = [undefined, undefined];
  const along = async (entry: Entry): Promise<void> => {
    const { conversationId } = entry;
    const [, lines] = await Promise.all([
      // Closed meanwhile, or merged into another: the visitor's side stays the same and goes on there.
      conversationId === home
        ? 0
        : tx.run(sql`
        insert into chat as c (workspace_id, id, visitor_id, conversation_id, greeting) values (${tx.workspaceId}, ${chatId}, ${visitor.id}, ${conversationId}, ${greeting})
        on conflict (workspace_id, id) do update set conversation_id = excluded.conversation_id where c.conversation_id <> excluded.conversation_id`),
      addLine(tx, conversationId, id, { visitorId: visitor.id, chatId, clientId: words.clientId }),
      tellAlong(tx, conversationId, { greeting, asked, context: words.context }),
      hasLine(tx, chatId, id),
    ]);
    [seq, at] = [lines.find((line) => line.id === chatId)?.seq, entry.at];
  };
  const [received] = await receive(tx, [incoming], along, last);
  if (!received?.conversationId) throw Invalid('This message is here already. Nothing was sent again.');
  if (seq === undefined || at === undefined) throw new Error('a message of a visitor was kept without its line');
  const { conversationId } = received;
  return { chat: chatId, conversationId, seq, id, at, begun: conversationId !== home };
}

/** Without its line nothing of it is kept: where there is none this divides by nothing, which takes all of it back, the commit being on its way. */
const hasLine = (tx: Tx, chatId: string, id: string): Promise<number> =>
  tx.run(
    sql`select 1 / count(*) from chat_line where workspace_id = ${tx.workspaceId} and chat_id = ${chatId} and message_id = ${id}`,
  );

/** What is known of a visitor and their words before anything is kept. */
type Found = { before: Kept | null; home: Home | null; block: Block | null; now: CustomerNow | null };
/** The conversation at which a chat stands; `theirs`: it, or what it was merged into, is still that of its visitor. */
type Home = { id: string; theirs: boolean };
const saidBefore = (tx: Tx, visitorId: string, clientId: string): Sql => sql`(
    select json_build_object('chat', c.id, 'conversationId', c.conversation_id, 'seq', l.seq, 'id', l.message_id, 'at', m.at) from chat c join chat_line l on l.workspace_id = c.workspace_id and l.chat_id = c.id
      join message m on m.workspace_id = l.workspace_id and m.id = l.message_id
    where c.workspace_id = ${tx.workspaceId} and c.visitor_id = ${visitorId} and l.client_id = ${clientId} limit 1)`;
/** The conversation at which a chat of theirs stands. Somebody else's is not there. */
const homeOf = (tx: Tx, visitorId: string, chatId: string | null): Sql => sql`(
    select json_build_object('id', c.conversation_id, 'theirs', (select case when k.merged_into is null then ${theirHome(tx)} else (select ${theirHome(tx)} from ${mergedOf(tx)} k) end
        from conversation k join visitor p on p.workspace_id = k.workspace_id and p.id = ${visitorId} where k.workspace_id = c.workspace_id and k.id = c.conversation_id))
    from chat c where c.workspace_id = ${tx.workspaceId} and c.id = ${chatId} and c.visitor_id = ${visitorId})`;
/** What the conversation `k` was merged into, however often. */
const mergedOf = (tx: Tx): Sql => sql`(
    with recursive up as (select k.merged_into as id union all select o.merged_into from up join conversation o on o.workspace_id = ${tx.workspaceId} and o.id = up.id where o.merged_into is not null)
    select o.* from up join conversation o on o.workspace_id = ${tx.workspaceId} and o.id = up.id where o.merged_into is null)`;

/** Whose the visitor is. Becomes one with the first message: whoever only looks is no customer. */
async function customerOf(
  tx: Tx,
  chat: Chat,
  visitor: Omit<Visitor, 'only'>,
  now: CustomerNow | null,
): Promise<Recognised> {
  const vouched = visitor.userId !== null && !visitor.claims.includes('email');
  const name = visitor.name || (visitor.email ? '' : `Visitor ${visitor.id.slice(-4)}`) || visitor.email;
  const customer = now
    ? { ...now, address: visitor.email }
    : await recogniseVisiting(tx, {
        name,
        account: await accountOf(tx, chat, visitor.userId),
        email: vouched ? visitor.email || null : null,
      });
  // Of one who was merged into another it stays as it was: taken apart again, the visitor is who they were.
  if (!now)
    await tx.run(
      sql`update visitor set customer_id = ${customer.customerId} where workspace_id = ${tx.workspaceId} and id = ${visitor.id}`,
    );
  return { ...customer, address: visitor.email || customer.address };
}

/** Whose id it is: that of this chat, and of those where the same key stands, for it speaks of the same people there. */
async function accountOf(tx: Tx, { id, keys }: Chat, userId: string | null): Promise<Account | null> {
  if (userId === null) return null;
  const halves = keys.flatMap((key) => key.publicKey ?? []);
  const shared = await tx.many<{ id: string }>(
    sql`select distinct inbox_id::text as id from chat_key where workspace_id = ${tx.workspaceId} and public_key = any (${halves}::text[]) and inbox_id <> ${id} order by 1`,
  );
  return { id: userId, scopes: [id, ...shared.map((one) => one.id)] };
}

const subjectOf = (text: string, files: { filename: string }[]): string =>
  cut((text.split('\n')[0] ?? '').replace(/\s+/g, ' ').trim(), 80) || files[0]?.filename || '(no subject)';

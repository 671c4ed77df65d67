import { sql, type Tx } from '../../base/db.ts';
import { Conflict, Invalid, NotFound, TooMany } from '../../base/errors.ts';
import { inWords, matched, say } from '../../base/words.ts';
import { type Channel, sendAutomatically, writeToCustomerAt } from '../../conversations/index.ts';
import { mayWrite } from './abuse.ts';
import { byMachine } from './lines.ts';
import type { Chat } from './settings.ts';
import { introduce, type Visitor } from './visits.ts';

const A_DAY = 3; // times one chat is sent in a day
const SOON = 600; // seconds within which asking twice is asking once
type Home = { conversationId: string; lastOut: number | null; today: number; lately: boolean; about: string };
/** Notes that somebody is written to whose address nothing proves; false when that was done within a day, or too often by all. */
export type MayWriteTo = (tx: Tx, address: string) => Promise<boolean>;

/**
 * A visitor wants their chat by mail: what was said, and a link to go on with. It leaves as any mail of the conversation does. Only to the
 * address that was vouched for, or the one they gave here; to that one with the link alone before a person has answered, and after that
 * with nothing they wrote since: nobody can have their own words sent to somebody else by a stranger's desk.
 */
export async function mailChat(
  tx: Tx,
  chat: Chat,
  channel: Channel,
  visitor: Visitor,
  asked: { chatId: string; email?: string | undefined },
  mayWriteTo: MayWriteTo,
): Promise<{ to: string }> {
  if (!chat.settings.mailInboxId)
    throw Conflict('No e-mail can be sent from this chat. Nothing was sent; copy what you need.');
  await tx.run(
    sql`select 1 from visitor where workspace_id = ${tx.workspaceId} and id = ${visitor.id} for no key update`,
  );
  await mayWrite(tx, visitor.id); // who may not write has us write nothing, either
  const home = await homeOf(tx, visitor, asked.chatId);
  const proven = visitor.userId !== null && visitor.email !== '' && !visitor.claims.includes('email');
  if (!proven && asked.email && !visitor.only) {
    await introduce(tx, visitor, { email: asked.email });
    await writeToCustomerAt(tx, [home.conversationId], visitor.customerId, asked.email, visitor.name);
  }
  const to = proven || visitor.only ? visitor.email : (asked.email ?? visitor.email);
  if (!to) throw Invalid('There is no address to send it to. Nothing was sent; write yours first.');
  if (home.lately || home.today >= A_DAY || !(proven || (await mayWriteTo(tx, to))))
    throw TooMany('It was sent there not long ago. Nothing was sent again; look into your mailbox.', SOON);
  const language = matched(visitor.language) ?? 'en';
  const name = chat.brand.name || chat.name;
  const said =
    proven || home.lastOut !== null ? await linesOf(tx, asked.chatId, proven ? null : home.lastOut, language) : [];
  const text = [inWords(say('You asked for this conversation with {name} by e-mail.', { name }), language), ...said];
  await sendAutomatically(tx, channel, home.conversationId, {
    to: { address: to, name: '' },
    subject: inWords(say('Your conversation with {name}', { name }), language),
    text: text.join('\n\n'),
    about: home.about,
    aside: true,
  });
  return { to };
}

async function homeOf(tx: Tx, { id, only }: Visitor, chatId: string): Promise<Home> {
  const home = await tx.first<Home>(sql`
    select c.conversation_id as "conversationId", (select max(l.seq)::int from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id
        where l.workspace_id = c.workspace_id and l.chat_id = c.id and not l.gone and m.type = 'out' and m.author_id is not null) as "lastOut",
      coalesce(sent.today, 0)::int as today, coalesce(sent.last > now() - make_interval(secs => ${SOON}), false) as lately,
      (select l.message_id from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id where l.workspace_id = c.workspace_id and l.chat_id = c.id and not l.gone order by l.seq desc limit 1) as about
    from chat c left join lateral (select count(*) as today, max(m.at) as last from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.conversation_id and m.aside and m.kind = 'auto_reply' and m.at > now() - interval '1 day') sent on true
    where c.workspace_id = ${tx.workspaceId} and c.visitor_id = ${id} and c.id = ${chatId} and (${only}::uuid is null or c.id = ${only})`);
  if (!home?.about) throw NotFound('This conversation is not here. Nothing was sent.');
  return home;
}

type Said = { at: string; who: string; text: string; files: string[] };
const MOST = 1000;
/** What was said, oldest first, up to a number; each with who said it and when. */
async function linesOf(tx: Tx, chatId: string, upTo: number | null, language: string): Promise<string[]> {
  const rows = await tx.many<Said>(sql`
    select m.at, case when m.type = 'in' then ${inWords(say('You'), language)} else coalesce((select p.name from person p where p.workspace_id = m.workspace_id and p.id = m.author_id and not ${byMachine}), ${inWords(say('Automatic'), language)}) end as who, m.text,
      (select coalesce(json_agg(f->>'filename'), '[]') from jsonb_array_elements(m.attachments) f) as files
    from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id and not m.aside
    where l.workspace_id = ${tx.workspaceId} and l.chat_id = ${chatId} and not l.gone and (${upTo}::bigint is null or l.seq <= ${upTo}) order by l.seq desc limit ${MOST}`);
  return rows.reverse().map(({ at, who, text, files }) => {
    const head = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${who}:`;
    return [head, ...(text ? [text] : []), ...files.map((file) => `[${file}]`)].join('\n');
  });
}

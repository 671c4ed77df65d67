import { sql, type Tx } from '../../base/db.ts';
import type { Hearten } from '../../base/module.ts';
import { inWords, matched, say } from '../../base/words.ts';
import { type Channel, Early, type InboxRow, inboxById, type Outgoing, Unsure } from '../../conversations/index.ts';
import { settingsOf } from './asks.ts';
import { addLine, byMachine } from './lines.ts';
import { makeLink } from './links.ts';
import { answersOf, shareMail } from './share-mail.ts';
import { theirHome } from './theirs.ts';

type Side = {
  chatId: string;
  seq: number | null;
  readSeq: number;
  email: string;
  name: string;
  language: string;
};

/**
 * An answer is in the chat from the moment it is written. This is its second way, some time later: whoever has not read it by then gets it
 * by mail, through the mailbox that the chat names, with all the care that any mail gets. One that was read needs none; and several that
 * nobody read go in one mail.
 */
export function sendOn(hearten: Hearten, mail: Channel): Channel['send'] {
  const { db } = hearten;
  return async (message, inbox, check) => {
    const w = inbox.workspace_id;
    const settings = settingsOf(inbox.settings);
    const { aside, sides, mailInbox } = await db.tx(w, async (tx) => ({
      aside: await isAside(tx, message.id),
      sides: await sidesOf(tx, message),
      mailInbox: settings.mailInboxId ? await inboxById(tx, settings.mailInboxId).catch(() => null) : null, // disconnected: there is no second way
    }));
    // Passed on to a third person, or what the visitor wanted sent: no part of the chat.
    if (aside && message.automatic)
      return byMail(await withLink(hearten, w, message), message.only, mailInbox, mail, check);
    if (aside || sides.length === 0) return byMail(message, message.only, mailInbox, mail, check);
    // One that was planned, or written by a machine, is in the chat from now on, and has its time to be read.
    if (sides.some((side) => side.seq === null)) {
      await db.tx(w, (tx) => addLine(tx, message.conversationId, message.id));
      throw Early(settings.mailAfter);
    }
    const unread = sides.filter((side) => side.readSeq < (side.seq as number));
    if (unread.length === 0) return { response: '', why: { code: 'chat-read' } };
    const side = unread.find((one) => one.email) ?? unread[0];
    const to = side?.email || message.only.find((address) => address.includes('@'));
    if (!side || !to || !mailInbox) return nowhere;
    const share = await db.tx(w, (tx) => shareMail(tx, side.chatId, message.id, settings.mailAfter));
    if (share.way === 'waits') throw Early(share.seconds);
    if (share.way === 'with another') return { response: '', why: { code: 'chat-mailed-with' } };
    if (share.way === 'unknown') throw Unsure({ code: 'chat-mailed-with' });
    return byMail(await whole(hearten, w, inbox, message, { ...side, email: to }), [to], mailInbox, mail, check);
  };
}
const nowhere = { response: '', why: { code: 'chat-no-address' as const } };

const isAside = async (tx: Tx, messageId: string): Promise<boolean> =>
  (await tx.first(
    sql`select 1 from message where workspace_id = ${tx.workspaceId} and id = ${messageId} and aside`,
  )) !== undefined;

/** The chats that stand at this conversation of their visitor, and how far each was read. */
const sidesOf = (tx: Tx, message: Outgoing): Promise<Side[]> =>
  tx.many<Side>(sql`
    select c.id as "chatId", l.seq::int as seq, c.read_seq::int as "readSeq", p.email, p.name, p.language from chat c join visitor p on p.workspace_id = c.workspace_id and p.id = c.visitor_id
      join conversation k on k.workspace_id = c.workspace_id and k.id = c.conversation_id left join chat_line l on l.workspace_id = c.workspace_id and l.chat_id = c.id and l.message_id = ${message.id}
    where c.workspace_id = ${tx.workspaceId} and c.conversation_id = ${message.conversationId} and ${theirHome(tx)}`);

async function byMail(
  message: Outgoing,
  only: string[],
  mailInbox: InboxRow | null,
  mail: Channel,
  check: () => Promise<void>,
): ReturnType<Channel['send']> {
  const to = only.filter((address) => address.includes('@'));
  if (!mailInbox || to.length === 0) return nowhere;
  const sent = await mail.send(
    { ...message, only: to, to: message.to.filter((a) => to.includes(a.address)) },
    mailInbox,
    check,
  );
  return message.automatic || sent.answers ? sent : { ...sent, why: { code: 'chat-mailed' } };
}

/** The last words of a mail: where the visitor goes on, in whichever browser. */
export async function goOn(
  tx: Tx,
  hearten: Hearten,
  side: { chatId: string; inboxId: string; language: string },
): Promise<string> {
  const link = await makeLink(tx, hearten.config, side.inboxId, side.chatId);
  return inWords(say('Go on in the chat: {link}', { link }), matched(side.language) ?? 'en');
}

/** All the answers that this mail carries, with what was said before them, so that who reads it next week knows what it is about. */
async function whole(
  hearten: Hearten,
  workspaceId: string,
  inbox: InboxRow,
  message: Outgoing,
  { chatId, email, name, language }: Side,
): Promise<Outgoing> {
  return hearten.db.tx(workspaceId, async (tx) => {
    const answers = await answersOf(tx, hearten, chatId, message.id);
    const first = Math.min(...answers.map((one) => one.seq));
    const before = await tx.many<{ at: string; who: string; text: string }>(
      sql`select m.at, case when m.type = 'in' then ${name || inWords(say('You'), matched(language) ?? 'en')} else coalesce((select p.name from person p where p.workspace_id = m.workspace_id and p.id = m.author_id and not ${byMachine}), ${inWords(say('Automatic'), matched(language) ?? 'en')}) end as who, m.text
        from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id
        where l.workspace_id = ${workspaceId} and l.chat_id = ${chatId} and l.seq < ${first} and not l.gone and m.type in ('in', 'out') order by l.seq desc limit 10`,
    );
    const [last] = before;
    const quoted = before.toReversed().map((one) => `${one.who}: ${one.text}`);
    const words = [...answers.map((one) => one.text), await goOn(tx, hearten, { chatId, inboxId: inbox.id, language })];
    return {
      ...message,
      text: words.filter(Boolean).join('\n\n'),
      html: null,
      attachments: answers.flatMap((one) => one.files),
      to: [{ address: email, name }],
      cc: [],
      bcc: [],
      only: [email],
      quoted: last ? { at: last.at, from: inbox.name, text: quoted.join('\n') } : null,
      quote: last !== undefined,
    };
  });
}

/** What the visitor asked for, with the way on; the link is made where the mail is, for it stands nowhere else. */
const withLink = (hearten: Hearten, workspaceId: string, message: Outgoing): Promise<Outgoing> =>
  hearten.db.tx(workspaceId, async (tx) => {
    const side = await tx.first<{ chatId: string; inboxId: string; language: string }>(sql`
      select c.id as "chatId", v.inbox_id as "inboxId", v.language from chat c join visitor v on v.workspace_id = c.workspace_id and v.id = c.visitor_id
      where c.workspace_id = ${workspaceId} and c.conversation_id = ${message.conversationId} and (lower(v.email) = lower(${message.only[0] ?? ''})) order by c.created_at desc limit 1`);
    return side ? { ...message, text: `${message.text}\n\n${await goOn(tx, hearten, side)}` } : message;
  });

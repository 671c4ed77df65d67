import type { MailingKind } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { escaped } from '../base/html.ts';
import type { Hearten } from '../base/module.ts';
import { inWords, matched, say } from '../base/words.ts';
import { smallLink, smallPrint } from '../brand/index.ts';
import { noMoreLink } from './link.ts';

type Room = Pick<Hearten, 'config' | 'seal'>;
export type Row = {
  id: string;
  kind: MailingKind;
  language: string;
  text: string;
  signature: string;
  brand: string;
  /** It is said in a live chat, and goes by mail to who does not read it there. */
  chat: boolean;
};
/** What stands below news: why one gets it, and how it ends. An answer to somebody who waits has nothing there. */
function below(
  room: Room,
  workspaceId: string,
  { id, kind, language, brand }: Omit<Row, 'text' | 'signature' | 'chat'>,
) {
  if (kind !== 'fixed') return null;
  const link = noMoreLink(room, workspaceId, id);
  const in_ = matched(language) ?? 'en';
  const why = inWords(say('You get this because you wrote to {brand} about it.', { brand }), in_);
  const end = inWords(say('No more news like this'), in_);
  return {
    link,
    text: `${why}\n${end}: ${link}`,
    html: `<div dir="${in_ === 'ar' ? 'rtl' : 'ltr'}" lang="${in_}" style="text-align:${in_ === 'ar' ? 'right' : 'left'}">${smallPrint([escaped(why), smallLink({ word: end, url: link })])}</div>`,
  };
}

/** Every word of it, as the mail says them. */
export function wholeText(room: Room, workspaceId: string, row: Row): string {
  const end = below(room, workspaceId, row);
  return [
    row.text.trimEnd(),
    // Each mail has a link of its own, made when it is sent.
    ...(row.chat ? [inWords(say('Go on in the chat: {link}', { link: '…' }), matched(row.language) ?? 'en')] : []),
    ...(row.signature ? [`-- \n${row.signature}`] : []),
    ...(end ? [end.text] : []),
  ].join('\n\n');
}

export type Many = {
  signature: string;
  below: { text: string; html: string } | null;
  headers: Record<string, string>;
};
/** What a channel puts into the mail for one of many, beside its words: all as it was shown. Null when it is known no more. */
export async function manyOf(room: Room, tx: Tx, id: string): Promise<Many | null> {
  const row = await tx.first<Omit<Row, 'text' | 'chat'>>(sql`
    select p.id, p.kind, p.language, p.signature, coalesce(b.name, w.name) as brand from mailing_person p join workspace w on w.id = p.workspace_id
      left join inbox i on i.workspace_id = p.workspace_id and i.id = p.inbox_id left join brand b on b.workspace_id = i.workspace_id and b.id = i.brand_id
    where p.workspace_id = ${tx.workspaceId} and p.id = ${id}`);
  if (!row) return null;
  const end = below(room, tx.workspaceId, row);
  return {
    signature: row.signature,
    below: end,
    // RFC 8058: one click in the mail program, without a page.
    headers: end ? { 'List-Unsubscribe': `<${end.link}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {},
  };
}

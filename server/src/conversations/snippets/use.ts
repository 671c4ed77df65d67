import type { Filled, Reply } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import type { Who } from '../../base/module.ts';
import { withPictures } from '../body/index.ts';
import { handOver } from '../uploads.ts';
import { fill, inLanguage, newestConversation, type Told, valuesFor } from './fill.ts';
import { findOne, type Kind, type Row } from './rows.ts';
import { noteUse } from './used.ts';

/** What it says in a conversation. The files become one's own uploads, so they are sent like any other and go with their message. */
export async function use(
  tx: Tx,
  who: Who,
  kind: Kind,
  id: string,
  conversationId: string | undefined,
): Promise<Filled> {
  const row = await findOne(tx, who, kind, id);
  const out = await filledFor(tx, who, row, await valuesFor(tx, who, conversationId ?? null));
  await countUse(tx, id, 1);
  if (conversationId) await noteUse(tx, who, id, conversationId);
  return out;
}
export async function filledFor(
  tx: Tx,
  who: Who,
  row: Pick<Row, 'text' | 'html' | 'variants' | 'files'>,
  { values, language }: Told,
): Promise<Filled> {
  const words = inLanguage(row, language);
  const text = fill(words.text, values);
  const html = words.html === null ? null : fill(words.html, values, 'html');
  const from = row.files.map((file) => file.id);
  const own = await handOver(tx, who, from);
  const files = row.files.map((file, n) => ({ ...file, id: own[n] as string }));
  return {
    text: text.text,
    html: html && withPictures(html.text, new Map(from.map((id, n) => [id, own[n] as string]))),
    // A picture that stands in the words of any language is not sent beside them.
    files: files.filter((_, n) => !inWords(row, from[n] as string)),
    missing: [...new Set([...text.missing, ...(html?.missing ?? [])])],
  };
}
const inWords = ({ html, variants }: Pick<Row, 'html' | 'variants'>, id: string): boolean =>
  [html, ...Object.values(variants).map((words) => words.html)].some((one) => one?.includes(`cid:${id}`));
export async function countUse(tx: Tx, id: string, times: number): Promise<void> {
  await tx.run(
    sql`update snippet set uses = uses + ${times}, used_at = now() where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
}

export async function variablesFor(
  tx: Tx,
  who: Who,
  conversationId: string | undefined,
): Promise<Reply<'GET /snippets/variables'>> {
  const told = await valuesFor(tx, who, conversationId ?? (await newestConversation(tx)));
  const items = Object.entries(told.values).map(([name, value]) => ({ name, value }));
  return { items, conversationId: told.conversationId, language: told.language };
}

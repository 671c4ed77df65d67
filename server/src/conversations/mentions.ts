import { sql, type Tx } from '../base/db.ts';

/** "@an" is no mention in "@anna": the name ends where a word ends. Both are in small letters. */
function names(text: string, name: string): boolean {
  const sought = `@${name.toLowerCase()}`;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1))
    if (!/^[\p{L}\p{N}_]/u.test(text.slice(at + sought.length, at + sought.length + 2))) return true;
  return false;
}
/** By the whole name or the first one. */
export const mentions = (text: string, name: string): boolean => {
  const small = text.toLowerCase();
  return names(small, name) || names(small, name.split(' ')[0] ?? '');
};

/** Whom a note mentions, among those who work here. */
export async function mentionedIn(tx: Tx, text: string): Promise<string[]> {
  if (!text.includes('@')) return [];
  const people = await tx.many<{ id: string; name: string }>(
    sql`select id, name from person where workspace_id = ${tx.workspaceId} and active`,
  );
  return people.filter((person) => mentions(text, person.name)).map((person) => person.id);
}

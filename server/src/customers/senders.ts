import { raw, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { domainOf, isForEveryone, plainAddress } from './recognise.ts';

export type Sender = { id: string; pattern: string; by: string | null; createdAt: string };
/** The two lists about senders. A pattern stands on one of them at most: what is said last counts. */
export type List = 'blocked' | 'allowed';
const tables = { blocked: raw('blocked_sender'), allowed: raw('allowed_sender') };
const columns = sql`id, pattern, by_id as "by", created_at as "createdAt"`;

/** An address, or a domain with @ before it; a bare domain is meant as one. */
export const patternOf = (given: string): string => {
  const plain = plainAddress(given);
  return plain.includes('@') ? plain : `@${plain}`;
};

export const listSenders = (tx: Tx, list: List, sought?: string): Promise<Sender[]> =>
  tx.many(sql`
    select ${columns} from ${tables[list]} where workspace_id = ${tx.workspaceId}
      and position(${plainAddress(sought ?? '')} in pattern) > 0 order by created_at desc, id limit 500`);

export async function addSender(tx: Tx, who: Who, list: List, given: string): Promise<Sender> {
  const pattern = patternOf(given);
  if (list === 'allowed' && pattern.startsWith('@') && isForEveryone(pattern.slice(1)))
    throw Invalid(
      say('{pattern} gives addresses to everyone, spammers too. Nothing was changed; allow single addresses there.', {
        pattern: pattern.slice(1),
      }),
    );
  const made =
    list === 'blocked'
      ? await tx.first<Sender>(
          sql`insert into blocked_sender (workspace_id, id, pattern, by_id) values (${tx.workspaceId}, ${newId()}, ${pattern}, ${who.id}) on conflict do nothing returning ${columns}`,
        )
      : await tx.first<Sender>(
          sql`insert into allowed_sender (workspace_id, id, pattern, by_id) values (${tx.workspaceId}, ${newId()}, ${pattern}, ${who.id}) on conflict do nothing returning ${columns}`,
        );
  if (!made) throw Conflict(say('{pattern} is {list} already. Nothing was changed.', { pattern, list }));
  await drop(tx, list === 'blocked' ? 'allowed' : 'blocked', [pattern]);
  await emit(tx, [{ name: `sender.${list}`, actor: actorOf(who), data: { pattern } }]);
  return made;
}

export async function removeSender(tx: Tx, who: Who, list: List, id: string): Promise<void> {
  const gone = await tx.first<{ pattern: string }>(
    sql`delete from ${tables[list]} where workspace_id = ${tx.workspaceId} and id = ${id} returning pattern`,
  );
  if (!gone) throw NotFound(say('This sender is not {list}.', { list }));
  await emit(tx, [{ name: `sender.un${list}`, actor: actorOf(who), data: { pattern: gone.pattern } }]);
}

/** Puts a sender on a list unless they are there; used where the word about a conversation is one about its sender too. */
export async function ensureSender(tx: Tx, who: Who, list: List, pattern: string): Promise<void> {
  const there = await tx.first(
    sql`select 1 from ${tables[list]} where workspace_id = ${tx.workspaceId} and pattern = ${patternOf(pattern)}`,
  );
  if (!there) await addSender(tx, who, list, pattern);
}

/** Takes an address and its domain off a list: the way back from `ensureSender`. */
export async function forgetSender(tx: Tx, who: Who, list: List, address: string): Promise<void> {
  const patterns = [plainAddress(address), `@${domainOf(address)}`];
  const gone = await drop(tx, list, patterns);
  if (gone.length)
    await emit(
      tx,
      gone.map((pattern) => ({ name: `sender.un${list}`, actor: actorOf(who), data: { pattern } })),
    );
}

const drop = async (tx: Tx, list: List, patterns: string[]): Promise<string[]> =>
  (
    await tx.many<{ pattern: string }>(
      sql`delete from ${tables[list]} where workspace_id = ${tx.workspaceId} and pattern = any (${patterns}::text[]) returning pattern`,
    )
  ).map((row) => row.pattern);

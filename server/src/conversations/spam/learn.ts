import { sql, type Tx, whole } from '../../base/db.ts';
import { type EventRow, emit } from '../../base/events.ts';
import { actorOf, type Who } from '../../base/module.ts';
import { domainOf } from '../../customers/index.ts';
import { count, type Model } from './bayes.ts';
import { featuresOf } from './features.ts';
import { bytesOf, countsOf } from './filter.ts';
import { type Filter, readFilter } from './settings.ts';

const KEPT = 5_000; // lessons of each kind; older ones are unlearned, because spam changes
const ANSWERED = 100; // answered conversations are learned up to so many, and then as many as twice the spam: more adds nothing

type Home = {
  folder: 'inbox' | 'spam' | 'trash';
  placed: 'inbox' | 'spam';
  address: string;
  subject: string;
  text: string;
  taught: boolean | null;
};
type Change = { ids: Uint16Array; spam: boolean; by: 1 | -1 };

/**
 * Learns from the button. What counts is where a conversation stands now and where the filter had put it: moved there and back is as if
 * nothing had been, moved ten times counts once, and an undo needs no word of its own. The trash says nothing.
 */
export async function learnFromMove(tx: Tx, event: EventRow): Promise<void> {
  if (!event.conversation_id || (event.data.folder !== 'spam' && event.data.folder !== 'inbox')) return;
  await locked(tx);
  const home = await homeOf(tx, event.conversation_id);
  if (!home || home.folder === 'trash') return;
  const lesson = home.folder === home.placed ? null : home.folder === 'spam';
  await teach(tx, event.conversation_id, home, lesson);
}

/**
 * An answer that left is the surest sign of mail that was wanted: nobody writes back to spam. All that left since are one lesson: what was
 * learned is written as a whole, and for each of them that would be 256 kB.
 */
export async function learnFromAnswers(tx: Tx, events: EventRow[]): Promise<void> {
  const messages = events.flatMap((event) => (event.conversation_id && event.message_id ? [event.message_id] : []));
  if (messages.length === 0) return;
  const filter = await locked(tx);
  const most = ANSWERED + 2 * filter.spam - filter.good;
  if (most <= 0) return;
  const answered = await tx.many<{ id: string }>(sql`
    select distinct a.conversation_id as id from unnest(${messages}::uuid[]) n (id) cross join lateral (select m.conversation_id from message m
      where m.workspace_id = ${tx.workspaceId} and m.id = n.id and m.type = 'out' and m.author_id is not null limit 1) a
    where not exists (select 1 from spam_lesson l where l.workspace_id = ${tx.workspaceId} and l.conversation_id = a.conversation_id) order by 1 limit ${whole(most)}`);
  const changes: Change[] = [];
  for (const { id } of answered) {
    const home = await homeOf(tx, id);
    if (home?.folder === 'inbox' && home.taught === null) changes.push(...(await lesson(tx, id, home, false)));
  }
  if (changes.length > 0) await change(tx, changes);
}

/** Whoever learns waits here for whoever learns: two lessons at once are both kept. */
async function locked(tx: Tx): Promise<{ spam: number; good: number }> {
  await tx.run(sql`insert into spam_filter (workspace_id) values (${tx.workspaceId}) on conflict do nothing`);
  return (await tx.first<{ spam: number; good: number }>(
    sql`select spam, good from spam_filter where workspace_id = ${tx.workspaceId} for update`,
  )) as { spam: number; good: number };
}

/** A conversation by the mail that opened it. One that a person here began teaches nothing. */
const homeOf = (tx: Tx, id: string): Promise<Home | undefined> =>
  tx.first<Home>(sql`
    select c.folder, coalesce(c.spam->>'folder', 'inbox') as placed, m.sender->>'address' as address, m.subject, left(m.text, 5000) as text,
      (select l.spam from spam_lesson l where l.workspace_id = c.workspace_id and l.conversation_id = c.id) as taught
    from conversation c cross join lateral (select m.type, m.sender, m.subject, m.text from message m
      where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type <> 'note' order by m.at, m.id limit 1) m
    where c.workspace_id = ${tx.workspaceId} and c.id = ${id} and m.type = 'in'`);

async function teach(tx: Tx, id: string, home: Home, spam: boolean | null): Promise<void> {
  if (spam !== home.taught) await change(tx, await lesson(tx, id, home, spam));
}

/** Keeps what a conversation teaches from now on; what that changes in the counts is for the caller to count. */
async function lesson(tx: Tx, id: string, home: Home, spam: boolean | null): Promise<Change[]> {
  const changes: Change[] = [];
  const old = await tx.first<{ spam: boolean; features: Buffer }>(
    sql`delete from spam_lesson where workspace_id = ${tx.workspaceId} and conversation_id = ${id} returning spam, features`,
  );
  if (old) changes.push({ ids: idsOf(old.features), spam: old.spam, by: -1 });
  if (spam !== null) {
    const { ids } = featuresOf(home.subject, home.text, domainOf(home.address));
    await tx.run(
      sql`insert into spam_lesson (workspace_id, conversation_id, spam, features) values (${tx.workspaceId}, ${id}, ${spam}, ${packed(ids)})`,
    );
    changes.push({ ids, spam, by: 1 });
  }
  return changes;
}

/** What conversations taught is taken back out of the counts: they go, and so does what was learned from them. */
export async function unlearn(tx: Tx, ids: string[]): Promise<void> {
  const gone = await tx.many<{ spam: boolean; features: Buffer }>(
    sql`delete from spam_lesson where workspace_id = ${tx.workspaceId} and conversation_id = any (${ids}::uuid[]) returning spam, features`,
  );
  if (gone.length === 0) return;
  await locked(tx);
  await change(
    tx,
    gone.map(({ spam, features }) => ({ ids: idsOf(features), spam, by: -1 })),
  );
}

/** What a lesson keeps: its features, two bytes each. */
export const packed = (ids: Uint16Array): Buffer => {
  const bytes = Buffer.alloc(ids.length * 2);
  for (const [i, id] of ids.entries()) bytes.writeUInt16LE(id, i * 2);
  return bytes;
};
export const idsOf = (bytes: Buffer): Uint16Array =>
  Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(i * 2));

async function change(tx: Tx, changes: Change[]): Promise<void> {
  const row = (await tx.first<{ spam: number; good: number; counts: Buffer | null }>(
    sql`select spam, good, counts from spam_filter where workspace_id = ${tx.workspaceId} for update`,
  )) as { spam: number; good: number; counts: Buffer | null };
  const model: Model = { spam: row.spam, good: row.good, counts: countsOf(row.counts) };
  for (const { ids, spam, by } of changes) count(model, ids, spam, by);
  for (const spam of [true, false]) {
    const over = (spam ? model.spam : model.good) - KEPT;
    if (over <= 0) continue;
    const gone = await tx.many<{ features: Buffer }>(sql`
      delete from spam_lesson where workspace_id = ${tx.workspaceId} and conversation_id in
        (select conversation_id from spam_lesson where workspace_id = ${tx.workspaceId} and spam = ${spam} order by at limit ${over}) returning features`);
    for (const { features } of gone) count(model, idsOf(features), spam, -1);
  }
  await tx.run(sql`
    update spam_filter set spam = ${model.spam}, good = ${model.good}, counts = ${bytesOf(model.counts)}, version = version + 1, updated_at = now()
    where workspace_id = ${tx.workspaceId}`);
}

/** Everything that was learned is gone; the version goes on, so that every process notices. Lists and threshold stay. */
export async function forget(tx: Tx, who: Who): Promise<Filter> {
  await locked(tx);
  await tx.run(sql`delete from spam_lesson where workspace_id = ${tx.workspaceId}`);
  await tx.run(
    sql`update spam_filter set spam = 0, good = 0, counts = null, version = version + 1, updated_at = now() where workspace_id = ${tx.workspaceId}`,
  );
  await emit(tx, [{ name: 'spam.forgotten', actor: actorOf(who) }]);
  return readFilter(tx);
}

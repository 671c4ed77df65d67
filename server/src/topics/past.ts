import { setImmediate as breathe } from 'node:timers/promises';
import { sql, type Tx } from '../base/db.ts';
import { termsOf, type Word, wordsOf } from './terms.ts';

/** So many of the newest before today say how often a word is said; fewer than a few dozen say nothing of it. */
const PAST = 1_500;
const LEAST_PAST = 50;
const HOUR = 3_600_000;
/** Terms that are remembered at most, of all workspaces together: some tens of MB. */
const ROOM = 400_000;

export type Read = { id: string; customer: string; at: string; text: string };
/** In how many of so many conversations of the past each term stands. */
export type Past = { often: ReadonlyMap<string, number>; n: number };

/** What customers wrote first before today, whatever became of it; the newest first. */
const before = (tx: Tx, most: number): Promise<{ text: string }[]> =>
  tx.many(sql`
    with newest as materialized (select c.id, c.subject from conversation c
      where c.workspace_id = ${tx.workspaceId} and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and c.created_at between now() - interval '56 days' and now() - interval '6 hours'
      order by c.id desc limit ${most})
    select s.subject || E'\n' || m.text as text from newest s cross join lateral (
      select left(m.text, 1200) as text, m.automatic, m.kind from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = s.id and m.type = 'in' and not m.aside order by m.at, m.id limit 1) m
    where m.kind = 'message' and not m.automatic`);

/** Hundreds of texts are some hundred milliseconds: others are answered in between. */
export async function inBreaths<One, Made>(some: readonly One[], make: (one: One) => Made): Promise<Made[]> {
  const made: Made[] = [];
  for (const [n, one] of some.entries()) {
    if (n % 20 === 19) await breathe();
    made.push(make(one));
  }
  return made;
}

// How often words stand in the past is nearly the same half a minute later: it is read once an hour, and no word stays here longer.
const kept = new Map<string, Past>();

/** How often each word is said usually, as it stood within the hour; null where too little came to say that. */
export async function pastOf(tx: Tx, { ms = HOUR, room = ROOM } = {}): Promise<Past | null> {
  const w = tx.workspaceId;
  const known = kept.get(w);
  if (known) return known;
  const rows = await before(tx, PAST);
  if (rows.length < LEAST_PAST) return null;
  const often = new Map<string, number>();
  await inBreaths(rows, ({ text }) => {
    for (const term of termsOf(wordsOf(text)).keys()) often.set(term, (often.get(term) ?? 0) + 1);
  });
  const past = { often, n: rows.length };
  kept.set(w, past);
  setTimeout(() => kept.get(w) === past && kept.delete(w), ms).unref();
  let all = 0;
  for (const one of kept.values()) all += one.often.size;
  for (const [oldest, one] of kept) {
    if (all <= room) break;
    kept.delete(oldest);
    all -= one.often.size;
  }
  return past;
}

/** The words of the newest of them, for a name that tells something found from everything else. */
export const wordsBefore = async (tx: Tx): Promise<Word[][]> =>
  inBreaths(await before(tx, 300), ({ text }) => wordsOf(text));

import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { resembler, telling, type Words } from '../problems/index.ts';
import { nameOf, othersOf } from './name.ts';
import { inBreaths, pastOf, type Read, wordsBefore } from './past.ts';
import { bound, FEWEST, SCATTER, tail, WINDOWS } from './surprise.ts';
import { termsOf, type Word, wordsOf } from './terms.ts';

/** A word belongs to a phrase that stands in so many of its conversations, and in so many times fewer of the past. */
const TOGETHER = 0.4;
const TIMES = 4;
/** One word alone is none: a greeting of the season, a name of a form. */
const WORDS = 2;
const SURE = 0.5;
const MOST = 3;

export type Said = { id: string; customer: string; at: number; words: Word[]; terms: ReadonlySet<string> };
export type Found = { terms: string[]; members: { id: string; closeness: number }[] };

const said = ({ id, customer, at, text }: Read): Said => {
  const words = wordsOf(text);
  return { id, customer, at: Date.parse(at), words, terms: new Set(termsOf(words).keys()) };
};
const customersOf = (some: readonly Said[]): number => new Set(some.map(({ customer }) => customer)).size;
const isWord = (term: string): boolean => !term.includes(' ');

/** In how many of these conversations each term stands. */
export function oftenIn(some: readonly { terms: ReadonlySet<string> }[]): Map<string, number> {
  const often = new Map<string, number>();
  for (const { terms } of some) for (const term of terms) often.set(term, (often.get(term) ?? 0) + 1);
  return often;
}

/**
 * Phrases that so many customers used lately as are not to be expected among as many conversations of the past. Compared are shares, so a
 * busy hour or day in which everything comes more often explains itself. `came`: when anything at all came, also of what is known.
 */
export function phrases(
  fresh: readonly Said[],
  came: readonly number[],
  past: ReadonlyMap<string, number>,
  n: number,
  now: number,
): Found[] {
  // By term, so that each is looked for where it stands alone, and what came in a window is counted once.
  const having = new Map<string, Said[]>();
  for (const one of fresh)
    for (const term of one.terms) {
      const those = having.get(term);
      if (those) those.push(one);
      else having.set(term, [one]);
    }
  const heard = [...having].filter(([, those]) => those.length >= FEWEST);
  const windows = WINDOWS.map((minutes) => {
    const from = now - minutes * 60_000;
    return { from, came: came.filter((at) => at > from).length };
  });
  const rare = heard.flatMap(([term, those]) => {
    const often = past.get(term) ?? 0;
    const chances = windows.map((window) => {
      const customers = customersOf(those.filter(({ at }) => at > window.from));
      if (customers < FEWEST) return 1;
      return tail(customers, (window.came * (often + 0.5)) / (n + 1), Math.min(SCATTER, often + 0.5));
    });
    const chance = Math.min(...chances);
    return chance < bound(heard.length) ? [{ term, chance }] : [];
  });
  rare.sort((a, b) => a.chance - b.chance || (a.term < b.term ? -1 : 1));
  const found: Found[] = [];
  let left = [...fresh];
  for (const { term: seed } of rare) {
    if (found.length === MOST) break;
    const around = left.filter(({ terms }) => terms.has(seed));
    if (customersOf(around) < FEWEST) continue;
    const often = oftenIn(around);
    const share = (term: string): number => (often.get(term) ?? 0) / around.length;
    const terms = [...often.keys()].filter(
      (term) => share(term) >= TOGETHER && share(term) >= (TIMES * ((past.get(term) ?? 0) + 0.5)) / (n + 1),
    );
    const words = terms.filter(isWord);
    if (words.length < WORDS) continue;
    const has = (one: Said): number => words.filter((word) => one.terms.has(word)).length;
    const members = left.filter((one) => has(one) >= WORDS);
    if (customersOf(members) < FEWEST) continue;
    found.push({ terms, members: members.map((one) => ({ id: one.id, closeness: has(one) / words.length })) });
    left = left.filter((one) => !members.includes(one));
  }
  return found;
}

/** What came lately, was not filed, and is like no problem and no cluster; nor like what somebody said is no problem. A question that is no gap any more says nothing of problems. */
async function unknown(tx: Tx): Promise<Said[]> {
  const w = tx.workspaceId;
  const rows = await tx.many<Read>(sql`
    select c.id, c.customer_id as customer, c.created_at as at, c.subject || E'\n' || m.text as text from topic_heard h
      join conversation c on c.workspace_id = h.workspace_id and c.id = h.conversation_id cross join lateral (
        select left(m.text, 1200) as text from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' and not m.aside order by m.at, m.id limit 1) m
    where h.workspace_id = ${w} and h.at > now() - interval '6 hours' and h.problem_id is null and h.cluster_id is null and c.folder = 'inbox' and c.merged_into is null
      and not exists (select 1 from conversation_problem f where f.workspace_id = h.workspace_id and f.conversation_id = h.conversation_id)
      and not exists (select 1 from cluster_conversation k where k.workspace_id = h.workspace_id and k.conversation_id = h.conversation_id)
    order by c.id desc limit 500`);
  if (new Set(rows.map(({ customer }) => customer)).size < FEWEST) return [];
  const dismissed = await tx.many<{ id: string; name: string; words: Words; conversations: number }>(sql`
    select k.id, k.name, k.words, k.dismissed_at_size as conversations from cluster k where k.workspace_id = ${w} and k.state = 'dismissed' and k.kind = 'unfiled'`);
  const alike = resembler(dismissed);
  const read = await inBreaths(rows, (row) => {
    const one = said(row);
    return (alike(one.terms)[0]?.confidence ?? 0) < SURE ? one : null;
  });
  return read.filter((one) => one !== null);
}

/**
 * A phrase that many begin to use and that belongs to nothing known becomes something found: from then on it rises, is told and decided
 * about as all that was found is. The next search among everything keeps it, or finds it anew with what it missed.
 */
export async function findNew(tx: Tx, now: number): Promise<void> {
  const w = tx.workspaceId;
  const fresh = await unknown(tx);
  // Where no two words are shared by enough of them there is no phrase, and nothing of the past has to be read.
  if ([...oftenIn(fresh)].filter(([term, count]) => count >= FEWEST && isWord(term)).length < WORDS) return;
  const past = await pastOf(tx);
  if (!past) return;
  const came = await tx.many<{ at: string }>(
    sql`select at from topic_heard where workspace_id = ${w} and at > now() - interval '6 hours'`,
  );
  const found = phrases(
    fresh,
    came.map(({ at }) => Date.parse(at)),
    past.often,
    past.n,
    now,
  );
  if (found.length === 0) return;
  const others = othersOf(await wordsBefore(tx));
  for (const { members } of found) {
    const ids = new Set(members.map((one) => one.id));
    const own = fresh.filter(({ id }) => ids.has(id));
    const id = newId();
    const name = nameOf(
      own.map(({ words }) => words),
      others,
    );
    await tx.run(sql`
      insert into cluster (workspace_id, id, name, words) values (${w}, ${id}, ${name}, ${JSON.stringify(telling(oftenIn(own), own.length, past.often, past.n))}::jsonb)`);
    // Of two who look at the same moment the first has them; filed meanwhile, it is no part of it.
    await tx.run(sql`
      insert into cluster_conversation (workspace_id, conversation_id, cluster_id, closeness)
      select ${w}, m.id, ${id}, m.closeness from jsonb_to_recordset(${JSON.stringify(members)}::jsonb) as m (id uuid, closeness real)
      where not exists (select 1 from conversation_problem f where f.workspace_id = ${w} and f.conversation_id = m.id) on conflict do nothing`);
    await tx.run(sql`
      update topic_heard h set cluster_id = ${id} where h.workspace_id = ${w} and h.conversation_id = any (${[...ids]}::uuid[]) and h.problem_id is null and h.cluster_id is null`);
    await emit(tx, [{ name: 'problem.cluster', actor: system, data: { clusterId: id } }]);
  }
}

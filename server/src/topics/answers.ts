import { setImmediate as breathe } from 'node:timers/promises';
import { sql, type Tx } from '../base/db.ts';
import type { Group } from './group.ts';
import { termsOf, wordsOf } from './terms.ts';

/** So many answers of a group are compared: those to the conversations that are most like the rest. */
const COMPARED = 24;
/** Answers of different people have at least this in common where they say the same. */
const ALIKE = 0.25;
const PAGE = 1_000;

export type Answer = { id: string; message: string; by: string; text: string };
export type Answered = {
  /** Who answered each conversation first. */
  by: Map<string, string>;
  people: number;
  /** The answer that is most like the others. */
  best: string | null;
  /** Several people gave answers that have little in common. */
  differ: boolean;
};

/** What a person said first in each of these conversations, not to many at once; the words only of those that are compared. */
const firstAnswers = (tx: Tx, some: { id: string; compared: boolean }[]): Promise<Answer[]> =>
  tx.many<Answer>(sql`
    select r.id, a.id as message, a.author_id as by, case when r.compared then a.text else '' end as text from jsonb_to_recordset(${JSON.stringify(some)}::jsonb) as r (id uuid, compared boolean)
      cross join lateral (select m.id, m.author_id, left(m.text, 2000) as text from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = r.id
        and m.type = 'out' and m.kind = 'message' and m.author_id is not null and not m.aside and not m.automatic and m.recipients->>'many' is null and m.state is distinct from 'cancelled' order by m.at, m.id limit 1) a`);

/** How much two answers have in common: 1 is the same words. */
function common(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let both = 0;
  for (const term of a) if (b.has(term)) both++;
  return both / Math.sqrt(a.size * b.size);
}

/** Which of some answers is most like the others, and whether people said different things. */
export function compare(answers: readonly Answer[]): Pick<Answered, 'best' | 'differ'> {
  const said = answers.map((one) => ({ ...one, terms: new Set(termsOf(wordsOf(one.text)).keys()) }));
  let [best, most]: [string | null, number] = [null, -1];
  let [apart, pairs] = [0, 0];
  for (const one of said) {
    let sum = 0;
    for (const other of said) {
      if (other === one) continue;
      const shared = common(one.terms, other.terms);
      sum += shared;
      if (other.by !== one.by) [apart, pairs] = [apart + shared, pairs + 1];
    }
    if (one.terms.size > 0 && sum > most) [best, most] = [one.message, sum];
  }
  return { best, differ: pairs > 0 && apart / pairs < ALIKE };
}

/** How each group was answered; read in pieces, and others are answered in between. */
export async function answersTo(
  read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  groups: readonly Group[],
): Promise<Answered[]> {
  const asked = groups.flatMap(({ members }) => members.map(({ id }, i) => ({ id, compared: i < COMPARED })));
  const first = new Map<string, Answer>();
  for (let from = 0; from < asked.length; from += PAGE)
    for (const one of await read((tx) => firstAnswers(tx, asked.slice(from, from + PAGE)))) first.set(one.id, one);
  const all: Answered[] = [];
  for (const { members } of groups) {
    await breathe();
    const answers = members.flatMap(({ id }) => first.get(id) ?? []);
    all.push({
      by: new Map(answers.map(({ id, by }) => [id, by])),
      people: new Set(answers.map(({ by }) => by)).size,
      ...compare(answers.filter(({ text }) => text !== '')),
    });
  }
  return all;
}

import { sql, type Tx } from '../base/db.ts';
import { jobs } from '../base/jobs.ts';
import { type Alike, type Known, resembler, telling, type Words } from './resemble.ts';

/** So many of the newest conversations say what a problem sounds like, and so many others what it is told from. */
const OWN = 100;
const OTHERS = 300;
/** What customers wrote first; later words are more about the answer than about the problem. */
const FIRST = 3;

export const learnLater = (tx: Tx, problemId: string): Promise<void> =>
  jobs.add(tx, 'problem-words', { problemId }, { key: `problem-words:${problemId}` });

type Count = { word: string; n: number };
const counted = (rows: Count[]): Map<string, number> => new Map(rows.map(({ word, n }) => [word, n]));
const saidIn = (tx: Tx, conversations: string[]): Promise<Count[]> =>
  tx.many<Count>(sql`
    select w.word, count(distinct c.id)::int as n from unnest(${conversations}::uuid[]) c (id)
      cross join lateral (select m.id from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = c.id and m.type = 'in' order by m.at, m.id limit ${FIRST}) m
      join search_row s on s.workspace_id = ${tx.workspaceId} and s.message_id = m.id cross join lateral unnest(tsvector_to_array(s.words)) w (word)
    where length(w.word) between 2 and 40 group by w.word`);

/** The job: reads anew what a problem sounds like, from what people filed there; what Hearten filed by itself teaches it nothing. */
export async function learnWords(tx: Tx, problemId: string): Promise<void> {
  const own = await tx.many<{ id: string }>(sql`
    select conversation_id as id from conversation_problem where workspace_id = ${tx.workspaceId} and problem_id = ${problemId}
      and (filed_by is not null or not provisional) order by filed_at desc, conversation_id desc limit ${OWN}`);
  const others = await tx.many<{ id: string }>(sql`
    select c.id from conversation c where c.workspace_id = ${tx.workspaceId} and c.folder = 'inbox' and c.merged_into is null
      and not exists (select 1 from conversation_problem p where p.workspace_id = ${tx.workspaceId} and p.conversation_id = c.id and p.problem_id = ${problemId})
    order by c.last_at desc, c.id desc limit ${OTHERS}`);
  const [mine, theirs] = await Promise.all([
    saidIn(
      tx,
      own.map((one) => one.id),
    ),
    saidIn(
      tx,
      others.map((one) => one.id),
    ),
  ]);
  const words: Words = telling(counted(mine), own.length, counted(theirs), others.length);
  await tx.run(sql`
    insert into problem_words (workspace_id, problem_id, conversations, words)
    select workspace_id, id, ${own.length}, ${JSON.stringify(words)}::jsonb from problem where workspace_id = ${tx.workspaceId} and id = ${problemId}
    on conflict (workspace_id, problem_id) do update set conversations = excluded.conversations, words = excluded.words`);
}

/** Words of somebody who is erased may stand among them: all go, and are read anew from what is left. */
export async function forgetWords(tx: Tx): Promise<void> {
  const gone = await tx.many<{ problem_id: string }>(
    sql`delete from problem_words where workspace_id = ${tx.workspaceId} returning problem_id`,
  );
  for (const { problem_id } of gone) await learnLater(tx, problem_id);
}

const knownWords = (tx: Tx): Promise<Known[]> =>
  tx.many<Known>(sql`
    select p.id, p.name, w.conversations, w.words from problem_words w join problem p on p.workspace_id = w.workspace_id and p.id = w.problem_id
    where w.workspace_id = ${tx.workspaceId} and p.merged_into is null and w.conversations > 0`);

/** What a conversation resembles of the problems that are still there. */
export async function suggest(tx: Tx, conversationId: string): Promise<Alike[]> {
  const known = await knownWords(tx);
  if (known.length === 0) return [];
  const said = await saidIn(tx, [conversationId]);
  return resembler(known)(said.map((one) => one.word)).slice(0, 3);
}

/** The same for many, by the first message of each. */
export async function suggestMany(tx: Tx, conversations: string[]): Promise<Map<string, Alike[]>> {
  const known = await knownWords(tx);
  if (known.length === 0) return new Map();
  const said = await tx.many<{ id: string; words: string[] }>(sql`
    select c.id, tsvector_to_array(s.words) as words from unnest(${conversations}::uuid[]) c (id)
      cross join lateral (select m.id from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = c.id and m.type = 'in' order by m.at, m.id limit 1) m
      join search_row s on s.workspace_id = ${tx.workspaceId} and s.message_id = m.id`);
  const alike = resembler(known);
  return new Map(said.map(({ id, words }) => [id, alike(words)]));
}

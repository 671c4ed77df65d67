import { sql } from '../../base/db.ts';
import type { Hearten } from '../../base/module.ts';
import { judgeProblems, learnWords } from '../../problems/index.ts';
import { findClusters } from '../../topics/index.ts';
import { randomFrom } from '../random.ts';
import { linkAnswers, saveAnswers } from './asked.ts';
import { type Asked, askOf, type Book, writeAsks } from './asks.ts';
import { type Filed, fileOne, writeFilings } from './filings.ts';
import { writeMoods } from './moods.ts';
import { makeTeams, readPage } from './past.ts';
import { makeProblems } from './problems.ts';
import { makeSurveys } from './surveys.ts';
import { sayings } from './words.ts';

const PAGE = 500;
/** What is read of what customers wrote takes a millisecond each: the newest of them fill every screen. */
const READ = 1500;
/** Looking for what unfiled conversations have in common takes seconds from here on, and comes by itself within minutes. */
const SOON = 5000;

export type Closing = {
  workspaceId: string;
  /** The same mark makes the same feelings. */
  mark: string;
  /** Conversations from the one after this number on. */
  base: number;
  conversations: number;
  from: number;
  until: number;
  /** Its customers are asked at the end. On a desk where somebody works, that is the company's to choose. */
  asks: boolean;
  /** Its surveys run. */
  runs: boolean;
};

/**
 * What a desk knows after months beside the conversations themselves: what they were about and what was done, how customers felt, what
 * they were asked and said. It reads what was seeded and writes history: nobody is asked or told anything.
 */
export async function closeLoop(hearten: Hearten, wanted: Closing): Promise<void> {
  const { db } = hearten;
  const { workspaceId: w, mark, base, conversations, from, until } = wanted;
  const random = randomFrom(`loop ${mark}`);
  const { people, problems, surveys } = await db.tx(w, async (tx) => {
    if (wanted.asks) await tx.run(sql`update workspace set asks_mood = true where id = ${w} and not asks_mood`);
    const people = await makeTeams(tx, random, until);
    const known = await makeProblems(tx, random, people, { from, until });
    return { people, problems: known, surveys: await makeSurveys(tx, random, until, wanted.runs) };
  });
  const book: Book = { last: new Map(), say: sayings(mark), shown: new Set() };
  for (let after = base; after < base + conversations; after += PAGE) {
    await db.tx(w, async (tx) => {
      const past = await readPage(tx, after, Math.min(after + PAGE, base + conversations));
      const filed = past.flatMap((one): Filed[] =>
        fileOne(randomFrom(`${mark} filed ${one.number}`), one, problems, until),
      );
      await writeFilings(tx, filed);
      await writeMoods(
        tx,
        past.filter((one) => one.number > base + conversations - READ),
      );
      const asked = past.flatMap((one): Asked[] =>
        askOf(randomFrom(`${mark} asked ${one.number}`), one, book, surveys, until),
      );
      await writeAsks(hearten, tx, asked, book);
    });
  }
  await db.tx(w, async (tx) => {
    for (const { id } of problems.values()) await learnWords(tx, id);
    await judgeProblems(tx);
    await saveAnswers(tx, people.owner);
  });
  if (conversations > SOON) return;
  for (const kind of ['unfiled', 'question'] as const) await findClusters(hearten, w, kind);
  await db.tx(w, (tx) => linkAnswers(tx, people.owner));
}

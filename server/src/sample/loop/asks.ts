import { sql, type Tx } from '../../base/db.ts';
import type { Hearten } from '../../base/module.ts';
import { QUIET_DAYS } from '../../mood/index.ts';
import { idAt, type Random } from '../random.ts';
import { isOver, type Past } from './past.ts';
import { type Praised, writePraise } from './praise.ts';
import type { Surveys } from './surveys.ts';
import type { Sayings } from './words.ts';

const DAY = 86_400_000;
/** When each customer was asked last, by anything; what they say, and what of it is shown to others already. */
export type Book = { last: Map<string, number>; say: Sayings; shown: Set<string> };
type Answer = { value: number; compared: 'better' | 'same' | 'worse'; words: string; at: number };
export type Asked = {
  id: string;
  survey: string | null;
  past: Past;
  at: number;
  excluded: string | null;
  /** A link was followed; the button was not pressed. */
  tapped: string | null;
  answer: Answer | null;
  /** To a survey: by question. */
  answers: Record<string, string> | null;
  score: number | null;
};

const iso = (ms: number | null | undefined): string | null => (ms ? new Date(ms).toISOString() : null);

/** How they left. Those with one trouble leave better than those with another, and all a little better than half a year ago. */
function leave(
  random: Random,
  { trouble }: Past,
  at: number,
  until: number,
): Omit<Answer, 'words'> & { speaks: boolean } {
  const ago = Math.min(1, (until - at) / (200 * DAY));
  const worse = (trouble?.worse ?? 0.1) + 0.03 + 0.06 * ago;
  const better = Math.max(0, (trouble?.better ?? 0.62) - 0.1 * ago);
  const luck = random.next();
  const compared = luck < better ? 'better' : luck > 1 - worse ? 'worse' : 'same';
  const value =
    compared === 'better'
      ? random.pick([4, 4, 5, 5, 5])
      : compared === 'same'
        ? random.pick([3, 3, 4])
        : random.pick([1, 2, 2]);
  const speaks = random.chance(0.32) && value !== 3;
  return { value, compared, speaks, at: at + random.whole(4, 2200) * 60_000 };
}

/**
 * The one question in the answer that resolved it; where nobody answered last, the survey a day later; and now and then whether they would
 * recommend us. Each customer once in fourteen days over all of it, as the rules have it.
 */
export function askOf(random: Random, past: Past, book: Book, surveys: Surveys, until: number): Asked[] {
  if (past.folder !== 'inbox' || !past.answer || !isOver(past)) return [];
  const byAnswer = past.resolvedAt !== null && Math.abs(past.resolvedAt - past.answer.at) < 1000;
  const asked: Asked[] = [];
  const turn = (survey: string | null, at: number, most: number, rate: number): void => {
    if (at > until) return;
    const lately = at - (book.last.get(past.customer) ?? 0) < QUIET_DAYS * DAY;
    const excluded = lately ? 'asked lately' : random.chance(most) ? null : 'sampling';
    const { speaks, ...said } = leave(random, past, at, until);
    const answers = excluded === null && random.chance(rate) && said.at <= until;
    const words = answers && speaks ? book.say(past.language.code, said.value > 3 ? 'happy' : 'sad') : '';
    const answer = answers ? { ...said, words } : null;
    const tapped = answer ? said.compared : excluded === null && random.chance(0.06) ? said.compared : null;
    if (excluded === null) book.last.set(past.customer, at);
    asked.push({ id: idAt(random, at), survey, past, at, excluded, tapped, answer, answers: null, score: null });
  };
  if (byAnswer) turn(null, past.answer.at, 1, 0.5);
  else if (past.resolvedAt) turn(surveys.solved, past.resolvedAt + DAY, 0.6, 0.34);
  if (random.chance(0.1) && past.lastAt + 16 * DAY < until) turn(surveys.recommend, past.lastAt + 16 * DAY, 1, 0.3);
  return asked.map((one) => ({ ...one, ...answersOf(random, one, surveys) }));
}

function answersOf(random: Random, { survey, answer }: Asked, surveys: Surveys): Pick<Asked, 'answers' | 'score'> {
  if (!survey || !answer) return { answers: null, score: null };
  const words: Record<string, string> = answer.words ? { words: answer.words } : {};
  if (survey === surveys.recommend) {
    const score =
      answer.value >= 4
        ? random.pick([8, 9, 9, 10, 10])
        : answer.value === 3
          ? random.pick([6, 7, 7, 8])
          : random.whole(1, 6);
    return { score, answers: { recommend: String(score), ...words } };
  }
  const product = Math.max(1, Math.min(5, answer.value + random.pick([-2, -1, 0, 0, 0])));
  const expected = answer.compared === 'better' ? 'better' : answer.compared === 'same' ? 'as' : 'worse';
  return {
    score: answer.value,
    answers: { support: String(answer.value), product: String(product), expected, ...words },
  };
}

export async function writeAsks(hearten: Hearten, tx: Tx, asked: Asked[], { shown }: Book): Promise<void> {
  const w = tx.workspaceId;
  const rows = asked.map((one) => ({
    ...{
      id: one.id,
      survey: one.survey,
      conversation: one.past.id,
      customer: one.past.customer,
      message: one.past.answer?.id,
    },
    ...{
      author: one.past.answer?.author ?? null,
      team: one.past.team,
      inbox: one.past.inbox,
      language: one.past.language.code,
    },
    ...{
      at: iso(one.at),
      turn: iso(one.past.resolvedAt ?? one.at),
      excluded: one.excluded,
      tapped: one.tapped ? [one.tapped] : [],
    },
    ...{ compared: one.answer?.compared ?? null, value: one.answer?.value ?? null, words: one.answer?.words ?? '' },
    ...{
      answered: iso(one.answer?.at),
      tappedAt: one.tapped ? iso(one.answer?.at ?? one.at + 3_600_000) : null,
      answers: one.answers,
      score: one.score,
    },
  }));
  const json = JSON.stringify(rows);
  await tx.run(sql`
    insert into mood_ask (workspace_id, id, conversation_id, message_id, author_id, team_id, inbox_id, channel, language, at, excluded, tapped, tapped_at, compared, value, words, answered_at)
    select ${w}, r.id, r.conversation, r.message, r.author, r.team, r.inbox, 'email', r.language, r.at, r.excluded, r.tapped, r."tappedAt", r.compared, r.value, r.words, r.answered
    from jsonb_to_recordset(${json}::jsonb) as r (id uuid, survey uuid, conversation uuid, message uuid, author uuid, team uuid, inbox uuid, language text, at timestamptz, excluded text, tapped text[], "tappedAt" timestamptz, compared text, value int, words text, answered timestamptz)
    where r.survey is null on conflict do nothing`);
  await tx.run(sql`
    insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, author_id, team_id, inbox_id, channel, language, turn, at, excluded, tapped, tapped_at, answers, score, words, answered_at)
    select ${w}, r.id, r.survey, r.conversation, r.customer, r.author, r.team, r.inbox, 'email', r.language, r.turn, r.at, r.excluded, case when r.answers is null then '{}' else '{form}'::text[] end, r."tappedAt", r.answers, r.score, r.words, r.answered
    from jsonb_to_recordset(${json}::jsonb) as r (id uuid, survey uuid, conversation uuid, customer uuid, author uuid, team uuid, inbox uuid, language text, turn timestamptz, at timestamptz, excluded text, "tappedAt" timestamptz, answers jsonb, score int, words text, answered timestamptz)
    where r.survey is not null on conflict do nothing`);
  await tx.run(sql`
    insert into ask (workspace_id, id, customer_id, kind, at)
    select ${w}, r.id, r.customer, case when r.survey is null then 'mood' else 'survey' end, r.at
    from jsonb_to_recordset(${json}::jsonb) as r (id uuid, survey uuid, customer uuid, excluded text, at timestamptz) where r.excluded is null on conflict do nothing`);
  const happy = asked.flatMap((one): Praised[] =>
    one.answer && one.answer.value >= 4 && one.answer.words
      ? [{ ...one, words: one.answer.words, said: one.answer.at }]
      : [],
  );
  await writePraise(hearten, tx, happy, shown);
}

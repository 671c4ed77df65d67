import type { OwnQuestion, SurveyKind } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { emit } from '../base/events.ts';
import { hash, newToken } from '../base/seal.ts';
import { NOT_DELIVERED, noteAsk } from '../mood/index.ts';
import { UNSEEN } from './link.ts';
import { type Answers, isScored, type Question, wordsIn } from './questions.ts';

export type SurveyAsk = {
  id: string;
  kind: SurveyKind;
  questions: OwnQuestion[];
  conversation_id: string;
  customer_id: string;
  customer_name: string;
  customer_address: string;
  brand_id: string | null;
  way: 'mail' | 'chat';
  language: string;
  at: string;
  excluded: string | null;
  tapped: string[];
  answers: Answers | null;
  answered_at: string | null;
  browser_hash: Buffer | null;
};

export const surveyAskById = (tx: Tx, id: string): Promise<SurveyAsk | undefined> =>
  tx.first<SurveyAsk>(sql`
    select a.id, s.kind, s.questions, a.conversation_id, a.customer_id, c.customer_name, c.customer_address, (select i.brand_id from inbox i where i.workspace_id = a.workspace_id and i.id = a.inbox_id) as brand_id, a.way, a.language, a.at, a.excluded, a.tapped, a.answers, a.answered_at, a.browser_hash
    from survey_ask a join survey s on s.workspace_id = a.workspace_id and s.id = a.survey_id join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id
    where a.workspace_id = ${tx.workspaceId} and a.id = ${id}`);

/** Whether its links lead to the questions: also where the mail is said to have come back, since whoever follows one has it. */
export const isAsked = ({ excluded }: Pick<SurveyAsk, 'excluded'>): boolean =>
  excluded === null || excluded === NOT_DELIVERED;

/** A link was fetched, which alone is no answer: of these one is provisional, several or the one that nobody sees are nothing. */
export async function tapSurvey(tx: Tx, ask: SurveyAsk, first: Question | undefined, said: string): Promise<void> {
  const known = said === UNSEEN || first?.options.some(({ value }) => value === said);
  if (!known || ask.answered_at || ask.tapped.includes(said)) return;
  await tx.run(
    sql`update survey_ask set tapped = tapped || ${[said]}::text[], tapped_at = coalesce(tapped_at, now()) where workspace_id = ${tx.workspaceId} and id = ${ask.id} and answered_at is null and not ${said} = any (tapped)`,
  );
}
export const tappedOnce = (tapped: string[]): string | null =>
  tapped.length === 1 && tapped[0] !== UNSEEN ? (tapped[0] ?? null) : null;

/**
 * The button was pressed. Pressed twice it is said once; in the same browser it may be changed. From another browser an answer stands as
 * it is: that is a mail somebody passed on. Gives the secret for this browser, or null where nothing was taken.
 */
export async function answerSurvey(
  tx: Tx,
  ask: SurveyAsk,
  questions: Question[],
  answers: Answers,
  browser: string | null,
): Promise<{ browser: string; score: number | null; words: string } | null> {
  const kept = await tx.first<{ answered_at: string | null; browser_hash: Buffer | null; answers: Answers | null }>(
    sql`select answered_at, browser_hash, answers from survey_ask where workspace_id = ${tx.workspaceId} and id = ${ask.id} for update`,
  );
  if (!kept || (kept.answered_at && !(browser && kept.browser_hash?.equals(hash(browser))))) return null;
  const [first] = questions;
  const score = first && isScored(first) ? Number(answers[first.id]) : null;
  const words = wordsIn(questions, answers);
  // One browser, one secret: what it answered before can still be changed in it.
  const secret = browser ?? newToken();
  const same = kept.answers && questions.every((q) => kept.answers?.[q.id] === answers[q.id]);
  if (same) return { browser: secret, score, words };
  await tx.run(sql`
    update survey_ask set answers = ${JSON.stringify(answers)}::jsonb, score = ${score}, words = ${words}, excluded = null, answered_at = coalesce(answered_at, now()), browser_hash = ${hash(secret)}
    where workspace_id = ${tx.workspaceId} and id = ${ask.id}`);
  // The mail was said to have come back, and here they are: they were asked.
  if (ask.excluded) await noteAsk(tx, { id: ask.id, conversationId: ask.conversation_id, kind: 'survey' });
  await emit(tx, [
    {
      name: 'survey.answered',
      actor: { kind: 'customer', id: ask.customer_id },
      conversationId: ask.conversation_id,
      data: { kind: ask.kind, score, words: words !== '' },
    },
  ]);
  return { browser: secret, score, words };
}

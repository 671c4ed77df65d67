import type { OwnQuestion, SurveyKind } from '@hearten/contract';
import { baseUrl } from '../base/config.ts';
import { sql, type Tx } from '../base/db.ts';
import { escaped } from '../base/html.ts';
import type { Hearten } from '../base/module.ts';
import { inWords, say } from '../base/words.ts';
import { type Look, lookOf, smallLink, smallPrint, tapOf, tapsOf } from '../brand/index.ts';
import { surveyToken, UNSEEN } from './link.ts';
import { type Question, questionsOf } from './questions.ts';

export type Asking = { language: string; look: Look; questions: Question[]; at: (tap: string) => string; end: string };
const dirOf = (language: string): string => (language === 'ar' ? 'rtl' : 'ltr');

/** The subject says who asks what; no trick, and nothing of what was written. */
export const subjectOf = (kind: SurveyKind, language: string, brand: string): string =>
  inWords(
    kind === 'nps' || kind === 'own'
      ? say('A question from {brand}', { brand })
      : say('How was our help? A question from {brand}', { brand }),
    language,
  );

/** Why one gets it, and how it ends. */
export const belowWords = (language: string, brand: string): { why: string; stop: string } => ({
  why: inWords(say('You get this because you wrote to {brand}. We ask at most once in 14 days.', { brand }), language),
  stop: inWords(say('Ask me nothing any more'), language),
});

/** The first question with a link for each answer, in words and in HTML that any mail program shows; below it why one gets it. */
export function surveyBelow({ language, look, questions, at, end }: Asking): { text: string; html: string } {
  const [first] = questions;
  const taps =
    first && first.options.length > 0
      ? first.options.map(({ value, label }) => ({ url: at(value), word: label }))
      : null;
  const whole = { url: at(''), word: inWords(say('Answer'), language) };
  const { why, stop } = belowWords(language, look.brand);
  const ends =
    first && (first.low || first.high)
      ? `${first.options[0]?.value} = ${first.low} · ${first.options.at(-1)?.value} = ${first.high}`
      : '';
  return {
    text: [
      first?.text ?? '',
      ...(ends ? [ends] : []),
      '',
      ...(taps ?? [whole]).map(({ url, word }) => `${word}: ${url}`),
      '',
      `${why}\n${stop}: ${end}`,
    ].join('\n'),
    // The last link but one is seen by no person: who follows it is a program that follows all.
    html: `<div dir="${dirOf(language)}" lang="${escaped(language)}" style="text-align:${language === 'ar' ? 'right' : 'left'};margin:24px 0 0"><p style="margin:0 0 12px;font-size:18px;line-height:26px;font-weight:600">${escaped(first?.text ?? '')}</p><p style="margin:0">${taps ? tapsOf(taps, look) : tapOf(whole, look)}</p>${ends ? `<p style="margin:0;font-size:13px">${escaped(ends)}</p>` : ''}<a href="${escaped(at(UNSEEN))}" style="display:none" aria-hidden="true" tabindex="-1"></a>${smallPrint([escaped(why), smallLink({ url: end, word: stop })])}</div>`,
  };
}

type Row = {
  id: string;
  language: string;
  brand_id: string | null;
  kind: SurveyKind;
  questions: OwnQuestion[];
};
export type SurveyLetter = {
  signature: string;
  below: { text: string; html: string };
  headers: Record<string, string>;
};

/** What a channel puts into the mail that asks, beside its words; null for every other mail that goes out by itself. */
export async function surveyLetter(
  room: Pick<Hearten, 'config' | 'seal' | 'files'>,
  tx: Tx,
  messageId: string,
): Promise<SurveyLetter | null> {
  const row = await tx.first<Row>(sql`
    select a.id, a.language, (select i.brand_id from inbox i where i.workspace_id = a.workspace_id and i.id = a.inbox_id) as brand_id, s.kind, s.questions from survey_ask a join survey s on s.workspace_id = a.workspace_id and s.id = a.survey_id
    where a.workspace_id = ${tx.workspaceId} and a.message_id = ${messageId}`);
  if (!row) return null;
  const look = await lookOf(tx, room, row.brand_id, false);
  const base = baseUrl(room.config);
  const token = surveyToken(room.seal, 'survey', tx.workspaceId, row.id);
  const end = `${base}/no-questions/${surveyToken(room.seal, 'no-questions', tx.workspaceId, row.id)}`;
  return {
    signature: '',
    below: surveyBelow({
      ...{ language: row.language, look, end },
      questions: questionsOf(row, { language: row.language, brand: look.brand }),
      at: (tap) => `${base}/asked/${token}${tap === '' ? '' : `/${tap}`}`,
    }),
    // RFC 8058: one click in the mail program, without a page.
    headers: { 'List-Unsubscribe': `<${end}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  };
}

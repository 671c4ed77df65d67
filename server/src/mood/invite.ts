import type { Reply } from '@hearten/contract';
import { baseUrl, type Config } from '../base/config.ts';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { escaped } from '../base/html.ts';
import { inWords, matched } from '../base/words.ts';
import { type Look, tapsOf } from '../brand/index.ts';
import type { Asking } from './ask.ts';
import type { Compared } from './link.ts';
import { comparedWords, question } from './page.ts';

/** The question and its three answers, as the mail says them. */
export const asked = (language: string): { question: string; answers: { id: Compared; word: string }[] } => ({
  question: inWords(question, language),
  answers: (['better', 'same', 'worse'] as const).map((id) => ({ id, word: inWords(comparedWords[id], language) })),
});

/** The question as it stands below an answer: one tap each, in words that any mail program shows. */
export function inviteOf(
  config: Config,
  { token, language }: Asking,
  look: Pick<Look, 'colour' | 'on'>,
): { text: string; html: string } {
  const at = (choice: string): string => `${baseUrl(config)}/felt/${token}/${choice}`;
  const { question: sentence, answers } = asked(language);
  const links = answers.map(({ id, word }) => ({ word, url: at(id.slice(0, 1)) }));
  const dir = language === 'ar' ? 'rtl' : 'ltr';
  return {
    text: [sentence, ...links.map(({ word, url }) => `${word}: ${url}`)].join('\n'),
    // The last link is seen by no person: who follows it is a program that follows all.
    html: `<div dir="${dir}" lang="${language}" style="text-align:${language === 'ar' ? 'right' : 'left'};margin:24px 0 0;padding:16px 0 0;border-top:1px solid #8b9a94"><p style="margin:0 0 12px;font-size:16px">${escaped(sentence)}</p><p style="margin:0">${tapsOf(links, look)}<a href="${escaped(at('x'))}" style="display:none" aria-hidden="true" tabindex="-1"></a></p></div>`,
  };
}

/** Whether this company asks at the end, and how the question reads to whoever reads the workspace's language. */
export async function asking(tx: Tx): Promise<Reply<'GET /workspace/asking'>> {
  const row = await tx.first<{ asks: boolean; language: string }>(
    sql`select asks_mood as asks, language from workspace where id = ${tx.workspaceId}`,
  );
  if (!row) throw NotFound();
  const language = matched(row.language) ?? 'en';
  const { question, answers } = asked(language);
  return { asks: row.asks, language, question, answers: answers.map(({ word }) => word) };
}

import type { ChatLink } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { inWords, type Language, say } from '../base/words.ts';
import type { ChannelOf } from '../conversations/index.ts';
import { QUIET_DAYS } from '../mood/index.ts';
import { decide, NOT_THERE } from './decide.ts';
import { surveyToken } from './link.ts';
import type { Row } from './when.ts';

export const mayWeAsk = say('May we ask you something?');
export const shortQuestion = say('One short question');

/** Who is asked in the chat gets no mail as well. */
const byNoMail: ChannelOf = () => {
  throw new Error('A survey that asks in the chat writes no mail.');
};

/**
 * The survey at the end of a chat, as the link to its page: looking at a conversation that is over is being asked. What was asked there and
 * not answered is there again while its turn lasts; null where nothing is asked.
 */
export async function surveyInChat(
  { seal }: Pick<Hearten, 'seal'>,
  tx: Tx,
  conversationId: string,
  language: Language,
): Promise<(ChatLink & { asks: string }) | null> {
  const ask = (await askedThere(tx, conversationId)) ?? (await askNow(tx, conversationId));
  if (!ask || ask.answered) return null;
  return {
    asks: inWords(mayWeAsk, language),
    word: inWords(shortQuestion, language),
    // The frame stands at our own address.
    url: `/asked/${surveyToken(seal, 'survey', tx.workspaceId, ask.id)}`,
  };
}

type Asked = { id: string; answered: boolean };
const askedThere = (tx: Tx, conversationId: string): Promise<Asked | undefined> =>
  tx.first<Asked>(sql`
    select id, answered_at is not null as answered from survey_ask where workspace_id = ${tx.workspaceId} and conversation_id = ${conversationId} and way = 'chat' and excluded is null
      and at > now() - make_interval(days => ${QUIET_DAYS}) order by at desc limit 1`);

/** Whose turn came while they were away, and whose turn it is at this moment: a survey that asks at once need not wait for its job. */
async function askNow(tx: Tx, conversationId: string): Promise<Asked | undefined> {
  const due = await tx.many<Row & { round: string | null }>(sql`
    select s.id, s.kind, s.moment, s.way, s.share, s.audience, s.questions, s.intro, w.turn as round
    from survey s join conversation c on c.workspace_id = s.workspace_id and c.id = ${conversationId} and c.channel = 'chat'
      left join lateral (select a.turn from survey_ask a where a.workspace_id = s.workspace_id and a.conversation_id = c.id and a.survey_id = s.id and a.excluded = ${NOT_THERE}
        and a.at > now() - make_interval(days => ${QUIET_DAYS}) order by a.at desc limit 1) w on true
    where s.workspace_id = ${tx.workspaceId} and s.running and s.way <> 'mail'
      and (w.turn is not null or (s.moment = 'resolved' and c.status in ('resolved', 'closed') and c.resolved_at <= now() - make_interval(hours => s.delay_hours)
        and c.resolved_at > now() - make_interval(days => ${QUIET_DAYS}, hours => s.delay_hours) and (s.started_at is null or s.started_at <= c.resolved_at)
        and not exists (select 1 from survey_ask d where d.workspace_id = s.workspace_id and d.conversation_id = c.id and d.survey_id = s.id and d.turn between date_trunc('milliseconds', c.resolved_at) and c.resolved_at)))
    order by s.created_at, s.id for share of s`);
  let asked = false;
  for (const { round, ...survey } of due)
    asked = (await decide(tx, byNoMail, survey, conversationId, { round, there: true })) === 'asked' || asked;
  return asked ? askedThere(tx, conversationId) : undefined;
}

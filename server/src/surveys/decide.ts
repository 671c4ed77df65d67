import { createHash } from 'node:crypto';
import {
  type Audience,
  mailAddress,
  type OwnQuestion,
  type SurveyKind,
  type SurveyWay,
  type WhyNotAsked,
} from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { inWords, matched, say } from '../base/words.ts';
import { type ChannelOf, isPractice, sendAutomatically } from '../conversations/index.ts';
import { domainOf, plainAddress } from '../customers/index.ts';
import { noteAsk, type Turn, takeTurn } from '../mood/index.ts';
import { subjectOf } from './mail.ts';

export type Running = {
  id: string;
  kind: SurveyKind;
  moment: 'resolved' | 'rhythm';
  way: SurveyWay;
  share: number;
  audience: Audience;
  questions: OwnQuestion[];
  intro: string;
};
/** What decides whether somebody is asked, beside their turn. */
export type Facts = {
  id: string;
  customer_id: string;
  customer_name: string;
  address: string;
  channel: string;
  by_mail: string;
  inbox_id: string;
  brand_id: string | null;
  brand: string;
  team_id: string | null;
  author_id: string | null;
  tags: string[];
  problems: string[];
  language: string;
  ended: boolean;
  /** It ended with an answer that left, and nothing of theirs is open. */
  helped: boolean;
  spam: boolean;
  wrote: boolean;
  /** What they wrote last; the mail that asks stands in its thread. */
  about: string | null;
  connected: boolean;
  /** Its chat, where it is one, is switched on. */
  open: boolean;
  ours: boolean;
  unsubscribed: boolean;
  practice: boolean;
  turn: string;
};

/** Their turn came while they were away from the chat: nobody has asked them, and they are silent about nothing. */
export const NOT_THERE = 'not there' satisfies WhyNotAsked;

const listed = (allow: boolean): Sql =>
  sql`select pattern, ${allow}::boolean as allow from ${allow ? sql`allowed_sender` : sql`blocked_sender`} b where b.workspace_id = `;

/**
 * Whoever wrote in `c` was helped: somebody answered and that left, it is over, and nothing else of theirs is open. Only they can say how
 * it was to be helped here; whoever waits is asked nothing.
 */
export const wasHelped: Sql = sql`(c.merged_into is null and c.parent_kind is distinct from 'side' and c.status in ('resolved', 'closed')
  and exists (select 1 from (select o.state from message o where o.workspace_id = c.workspace_id and o.conversation_id = c.id and o.type = 'out' and o.kind = 'message' and not o.automatic and not o.aside and o.plan is null
    order by o.at desc, o.id desc limit 1) last where last.state = 'sent')
  and not exists (select 1 from conversation u where u.workspace_id = c.workspace_id and u.customer_id = c.customer_id and u.status in ('open', 'snoozed') and u.folder = 'inbox' and u.merged_into is null and u.parent_kind is distinct from 'side'))`;

/** The facts of conversations that `which` names as `c`. */
export const factsOf = (tx: Tx, which: Sql): Promise<Facts[]> =>
  tx.many<Facts>(sql`
    select c.id, c.customer_id, case when c.customer_name = c.customer_address then '' else c.customer_name end as customer_name, c.customer_address as address, c.channel, i.channel as by_mail, c.inbox_id, i.brand_id, coalesce(b.name, w.name) as brand, c.team_id,
      coalesce((select m.author_id from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'out' and not m.automatic and not m.aside order by m.at desc limit 1), c.assignee_id) as author_id, c.tags,
      coalesce((select array_agg(f.problem_id::text) from conversation_problem f where f.workspace_id = c.workspace_id and f.conversation_id = c.id and f.problem_id is not null), '{}') as problems,
      coalesce((select s.language from mood s where s.workspace_id = c.workspace_id and s.conversation_id = c.id and s.language is not null order by s.at desc limit 1), k.language, w.language, 'en') as language,
      c.merged_into is null and c.parent_kind is distinct from 'side' and c.status in ('resolved', 'closed') as ended, ${wasHelped} as helped, c.folder <> 'inbox' as spam, l.id is not null as wrote, l.id as about,
      coalesce(i.enabled and i.deleted_at is null and (i.channel <> 'chat' or i.settings->>'mailInboxId' is not null), false) as connected, coalesce(i.enabled and i.deleted_at is null, false) as open, exists (select 1 from inbox o where o.workspace_id = c.workspace_id and o.deleted_at is null and lower(o.address) = lower(c.customer_address)) as ours,
      exists (with recursive below as (select k.id union select d.id from below b join customer d on d.workspace_id = ${tx.workspaceId} and d.merged_into = b.id)
        select 1 from below b join unsubscribed u on u.workspace_id = ${tx.workspaceId} and u.customer_id = b.id) as unsubscribed,
      ${isPractice(tx)} or w.sample_of is not null as practice, coalesce(c.resolved_at, c.last_at) as turn
    from conversation c join customer k on k.workspace_id = c.workspace_id and k.id = c.customer_id join workspace w on w.id = c.workspace_id left join inbox i on i.workspace_id = c.workspace_id and i.id = c.inbox_id
      left join brand b on b.workspace_id = c.workspace_id and b.id = i.brand_id
      left join lateral (select m.id from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' and m.kind = 'message' and not m.automatic and not m.aside order by m.at desc, m.id desc limit 1) l on true
    where c.workspace_id = ${tx.workspaceId} and ${which}`);

/** Which of these addresses are blocked: the nearer word counts, as for mail that comes in. */
export async function blockedAmong(tx: Tx, addresses: string[]): Promise<(address: string) => boolean> {
  const asked = [...new Set(addresses.flatMap((a) => [plainAddress(a), `@${domainOf(a)}`]))];
  const rows = await tx.many<{ pattern: string; allow: boolean }>(sql`
    ${listed(false)}${tx.workspaceId} and pattern = any (${asked}::text[]) union all ${listed(true)}${tx.workspaceId} and pattern = any (${asked}::text[])`);
  const known = new Map(rows.map((row) => [row.pattern, row.allow]));
  return (address) => (known.get(plainAddress(address)) ?? known.get(`@${domainOf(address)}`)) === false;
}

/** The same number for the same end, whoever counts: a share is no lottery that one could play again. */
const chance = (surveyId: string, of: string): number =>
  createHash('sha256').update(`${surveyId} ${of}`).digest().readUInt32BE(0) % 100;

export const inAudience = (a: Audience, f: Facts): boolean =>
  (a.channels.length === 0 || a.channels.includes(f.channel)) &&
  (a.brandIds.length === 0 || (f.brand_id !== null && a.brandIds.includes(f.brand_id))) &&
  (a.teamIds.length === 0 || (f.team_id !== null && a.teamIds.includes(f.team_id))) &&
  (a.tags.length === 0 || a.tags.some((tag) => f.tags.includes(tag))) &&
  (a.problemIds.length === 0 || a.problemIds.some((one) => f.problems.includes(one))) &&
  (a.languages.length === 0 || a.languages.some((one) => matched(one) === matched(f.language)));

/** By which way this conversation is asked about: in the chat whoever wrote there, where the survey asks in chats, and by mail everybody else. */
export const wayOf = ({ way }: Pick<Running, 'way'>, { channel }: Pick<Facts, 'channel'>): 'mail' | 'chat' =>
  way === 'chat' || (way === 'both' && channel === 'chat') ? 'chat' : 'mail';

/** The first reason that holds, or null: then they are asked. Rules alone decide; nobody can leave one out or ask one again. */
export function whyNot(
  survey: Pick<Running, 'id' | 'moment' | 'way' | 'share' | 'audience'>,
  f: Facts,
  turn: Pick<Turn, 'lately' | 'never'>,
  blocked: boolean,
): WhyNotAsked | null {
  if (f.practice) return 'practice';
  if (f.spam) return 'spam';
  if (!(survey.moment === 'resolved' ? f.ended : f.helped)) return 'not ended';
  if (!f.wrote) return 'never wrote';
  if (!inAudience(survey.audience, f)) return 'audience';
  const chat = wayOf(survey, f) === 'chat';
  if (chat && f.channel !== 'chat') return 'no chat';
  if (!chat && (!mailAddress.safeParse(f.address).success || f.ours)) return 'no address';
  if (blocked) return 'blocked';
  if (!(chat ? f.open : f.connected)) return 'disconnected';
  if (turn.never || f.unsubscribed) return 'unsubscribed';
  if (turn.lately) return 'asked lately';
  return chance(survey.id, survey.moment === 'resolved' ? `${f.id} ${new Date(f.turn).getTime()}` : f.customer_id) <
    survey.share
    ? null
    : 'sampling';
}

/** Where somebody's turn is decided: of which round, and whether they have the end of their chat before them. */
export type Turning = { round?: string | null; there?: boolean };

/**
 * Somebody's turn: asks them, or keeps why not. The row, the book of asks, and the mail with its job are one transaction: a process killed
 * in between has asked nobody, and asks them when it is back. Who is to be asked in the chat has not been asked until they look at it
 * again: their turn is kept as that, and decided by the same rules when they are there.
 */
export async function decide(
  tx: Tx,
  channels: ChannelOf,
  survey: Running,
  conversationId: string,
  { round = null, there = false }: Turning = {},
): Promise<'asked' | WhyNotAsked | null> {
  const home = await tx.first<{ customer_id: string }>(
    sql`select customer_id from conversation where workspace_id = ${tx.workspaceId} and id = ${conversationId}`,
  );
  if (!home) return null;
  const turn = await takeTurn(tx, home.customer_id);
  const [f] = await factsOf(tx, sql`c.id = ${conversationId}`);
  if (!f) return null;
  const at = round ?? f.turn;
  const before = await tx.first<{ id: string; excluded: string | null }>(
    sql`select id, excluded from survey_ask where workspace_id = ${tx.workspaceId} and survey_id = ${survey.id} and conversation_id = ${f.id} and turn = ${at}::timestamptz`,
  );
  if (before && !(there && before.excluded === NOT_THERE)) return null;
  const blocked = (await blockedAmong(tx, [f.address]))(f.address);
  const way = wayOf(survey, f);
  const why = whyNot(survey, f, turn, blocked);
  const excluded = why ?? (way === 'chat' && !there ? NOT_THERE : null);
  const id = before?.id ?? newId();
  const language = matched(f.language) ?? 'en';
  const messageId = excluded || way === 'chat' ? null : await write(tx, channels, survey, f, language);
  await (before
    ? tx.run(
        sql`update survey_ask set excluded = ${excluded}, at = case when ${excluded}::text is null then now() else at end where workspace_id = ${tx.workspaceId} and id = ${id}`,
      )
    : tx.run(sql`
    insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, message_id, author_id, team_id, inbox_id, channel, way, language, turn, excluded)
    values (${tx.workspaceId}, ${id}, ${survey.id}, ${f.id}, ${turn.root}, ${messageId}, ${f.author_id}, ${f.team_id}, ${f.inbox_id}, ${f.channel}, ${way}, ${language}, ${at}::timestamptz, ${excluded})`));
  if (!excluded) await noteAsk(tx, { id, conversationId: f.id, kind: 'survey' });
  return excluded ?? 'asked';
}

/** The mail stands in the customer's thread and leaves by the inbox of that conversation, as every answer in it does. */
function write(tx: Tx, channels: ChannelOf, survey: Running, f: Facts, language: string): Promise<string> {
  const text =
    survey.intro.trim() ||
    inWords(
      f.customer_name
        ? say('Hello {name}, may we ask you something? It takes one tap.', { name: f.customer_name })
        : say('Hello, may we ask you something? It takes one tap.'),
      language,
    );
  return sendAutomatically(tx, channels(f.by_mail), f.id, {
    ...{ to: { address: f.address, name: f.customer_name }, subject: subjectOf(survey.kind, language, f.brand) },
    // Of a chat it is no line: it goes by mail, through the mailbox that the chat names.
    ...{ text, about: f.about ?? '', aside: f.by_mail === 'chat' },
  });
}

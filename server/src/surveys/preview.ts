import { audience, type Body, type Reply, type WhyNotAsked } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import type { Hearten } from '../base/module.ts';
import { inWords, matched, say } from '../base/words.ts';
import { lookOf } from '../brand/index.ts';
import { QUIET_DAYS } from '../mood/index.ts';
import { blockedAmong, factsOf, type Running, wasHelped, whyNot } from './decide.ts';
import { mayWeAsk, shortQuestion } from './in-chat.ts';
import { belowWords, subjectOf } from './mail.ts';
import { questionsOf } from './questions.ts';

const DAYS = 30;
/** So many turns are looked through; a larger desk sees the newest of them. */
const MOST = 5_000;

/** The mail and the page word for word, and whom it would have asked. Keeps nothing, and its links lead nowhere. */
export async function previewSurvey(
  tx: Tx,
  room: Pick<Hearten, 'files'>,
  body: Body<'POST /surveys/preview'>,
): Promise<Reply<'POST /surveys/preview'>> {
  const desk = await tx.first<{ language: string }>(
    sql`select coalesce(language, 'en') as language from workspace where id = ${tx.workspaceId}`,
  );
  if (!desk) throw NotFound();
  const language = matched(body.language ?? desk.language) ?? 'en';
  const draft = {
    ...{ id: '', kind: body.kind, moment: body.moment, way: body.way ?? ('mail' as const), share: body.share ?? 100 },
    ...{ audience: audience.parse(body.audience ?? {}), questions: body.questions ?? [], intro: body.intro ?? '' },
  };
  const look = await lookOf(tx, room, draft.audience.brandIds[0] ?? null, true);
  const questions = questionsOf(draft, { language, brand: look.brand });
  const { brand, colour, on, logo } = look;
  return {
    ...{ language, look: { brand, colour, on, logo }, subject: subjectOf(draft.kind, language, brand), questions },
    hello: draft.intro.trim() || inWords(say('Hello, may we ask you something? It takes one tap.'), language),
    ...belowWords(language, brand),
    ...{ link: inWords(shortQuestion, language), asks: inWords(mayWeAsk, language) },
    would: await would(tx, draft, body.everyDays ?? 90),
  };
}

/** Its turns of the last 30 days by the rules as they are, with what was really asked then. */
async function would(tx: Tx, draft: Running, everyDays: number): Promise<Reply<'POST /surveys/preview'>['would']> {
  const from = new Date(Date.now() - DAYS * 86_400_000).toISOString();
  // Of a rhythm everybody has a turn once in so many days: of all who are known that is a part in thirty days.
  const which =
    draft.moment === 'resolved'
      ? sql`c.resolved_at >= ${from}::timestamptz and c.folder = 'inbox' and c.merged_into is null order by c.resolved_at desc limit ${MOST}`
      : sql`c.folder = 'inbox' and c.merged_into is null and c.last_at > now() - interval '365 days' and c.id = (select o.id from conversation o where o.workspace_id = c.workspace_id and o.customer_id = c.customer_id and o.folder = 'inbox' and o.merged_into is null order by o.last_at desc limit 1) and ${wasHelped}
          and ('x' || substr(md5(c.customer_id::text), 1, 7))::bit(28)::int % ${everyDays} < ${Math.min(DAYS, everyDays)} order by c.last_at desc limit ${MOST}`;
  const all = await factsOf(tx, which);
  const [blocked, asks, never] = await Promise.all([
    blockedAmong(
      tx,
      all.map((one) => one.address),
    ),
    tx.many<{ customer_id: string; at: Date | string }>(
      sql`select customer_id, at from ask where workspace_id = ${tx.workspaceId} and at > ${from}::timestamptz - make_interval(days => ${QUIET_DAYS})`,
    ),
    tx.many<{ customer_id: string }>(sql`select customer_id from never_asked where workspace_id = ${tx.workspaceId}`),
  ]);
  const asked = Map.groupBy(
    asks.map((one) => ({ who: one.customer_id, at: new Date(one.at).getTime() })),
    (one) => one.who,
  );
  const nobody = new Set(never.map((one) => one.customer_id));
  const own = new Map<string, number>();
  const counts = new Map<WhyNotAsked | 'asked', number>();
  const quiet = QUIET_DAYS * 86_400_000;
  for (const f of all.toReversed()) {
    const at = draft.moment === 'resolved' ? new Date(f.turn).getTime() : Date.now();
    const before = own.get(f.customer_id);
    const lately =
      (before !== undefined && at - before < quiet) ||
      (asked.get(f.customer_id) ?? []).some((one) => one.at <= at && at - one.at < quiet);
    const why = whyNot(draft, f, { lately, never: nobody.has(f.customer_id) }, blocked(f.address));
    if (why === null) own.set(f.customer_id, at);
    counts.set(why ?? 'asked', (counts.get(why ?? 'asked') ?? 0) + 1);
  }
  const practice = counts.get('practice') ?? 0;
  return {
    from,
    turns: all.length - practice,
    asked: counts.get('asked') ?? 0,
    notAsked: [...counts]
      .flatMap(([why, count]) => (why === 'asked' || why === 'practice' ? [] : [{ why, count }]))
      .sort((a, b) => b.count - a.count),
  };
}

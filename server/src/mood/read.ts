import { sql, type Tx } from '../base/db.ts';
import { type EventRow, system } from '../base/events.ts';
import { type Showing, showMood } from '../conversations/index.ts';
import { askLater, type Stage } from './connected/read.ts';
import { inferMood } from './infer.ts';

type Written = {
  conversation_id: string;
  message_id: string;
  text: string;
  first: string | null;
  person: boolean;
  unanswered: number;
};
/** From the third message without an answer on, that is a reason too. */
const MANY = 3;
const shownOf = (one: { upset: boolean | null; stuck: boolean | null }): Showing['mood'] =>
  one.upset ? 'upset' : one.stuck ? 'stuck' : null;

const whyOf = (read: { upset: boolean; stuck: boolean; why: string[] }, unanswered: number) =>
  read.upset || read.stuck ? { words: read.why, unanswered: unanswered >= MANY ? unanswered : 0 } : null;

const stageOf = (one: Written): Stage => (one.first === null ? 'latest' : 'start');

type Gone = { conversation_id: string; upset: boolean | null; stuck: boolean | null };
/**
 * What a connected model read of an earlier message says nothing of this one: until it has read that, what is read here stands. Gives
 * where it let go, with what was read here before, if anything was.
 */
const letGo = (tx: Tx, written: Written[]): Promise<Gone[]> =>
  tx.many<Gone>(sql`
    with gone as (delete from mood m using jsonb_to_recordset(${JSON.stringify(written.map((one) => ({ c: one.conversation_id, s: stageOf(one) })))}::jsonb) as r (c uuid, s text)
      where m.workspace_id = ${tx.workspaceId} and m.conversation_id = r.c and m.stage = r.s and m.source = 'model' returning m.conversation_id, m.stage)
    select g.conversation_id, h.upset, h.stuck from gone g left join mood h on h.workspace_id = ${tx.workspaceId} and h.conversation_id = g.conversation_id and h.stage = g.stage and h.source = 'text'`);

function readOf(one: Written) {
  const read = inferMood(one.first ?? one.text);
  if (!read) return [];
  const why = whyOf(read, one.unanswered);
  return [{ ...one, ...read, why, stage: stageOf(one), text: undefined, first: undefined }];
}
type Kept = ReturnType<typeof readOf>[number];
/** What was erased since it was looked at stays gone; what is there cannot go before this is kept. */
const keep = (tx: Tx, rows: Kept[]): Promise<number> =>
  tx.run(sql`
    with there as materialized (select id from conversation where workspace_id = ${tx.workspaceId} and id = any (${rows.map((one) => one.conversation_id)}::uuid[]) order by id for key share)
    insert into mood (workspace_id, conversation_id, stage, source, value, upset, stuck, confidence, language, message_id, why)
    select ${tx.workspaceId}, r.conversation_id, r.stage, 'text', r.value, r.upset, r.stuck, r.confidence, r.language, r.message_id, r.why
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (conversation_id uuid, stage text, value int, upset boolean, stuck boolean, confidence real, language text, message_id uuid, why jsonb)
    join there on there.id = r.conversation_id
    on conflict (workspace_id, conversation_id, stage, source) do update set value = excluded.value, upset = excluded.upset, stuck = excluded.stuck, confidence = excluded.confidence, language = excluded.language, message_id = excluded.message_id, why = excluded.why, at = now()`);

/**
 * What customers wrote is read after it has come, beside everything else: until our first answer it is the start, afterwards how they feel
 * lately. Mail of machines, spam, what is said beside a conversation and old mail from archives are not read.
 */
export async function readMoods(tx: Tx, events: EventRow[]): Promise<void> {
  const came = events.filter((event) => event.data.historic !== true && event.data.automatic !== true);
  const ids = came.flatMap((event) => event.message_id ?? []);
  if (ids.length === 0) return;
  const written = await tx.many<Written>(sql`
    select distinct on (m.conversation_id) m.conversation_id, m.id as message_id, left(m.text, 4000) as text,
      case when not exists (select 1 from message o where o.workspace_id = m.workspace_id and o.conversation_id = m.conversation_id and o.type = 'out' and not o.automatic and not o.aside)
        then (select string_agg(f.text, E'\n') from (select left(f.text, 2000) as text from message f where f.workspace_id = m.workspace_id and f.conversation_id = m.conversation_id and f.type = 'in' and f.kind = 'message' and f.customer_id = c.customer_id and not f.aside order by f.at, f.id limit 3) f) end as first,
      exists (select 1 from mood s where s.workspace_id = m.workspace_id and s.conversation_id = m.conversation_id and s.stage = 'start' and s.source = 'person') as person,
      (select count(*)::int from message u where u.workspace_id = m.workspace_id and u.conversation_id = m.conversation_id and u.type = 'in' and u.kind = 'message' and u.customer_id = c.customer_id and not u.automatic and not u.aside
        and u.at > coalesce((select max(o.at) from message o where o.workspace_id = m.workspace_id and o.conversation_id = m.conversation_id and o.type = 'out' and not o.automatic and not o.aside), '-infinity')) as unanswered
    from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.workspace_id = ${tx.workspaceId} and m.id = any (${ids}::uuid[]) and m.type = 'in' and m.kind = 'message' and m.customer_id = c.customer_id and not m.automatic and not m.aside and c.folder = 'inbox' and c.merged_into is null
    order by m.conversation_id, m.at desc, m.id desc`);
  const rows = written.flatMap(readOf);
  const gone = await letGo(tx, written);
  await askLater(
    tx,
    written.map((one) => ({
      ...{ conversationId: one.conversation_id, messageId: one.message_id, stage: stageOf(one) },
    })),
  );
  if (rows.length > 0) await keep(tx, rows);
  const last = events.at(-1);
  const shows = new Map<string, Showing['mood']>([...gone, ...rows].map((one) => [one.conversation_id, shownOf(one)]));
  // What a person said of the start holds until the customer writes again after an answer.
  await showMood(
    tx,
    written
      .filter((one) => shows.has(one.conversation_id) && (one.first === null || !one.person))
      .map((one) => ({
        conversationId: one.conversation_id,
        mood: shows.get(one.conversation_id) ?? null,
        messageId: one.message_id,
      })),
    { actor: system, ...(last ? { because: last } : {}) },
  );
}

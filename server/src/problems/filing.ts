import type { Body, Filed, Filing } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { lockLive } from '../conversations/index.ts';
import { forgetAside } from './aside.ts';
import { draw } from './audit.ts';
import { learnLater, suggest } from './words.ts';

/** As sure as this Hearten files by itself, provisionally. */
export const SURE = 0.5;

export async function filingOf(tx: Tx, conversationId: string): Promise<Filing> {
  const here = await tx.first(
    sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = ${conversationId}`,
  );
  if (!here) throw NotFound();
  const items = await tx.many<Filed>(sql`
    select f.kind, case when p.id is not null then json_build_object('id', p.id, 'name', p.name, 'state', p.state, 'workaround', p.workaround, 'answer', p.answer) end as problem,
      f.weight, f.provisional, f.filed_by as "filedBy", f.confidence
    from conversation_problem f left join problem p on p.workspace_id = f.workspace_id and p.id = f.problem_id
    where f.workspace_id = ${tx.workspaceId} and f.conversation_id = ${conversationId} order by f.place`);
  return { items, suggested: await suggest(tx, conversationId) };
}

type Given = { id: string; weight?: number | undefined };
/** Shares of one conversation: what is said counts as said, else the first has most of it. */
function shares(all: Given[]): number[] {
  const usual = (i: number): number => (all.length === 1 ? 1 : i === 0 ? 0.7 : 0.3 / (all.length - 1));
  const given = all.map((one, i) => one.weight ?? usual(i));
  const sum = given.reduce((a, b) => a + b, 0);
  return given.map((weight) => weight / sum);
}

/** Where it goes must be there and not merged away: shared locks, in order of id, so that no merge passes by. */
async function homes(tx: Tx, ids: string[]): Promise<Map<string, { owner_id: string | null }>> {
  const rows = await tx.many<{ id: string; owner_id: string | null; merged_into: string | null }>(
    sql`select id, owner_id, merged_into from problem where workspace_id = ${tx.workspaceId} and id = any (${ids}::uuid[]) order by id for share`,
  );
  if (rows.length < ids.length) throw Invalid('This problem is not here. Nothing was filed.');
  if (rows.some((row) => row.merged_into))
    throw Conflict('This problem was merged into another meanwhile. Nothing was filed; choose again.');
  return new Map(rows.map((row) => [row.id, row]));
}

type Was = {
  problem_id: string | null;
  filed_by: string | null;
  filed_at: string;
  confidence: number | null;
  provisional: boolean;
  confirmed_by: string | null;
  came_from: string[];
  followed_from: string | null;
};
/** The same problems as before, and nobody says that they are to be confirmed anew: what was confirmed of them stays so. */
const sameProblems = (ids: string[], before: Was[], body: Body<'PUT /conversations/:id/filing'>): boolean =>
  body.provisional !== true &&
  ids.length === before.length &&
  before.every((one) => ids.includes(one.problem_id ?? ''));

/** Files it anew, in place of what it was filed as. The problem's owner and nobody else decides at once; of others it is provisional, as it is where they say so. */
export async function setFiling(
  tx: Tx,
  who: Who,
  conversationId: string,
  body: Body<'PUT /conversations/:id/filing'>,
): Promise<Filing> {
  await lockLive(tx, conversationId);
  const problems = body.problems ?? [];
  const ids = [...new Set(problems.map((one) => one.id))];
  if (ids.length < problems.length) throw Invalid('A problem can be named once only. Nothing was filed.');
  if ((body.kind === 'problem') !== problems.length > 0)
    throw Invalid(
      body.kind === 'problem'
        ? say('Which problem? Nothing was filed.', {})
        : say('A question, a one-off or praise has no problem. Nothing was filed.', {}),
    );
  const homesOf = await homes(tx, ids);
  const alike = ids.length ? await suggest(tx, conversationId) : [];
  const weights = shares(problems);
  const before = await tx.many<Was>(
    sql`delete from conversation_problem where workspace_id = ${tx.workspaceId} and conversation_id = ${conversationId}
      returning problem_id, filed_by, filed_at::text, confidence, provisional, confirmed_by, came_from, followed_from`,
  );
  const same = sameProblems(ids, before, body);
  // Weighed, and nothing else: who filed it and when, and what it came with, stay as they are. Taken out and put back, since places meet when they are exchanged.
  const weighed = same && problems.every((one) => one.weight !== undefined);
  if (!weighed) await forgetAside(tx, conversationId);
  const rows = problems.map((one, place) => {
    const known = same ? before.find((other) => other.problem_id === one.id) : undefined;
    if (known && weighed) return { ...known, place, weight: weights[place] };
    const was = known?.provisional ? undefined : known;
    const owner = homesOf.get(one.id)?.owner_id ?? null;
    const mine = owner ? owner === who.id : who.may('problem.write');
    return {
      place,
      problem_id: one.id,
      weight: weights[place],
      provisional: !was && (!mine || body.provisional === true),
      confirmed_by: was?.confirmed_by ?? who.id,
      confidence: alike.find((other) => other.id === one.id)?.confidence ?? null,
      ...{ filed_by: who.id, filed_at: null, came_from: [], followed_from: null },
    };
  });
  if (body.kind === 'problem')
    await tx.run(sql`
      insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, weight, filed_by, filed_at, confidence, provisional, confirmed_by, came_from, followed_from)
      select ${tx.workspaceId}, ${conversationId}, r.place, 'problem', r.problem_id, r.weight, r.filed_by, case when r.filed_at is null then now() else r.filed_at end, r.confidence, r.provisional,
        case when not r.provisional then r.confirmed_by end, r.came_from, r.followed_from
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (place integer, problem_id uuid, weight real, provisional boolean, confirmed_by uuid, confidence real, filed_by uuid, filed_at timestamptz, came_from uuid[], followed_from uuid)`);
  else if (body.kind)
    await tx.run(sql`
      insert into conversation_problem (workspace_id, conversation_id, place, kind, filed_by, provisional, confirmed_by)
      values (${tx.workspaceId}, ${conversationId}, 0, ${body.kind}, ${who.id}, false, ${who.id})`);
  await draw(tx, [conversationId]);
  for (const id of new Set([...ids, ...before.flatMap((one) => one.problem_id ?? [])])) await learnLater(tx, id);
  await emit(tx, [{ name: 'problem.filed', actor: actorOf(who), data: { about: conversationId, kind: body.kind } }]);
  return filingOf(tx, conversationId);
}

const over = (status: unknown): boolean => status === 'resolved' || status === 'closed';
/** A conversation that is resolved, or closed at once, and that nobody filed is filed as what it resembles, later and beside everything else. */
export async function fileOver(tx: Tx, event: EventRow): Promise<void> {
  const { status, before, to, from } = event.data as Record<string, unknown>;
  if (event.conversation_id && ((over(status) && !over(before)) || (over(to) && !over(from))))
    await jobs.add(
      tx,
      'file-resolved',
      { conversationId: event.conversation_id },
      { key: `file-resolved:${event.conversation_id}` },
    );
}
export async function fileByItself(tx: Tx, conversationId: string): Promise<void> {
  const home = await tx.first<{ id: string }>(sql`
    select c.id from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${conversationId} and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and c.status in ('resolved', 'closed')
      and not exists (select 1 from conversation_problem f where f.workspace_id = ${tx.workspaceId} and f.conversation_id = c.id) for no key update of c`);
  const best = home ? (await suggest(tx, home.id))[0] : undefined;
  if (!best || best.confidence < SURE) return;
  // Merged into another this moment: it is left unfiled, and not lost where nobody looks.
  if (
    !(await tx.first(
      sql`select 1 from problem where workspace_id = ${tx.workspaceId} and id = ${best.id} and merged_into is null for share`,
    ))
  )
    return;
  const filed = await tx.run(sql`
    insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, confidence)
    values (${tx.workspaceId}, ${conversationId}, 0, 'problem', ${best.id}, ${best.confidence}) on conflict do nothing`);
  if (filed)
    await emit(tx, [{ name: 'problem.filed', actor: system, data: { about: conversationId, kind: 'problem' } }]);
}

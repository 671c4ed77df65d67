import type { Customer, FieldValue, Handle, MergePreview } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { type Actor, emit, system } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { fold } from './fold.ts';
import { refold } from './handles.ts';
import { customerJson } from './queries.ts';

/** What came over with a merge, so that it can leave again. */
type Undo = {
  handles: (Handle & { scope?: string })[];
  notes: string[];
  filled: Partial<Facts>;
  fields: Record<string, FieldValue>;
};
type Facts = { role: string; language: string; time_zone: string; company_id: string };
type Row = { [K in keyof Facts]: string | null } & {
  id: string;
  name: string;
  fields: Record<string, FieldValue>;
  merged_into: string | null;
  merge_undo: Undo | null;
};
const facts = ['role', 'language', 'time_zone', 'company_id'] as const;

/** Both locked, always in order of id: two people merging the same pair the other way round wait instead of blocking each other. */
async function lockBoth(tx: Tx, id: string, into: string): Promise<{ from: Row; to: Row }> {
  if (id === into) throw Invalid('A customer cannot be merged into themselves. Nothing was changed.');
  const rows = await tx.many<Row>(sql`
    select id, name, role, language, time_zone, company_id, fields, merged_into, merge_undo from customer
    where workspace_id = ${tx.workspaceId} and id = any (${[id, into]}::uuid[]) order by id for update`);
  const [from, to] = [rows.find((row) => row.id === id), rows.find((row) => row.id === into)];
  if (!from || !to) throw NotFound('One of these customers is not here. Nothing was changed.');
  return { from, to };
}
/**
 * What stood in the preview of an erasure is what goes. While one waits or runs, nobody becomes one with whom it is about, nor leaves them
 * again: the day in which it can be taken back is there for that.
 */
async function refuseErasing(tx: Tx, ids: string[]): Promise<void> {
  const found = await tx.first<{ name: string; state: 'waiting' | 'running' }>(sql`
    with recursive same as (select c.id, c.name from customer c where c.workspace_id = ${tx.workspaceId} and c.id = any (${ids}::uuid[])
      union select c.id, c.name from same s join customer c on c.workspace_id = ${tx.workspaceId} and c.merged_into = s.id)
    select s.name, e.state from same s join erasure e on e.workspace_id = ${tx.workspaceId} and e.customer_id = s.id and e.state in ('waiting', 'running') order by e.state limit 1`);
  if (!found) return;
  const { name, state } = found;
  throw Conflict(
    state === 'running'
      ? say('{name} is being erased this moment. Nothing was changed; look again when that is done.', { name })
      : say(
          '{name} waits to be erased, with everyone who was merged into them. Nothing was changed, and the erasure stands. Take it back first and try again; if it is still wanted, ask for it once more.',
          { name },
        ),
  );
}
/** What the one that stays does not know yet. */
function filledBy(from: Row, to: Row): Pick<Undo, 'filled' | 'fields'> {
  const filled: Partial<Facts> = {};
  for (const fact of facts) if (to[fact] === null && from[fact] !== null) filled[fact] = from[fact];
  const fields = Object.fromEntries(Object.entries(from.fields).filter(([key]) => !(key in to.fields)));
  return { filled, fields };
}

/**
 * Two that are one person become one: handles and notes go over, what only the duplicate's row knew is filled in, and where both know
 * something the one that stays keeps its own. Conversations follow by the event. The duplicate's row stays, for the way back.
 */
export async function mergeCustomers(tx: Tx, who: Who, id: string, into: string): Promise<void> {
  const { from, to } = await lockBoth(tx, id, into);
  if (from.merged_into)
    throw Conflict(
      say('{name} was merged before. Nothing was changed; open the one they became.', { name: from.name }),
    );
  if (to.merged_into)
    throw Conflict(say('{name} was merged into another. Nothing was changed; merge into that one.', { name: to.name }));
  await refuseErasing(tx, [id, into]);
  const { filled, fields } = filledBy(from, to);
  const handles = await tx.many<Handle & { scope: string }>(
    sql`update handle set customer_id = ${into} where workspace_id = ${tx.workspaceId} and customer_id = ${id} returning kind, value, scope`,
  );
  const notes = await tx.many<{ id: string }>(
    sql`update customer_note set customer_id = ${into} where workspace_id = ${tx.workspaceId} and customer_id = ${id} returning id`,
  );
  const undo: Undo = { handles, notes: notes.map((note) => note.id), filled, fields };
  await tx.run(sql`
    update customer set role = coalesce(role, ${filled.role ?? null}), language = coalesce(language, ${filled.language ?? null}), time_zone = coalesce(time_zone, ${filled.time_zone ?? null}),
      company_id = coalesce(company_id, ${filled.company_id ?? null}::uuid), fields = ${JSON.stringify(fields)}::jsonb || fields
    where workspace_id = ${tx.workspaceId} and id = ${into}`);
  await tx.run(
    sql`update customer set merged_into = ${into}, merge_undo = ${JSON.stringify(undo)}::jsonb where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await tx.run(sql`delete from search_name where workspace_id = ${tx.workspaceId} and customer_id = ${id}`);
  await refold(tx, into);
  await emit(tx, [{ name: 'customer.merged', actor: actorOf(who), data: { customerId: into, from: id, into } }]);
}

/** Takes a merge back: what came over leaves again, unless somebody changed it since. */
export async function unmergeCustomers(tx: Tx, who: Who, id: string): Promise<void> {
  const merged = await tx.first<{ merged_into: string | null }>(
    sql`select merged_into from customer where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!merged) throw NotFound('This customer is not here.');
  const into = merged.merged_into;
  if (!into) throw Conflict('This customer is not merged into another. Nothing was changed.');
  const { from, to } = await lockBoth(tx, id, into);
  if (from.merged_into !== into || !from.merge_undo)
    throw Conflict('This merge was taken back meanwhile. Nothing was changed.');
  if (to.merged_into)
    throw Conflict(
      say('{name} was itself merged since. Nothing was changed; take that merge back first.', { name: to.name }),
    );
  await refuseErasing(tx, [into]);
  await takeApart(tx, actorOf(who), from, to);
}

/** Whoever is to be erased is themselves again: each merge between them and the one they became is taken back, the latest first. */
export async function standAlone(tx: Tx, id: string): Promise<void> {
  const merges = await tx.many<{ id: string; into: string }>(sql`
    with recursive up as (select c.id, c.merged_into, 1 as n from customer c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}
      union all select c.id, c.merged_into, u.n + 1 from up u join customer c on c.workspace_id = ${tx.workspaceId} and c.id = u.merged_into)
    select id, merged_into as "into" from up where merged_into is not null order by n desc`);
  for (const merge of merges) {
    const { from, to } = await lockBoth(tx, merge.id, merge.into);
    if (from.merged_into === to.id) await takeApart(tx, system, from, to);
  }
}

async function takeApart(tx: Tx, actor: Actor, from: Row, to: Row): Promise<void> {
  const [id, into] = [from.id, to.id];
  const { handles, notes, filled, fields } = from.merge_undo ?? { handles: [], notes: [], filled: {}, fields: {} };
  await tx.run(sql`
    update handle h set customer_id = ${id} from jsonb_to_recordset(${JSON.stringify(handles)}::jsonb) as u (kind text, value text, scope text)
    where h.workspace_id = ${tx.workspaceId} and h.customer_id = ${into} and h.kind = u.kind and h.value = u.value and (u.scope is null or h.scope = u.scope)`);
  await tx.run(
    sql`update customer_note set customer_id = ${id} where workspace_id = ${tx.workspaceId} and customer_id = ${into} and id = any (${notes}::uuid[])`,
  );
  const same = (fact: keyof Facts): string | null =>
    filled[fact] !== undefined && to[fact] === filled[fact] ? null : to[fact];
  const left = Object.fromEntries(
    Object.entries(to.fields).filter(([key, value]) => !(key in fields && fields[key] === value)),
  );
  await tx.run(sql`
    update customer set role = ${same('role')}, language = ${same('language')}, time_zone = ${same('time_zone')}, company_id = ${same('company_id')}::uuid, fields = ${JSON.stringify(left)}::jsonb
    where workspace_id = ${tx.workspaceId} and id = ${into}`);
  await tx.run(
    sql`update customer set merged_into = null, merge_undo = null where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await refold(tx, id);
  await refold(tx, into);
  await emit(tx, [{ name: 'customer.unmerged', actor, data: { customerId: into, from: id, into } }]);
}

async function pair(tx: Tx, id: string, into: string): Promise<{ from: Customer; into: Customer }> {
  const rows = await tx.many<{ customer: Customer }>(
    sql`select ${customerJson} as customer from customer c where c.workspace_id = ${tx.workspaceId} and c.id = any (${[id, into]}::uuid[])`,
  );
  const found = (sought: string): Customer => {
    const row = rows.find((one) => one.customer.id === sought);
    if (!row) throw NotFound('One of these customers is not here.');
    return row.customer;
  };
  return { from: found(id), into: found(into) };
}

/** What `mergeCustomers` would make, without doing it. */
export async function previewMerge(tx: Tx, id: string, intoId: string): Promise<MergePreview> {
  if (id === intoId) throw Invalid('A customer cannot be merged into themselves.');
  const { from, into } = await pair(tx, id, intoId);
  await refuseErasing(tx, [id, intoId]);
  const { count } = (await tx.first<{ count: number }>(
    sql`select count(*)::int as count from customer_note where workspace_id = ${tx.workspaceId} and customer_id = ${id} and deleted_at is null`,
  )) as { count: number };
  const plain = ['role', 'language', 'timeZone'] as const;
  const differs: string[] = plain.filter((key) => from[key] !== null && into[key] !== null && from[key] !== into[key]);
  if (from.company && into.company && from.company.id !== into.company.id) differs.push('company');
  if (fold(from.name) !== fold(into.name)) differs.unshift('name');
  for (const key of Object.keys(from.fields))
    if (key in into.fields && from.fields[key] !== into.fields[key]) differs.push(`fields.${key}`);
  const after: Customer = {
    ...into,
    role: into.role ?? from.role,
    language: into.language ?? from.language,
    timeZone: into.timeZone ?? from.timeZone,
    company: into.company ?? from.company,
    fields: { ...from.fields, ...into.fields },
    handles: [...into.handles, ...from.handles],
    blocked: into.blocked || from.blocked,
  };
  return { from, into, after, differs, notes: count };
}

import type { Body, Named, Reply, Snippet, Step, Words } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { isRefused } from '../../base/errors.ts';
import type { Who } from '../../base/module.ts';
import { listOf, make } from './keep.ts';
import type { Row } from './rows.ts';

type Names = { id: string; name: string }[];
type Here = { people: Names; teams: Names };
async function here(tx: Tx): Promise<Here> {
  const [people, teams] = await Promise.all([
    tx.many<{ id: string; name: string }>(
      sql`select id, email as name from person where workspace_id = ${tx.workspaceId} and active`,
    ),
    tx.many<{ id: string; name: string }>(sql`select id, name from team where workspace_id = ${tx.workspaceId}`),
  ]);
  return { people, teams };
}
const nameOf = (names: Names, id: string): string => names.find((one) => one.id === id)?.name ?? '';
const idOf = (names: Names, name: string): string | undefined =>
  names.find((one) => one.name.toLowerCase() === name.toLowerCase())?.id;

/** Pictures stay where they are: elsewhere their ids lead nowhere. */
const bare = <W extends Words>(words: W): W => ({
  ...words,
  html: words.html?.replace(/<img\b[^>]*>/gi, '') ?? null,
});
const bareIn = (variants: Record<string, Words>): Record<string, Words> =>
  Object.fromEntries(Object.entries(variants).map(([tag, words]) => [tag, bare(words)]));

/** People by their address, teams by their name: ids mean nothing elsewhere. Files stay here. */
export async function exportAll(tx: Tx, who: Who): Promise<{ items: Named[] }> {
  const known = await here(tx);
  const [snippets, macros] = [await listOf(tx, who, 'snippet', false), await listOf(tx, who, 'macro', false)];
  return { items: [...snippets, ...macros].map((row) => named(row, known)) };
}
function named(row: Row, known: Here): Named {
  const { name, shortcut, folder } = row;
  const kind = row.steps ? 'macro' : 'snippet';
  const { text, html } = bare(row);
  const out: Named = { kind, name, shortcut, folder, text, html, variants: bareIn(row.variants) };
  for (const step of row.steps ?? []) {
    if (step.do === 'tag') {
      if (step.add?.length) out.tagsAdd = [...(out.tagsAdd ?? []), ...step.add];
      if (step.remove?.length) out.tagsRemove = [...(out.tagsRemove ?? []), ...step.remove];
    }
    if (step.do === 'assign') {
      if (step.assigneeId !== undefined)
        out.assignee =
          step.assigneeId === 'me' ? 'me' : step.assigneeId === null ? 'nobody' : nameOf(known.people, step.assigneeId);
      if (step.teamId) out.team = nameOf(known.teams, step.teamId);
    }
    if (step.do === 'priority') out.priority = step.priority;
    if (step.do === 'note') out.note = step.text;
    if (step.do === 'status') out.status = step.status;
    if (step.do === 'snooze') out.snooze = step.for;
  }
  return out;
}

/** One after the other; what is there already by its name is left as it is, and whom nobody knows is left out and said. */
export async function importAll(
  tx: Tx,
  who: Who,
  body: Body<'POST /snippets/import'>,
): Promise<Reply<'POST /snippets/import'>> {
  const known = await here(tx);
  const there = new Set(
    [...(await listOf(tx, who, 'snippet', false)), ...(await listOf(tx, who, 'macro', false))].map(
      (row) => `${row.steps ? 'macro' : 'snippet'} ${row.name.toLowerCase()}`,
    ),
  );
  const out = { made: 0, skipped: 0, notes: [] as string[] };
  for (const item of body.items) {
    const key = `${item.kind} ${item.name.toLowerCase()}`;
    if (there.has(key)) {
      out.skipped++;
      continue;
    }
    there.add(key);
    const { steps, unknown } = stepsOf(item, known);
    if (unknown.length > 0) out.notes.push(`${item.name}: ${unknown.join(', ')}`);
    await makeOne(tx, who, item, steps, body.for, out.notes);
    out.made++;
  }
  return { ...out, notes: out.notes.slice(0, 50) };
}

async function makeOne(
  tx: Tx,
  who: Who,
  item: Named,
  steps: Step[],
  whom: Snippet['for'],
  notes: string[],
): Promise<void> {
  const { name, shortcut, folder } = item;
  const { text, html } = bare(item);
  const given = { name, folder, text, html, variants: bareIn(item.variants), steps, for: whom };
  try {
    await make(tx, who, item.kind, { ...given, shortcut });
  } catch (error) {
    // Only the shortcut can be taken here, and it says so before anything is written.
    if (!isRefused(error) || error.refusal !== 'conflict' || !shortcut) throw error;
    notes.push(`${name}: /${shortcut}`);
    await make(tx, who, item.kind, given);
  }
}

function stepsOf(item: Named, known: Here): { steps: Step[]; unknown: string[] } {
  const steps: Step[] = [];
  const unknown: string[] = [];
  if (item.tagsAdd?.length || item.tagsRemove?.length)
    steps.push({ do: 'tag', add: item.tagsAdd ?? [], remove: item.tagsRemove ?? [] });
  const step: Extract<Step, { do: 'assign' }> = { do: 'assign' };
  if (item.assignee === 'me') step.assigneeId = 'me';
  else if (item.assignee === 'nobody') step.assigneeId = null;
  else if (item.assignee) {
    const person = idOf(known.people, item.assignee);
    if (person) step.assigneeId = person;
    else unknown.push(item.assignee);
  }
  if (item.team) {
    const team = idOf(known.teams, item.team);
    if (team) step.teamId = team;
    else unknown.push(item.team);
  }
  if (step.assigneeId !== undefined || step.teamId !== undefined) steps.push(step);
  if (item.priority) steps.push({ do: 'priority', priority: item.priority });
  if (item.note) steps.push({ do: 'note', text: item.note });
  if (item.status) steps.push({ do: 'status', status: item.status });
  if (item.snooze && /^[1-9]\d{0,2}[hdw]$/.test(item.snooze)) steps.push({ do: 'snooze', for: item.snooze });
  return { steps: item.kind === 'macro' ? steps : [], unknown };
}

import type { Body, Reply } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import type { Who } from '../base/module.ts';
import { makeSnippet, usableSnippet } from '../conversations/index.ts';
import { lock, told } from './clusters.ts';

type Best = { id: string; number: number; text: string; by: string | null; customer: string; agent: string };

/** A name where it stands as a word of its own; the whole name before its first word. */
function withNames(text: string, name: string, whole: string, first: string): string {
  const [given = ''] = name.split(/\s+/);
  const put = (said: string, sought: string, variable: string): string =>
    sought.length < 2
      ? said
      : said.replace(
          new RegExp(`(?<![\\p{L}\\p{M}])${sought.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{M}])`, 'gu'),
          variable,
        );
  return put(put(text, name, `{{${whole}}}`), given, `{{${first}}}`);
}

/**
 * What was answered best so far: the answer most like the others, for whoever writes one for all. Where it names its customer or its
 * writer, it names whoever it will be sent to and by.
 */
export async function bestAnswer(tx: Tx, id: string): Promise<Reply<'GET /clusters/:id/answer'>> {
  const home = await tx.first<{ name: string; best_answer: string | null }>(
    sql`select name, best_answer from cluster where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!home) throw NotFound('This is not found any more. Load the page again.');
  const best = await tx.first<Best>(sql`
    select c.id, c.number, m.text, m.author_id as by, case when c.customer_name = c.customer_address then '' else c.customer_name end as customer, case when p.id is null then '' else p.name end as agent
    from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id left join person p on p.workspace_id = m.workspace_id and p.id = m.author_id
    where m.workspace_id = ${tx.workspaceId} and m.id = ${home.best_answer} and c.folder = 'inbox'`);
  if (!best) return { name: home.name, best: null };
  const { number, by, customer, agent } = best;
  const forAll = withNames(best.text, customer, 'customer.name', 'customer.first_name');
  return { name: home.name, best: { number, by, text: withNames(forAll, agent, 'agent.name', 'agent.first_name') } };
}

async function link(tx: Tx, who: Who, id: string, snippetId: string | null): Promise<void> {
  await tx.run(sql`
    update cluster set snippet_id = ${snippetId}, linked_by = ${snippetId && who.id}, linked_at = case when ${snippetId}::uuid is not null then now() end
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await told(tx, who, id);
}

/** A saved answer for all who ask this, made and linked as one. */
export async function writeAnswer(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'POST /clusters/:id/answer'>,
): Promise<Reply<'POST /clusters/:id/answer'>> {
  await lock(tx, id);
  const snippetId = await makeSnippet(tx, who, body);
  await link(tx, who, id, snippetId);
  return { snippetId };
}

/** One that is there already; none takes the link away, and the answer stays. */
export async function linkAnswer(
  tx: Tx,
  who: Who,
  id: string,
  { snippetId }: Body<'PUT /clusters/:id/answer'>,
): Promise<void> {
  await lock(tx, id);
  if (snippetId) {
    const there = await tx.first(sql`
      select 1 from snippet s where s.workspace_id = ${tx.workspaceId} and s.id = ${snippetId} and s.steps is null and s.archived_at is null and ${usableSnippet(who)} for key share of s`);
    if (!there) throw NotFound('This snippet is not here (any more). Nothing was linked; choose another.');
  }
  await link(tx, who, id, snippetId);
}

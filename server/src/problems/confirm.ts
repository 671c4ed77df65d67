import type { Body, Reply } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Forbidden } from '../base/errors.ts';
import type { Who } from '../base/module.ts';
import { standsAgain } from './aside.ts';
import { draw } from './audit.ts';
import { lockProblem, problemById, tell } from './problems.ts';
import { learnLater } from './words.ts';

/**
 * Whoever changes what conversations are filed as holds them first, in order of id, and the problems after them: of two who take causes
 * away at once neither sees what the other leaves, and a conversation would be left without its first.
 */
export const holdFiled = (tx: Tx, which: Sql): Promise<unknown> =>
  tx.many(
    sql`select c.id from conversation c where c.workspace_id = ${tx.workspaceId} and c.id in (${which}) order by c.id for no key update`,
  );

/** Those whose first cause went get the next one as their first. */
export const moveUp = (tx: Tx, conversations: string[]): Promise<number> =>
  tx.run(sql`
    update conversation_problem f set place = 0 where f.workspace_id = ${tx.workspaceId} and f.conversation_id = any (${conversations}::uuid[])
      and f.place = (select min(o.place) from conversation_problem o where o.workspace_id = f.workspace_id and o.conversation_id = f.conversation_id) and f.place > 0`);

/**
 * One decision for many. The problem is locked, so of two people who decide at once the first does, and the second is told that nothing was
 * left. The conversations before it, as a second look does: else each of the two waited for what the other holds.
 */
export async function confirm(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'POST /problems/:id/confirm'>,
): Promise<Reply<'POST /problems/:id/confirm'>> {
  await holdFiled(tx, sql`select unnest(${body.conversationIds}::uuid[])`);
  const { owner_id: owner } = await lockProblem(tx, id);
  if (owner !== who.id && !who.may('problem.write'))
    throw Forbidden(
      'What belongs to a problem is decided by its owner, or by whoever may change problems. Nothing was changed.',
    );
  const { conversationIds: ids } = body;
  const decided = body.right
    ? await tx.run(
        sql`update conversation_problem set provisional = false, confirmed_by = ${who.id} where workspace_id = ${tx.workspaceId} and problem_id = ${id} and provisional and conversation_id = any (${ids}::uuid[])`,
      )
    : await tx.run(
        sql`delete from conversation_problem where workspace_id = ${tx.workspaceId} and problem_id = ${id} and provisional and conversation_id = any (${ids}::uuid[])`,
      );
  if (!body.right && decided) {
    await moveUp(tx, ids);
    await standsAgain(tx, ids);
  }
  if (decided) {
    if (body.right) await draw(tx, ids);
    await learnLater(tx, id);
    await tell(tx, who, id);
  }
  return { decided, problem: await problemById(tx, id) };
}

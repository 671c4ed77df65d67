import type { Body, Reply } from '@hearten/contract';
import { audit } from '../base/audit.ts';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, InvalidField, NotFound } from '../base/errors.ts';
import { emit, forgetNamed, system } from '../base/events.ts';
import { forgetAnswers } from '../base/idempotency.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { bringHome, eraseAmongOthers, eraseSome, eraseViews, heldOf, markErased } from '../conversations/index.ts';
import { eraseCustomers, everythingOf, type Known, standAlone } from '../customers/index.ts';
import { forgetMailed } from '../mailings/index.ts';
import { eraseNotifications } from '../notifications/index.ts';
import { forgetWords } from '../problems/index.ts';
import { forgetClusters } from '../topics/index.ts';
import { eraseDeliveries } from '../webhooks/index.ts';
import { dropErased } from './make-export.ts';

/** What a channel keeps of a person besides messages. */
export type EraseMore = (tx: Tx, addresses: string[]) => Promise<unknown>;
const GRACE = 24 * 3_600_000;
export const keyOf = (customerId: string): string => `erase-customer:${customerId}`;

async function theirs(tx: Tx, id: string): Promise<Known & { name: string }> {
  const row = await tx.first<{ name: string; merged: boolean }>(
    sql`select name, merged_into is not null as merged from customer where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  const known = row && (await everythingOf(tx, id));
  if (!row || !known) throw NotFound('This customer is not here.');
  if (row.merged) throw Conflict('This customer was merged into another. Nothing was changed; open that one.');
  return { ...known, name: calledBy(row.name, known) || id };
}
const calledBy = (name: string, { addresses, handles }: Known): string | undefined =>
  [name, ...addresses, ...handles.map((one) => one.value)].map((one) => one.trim()).find((one) => one !== '');

/** What would go. */
export async function previewErasure(tx: Tx, id: string): Promise<Reply<'GET /customers/:id/erasure'>> {
  const known = await theirs(tx, id);
  const [held, more] = await Promise.all([
    heldOf(tx, known.customerIds, known.addresses),
    tx.first<{ notes: number; due: { at: string; by: string } | null }>(sql`
      select (select count(*)::int from customer_note n where n.workspace_id = ${tx.workspaceId} and n.customer_id = any (${known.customerIds}::uuid[])) as notes,
        (select json_build_object('at', e.due_at, 'by', coalesce((select p.name from person p where p.workspace_id = e.workspace_id and p.id = e.by_id), '')) from erasure e
          where e.workspace_id = ${tx.workspaceId} and e.customer_id = ${id} and e.state in ('waiting', 'running')) as due`),
  ]);
  return {
    name: known.name,
    addresses: [...known.addresses, ...known.handles.map((one) => one.value)],
    ...held,
    notes: more?.notes ?? 0,
    due: more?.due ?? null,
  };
}

/** Asked for with the name typed once more. It begins after a day, in which it can be taken back, or at once. */
export async function askErasure(
  tx: Tx,
  who: Who,
  id: string,
  { confirm, now }: Body<'POST /customers/:id/erasure'>,
): Promise<Reply<'POST /customers/:id/erasure'>> {
  // Held against a merge of this moment: what it brought would go unseen.
  await tx.run(sql`select 1 from customer where workspace_id = ${tx.workspaceId} and id = ${id} for update`);
  const known = await theirs(tx, id);
  const typed = confirm.trim().toLowerCase();
  const answers = [known.name, ...known.addresses, ...known.handles.map((one) => one.value)];
  if (typed === '' || !answers.some((one) => one.trim().toLowerCase() === typed))
    throw InvalidField(
      'That is not the name of this customer. Nothing was erased; type it as it stands above.',
      'confirm',
    );
  const erasureId = newId();
  const made = await tx.first<{ id: string; dueAt: string }>(sql`
    insert into erasure (workspace_id, id, customer_id, by_id, due_at) values (${tx.workspaceId}, ${erasureId}, ${id}, ${who.id}, now() + make_interval(secs => ${now ? 0 : GRACE / 1000}))
    on conflict (workspace_id, customer_id) where state in ('waiting', 'running') do update set due_at = least(erasure.due_at, excluded.due_at) returning id, due_at as "dueAt"`);
  if (!made) throw Conflict('Someone else asked for it at the same moment. Nothing was changed.');
  await jobs.add(tx, 'erase-customer', { erasureId: made.id }, { at: made.dueAt, key: keyOf(id), tries: 20 });
  await audit(tx, { area: 'data', what: 'customer.erasing', about: ['customer', id], facts: { due: made.dueAt } });
  await emit(tx, [{ name: 'customer.erasing', actor: actorOf(who), data: { customerId: id } }]);
  return made;
}

export async function keepAfterAll(tx: Tx, who: Who, id: string): Promise<void> {
  const there = await tx.first(sql`select 1 from customer where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (!there) throw NotFound('This customer is not here.');
  const done = await tx.run(
    sql`update erasure set state = 'cancelled', finished_at = now() where workspace_id = ${tx.workspaceId} and customer_id = ${id} and state = 'waiting'`,
  );
  if (!done) throw Conflict('There is nothing to take back: it was not asked for, or has begun.');
  await jobs.cancel(tx, keyOf(id));
  await audit(tx, { area: 'data', what: 'customer.kept', about: ['customer', id] });
  await emit(tx, [{ name: 'customer.kept', actor: actorOf(who), data: { customerId: id } }]);
}

type Running = { customer_id: string; by_id: string | null; counts: { ids?: string[] }; first_at: string | null };
/**
 * Erases a customer, piece by piece, each in its own transaction; killed at any moment it goes on where it was. First the marks, so that
 * nothing of them comes in again, then their conversations, what they said in those of others, what else names them, and at last the
 * customer. A message that is leaving this moment holds it up until it has left.
 */
export async function eraseCustomer(
  hearten: Hearten,
  workspaceId: string,
  erasureId: string,
  more: EraseMore,
): Promise<void> {
  const { db } = hearten;
  const begun = await db.tx(workspaceId, async (tx) => {
    const row = await tx.first<Running>(sql`
      update erasure set state = 'running', begun_at = coalesce(begun_at, now()) where workspace_id = ${workspaceId} and id = ${erasureId} and state in ('waiting', 'running') and due_at <= now() + interval '1 minute'
      returning customer_id, by_id, counts, first_at`);
    if (!row) return undefined;
    await standAlone(tx, row.customer_id);
    const known = await everythingOf(tx, row.customer_id);
    if (!known) {
      // Gone already, with the one they became.
      await tx.run(
        sql`update erasure set state = 'done', finished_at = now() where workspace_id = ${workspaceId} and id = ${erasureId}`,
      );
      return undefined;
    }
    await markErased(tx, { addresses: known.addresses, at: row.first_at });
    await tx.run(
      sql`update erasure set customer_ids = ${known.customerIds}::uuid[] where workspace_id = ${workspaceId} and id = ${erasureId}`,
    );
    return { ...row, known };
  });
  if (!begun) return;
  const { known, customer_id: customerId, by_id: byId, first_at: firstAt } = begun;
  await bringHome(hearten, workspaceId, known.customerIds);
  // What has gone so far is kept with the erasure until its end: what names it is looked for then, also by a process that takes over.
  const ids = [...known.customerIds, ...(begun.counts.ids ?? [])];
  for (;;) {
    const some = await db.tx(workspaceId, async (tx) => {
      const gone = await eraseSome(tx, known.customerIds);
      await tx.run(sql`
        update erasure set counts = counts || jsonb_build_object('conversations', coalesce((counts->>'conversations')::int, 0) + ${gone.conversations.length}::int, 'messages', coalesce((counts->>'messages')::int, 0) + ${gone.messages}::int,
          'ids', coalesce(counts->'ids', '[]') || ${JSON.stringify(gone.conversations)}::jsonb)
        where workspace_id = ${workspaceId} and id = ${erasureId}`);
      return gone.conversations;
    });
    if (some.length === 0) break;
    ids.push(...some);
  }
  await db.tx(workspaceId, async (tx) => {
    ids.push(...(await eraseNotifications(tx, known.customerIds)));
    await eraseAmongOthers(tx, known.customerIds, known.addresses);
    await more(tx, known.addresses);
    ids.push(...(await eraseViews(tx, known.customerIds, known.addresses)));
    await eraseDeliveries(tx, known.customerIds, known.addresses);
    const words = [...ids, ...known.addresses];
    await forgetNamed(tx, words);
    await forgetAnswers(tx, words);
    await hearten.jobs.forget(
      tx,
      words.filter((word) => word !== customerId),
    );
  });
  await db.tx(workspaceId, async (tx) => {
    await dropErased(tx, hearten, known.customerIds);
    await eraseCustomers(tx, known);
    await forgetWords(tx);
    await forgetClusters(tx);
    await forgetMailed(tx);
    const done = await tx.first<{ counts: Record<string, number> }>(
      sql`update erasure set state = 'done', finished_at = now(), counts = counts - 'ids' where workspace_id = ${workspaceId} and id = ${erasureId} returning counts`,
    );
    await audit(tx, {
      area: 'data',
      what: 'customer.erased',
      about: ['customer', customerId],
      facts: { ...done?.counts, ...(firstAt ? { erasedFirst: firstAt } : {}) },
      by: byId ? { kind: 'person', id: byId } : { kind: 'system' },
    });
    await emit(tx, [{ name: 'customer.erased', actor: system, data: { customerId } }]);
  });
}

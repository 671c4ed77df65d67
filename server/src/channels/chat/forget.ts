import { audit } from '../../base/audit.ts';
import { NOWHERE, none, type Sql, sql, type Tx } from '../../base/db.ts';
import { InvalidField } from '../../base/errors.ts';
import { emit, system } from '../../base/events.ts';
import type { Hearten } from '../../base/module.ts';
import { given } from '../../base/named.ts';
import { dropVisitorFiles, markErased } from '../../conversations/index.ts';

const SILENT = '30 days'; // since somebody was here who never wrote
const PIECE = 500;

/** Visitors who never wrote, so belong to no customer: all that is known of them goes, with the files they gave. How many there were. */
async function forgetStrangers(tx: Tx, which: Sql, most: Sql = none): Promise<string[]> {
  const gone = await tx.many<{ id: string }>(sql`
    delete from visitor where workspace_id = ${tx.workspaceId} and customer_id is null and id in (select v.id from visitor v
      where v.workspace_id = ${tx.workspaceId} and v.customer_id is null and ${which} and not exists (select 1 from chat c where c.workspace_id = v.workspace_id and c.visitor_id = v.id) ${most} for update) returning id`);
  const ids = gone.map((one) => one.id);
  if (ids.length > 0) await dropVisitorFiles(tx, ids);
  return ids;
}

/** Whoever signs out and never wrote leaves nothing behind. Who was vouched for may be here in another browser. */
export const forgetLeaving = (tx: Tx, visitorId: string): Promise<string[]> =>
  forgetStrangers(tx, sql`v.id = ${visitorId} and v.user_id is null`);

/** Somebody is erased: those who only gave their address too; and who else claimed it claims it no more. */
export async function eraseVisitors(tx: Tx, theirs: string[]): Promise<void> {
  const addresses = given(theirs);
  await forgetStrangers(tx, sql`lower(v.email) = any (${addresses}::text[])`);
  await tx.run(
    sql`update visitor set email = '', name = '', claims = '{}' where workspace_id = ${tx.workspaceId} and lower(email) = any (${addresses}::text[])`,
  );
}

/**
 * Who never wrote is no customer, and asks to be forgotten all the same: by the address they gave, or the id their site vouched for. Tells
 * whose visits are over.
 */
export async function eraseStrangers(tx: Tx, said: string): Promise<string[]> {
  const address = said.trim().toLowerCase();
  const gone = address
    ? await forgetStrangers(tx, sql`(lower(v.email) = ${address} or v.user_id = ${said.trim()})`)
    : [];
  if (gone.length === 0)
    throw InvalidField(
      'No visitor who never wrote gave this address or has this id. Nothing was erased; whoever wrote is a customer, and is erased on their own page.',
      'who',
    );
  if (address.includes('@')) await markErased(tx, { addresses: [address] });
  await audit(tx, { area: 'data', what: 'visitor.erased', facts: { visitors: gone.length } });
  await emit(tx, [{ name: 'visitor.erased', actor: system }]);
  return gone;
}

/** Once an hour: who never wrote and was not here for a month, visits that are over, and links that open nothing any more. */
export async function forgetOld({ db }: Pick<Hearten, 'db'>): Promise<void> {
  for (const { id } of await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`)) {
    await db.tx(id, async (tx) => {
      await tx.run(sql`delete from visitor_session where workspace_id = ${id} and expires_at < now()`);
      await tx.run(sql`delete from chat_link where workspace_id = ${id} and expires_at < now()`);
    });
    const some = (): Promise<string[]> =>
      db.tx(id, (tx) =>
        forgetStrangers(tx, sql`v.seen_at < now() - ${SILENT}::interval`, sql`order by v.seen_at limit ${PIECE}`),
      );
    while ((await some()).length === PIECE);
  }
}

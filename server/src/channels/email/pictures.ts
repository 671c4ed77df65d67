import { sql, type Tx } from '../../base/db.ts';
import { Conflict, NotFound } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { actorOf, type Who } from '../../base/module.ts';
import { say } from '../../base/words.ts';
import { plainAddress } from '../../customers/index.ts';

type Sent = { address: string | null; verdict: string | null };
const senderOf = (tx: Tx, id: string): Promise<Sent | undefined> =>
  tx.first<Sent>(sql`
    select sender->>'address' as address, authentication->>'verdict' as verdict from message
    where workspace_id = ${tx.workspaceId} and id = ${id} and type = 'in'`);

/** Whoever only claims to be a sender must not learn that their mail was read. Of mail from before senders were checked nothing is known. */
const forged = (sent: Sent): boolean => sent.verdict !== 'verified' && sent.verdict !== null;

/** From now on pictures of this message's sender are loaded without asking; or no longer. For the whole team. */
export async function alwaysPictures(tx: Tx, who: Who, id: string, always: boolean): Promise<{ always: boolean }> {
  const sent = await senderOf(tx, id);
  if (!sent?.address) throw NotFound('This message is not here, or nobody sent it.');
  const address = plainAddress(sent.address);
  if (always && forged(sent))
    throw Conflict(
      say(
        'It is not proven that this mail is from {address}. Nothing was changed; load the pictures of this one mail, if you want to see them.',
        { address },
      ),
    );
  const changed = always
    ? await tx.run(sql`
        insert into picture_sender (workspace_id, address, person_id)
        values (${tx.workspaceId}, ${address}, ${who.kind === 'person' ? who.id : null}) on conflict do nothing`)
    : await tx.run(sql`delete from picture_sender where workspace_id = ${tx.workspaceId} and address = ${address}`);
  if (changed)
    await emit(tx, [
      { name: always ? 'pictures.allowed' : 'pictures.refused', actor: actorOf(who), data: { address } },
    ]);
  return { always };
}

/** Whether somebody said "always" for whoever sent this message, and it is really from there. */
export async function picturesWanted(tx: Tx, id: string): Promise<boolean> {
  const sent = await senderOf(tx, id);
  if (!sent?.address || forged(sent)) return false;
  const row = await tx.first(sql`
    select 1 from picture_sender where workspace_id = ${tx.workspaceId} and address = ${plainAddress(sent.address)}`);
  return row !== undefined;
}

import { sql } from '../../../base/db.ts';
import { Unavailable } from '../../../base/errors.ts';
import { hash } from '../../../base/seal.ts';
import type { Room } from '../room.ts';
import { refused, type Taken } from './provider.ts';

type Place = { workspaceId: string; inboxId: string };

/**
 * Each signed request counts once. Claimed before anything is done, marked done after it is safe; when it failed the claim is given
 * back, so that the provider's next try gets in. Null when it was taken before and that is in order. A claim whose process died is free again after two minutes.
 */
export async function once<T>(
  room: Room,
  place: Place,
  { mark, again }: Pick<Taken, 'mark' | 'again'>,
  work: () => Promise<T>,
): Promise<T | null> {
  if (mark === null) return work();
  const { workspaceId, inboxId } = place;
  const key = hash(mark);
  // Older than the longest window (73 hours), a request is too old by its own time; its mark may go.
  const [claim] = await room.db.tx(workspaceId, (tx) =>
    tx.many<{ mine: boolean; done: boolean }>(sql`
      with gone as (delete from provider_request where workspace_id = ${workspaceId} and inbox_id = ${inboxId} and at < now() - interval '4 days'),
      claimed as (insert into provider_request as r (workspace_id, inbox_id, mark) values (${workspaceId}, ${inboxId}, ${key})
        on conflict (workspace_id, inbox_id, mark) do update set at = now() where not r.done and r.at < now() - interval '2 minutes' returning 1)
      select exists (select 1 from claimed) as mine,
        exists (select 1 from provider_request where workspace_id = ${workspaceId} and inbox_id = ${inboxId} and mark = ${key} and done) as done`),
  );
  if (claim?.done && again === 'agreed') return null;
  if (claim?.done) throw refused();
  if (!claim?.mine)
    throw Unavailable(
      'This very request is being taken at this moment. Nothing was doubled; try again in a minute.',
      60,
    );
  try {
    const done = await work();
    await room.db.tx(workspaceId, (tx) =>
      tx.run(
        sql`update provider_request set done = true, at = now() where workspace_id = ${workspaceId} and inbox_id = ${inboxId} and mark = ${key}`,
      ),
    );
    return done;
  } catch (error) {
    await room.db.tx(workspaceId, (tx) =>
      tx.run(
        sql`delete from provider_request where workspace_id = ${workspaceId} and inbox_id = ${inboxId} and mark = ${key} and not done`,
      ),
    );
    throw error;
  }
}

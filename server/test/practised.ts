import { sql } from '../src/base/db.ts';
import { practiceInbox } from '../src/channels/email/inboxes.ts';
import { deskAddress } from '../src/channels/email/practice/sink.ts';
import type { Desk } from './desk.ts';

/** As if somebody had written these conversations to try Hearten, as their own customer. */
export const practised = (d: Desk, ...ids: string[]): Promise<void> =>
  d.tx(async (t) => {
    const inbox = await practiceInbox(t, d.people.owner, deskAddress(d.workspaceId), 'Practice');
    await t.run(
      sql`update conversation set inbox_id = ${inbox.id} where workspace_id = ${d.workspaceId} and id = any (${ids}::uuid[])`,
    );
  });

/** And as if they had come as all others do. */
export const unpractised = (d: Desk, ...ids: string[]): Promise<number> =>
  d.tx((t) =>
    t.run(
      sql`update conversation set inbox_id = ${d.inboxId} where workspace_id = ${d.workspaceId} and id = any (${ids}::uuid[])`,
    ),
  );

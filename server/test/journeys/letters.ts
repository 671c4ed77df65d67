import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { type Incoming, receive } from '../../src/conversations/index.ts';
import { incoming } from '../incoming.ts';
import type { Stage } from './browser.ts';

/** The one workspace of a stage. */
export async function workspaceOf({ running }: Stage): Promise<string> {
  const [workspace] = await running.hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace limit 1`);
  return workspace?.id ?? '';
}

/** An inbox that is connected to nothing: mails are handed in by `letters`. */
export async function bareInbox(s: Stage): Promise<string> {
  const inboxId = newId();
  await s.running.hearten.db.tx(await workspaceOf(s), (t) =>
    t.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${t.workspaceId}, ${inboxId}, id, 'email', 'Support', 'support@northwind.example', '{"imap":null,"smtp":null,"signature":"","undoSeconds":10,"quoteHistory":false,"acknowledge":false}' from brand where workspace_id = ${t.workspaceId}`),
  );
  return inboxId;
}

let count = 0;
/** Mails as the channel would hand them in. */
export async function letters(s: Stage, inboxId: string, ...given: Partial<Incoming>[]): Promise<void> {
  const mails = given.map((more) =>
    incoming(inboxId, ++count, { receivedAt: new Date().toISOString(), ...more }, 'letter'),
  );
  await s.running.hearten.db.tx(await workspaceOf(s), (t) => receive(t, mails));
}

import { type Sql, sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import type { Channel, InboxRow } from './channel.ts';

export type ChannelOf = (name: string) => Channel;

export const disconnected = (): Error =>
  NotFound(
    'The inbox this belongs to was disconnected. Your text is kept as your draft; connect the inbox again to answer.',
  );
export async function inboxById(tx: Tx, id: string): Promise<InboxRow> {
  const row = await tx.first<InboxRow>(
    sql`select workspace_id, id, brand_id, channel, name, address, enabled, settings, secrets from inbox where workspace_id = ${tx.workspaceId} and id = ${id} and deleted_at is null`,
  );
  if (!row) throw disconnected();
  return row;
}

export type WithOurs = InboxRow & { ours: string[] };
/** The inbox that a conversation is in, or the one chosen to write from in its place, and the addresses of all of them. */
export const inboxOf = (tx: Tx, conversationId: string, chosen: string | null = null): Promise<WithOurs | undefined> =>
  tx.first<WithOurs>(sql`
    select i.workspace_id, i.id, i.brand_id, i.channel, i.name, i.address, i.enabled, i.settings, i.secrets,
      (select array_agg(o.address) from inbox o where o.workspace_id = i.workspace_id and o.deleted_at is null) as ours
    from conversation c join inbox i on i.workspace_id = c.workspace_id and i.id = case when ${chosen}::uuid is null then c.inbox_id else ${chosen}::uuid end
    where c.workspace_id = ${tx.workspaceId} and c.id = ${conversationId} and i.deleted_at is null`);

/**
 * Whether somebody practises in the conversation `c`, as their own customer (server/src/channels/email/practice/): that is in no figure, and
 * nobody is asked about it. Asked of the few inboxes there are, so that what counts reads no more of a conversation than before.
 */
export const isPractice = (tx: Tx): Sql =>
  sql`c.inbox_id in (select p.id from inbox p where p.workspace_id = ${tx.workspaceId} and p.address ~* '@practice-[0-9a-f]{12}\\.invalid$')`;

const otherKind = (): Error =>
  Invalid(
    'The inbox you chose to send from cannot send this: it is gone, switched off, or of another kind. Nothing was sent; choose another under From.',
  );
/** Refuses to write from an inbox that cannot: one that is gone, switched off, or of another kind than the conversation's channel writes from. */
export function mayWriteFrom(inbox: InboxRow | undefined, { inboxes }: Channel): asserts inbox is WithOurs {
  if (!inbox?.enabled || inbox.channel !== inboxes) throw otherKind();
}
/** Refuses to write first by what names nobody: there, only who came can be answered. */
export function mayWriteFirst({ can }: Channel): void {
  if (!can.cc) throw otherKind();
}

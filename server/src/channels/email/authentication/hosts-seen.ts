import { sql, type Tx } from '../../../base/db.ts';
import { NotFound } from '../../../base/errors.ts';
import { domainOf } from '../address.ts';
import { readHeaders } from '../parse/index.ts';
import type { Room } from '../room.ts';
import { hostOf } from './host.ts';

const LOOK_AT = 20; // of the inbox's latest mails
const AMONG = 2_000; // of the workspace's
const HEAD = 4 * 1024 * 1024; // larger mails are passed over: they would be read whole for their first lines
const FEW = 3;

type Hosts = { of: number; items: { host: string; mails: number; likely: boolean }[] };

/**
 * Which hosts noted their checks on top of the latest mails. The inbox's own host does so on nearly all of them; a name that somebody
 * forged stands on theirs. `likely` is a proposal for a person, never more: at least three mails from two domains, four of five carry it.
 */
export async function hostsSeen(tx: Tx, room: Room, inboxId: string): Promise<Hosts> {
  const known = await tx.first(
    sql`select 1 from inbox where workspace_id = ${tx.workspaceId} and id = ${inboxId} and deleted_at is null`,
  );
  if (!known) throw NotFound('This inbox is not here; it may have been disconnected.');
  const rows = await tx.many<{ raw_hash: Buffer; sender: string }>(sql`
    select raw_hash, sender from (select inbox_id, raw_hash, sender, size, id from inbound_mail where workspace_id = ${tx.workspaceId} order by id desc limit ${AMONG}) latest
    where inbox_id = ${inboxId} and raw_hash is not null and size < ${HEAD} order by id desc limit ${LOOK_AT}`);
  const seen = new Map<string, { mails: number; domains: Set<string> }>();
  for (const row of rows) {
    const bytes = await room.files.get(tx, tx.workspaceId, row.raw_hash);
    const host = hostOf(readHeaders(bytes, 0, bytes.length).all('authentication-results'));
    if (!host) continue;
    const one = seen.get(host) ?? { mails: 0, domains: new Set<string>() };
    one.mails++;
    one.domains.add(domainOf(row.sender));
    seen.set(host, one);
  }
  const items = [...seen].map(([host, { mails, domains }]) => ({
    host,
    mails,
    likely: mails >= FEW && domains.size > 1 && mails >= rows.length * 0.8,
  }));
  return { of: rows.length, items: items.sort((a, b) => b.mails - a.mails).slice(0, 10) };
}

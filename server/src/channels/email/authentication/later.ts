import { sql, type Tx } from '../../../base/db.ts';
import { jobs } from '../../../base/jobs.ts';
import { type Incoming, mayBeForwarded, senderChecked, vouchLater } from '../../../conversations/index.ts';
import { forwardOf, type Raw } from '../incoming.ts';
import { read } from '../read.ts';
import type { Room } from '../room.ts';
import { checkerOf } from './check.ts';

/** DNS may be away for a while: asked again after so many seconds, and then no more. */
const AGAIN = [60, 600, 3600];

/** What was not known at once is looked up after the commit: no mail waits for DNS. One job for a whole batch. */
export async function checkLater(tx: Tx, incoming: readonly Incoming[]): Promise<void> {
  const open = incoming.filter((one) => one.authentication?.checking).map((one) => one.id);
  if (open.length > 0) await jobs.add(tx, 'check-senders', { messageIds: open, round: 0 });
}

type Row = {
  id: string;
  inbox_id: string;
  from: string;
  raw_hash: Buffer;
  size: number;
  source: Raw['source'];
  envelope: Raw['envelope'];
  received_at: string;
};

/** Looks up who sent these, tells it on each message, and comes again for those about whom nobody could be asked. */
export async function checkSenders(
  room: Room,
  workspaceId: string,
  messageIds: string[],
  round: number,
): Promise<void> {
  const rows = await room.db.read<Row>(
    workspaceId,
    sql`
    select m.id, m.inbox_id, m.sender->>'address' as "from", m.raw_hash, r.size, r.source, r.envelope, r.received_at
    from message m join inbound_mail r on r.workspace_id = m.workspace_id and r.id = m.id
    where m.workspace_id = ${workspaceId} and m.id = any (${messageIds}::uuid[]) and m.raw_hash is not null and m.authentication->>'verdict' = 'unknown'`,
  );
  const check = checkerOf(room);
  const unknown: string[] = [];
  for (const row of rows) {
    const bytes = await room.files.get(room.db, workspaceId, row.raw_hash);
    const raw: Raw = {
      id: row.id,
      inboxId: row.inbox_id,
      source: row.source,
      bytes,
      size: row.size,
      receivedAt: row.received_at,
      historic: false,
      folder: '',
      uidvalidity: null,
      uid: null,
      envelope: row.envelope,
      stub: null,
    };
    const verdict = await check.asking(workspaceId, raw, row.from);
    if (verdict.verdict === 'unknown') unknown.push(row.id);
    const again = await room.db.tx(workspaceId, async (tx) => {
      await senderChecked(tx, row.id, verdict);
      return verdict.verdict === 'verified' && (await mayBeForwarded(tx, row.id));
    });
    if (!again) continue;
    const [one] = await read([bytes]);
    const original = one && 'mail' in one ? forwardOf(one.mail) : null;
    if (original) await room.db.tx(workspaceId, (tx) => vouchLater(tx, row.id, original));
  }
  const wait = AGAIN[round];
  if (unknown.length > 0 && wait !== undefined)
    await room.db.tx(workspaceId, (tx) =>
      jobs.add(
        tx,
        'check-senders',
        { messageIds: unknown, round: round + 1 },
        { at: new Date(Date.now() + wait * 1000) },
      ),
    );
}

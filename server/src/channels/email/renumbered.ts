import { hash } from '../../base/seal.ts';
import type { Box } from './bodies.ts';
import type { Raw } from './incoming.ts';
import { knownBytes, type Mailbox } from './mailbox.ts';
import { type Kept, keepMails } from './mails.ts';
import type { Room } from './room.ts';

/** After the server numbered anew: what is here already, by its bytes, gets its new number and nothing else happens. */
export async function withoutFormer(room: Room, box: Box, mailbox: Mailbox, fetched: Raw[]): Promise<Raw[]> {
  const asked = fetched.filter((raw) => (raw.uid ?? 0) < mailbox.renumbered_below);
  if (asked.length === 0) return fetched;
  const hashes = asked.map((raw) => hash(raw.bytes));
  const passed = await room.db.tx(box.workspaceId, async (tx) => {
    const known = await knownBytes(tx, box.inboxId, hashes);
    const kept = asked.flatMap((raw, i): Kept[] => {
      const bytes = hashes[i] as Buffer;
      const before = known.get(bytes.toString('hex'));
      const about = { raw, state: 'ignored' as const, from: '', subject: '', messageId: before ?? null };
      if (before !== undefined)
        return [{ ...about, hash: bytes, reason: 'The mail server numbered its mail anew; this one was here before.' }];
      const old = raw.receivedAt < mailbox.connected_at;
      const wanted =
        box.place.all || (box.place.since !== null && raw.receivedAt >= new Date(box.place.since).toISOString());
      raw.historic = old;
      return old && !wanted
        ? [{ ...about, hash: null, reason: 'It was in the mailbox before the inbox was connected.' }]
        : [];
    });
    if (kept.length > 0) await keepMails(tx, kept);
    return new Set(kept.map((one) => one.raw.id));
  });
  return fetched.filter((raw) => !passed.has(raw.id));
}

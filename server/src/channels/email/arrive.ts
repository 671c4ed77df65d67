import { setTimeout as sleep } from 'node:timers/promises';
import type { Reason } from '@hearten/contract';
import { isMeeting, type Tx } from '../../base/db.ts';
import { isRefusedAs, textOf } from '../../base/errors.ts';
import { emit, system } from '../../base/events.ts';
import type { Stored } from '../../base/files.ts';
import { count } from '../../base/metrics.ts';
import type { Incoming } from '../../conversations/index.ts';
import { checkerOf } from './authentication/check.ts';
import { checkLater } from './authentication/later.ts';
import { forgetAgain } from './forget.ts';
import { type Raw, toIncoming, unplaceable } from './incoming.ts';
import { because, isKnown, type Kept, Known, keepMails, noteDoubles, settle } from './mails.ts';
import { type Ours, place as placeAll } from './placed.ts';
import { read } from './read.ts';
import type { Room } from './room.ts';

export type Fate = { state: 'processed' | 'quarantined' | 'ignored'; reason: string; why?: Reason | null };
type Mail = {
  raw: Raw;
  stored: Stored;
  incoming: Incoming | null;
  reason: string;
  why?: Reason;
  from: string;
  subject: string;
};
/** More in the same transaction, for exactly the mails it holds: where the mailbox stands. */
export type Also = (tx: Tx, raws: Raw[]) => Promise<unknown>;
type About = { also: Also | undefined; ours: Ours | undefined };

/**
 * The one way in, whatever brought the mails. Their bytes are durable first; then a row each with its outcome, and their messages, in one
 * transaction. When this returns, all are safe and whoever brought them may let go. A batch that fails is halved until the one mail
 * that spoils it stands alone; that one is quarantined, where people see it. Throws only when nothing can be stored at all.
 */
export async function arrive(
  room: Room,
  workspaceId: string,
  raws: Raw[],
  also?: Also,
  ours?: Ours,
): Promise<Map<string, Fate>> {
  const fates = new Map<string, Fate>();
  if (raws.length === 0) return fates;
  const bytes = raws.map((raw) => raw.bytes);
  const [stored, reads, verdictOn] = await Promise.all([
    room.files.put(bytes),
    read(bytes),
    checkerOf(room).atOnce(workspaceId, raws),
  ]);
  const mails = raws.map((raw, i): Mail => {
    const kept = stored[i] as Stored;
    const one = reads[i];
    if (!one || !('mail' in one))
      return {
        raw,
        stored: kept,
        incoming: null,
        ...because(one?.unreadable ?? { code: 'unreadable' }),
        from: raw.envelope.from ?? '',
        subject: '',
      };
    const { mail } = one;
    // Where bounces should go, as the last server noted it; `<>` means nowhere, and nothing answers that by itself.
    const returnPath = mail.headers['return-path']?.[0];
    if (raw.envelope.from === undefined && returnPath !== undefined)
      raw.envelope.from = returnPath.replace(/[<>\s]/g, '').slice(0, 320);
    const about = { raw, stored: kept, from: mail.from?.address ?? raw.envelope.from ?? '', subject: mail.subject };
    const trouble = unplaceable(mail);
    if (trouble) return { ...about, incoming: null, ...because(trouble) };
    return {
      ...about,
      incoming: toIncoming(room.seal, workspaceId, raw, mail, kept.hash, verdictOn),
      reason: raw.stub ?? '',
    };
  });
  await place(room, workspaceId, mails, { also, ours }, fates);
  for (const fate of fates.values()) count('hearten_mail_in_total', 'Mails that arrived', { outcome: fate.state });
  return fates;
}

async function place(
  room: Room,
  workspaceId: string,
  given: Mail[],
  about: About,
  fates: Map<string, Fate>,
): Promise<void> {
  let mails = given;
  for (let attempt = 1; mails.length > 0; attempt++) {
    try {
      const written = await room.db.tx(workspaceId, (tx) => write(tx, room, mails, about));
      for (const [id, fate] of written) fates.set(id, fate);
      return;
    } catch (error) {
      if (isKnown(error)) {
        // Another process brought some of them in the meantime: those are safe already.
        for (const { raw } of mails)
          if (!error.fresh.has(raw.id)) fates.set(raw.id, { state: 'ignored', reason: 'It is here already.' });
        mails = mails.filter(({ raw }) => error.fresh.has(raw.id));
        continue;
      }
      if (isRefusedAs(error, 'unavailable')) throw error;
      if (isMeeting(error) && attempt < 5) {
        await sleep(attempt * 15);
        continue;
      }
      if (mails.length > 1) {
        const half = Math.ceil(mails.length / 2);
        await place(room, workspaceId, mails.slice(0, half), about, fates);
        await place(room, workspaceId, mails.slice(half), about, fates);
        return;
      }
      const one = mails[0] as Mail;
      if (one.incoming === null) throw error;
      room.log.error('A mail could not be made into a message; it is in quarantine', { error, mailId: one.raw.id });
      mails = [{ ...one, incoming: null, ...because({ code: 'no-message', values: { error: textOf(error) } }) }];
    }
  }
}

async function write(tx: Tx, room: Room, mails: Mail[], { also, ours }: About): Promise<[string, Fate][]> {
  const rows = mails.map(
    ({ raw, stored, incoming, reason, why, from, subject }): Kept => ({
      raw,
      hash: stored.hash,
      state: incoming ? 'processed' : 'quarantined',
      reason,
      why: why ?? null,
      from,
      subject,
      messageId: incoming ? raw.id : null,
    }),
  );
  const readable = mails.filter((mail): mail is Mail & { incoming: Incoming } => mail.incoming !== null);
  // All leave in one packet. Everything is awaited even when one fails: a statement must never run on after the rollback.
  const [fresh, received] = await settle([
    keepMails(tx, rows),
    readable.length > 0
      ? placeAll(
          tx,
          readable.map((mail) => mail.incoming),
          ours,
        )
      : Promise.resolve([]),
    room.files.keep(
      tx,
      mails.map((mail) => mail.stored),
    ),
    also?.(
      tx,
      mails.map((mail) => mail.raw),
    ) ?? Promise.resolve(),
  ]);
  if (fresh.size < mails.length) throw Known(fresh);
  const lost = rows.filter((row) => row.state === 'quarantined');
  if (lost.length > 0)
    await emit(
      tx,
      lost.map((row) => ({
        name: 'quarantine.added',
        actor: system,
        data: { mailId: row.raw.id, inboxId: row.raw.inboxId, reason: row.reason },
      })),
    );
  await checkLater(
    tx,
    readable.map((mail) => mail.incoming),
  );
  const others = received.filter((one) => one.outcome === 'duplicate' || one.outcome === 'bounce');
  if (others.length > 0) await noteDoubles(tx, others);
  const gone = new Set(received.flatMap((one) => (one.gone ? [one.id] : [])));
  if (gone.size > 0)
    await forgetAgain(
      tx,
      room.files,
      mails.flatMap(({ raw, stored, incoming }) =>
        gone.has(raw.id) && incoming ? [{ id: raw.id, hash: stored.hash, incoming }] : [],
      ),
    );
  return rows.map((row) => [
    row.raw.id,
    { state: row.messageId ? 'processed' : 'quarantined', reason: row.reason, why: row.why ?? null },
  ]);
}

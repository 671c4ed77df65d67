import type { Tx } from '../base/db.ts';
import { emit, type Happening } from '../base/events.ts';
import { blockedAmong, markAway, plainAddress, type Recognised, recognise } from '../customers/index.ts';
import { bounced } from './bounce.ts';
import type { Incoming, Received } from './channel.ts';
import { type Found, find } from './thread.ts';
import { append, type Entry, open, writeMessages } from './write.ts';

/**
 * Messages of any channel become rows, up to 50 at once (one is a list of one), all in the caller's transaction.
 * Known already → duplicate. A bounce goes to its message. An answer goes to its conversation, if its sender takes part in it;
 * everything else opens one. Two mails of one batch may belong together; order is kept.
 */
export async function receive(tx: Tx, incoming: Incoming[]): Promise<Received[]> {
  const [found, people, blocked] = await Promise.all([
    find(tx, incoming),
    recognise(
      tx,
      incoming.filter((i) => i.kind !== 'bounce' && i.kind !== 'complaint').map((i) => i.from),
    ),
    blockedAmong(
      tx,
      incoming.map((i) => i.from.address),
    ),
  ]);
  const out: Received[] = [];
  const entries: Entry[] = [];
  const happenings: Happening[] = [];
  const here = new Map<string, Entry>(); // by external id: what this batch itself has opened
  const seen = new Set(found.duplicates);

  for (const one of incoming) {
    const twin = `${one.inboxId}:${one.dedupe.toString('hex')}`;
    if (seen.has(twin)) {
      out.push({ id: one.id, conversationId: null, outcome: 'duplicate' });
      continue;
    }
    seen.add(twin);
    if (one.kind === 'bounce' || one.kind === 'complaint') {
      const home = await bounced(tx, one);
      if (home) {
        out.push({ id: one.id, conversationId: home, outcome: 'bounce' });
        continue;
      }
      // Not about a message of ours: a person reads it, like any other mail.
      for (const [address, who] of await recognise(tx, [one.from])) people.set(address, who);
    }
    const sender = people.get(plainAddress(one.from.address)) as Recognised;
    const entry = place(one, sender, found, here, blocked.has(plainAddress(one.from.address)));
    entries.push(entry);
    if (one.externalId) here.set(one.externalId, entry);
    out.push({ id: one.id, conversationId: entry.conversationId, outcome: entry.opens ? 'created' : 'appended' });
    if (one.kind === 'auto_reply' && one.awayUntil) await markAway(tx, sender.customerId, one.awayUntil);
    happenings.push({
      name: 'message.received',
      actor: { kind: 'customer', id: sender.customerId },
      conversationId: entry.conversationId,
      messageId: one.id,
      data: {
        opened: entry.opens,
        reopened: entry.reopens,
        kind: one.kind,
        automatic: one.automatic,
        historic: one.historic,
        folder: entry.folder,
        inboxId: one.inboxId,
      },
    });
  }
  // One packet: the statements follow each other without waiting; the counter row is held only from here to the commit.
  const opening = entries.filter((e) => e.opens);
  await Promise.all([
    open(tx, opening),
    writeMessages(tx, entries),
    append(
      tx,
      entries.filter((e) => !e.opens),
    ),
    emit(tx, happenings),
  ]);
  return out;
}

/** Decides where one message belongs. */
function place(one: Incoming, sender: Recognised, found: Found, here: Map<string, Entry>, blocked: boolean): Entry {
  const spam = one.spam || blocked;
  const quietly = one.automatic || one.kind === 'auto_reply' || one.thanks;
  for (const reference of [one.inReplyTo, ...[...one.references].reverse()]) {
    const near = reference ? here.get(reference) : undefined;
    if (near && near.customer.customerId === sender.customerId && near.incoming.inboxId === one.inboxId)
      return {
        incoming: one,
        customer: sender,
        conversationId: near.conversationId,
        opens: false,
        reopens: false,
        quietly,
        folder: near.folder,
        follows: null,
      };
  }
  const home = found.homeOf(one, sender);
  if (home && home.status !== 'closed')
    return {
      incoming: one,
      customer: sender,
      conversationId: home.id,
      opens: false,
      reopens: !quietly && home.status !== 'open',
      quietly,
      folder: home.folder,
      follows: null,
    };
  return {
    incoming: one,
    customer: sender,
    conversationId: one.id,
    opens: true,
    reopens: false,
    quietly,
    folder: spam ? 'spam' : 'inbox',
    follows: home?.id ?? null,
  };
}

import type { Status } from '@hearten/contract';
import type { Tx } from '../base/db.ts';
import { emit, type Happening } from '../base/events.ts';
import { markAway, plainAddress, type Recognised, recognise } from '../customers/index.ts';
import { bounced } from './bounce.ts';
import type { Incoming, Received } from './channel.ts';
import { standing, writtenTo } from './spam/filter.ts';
import { isForged, isSpam, judge, spare, type Verdict } from './spam/judge.ts';
import { type Found, find } from './thread.ts';
import { append, type Entry, open, writeMessages } from './write.ts';

/** What a batch knows: the conversations that were there, what it itself has placed (by external id), and when each last heard something. */
type Known = { found: Found; here: Map<string, Entry>; last: Map<string, number> };

/**
 * Messages of any channel become rows, up to 50 at once (one is a list of one), all in the caller's transaction.
 * Known already → duplicate. A bounce goes to its message. An answer goes to its conversation, if its sender takes part in it;
 * everything else opens one. Two mails of one batch may belong together; order is kept.
 */
export async function receive(tx: Tx, incoming: Incoming[]): Promise<Received[]> {
  const [found, people, by] = await Promise.all([
    find(tx, incoming),
    recognise(
      tx,
      incoming.filter((i) => i.kind !== 'bounce' && i.kind !== 'complaint').map((i) => i.from),
    ),
    standing(
      tx,
      incoming.map((i) => i.from.address),
    ),
  ]);
  const out: Received[] = [];
  const entries: Entry[] = [];
  const happenings: Happening[] = [];
  const known: Known = { found, here: new Map(), last: new Map() };
  const seen = new Set(found.duplicates);
  const verdicts = incoming.map((one) => judge(one, by));
  const friends = await friendsAmong(tx, incoming, verdicts, people);

  for (const [i, one] of incoming.entries()) {
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
    const entry = place(one, sender, known, verdicts[i] as Verdict, friends.has(sender.customerId));
    entries.push(entry);
    if (one.externalId) known.here.set(one.externalId, entry);
    out.push({ id: one.id, conversationId: entry.conversationId, outcome: entry.opens ? 'created' : 'appended' });
    if (one.kind === 'auto_reply' && one.awayUntil && !isSpam(entry.spam))
      await markAway(tx, sender.customerId, one.awayUntil);
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
        spam: isSpam(entry.spam),
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

/** Whose mail looks like spam though a person here wrote to them. Nobody else is asked about: mail that looks well costs no statement. */
async function friendsAmong(
  tx: Tx,
  incoming: Incoming[],
  verdicts: Verdict[],
  people: Map<string, Recognised>,
): Promise<Set<string>> {
  const hidden = incoming.filter((one, i) => isSpam(verdicts[i] as Verdict) && !isForged(one));
  const customers = new Set(hidden.flatMap((one) => people.get(plainAddress(one.from.address))?.customerId ?? []));
  return customers.size ? writtenTo(tx, [...customers]) : new Set();
}

/**
 * Decides where one message belongs, and when it came. Mail that is new to us comes after all that is there, even if its server had it
 * earlier: what was answered or read before it was here must not hide it. History keeps its own time and wakes nobody.
 */
function place(one: Incoming, sender: Recognised, known: Known, verdict: Verdict, isFriend: boolean): Entry {
  const quietly = one.automatic || one.kind === 'auto_reply' || one.thanks;
  const here = (home: { id: string; status: Status; folder: Entry['folder']; last: number }): Entry => {
    const spam = spare(one, verdict, 'They take part in this conversation');
    const silent = quietly || isSpam(spam) || home.folder === 'spam';
    const received = Date.parse(one.receivedAt);
    const at = one.historic ? received : Math.max(received, home.last + 1);
    const newest = at > home.last;
    known.last.set(home.id, Math.max(at, home.last));
    return {
      incoming: one,
      customer: sender,
      conversationId: home.id,
      opens: false,
      reopens: newest && !silent && home.status !== 'open',
      quietly: silent || !newest,
      folder: home.folder,
      follows: null,
      spam,
      at: new Date(at).toISOString(),
    };
  };
  for (const reference of [one.inReplyTo, ...[...one.references].reverse()]) {
    const near = reference ? known.here.get(reference) : undefined;
    if (near && near.customer.customerId === sender.customerId && near.incoming.inboxId === one.inboxId) {
      const last = known.last.get(near.conversationId) ?? Date.parse(near.at);
      return here({ id: near.conversationId, status: 'open', folder: near.folder, last });
    }
  }
  const home = known.found.homeOf(one, sender);
  // What is closed is followed up; what was thrown away stays there, and the customer is heard anew.
  if (home && home.status !== 'closed' && home.folder !== 'trash')
    return here({ ...home, last: known.last.get(home.id) ?? Date.parse(home.last_at) });
  const spam = isFriend || home ? spare(one, verdict, 'You have written to this sender before') : verdict;
  return {
    incoming: one,
    customer: sender,
    conversationId: one.id,
    opens: true,
    reopens: false,
    quietly,
    folder: isSpam(spam) ? 'spam' : 'inbox',
    follows: home?.id ?? null,
    spam,
    at: one.receivedAt,
  };
}

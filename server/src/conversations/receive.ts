import type { Tx } from '../base/db.ts';
import { emit, type Happening } from '../base/events.ts';
import { markAway, plainAddress, type Recognised, recognise } from '../customers/index.ts';
import { askingAmong } from './asking.ts';
import { bounced } from './bounce.ts';
import type { Incoming, Received } from './channel.ts';
import { type Ours, whoWeAre } from './claims.ts';
import { inOrder, knowing, place } from './place.ts';
import { standing, writtenTo } from './spam/filter.ts';
import { isForged, isSpam, judge, type Verdict } from './spam/judge.ts';
import { find, isReport } from './thread.ts';
import { seemsForwarded, vouched } from './vouched.ts';
import { append, type Entry, open, writeMessages } from './write.ts';

const NOBODY: Ours = { people: [], inboxes: [] };

/**
 * Messages of any channel become rows, up to 50 at once (one is a list of one), all in the caller's transaction.
 * Known already → duplicate. A bounce goes to its message. An answer goes to its conversation, if its sender takes part in it;
 * everything else opens one. Two mails of one batch may belong together, in whichever order they stand. `also` writes what belongs to a
 * message that was placed, in the same packet; with it leaves the commit, when nothing comes after it in this transaction (`last`).
 */
export async function receive(
  tx: Tx,
  given: Incoming[],
  also: (entry: Entry) => Promise<void> = async () => undefined,
  last: 'last' | null = null,
): Promise<Received[]> {
  // Nothing is waited for when nothing is forwarded: the first statements leave in one packet with the transaction's beginning.
  const incoming = given.some(seemsForwarded) ? await vouched(tx, given) : given;
  const [found, people, by, ours] = await Promise.all([
    find(tx, incoming),
    recognise(
      tx,
      incoming.filter((i) => !isReport(i) && !i.customer).map((i) => i.from),
    ),
    standing(
      tx,
      incoming.map((i) => i.from.address),
    ),
    // Asked of senders who claim to be somebody; a chat knows its visitor.
    incoming.some((i) => i.authentication) ? whoWeAre(tx) : NOBODY,
  ]);
  const out = new Map<string, Received>();
  const entries: Entry[] = [];
  const happenings: Happening[] = [];
  const noted = new Set<string>();
  const verdicts = incoming.map((one) => judge(one, by));
  const friends = await friendsAmong(tx, incoming, verdicts, people);
  const senderOf = (one: Incoming): Recognised =>
    one.customer ?? (people.get(plainAddress(one.from.address)) as Recognised);
  const thanked = incoming.flatMap((one) => (one.thanks ? (found.homeOf(one, senderOf(one)).home?.id ?? []) : []));
  const asking = await askingAmong(tx, thanked);
  const known = knowing(
    found,
    new Map(incoming.map((one, i) => [one.id, verdicts[i] as Verdict])),
    friends,
    asking,
    incoming,
  );

  for (const one of inOrder(incoming)) {
    if (isReport(one)) {
      const key = `${one.inboxId}:${one.dedupe.toString('hex')}`;
      const before = found.twinsOf(one).find((twin) => twin.same && twin.inbox_id === one.inboxId);
      if (before || noted.has(key)) {
        out.set(one.id, { id: one.id, conversationId: null, outcome: 'duplicate', of: before?.id ?? null });
        continue;
      }
      noted.add(key);
      const home = await bounced(tx, one);
      if (home) {
        out.set(one.id, { id: one.id, conversationId: home, outcome: 'bounce' });
        continue;
      }
      // Not about a message of ours: a person reads it, like any other mail.
      for (const [address, who] of await recognise(tx, [one.from])) people.set(address, who);
    }
    const sender = senderOf(one);
    const placed = place(one, sender, known);
    if ('duplicateOf' in placed) {
      const gone = placed.duplicateOf === null;
      out.set(one.id, {
        id: one.id,
        conversationId: null,
        outcome: 'duplicate',
        of: placed.duplicateOf,
        ...(gone ? { gone } : {}),
      });
      continue;
    }
    const { entry } = placed;
    entries.push(entry);
    out.set(one.id, {
      id: one.id,
      conversationId: entry.conversationId,
      outcome: entry.opens ? 'created' : 'appended',
    });
    if (one.kind === 'auto_reply' && one.awayUntil && !isSpam(entry.spam))
      await markAway(tx, sender.customerId, one.awayUntil);
    happenings.push(...toldOf(entry));
  }
  // One packet: the statements follow each other without waiting; the counter row is held only from here to the commit.
  const opening = entries.filter((e) => e.opens);
  const write = (): Promise<unknown> =>
    Promise.all([
      open(tx, opening),
      writeMessages(tx, entries, ours),
      append(
        tx,
        entries.filter((e) => !e.opens),
      ),
      emit(tx, happenings),
      ...entries.map(also),
    ]);
  await (last && entries.length > 0 ? tx.lastly(write) : write());
  return incoming.map((one) => out.get(one.id) as Received);
}

/** Whose mail looks like spam though a person here wrote to them. Nobody else is asked about: mail that looks well costs no statement. */
async function friendsAmong(
  tx: Tx,
  incoming: Incoming[],
  verdicts: Verdict[],
  people: Map<string, Recognised>,
): Promise<Set<string>> {
  const hidden = incoming.filter((one, i) => isSpam(verdicts[i] as Verdict) && !isForged(one) && !one.typed);
  const customers = new Set(hidden.flatMap((one) => people.get(plainAddress(one.from.address))?.customerId ?? []));
  return customers.size ? writtenTo(tx, [...customers]) : new Set();
}

/** What is told of one message; and, where it has to do with another conversation, in both. */
function toldOf(entry: Entry): Happening[] {
  const { incoming: one } = entry;
  const actor = { kind: 'customer' as const, id: entry.customer.customerId };
  const received: Happening = {
    name: 'message.received',
    actor,
    conversationId: entry.conversationId,
    messageId: one.id,
    data: {
      opened: entry.opens,
      reopened: entry.reopens,
      kind: one.forwardedBy ? 'forward' : one.kind,
      automatic: one.automatic,
      historic: one.historic,
      folder: entry.folder,
      spam: isSpam(entry.spam),
      inboxId: one.inboxId,
      ...(entry.planned ? { planned: true } : {}),
      ...(entry.beside ? { beside: entry.beside, wakes: !entry.quietly } : {}),
      ...(entry.proved.length > 0 ? { proved: entry.proved } : {}),
    },
  };
  const otherId = entry.follows ?? entry.link?.otherId;
  if (!otherId) return [received];
  const why = entry.follows ? 'follows' : entry.link?.why;
  const linked = (conversationId: string, other: string, way: string | undefined): Happening => ({
    name: 'conversation.linked',
    actor,
    conversationId,
    data: { otherId: other, why: way },
  });
  return [
    received,
    linked(entry.conversationId, otherId, why),
    linked(otherId, entry.conversationId, why === 'follows' ? 'followed' : why),
  ];
}

import { createHash } from 'node:crypto';
import { dedupeOf } from '../../server/src/channels/email/incoming.ts';
import { parse } from '../../server/src/channels/email/parse/index.ts';
import { inOrder, knowing, place } from '../../server/src/conversations/place.ts';

/**
 * Which of these mails stand together, as an outside scorer asks it: the rules of the desk on a batch that finds nothing there.
 * The scorer's mails have no senders, so all are taken as one person's; a subject alone joins nothing here either.
 */
export async function thread(messages) {
  const sender = { customerId: 'one', name: '', address: 'one@bench.example' };
  const nothing = {
    twinsOf: () => [],
    knows: () => false,
    homeOf: () => ({ home: null, maybe: null }),
    answersAside: () => false,
    proved: () => true,
  };
  const plain = { score: 0, threshold: 5, reasons: [] };
  const batch = messages.map((raw, i) => {
    const mail = parse(raw);
    return {
      id: String(i + 1),
      inboxId: 'bench',
      externalId: mail.messageId,
      inReplyTo: mail.inReplyTo,
      references: mail.references,
      token: null,
      from: { address: sender.address, name: '' },
      replyTo: null,
      to: [],
      cc: [],
      kind: 'message',
      automatic: false,
      thanks: false,
      // Two mails without an id are the same only when their bytes are: the scorer's have no dates to tell them apart.
      dedupe: mail.messageId ? dedupeOf(mail) : createHash('sha256').update(raw).update(String(i)).digest(),
      signs: [],
      authentication: null,
      parsed: null,
      receivedAt: new Date(i * 1000).toISOString(),
      historic: false,
    };
  });
  const known = knowing(nothing, new Map(batch.map((one) => [one.id, plain])), new Set(), new Set(), batch);
  const homes = new Map();
  for (const one of inOrder(batch)) {
    const placed = place(one, sender, known);
    homes.set(one.id, 'entry' in placed ? placed.entry.conversationId : homes.get(placed.duplicateOf));
  }
  return [...Map.groupBy(batch, (one) => homes.get(one.id)).values()].map((group) =>
    group.map((one) => Number(one.id)),
  );
}

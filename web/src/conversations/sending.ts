import type { Address, Item, Message, Opened } from '@hearten/contract';

/** What was said last, as far as it was seen: a reply is written to this. */
export const lastSaid = (items: readonly Item[]): Message | undefined =>
  items.findLast((i): i is Message => i.type === 'in' || i.type === 'out');

/** What came in or went out after the message one was answering. */
export const newerThan = (items: readonly Item[], seen: string | undefined): Message[] => {
  const at = items.findIndex((i) => i.id === seen);
  if (seen !== undefined && at === -1) return [];
  return items
    .slice(at + 1)
    .filter((i): i is Message => i.type === 'in' || (i.type === 'out' && i.state !== 'cancelled'));
};

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
/** Who a reply goes to: whoever wrote last, or the customer; others of that mail stay in copy, we ourselves never. */
export const answerTo = (opened: Opened, ours: readonly string[]): { to: Address[]; cc: Address[] } => {
  const last =
    opened.items.findLast((i): i is Message => i.type === 'in' && !i.automatic) ??
    opened.items.findLast((i): i is Message => i.type === 'in');
  const customer = { address: opened.conversation.customer.address, name: opened.conversation.customer.name };
  const from = last?.from ?? customer;
  const to = from.name === '' && same(from.address, customer.address) ? customer : from;
  const cc = [...(last?.to ?? []), ...(last?.cc ?? [])].filter(
    (a, n, all) =>
      !same(a.address, to.address) &&
      !ours.some((o) => same(o, a.address)) &&
      all.findIndex((b) => same(b.address, a.address)) === n,
  );
  return { to: to.address ? [to] : [], cc };
};

/** Our reply that has not left yet and can still be taken back. */
export const leaving = (items: readonly Item[], me: string, now: number): Message | undefined =>
  items.findLast(
    (i): i is Message =>
      i.type === 'out' &&
      i.state === 'queued' &&
      i.authorId === me &&
      i.sendAt !== null &&
      Date.parse(i.sendAt) > now &&
      Date.parse(i.sendAt) - now < 90_000,
  );

import type { Address, Item, Message, Opened } from '@hearten/contract';
import { oursAmong } from './ours.ts';

/** What was said last, as far as it was seen: a reply is written to this. */
export const lastSaid = (items: readonly Item[]): Message | undefined =>
  items.findLast((i): i is Message => i.type === 'in' || i.type === 'out');

/** What came in or went out after the message one was answering. */
export const newerThan = (items: readonly Item[], seen: string | undefined): Message[] => {
  const at = items.findIndex((i) => i.id === seen);
  if (seen !== undefined && at === -1) return [];
  return items
    .slice(at + 1)
    .filter((i): i is Message => i.type === 'in' || (i.type === 'out' && i.state !== 'cancelled' && !i.aside));
};

/** An address as it is compared: lower case as ASCII knows it, as on the server. */
export const plain = (address: string): string => address.trim().replace(/[A-Z]/g, (c) => c.toLowerCase());
const once = (list: Address[], known = new Set<string>()): Address[] =>
  list.filter((a) => !known.has(plain(a.address)) && known.add(plain(a.address)));

/** Whom an unproven mail names and nobody let take part: they get no answer by themselves. */
export const leftOut = (opened: Opened, message: Message): Address[] =>
  (message.authentication?.withheld ?? []).filter(
    (a) => !opened.participants.some((p) => plain(p.address) === plain(a.address)),
  );

export type AnswerTo = { to: Address[]; cc: Address[]; offered: Address[] };
/**
 * Who a reply to all goes to: whoever wrote last (where they want answers), or the customer; others of that mail stay in copy. When we
 * wrote last, the same people again. Who else took part is offered. Our own inboxes never, in any spelling; nor whom the customer
 * does not know of.
 */
export const answerTo = (opened: Opened): AnswerTo => {
  const ours = oursAmong(opened.ours);
  const said = opened.items.filter(
    (i): i is Message => (i.type === 'in' || i.type === 'out') && !i.automatic && !i.aside && i.plan === null,
  );
  const known = said.at(-1) ?? opened.items.findLast((i): i is Message => i.type === 'in' && !i.aside);
  const { name, address } = opened.conversation.customer;
  const customer = { address, name: name === address ? '' : name };
  const named = (a: Address): Address => (a.name === '' && plain(a.address) === plain(address) ? customer : a);
  const out = known ? leftOut(opened, known).map((a) => plain(a.address)) : [];
  const counts = (a: Address): boolean => !ours(a.address) && !out.includes(plain(a.address));
  const wanted =
    known?.type === 'out'
      ? known.to
      : [known?.replyTo && counts(known.replyTo) ? known.replyTo : (known?.from ?? customer)];
  const seen = new Set<string>();
  const theirs = (list: Address[]): Address[] => once(list.filter((a) => a.address && counts(a)).map(named), seen);
  const to = theirs(wanted);
  if (to.length === 0) to.push(...theirs([customer]));
  const cc = theirs(known?.type === 'out' ? known.cc : [...(known?.to ?? []), ...(known?.cc ?? [])]);
  return { to, cc, offered: theirs(opened.participants) };
};

/** Our reply that has not left yet and can still be taken back. */
export const leaving = (items: readonly Item[], me: string, now: number): Message | undefined =>
  items.findLast(
    (i): i is Message =>
      i.type === 'out' &&
      i.state === 'queued' &&
      i.authorId === me &&
      i.plan === null &&
      i.sendAt !== null &&
      Date.parse(i.sendAt) > now &&
      Date.parse(i.sendAt) - now < 90_000,
  );

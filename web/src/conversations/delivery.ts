import type { Message, Recipient, RecipientState } from '@hearten/contract';
import { due, said } from '../ui/time.ts';

/** One line under a message: how it is, and how loud that has to be said. */
export type Line = { tone: '' | 'doubt' | 'bad'; text: string };

const words: Record<RecipientState, string> = {
  pending: 'On its way',
  accepted: 'Taken by the mail server',
  deferred: 'Not taken yet',
  refused: 'Refused',
  unknown: 'Not known',
  bounced: 'Came back',
  delayed: 'Delayed on its way',
  delivered: 'Delivered',
};
export const stateWords = (r: Recipient): string => words[r.state];
export const isWell = (r: Recipient): boolean => ['accepted', 'delivered', 'pending'].includes(r.state);
const whom = (list: Recipient[]): string =>
  list.length === 1 ? (list[0]?.address ?? '') : `${list.length} of the recipients`;

/** What nobody knows, in plain words: what it means, what is safe, what to do. */
export const unknownMeans =
  'The whole message was handed over, but the connection broke before the mail server said that it keeps it. So it may have arrived, or not. Hearten never sends it a second time by itself. It looks for proof: an answer, a report from a mail server, or the copy in the Sent folder. Sending it again is safe: it has the same Message-ID, so most mail programs show a double one once.';

export const lineOf = (m: Message): Line => {
  const list = m.delivery?.recipients ?? [];
  const bad = list.filter((r) => ['refused', 'bounced'].includes(r.state));
  const reason = m.stateReason ? `: ${m.stateReason}` : '';
  const alone = list.length <= 1;
  switch (m.state) {
    case 'scheduled':
      return { tone: '', text: m.plan ? `Leaves ${due(m.plan.at)}` : 'Leaves later' };
    case 'held':
      return {
        tone: 'doubt',
        text:
          m.plan?.heldBy === m.id
            ? 'Held, not sent: this conversation is not in the inbox any more'
            : 'Held, not sent: something newer came before its time. Read it, then decide',
      };
    case 'queued':
      return {
        tone: '',
        text: m.sendAt && Date.parse(m.sendAt) > Date.now() + 90_000 ? `Leaves ${said(m.sendAt)}` : 'About to leave',
      };
    case 'sending':
      return { tone: '', text: 'Leaving' };
    case 'sent':
      return list.some((r) => r.state === 'delayed')
        ? {
            tone: 'doubt',
            text: `Delayed on its way to ${whom(list.filter((r) => r.state === 'delayed'))}; its server goes on trying`,
          }
        : {
            tone: '',
            text:
              list.length > 0 && list.every((r) => r.state === 'delivered') ? 'Delivered' : 'Handed to the mail server',
          };
    case 'deferred':
      return bad.length > 0
        ? { tone: 'bad', text: `Refused for ${whom(bad)}; still trying the others` }
        : {
            tone: 'doubt',
            text: `Not taken yet${m.sendAt ? `; next try ${due(m.sendAt)}` : '; trying again by itself'}`,
          };
    case 'failed':
      return { tone: 'bad', text: alone ? `Not delivered${reason}` : `Not delivered to ${whom(bad)}` };
    case 'unknown':
      return { tone: 'doubt', text: 'Nobody knows whether this arrived' };
    case 'bounced':
      return { tone: 'bad', text: alone ? `Came back undelivered${reason}` : `Came back from ${whom(bad)}` };
    case 'cancelled':
      return { tone: '', text: 'Taken back, never sent' };
    default:
      return { tone: '', text: '' };
  }
};

/** Whether there is more to tell than one line. */
export const hasDetails = (m: Message): boolean =>
  m.state === 'unknown' ||
  (m.delivery !== null && (m.delivery.tries.length > 0 || m.delivery.recipients.some((r) => !isWell(r)))) ||
  ['failed', 'deferred', 'bounced'].includes(m.state ?? '');

/** Everyone it goes to, with what is known: told of nobody, all are as the message is. */
export const recipientsOf = (m: Message): Recipient[] => {
  if (m.delivery?.recipients.length) return m.delivery.recipients;
  const as: Partial<Record<NonNullable<Message['state']>, RecipientState>> = {
    failed: 'refused',
    unknown: 'unknown',
    deferred: 'deferred',
    bounced: 'bounced',
    sent: 'accepted',
  };
  const state = as[m.state ?? 'queued'] ?? 'pending';
  return [...m.to, ...m.cc, ...m.bcc].map((a) => ({
    address: a.address,
    state,
    text: m.stateReason ?? '',
    said: '',
    at: m.at,
  }));
};

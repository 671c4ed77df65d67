import type { Message, Recipient, RecipientState } from '@hearten/contract';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { due, said } from '../ui/time.ts';

/** One line under a message: how it is, and how loud that has to be said. */
export type Line = { tone: '' | 'doubt' | 'bad'; text: string };

const words: Record<RecipientState, string> = {
  pending: t('On its way'),
  accepted: t('Taken by the mail server'),
  deferred: t('Not taken yet'),
  refused: t('Refused'),
  unknown: t('Not known'),
  bounced: t('Came back'),
  delayed: t('Delayed on its way'),
  delivered: t('Delivered'),
};
export const stateWords = (r: Recipient): string => words[r.state];
export const isWell = (r: Recipient): boolean => ['accepted', 'delivered', 'pending'].includes(r.state);
const whom = (list: Recipient[]): string =>
  list.length === 1 ? (list[0]?.address ?? '') : t('{count} of the recipients', { count: list.length });

/** What nobody knows, in plain words: what it means, what is safe, what to do. */
export const unknownMeans = t(
  'The whole message was handed over, but the connection broke before the mail server said that it keeps it. So it may have arrived, or not. Hearten never sends it a second time by itself. It looks for proof: an answer, a report from a mail server, or the copy in the Sent folder. Sending it again is safe: it has the same Message-ID, so most mail programs show a double one once.',
);

export const lineOf = (m: Message): Line => {
  const list = m.delivery?.recipients ?? [];
  const bad = list.filter((r) => ['refused', 'bounced'].includes(r.state));
  const alone = list.length <= 1;
  const [only] = list;
  const reason = only?.why ? reasonWords(only) : m.stateReason;
  switch (m.state) {
    case 'scheduled':
      return {
        tone: '',
        text: !m.plan
          ? t('Leaves later')
          : m.plan.insist
            ? t('Leaves {when}, also if the customer writes before', { when: due(m.plan.at) })
            : t('Leaves {when}', { when: due(m.plan.at) }),
      };
    case 'held':
      return {
        tone: 'doubt',
        text:
          m.plan?.heldBy === m.id
            ? t('Held, not sent: this conversation is not in the inbox any more')
            : t('Held, not sent: something newer came before its time. Read it, then decide'),
      };
    case 'queued':
      return {
        tone: '',
        text:
          m.sendAt && Date.parse(m.sendAt) > Date.now() + 90_000
            ? t('Leaves {when}', { when: said(m.sendAt) })
            : t('About to leave'),
      };
    case 'sending':
      return { tone: '', text: t('Leaving') };
    case 'sent':
      return list.some((r) => r.state === 'delayed')
        ? {
            tone: 'doubt',
            text: t('Delayed on its way to {whom}; its server goes on trying', {
              whom: whom(list.filter((r) => r.state === 'delayed')),
            }),
          }
        : {
            tone: '',
            text:
              list.length > 0 && list.every((r) => r.state === 'delivered')
                ? t('Delivered')
                : t('Handed to the mail server'),
          };
    case 'deferred':
      return bad.length > 0
        ? { tone: 'bad', text: t('Refused for {whom}; still trying the others', { whom: whom(bad) }) }
        : {
            tone: 'doubt',
            text: m.sendAt
              ? t('Not taken yet; next try {when}', { when: due(m.sendAt) })
              : t('Not taken yet; trying again by itself'),
          };
    case 'failed':
      return {
        tone: 'bad',
        text: alone
          ? reason
            ? t('Not delivered: {reason}', { reason })
            : t('Not delivered')
          : t('Not delivered to {whom}', { whom: whom(bad) }),
      };
    case 'unknown':
      return { tone: 'doubt', text: t('Nobody knows whether this arrived') };
    case 'bounced':
      return {
        tone: 'bad',
        text: alone
          ? reason
            ? t('Came back undelivered: {reason}', { reason })
            : t('Came back undelivered')
          : t('Came back from {whom}', { whom: whom(bad) }),
      };
    case 'kept':
      return { tone: '', text: t('Sample: not sent') };
    case 'cancelled':
      return { tone: '', text: t('Taken back, never sent') };
    default:
      return { tone: '', text: '' };
  }
};

/** Whether there is more to tell than one line. */
export const hasDetails = (m: Message): boolean =>
  m.state === 'unknown' ||
  (m.delivery !== null &&
    (m.delivery.tries.length > (m.state === 'sent' ? 1 : 0) || m.delivery.recipients.some((r) => !isWell(r)))) ||
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

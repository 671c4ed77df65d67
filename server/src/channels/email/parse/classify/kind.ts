import type { Body } from '../body/collect.ts';
import type { Part } from '../mime/tree.ts';
import type { ParsedMail } from '../types.ts';
import { autoReasons, isListMail } from './auto.ts';
import { readArrival, readBounce } from './bounce.ts';
import { readComplaint } from './complaint.ts';
import { isAbsence, untilWhen } from './out-of-office.ts';
import { readSnsNotification } from './sns-notification.ts';

type Classified = Pick<ParsedMail, 'kind' | 'auto' | 'isList'> &
  Partial<Pick<ParsedMail, 'bounce' | 'complaint' | 'outOfOffice' | 'arrived'>>;

/**
 * What sort of mail this is, from its headers first (RFC 3834, 3464, 5965, 2919) and its words where headers are
 * silent. A complaint is looked for before a bounce: both come as reports about a mail of ours.
 */
export function classify(raw: Buffer, root: Part, mail: ParsedMail, body: Body): Classified {
  const isList = isListMail(root.headers);
  const sns = readSnsNotification(mail);
  if (sns) return { kind: sns.bounce ? 'bounce' : 'complaint', auto: ['a delivery report'], isList: false, ...sns };
  const complaint = readComplaint(raw, mail, body);
  if (complaint) return { kind: 'complaint', auto: ['a complaint report'], isList, complaint };
  const bounce = readBounce(raw, root, mail, body);
  if (bounce) return { kind: 'bounce', auto: ['a delivery report'], isList, bounce };
  const auto = autoReasons(root, mail);
  const arrived = readArrival(raw, root, mail, body);
  if (arrived) return { kind: 'auto_reply', auto: ['a delivery report'], isList, arrived };
  if (auto.length > 0) {
    const absence = isAbsence(mail.subject, mail.text);
    return {
      kind: 'auto_reply',
      auto,
      isList,
      ...(absence ? { outOfOffice: { until: untilWhen(mail.text, mail.subject, mail.date) } } : {}),
    };
  }
  return { kind: isList ? 'list' : 'message', auto, isList };
}

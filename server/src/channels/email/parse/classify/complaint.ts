import type { Body } from '../body/collect.ts';
import type { Complaint, ParsedMail } from '../types.ts';
import { addressIn, fieldsOf, returnedHeaders } from './reports.ts';

/** RFC 5965: a mailbox provider says a person marked our mail as spam. */
export function readComplaint(raw: Buffer, mail: ParsedMail, body: Body): Complaint | null {
  const report = body.reports.find((part) => part.type === 'message/feedback-report');
  const original = returnedHeaders(raw, body);
  if (!report) return plainComplaint(mail, original);
  const [fields] = fieldsOf(raw, report);
  const recipients = [...(fields?.get('original-rcpt-to') ?? []), ...(fields?.get('removal-recipient') ?? [])]
    .map(addressIn)
    .filter((a) => a !== '');
  const to = original.to ? [addressIn(original.to)] : [];
  return {
    type: (fields?.get('feedback-type')?.[0] ?? 'abuse').toLowerCase(),
    recipients: [...new Set(recipients.length > 0 ? recipients : to)].filter((a) => a !== ''),
    originalMessageId: original['message-id'] ?? null,
  };
}

/** Old Hotmail style: no report part, but the header that announces it. */
function plainComplaint(mail: ParsedMail, original: Record<string, string>): Complaint | null {
  if (!/^(complaint about message|abuse report|email feedback report|spam complaint)/i.test(mail.subject)) return null;
  if (!/^(staff@hotmail|scomp@|feedback|fbl|abuse|postmaster)/i.test(mail.from?.address ?? '')) return null;
  return { type: 'abuse', recipients: [], originalMessageId: original['message-id'] ?? null };
}

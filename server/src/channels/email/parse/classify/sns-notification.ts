import type { Bounce, Complaint, ParsedMail } from '../types.ts';
import { bounceReason } from './bounce-reason.ts';

const MAX_JSON = 200_000;

/** Amazon's way of mailing a bounce or complaint: JSON as the text of a notification. */
export function readSnsNotification(mail: ParsedMail): { bounce?: Bounce; complaint?: Complaint } | null {
  if (!mail.text.startsWith('{"notificationType"') || mail.text.length > MAX_JSON) return null;
  const end = mail.text.indexOf('\n--');
  const told = jsonOf(end < 0 ? mail.text : mail.text.slice(0, end));
  const sent = field(told, 'mail');
  const headers = field(sent, 'commonHeaders');
  const originalMessageId = text(field(headers, 'messageId')).replace(/^<|>$/g, '') || null;
  const original: Record<string, string> = {};
  for (const name of ['subject', 'from', 'to']) {
    const value = field(headers, name);
    if (value !== undefined) original[name] = [value].flat().map(text).join(', ');
  }
  const bounce = field(told, 'bounce');
  if (text(field(told, 'notificationType')) === 'Bounce' && bounce !== undefined) {
    const hit = [field(bounce, 'bouncedRecipients')].flat();
    const diagnostic = text(field(hit[0], 'diagnosticCode'));
    const status = text(field(hit[0], 'status')) || null;
    const why = bounceReason(diagnostic, status);
    return {
      bounce: {
        recipients: addressesOf(hit),
        hard: why.hard,
        reason: why.words,
        status,
        diagnostic: diagnostic || null,
        final: true,
        originalMessageId,
        originalHeaders: original,
      },
    };
  }
  const complaint = field(told, 'complaint');
  if (complaint === undefined) return null;
  const type = text(field(complaint, 'complaintFeedbackType')) || 'abuse';
  return {
    complaint: { type, recipients: addressesOf([field(complaint, 'complainedRecipients')].flat()), originalMessageId },
  };
}

function jsonOf(source: string): unknown {
  try {
    return JSON.parse(source.replace(/\r?\n/g, ' '));
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const addressesOf = (list: unknown[]): string[] =>
  list.map((r) => text(field(r, 'emailAddress'))).filter((a) => a !== '');

import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { readForm } from './form.ts';
import {
  bare,
  hasPassword,
  isRecent,
  type Kept,
  type Provider,
  type Report,
  readJson,
  refused,
  unusable,
} from './provider.ts';

/*
 * SendGrid: Inbound Parse posts multipart/form-data, with the raw mail in `email` when "POST the raw, full MIME message" is on, and
 * `envelope` as JSON. A security policy signs timestamp + body with ECDSA on P-256 in the headers of the signed event webhook
 * (twilio.com/docs/sendgrid, "Securing your Inbound Parse webhooks" and "Event Webhook security features"). Where no policy can be
 * had, HTTP Basic in the address protects it. 5xx is tried again for three days.
 */
const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';
const envelope = z.object({ to: z.array(z.string()).default([]), from: z.string().optional() });
const event = z.object({
  event: z.string(),
  email: z.string().default(''),
  'smtp-id': z.string().optional(),
  reason: z.string().optional(),
  response: z.string().optional(),
  status: z.string().optional(),
  type: z.string().optional(),
});

/** The key as SendGrid shows it: base64 of an ECDSA public key, with or without the lines of PEM. Null when it is none. */
export function verificationKey(text: string): KeyObject | null {
  const base64 = text.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '');
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' ? key : null;
  } catch {
    return null; // not a key: whoever asks says so
  }
}

const header = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};
const isSigned = (headers: IncomingHttpHeaders): boolean =>
  /^[A-Za-z0-9+/=]{60,200}$/.test(header(headers, SIGNATURE)) && /^\d{1,13}$/.test(header(headers, TIMESTAMP));

function check(headers: IncomingHttpHeaders, body: Buffer, kept: Kept): string | null {
  if (kept.verificationKey) {
    const key = verificationKey(kept.verificationKey);
    const timestamp = header(headers, TIMESTAMP);
    const signature = header(headers, SIGNATURE);
    if (!key || !isSigned(headers) || !isRecent(Number(timestamp), sendgrid.window)) throw refused();
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    if (!verify('sha256', signed, key, Buffer.from(signature, 'base64'))) throw refused();
    // Known by what was signed: an ECDSA signature can be rewritten into another valid one.
    return createHash('sha256').update(signed).digest('hex');
  }
  if (kept.password === undefined || !hasPassword(headers, kept.password)) throw refused();
  return null;
}

function reportsOf(json: unknown): Report[] {
  if (!Array.isArray(json)) return [];
  return json.slice(0, 5000).flatMap((one): Report[] => {
    const read = event.safeParse(one);
    if (!read.success) return [];
    const told = read.data;
    const complaint = told.event === 'spamreport';
    if (!complaint && !['bounce', 'dropped', 'deferred'].includes(told.event)) return [];
    const blocked = told.type === 'blocked';
    return [
      {
        kind: complaint ? 'complaint' : 'bounce',
        final: told.event === 'dropped' || told.event === 'bounce',
        hard: told.event === 'dropped' || (told.event === 'bounce' && !blocked),
        about: [bare(told['smtp-id'])].filter(Boolean),
        recipients: told.email ? [told.email] : [],
        reason: complaint
          ? 'The recipient marked this message as spam.'
          : [told.status, told.reason || told.response || 'It came back.'].filter(Boolean).join(' '),
      },
    ];
  });
}

export const sendgrid: Provider = {
  window: 73 * 3600,
  mayEnter: (headers, kept) =>
    kept.verificationKey ? isSigned(headers) : kept.password !== undefined && hasPassword(headers, kept.password),
  read: async ({ headers, type, body }, kept) => {
    const mark = check(headers, body, kept);
    if (/^application\/json/i.test(type)) return { mails: [], reports: reportsOf(readJson(body)), mark };
    const form = readForm(type, body);
    if (!form) throw unusable({ code: 'sendgrid-other' });
    const bytes = form.get('email');
    if (!bytes || bytes.length === 0) throw unusable({ code: 'sendgrid-apart' });
    const told = envelope.safeParse(readJson(form.text('envelope') || '{}'));
    return {
      mails: [
        {
          bytes,
          ...(told.data?.from !== undefined ? { from: told.data.from } : {}),
          to: told.data?.to ?? [],
        },
      ],
      reports: [],
      mark,
    };
  },
};

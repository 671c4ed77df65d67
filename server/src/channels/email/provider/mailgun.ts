import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { readForm } from './form.ts';
import { bare, isRecent, type Provider, type Report, readJson, refused, same, unusable } from './provider.ts';

/*
 * Mailgun: a route with forward("…/mailgun/mime") posts the raw mail in the field body-mime, because the address ends with "mime"
 * (documentation.mailgun.com, "Receiving messages via HTTP"). timestamp + token are signed with HMAC-SHA256 and the HTTP webhook
 * signing key ("Securing webhooks"). Tries come again for eight hours, and carry the signature of the first one: a window of
 * minutes would turn away mail that waited for us. Events are JSON, signed the same ("Webhooks").
 */
const HOURS = 3600;
const signed = z.object({
  timestamp: z.coerce.string().regex(/^\d{1,12}$/),
  token: z.string().min(16).max(200),
  signature: z.string().regex(/^[0-9a-f]{64}$/i),
});
const event = z.object({
  event: z.string(),
  severity: z.string().optional(),
  recipient: z.string().optional(),
  message: z.object({ headers: z.object({ 'message-id': z.string().optional() }).optional() }).optional(),
  'delivery-status': z
    .object({ message: z.string().nullish(), description: z.string().nullish(), code: z.number().nullish() })
    .optional(),
  reason: z.string().optional(),
});

function check(key: string, given: unknown): string {
  const read = signed.safeParse(given);
  if (!read.success) throw refused();
  const { timestamp, token, signature } = read.data;
  const wanted = createHmac('sha256', key).update(timestamp).update(token).digest('hex');
  if (!same(wanted, signature.toLowerCase()) || !isRecent(Number(timestamp), mailgun.window)) throw refused();
  return token;
}

function reportOf(data: unknown): Report[] {
  const read = event.safeParse(data);
  if (!read.success) return [];
  const one = read.data;
  const complaint = one.event === 'complained';
  if (!complaint && one.event !== 'failed') return [];
  const status = one['delivery-status'];
  return [
    {
      kind: complaint ? 'complaint' : 'bounce',
      hard: !complaint && one.severity === 'permanent',
      final: !complaint && one.severity === 'permanent',
      about: [bare(one.message?.headers?.['message-id'])].filter(Boolean),
      recipients: one.recipient ? [one.recipient] : [],
      reason: complaint
        ? 'The recipient marked this message as spam.'
        : [status?.code, status?.message || status?.description || one.reason || 'It came back.']
            .filter(Boolean)
            .join(' '),
    },
  ];
}

export const mailgun: Provider = {
  window: 9 * HOURS,
  mayEnter: (_headers, kept) => Boolean(kept.signingKey),
  read: async ({ type, body }, kept) => {
    const key = kept.signingKey;
    if (!key) throw refused();
    if (/^application\/json/i.test(type)) {
      const json = readJson(body) as { signature?: unknown; 'event-data'?: unknown } | null;
      const token = check(key, json?.signature);
      return { mails: [], reports: reportOf(json?.['event-data']), mark: token };
    }
    const form = readForm(type, body);
    if (!form) throw refused();
    const [timestamp, token, signature] = ['timestamp', 'token', 'signature'].map((name) => form.text(name));
    const mark = check(key, { timestamp, token, signature });
    const bytes = form.get('body-mime');
    if (!bytes || bytes.length === 0) throw unusable({ code: 'mailgun-apart' });
    const to = form.text('recipient');
    const from = form.text('sender');
    return {
      mails: [{ bytes, ...(from ? { from } : {}), to: to ? to.split(',').map((one) => one.trim()) : [] }],
      reports: [],
      mark,
    };
  },
};

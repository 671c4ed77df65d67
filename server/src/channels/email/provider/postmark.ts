import { createHash } from 'node:crypto';
import { z } from 'zod';
import { bare, hasPassword, type Provider, type Report, readJson, refused, unusable } from './provider.ts';

/*
 * Postmark: JSON with the raw mail in RawEmail, when "Include raw email content in JSON payload" is on for the inbound stream
 * (postmarkapp.com/developer/webhooks/inbound-webhook). It signs nothing; its documented protection is HTTP Basic in the address
 * and a list of addresses in the firewall (postmarkapp.com/developer/webhooks/webhooks-overview). Anything but 200 is tried again
 * ten times in ten and a half hours, and shown there as an inbound error after that; 403 ends the tries, so we never say it.
 */
const inbound = z.object({
  RawEmail: z.string().optional(),
  OriginalRecipient: z.string().optional(),
  From: z.string().optional(),
  MessageID: z.string().optional(),
});
const outcome = z.object({
  RecordType: z.enum(['Bounce', 'SpamComplaint']),
  Type: z.string().default(''),
  ID: z.coerce.string().default(''),
  MessageID: z.string().default(''),
  Email: z.string().default(''),
  Description: z.string().default(''),
  Details: z.string().default(''),
  Content: z.string().default(''),
  Metadata: z.record(z.string(), z.unknown()).default({}),
});
const HARD = new Set(['HardBounce', 'BadEmailAddress', 'ManuallyDeactivated', 'Blocked', 'DMARCPolicy']);

function reportOf(one: z.infer<typeof outcome>): Report {
  const complaint = one.RecordType === 'SpamComplaint' || one.Type === 'SpamComplaint';
  // Our own id comes back where Postmark was told to keep it: as metadata, or in the copy of what bounced.
  const kept = Object.entries(one.Metadata).flatMap(([name, value]) =>
    /^message-?id$/i.test(name) ? [bare(value)] : [],
  );
  const copied = [...one.Content.matchAll(/^[ \t>]*message-id:\s*<([^<>\s]{1,400})>/gim)].map(
    (found) => found[1] ?? '',
  );
  return {
    kind: complaint ? 'complaint' : 'bounce',
    hard: !complaint && HARD.has(one.Type),
    // Of all its kinds only this one is tried again.
    final: !complaint && one.Type !== 'Transient',
    about: [...kept, ...copied, ...(one.MessageID ? [`${one.MessageID}@mtasv.net`] : [])].filter(Boolean).slice(0, 20),
    recipients: one.Email ? [one.Email] : [],
    reason: complaint
      ? 'The recipient marked this message as spam.'
      : one.Details || one.Description || 'It came back.',
  };
}

export const postmark: Provider = {
  window: 0,
  mayEnter: (headers, kept) => kept.password !== undefined && hasPassword(headers, kept.password),
  read: async ({ headers, body }, kept) => {
    if (kept.password === undefined || !hasPassword(headers, kept.password)) throw refused();
    const json = readJson(body);
    if (json === null || typeof json !== 'object') throw unusable({ code: 'postmark-other' });
    const told = outcome.safeParse(json);
    // The same event told twice is one: Postmark numbers its bounces.
    if (told.success)
      return {
        mails: [],
        reports: [reportOf(told.data)],
        again: 'agreed',
        mark: told.data.ID
          ? `${told.data.RecordType}:${told.data.ID}`
          : createHash('sha256').update(body).digest('hex'),
      };
    if ('RecordType' in json) return { mails: [], reports: [], mark: null }; // deliveries, opens and the like
    const read = inbound.safeParse(json);
    if (!read.success || !read.data.RawEmail) throw unusable({ code: 'postmark-apart' });
    const mail = read.data;
    const raw = mail.RawEmail as string;
    return {
      mails: [{ bytes: Buffer.from(raw, 'utf8'), to: mail.OriginalRecipient ? [mail.OriginalRecipient] : [] }],
      reports: [],
      mark: null,
    };
  },
};

import { z } from 'zod';
import { at, byId, endpoint, id, nothing } from './endpoint.ts';
import { why } from './reasons.ts';

/** A line for the domain's DNS. Values above 255 letters are also given in the pieces that name servers keep them in. */
export const dnsLine = z.object({
  name: z.string(),
  type: z.enum(['TXT', 'MX']),
  value: z.string(),
  pieces: z.string().nullable(),
});
export type DnsLine = z.infer<typeof dnsLine>;
export const domainFinding = z.object({
  about: z.enum(['spf', 'dkim', 'dmarc', 'mx']),
  state: z.enum(['good', 'improve', 'wrong', 'unknown']),
  text: z.string(),
  why,
  found: z.array(z.string()),
  line: dnsLine.nullable(),
});
export type DomainFinding = z.infer<typeof domainFinding>;
export const dkimKey = z.object({
  id,
  selector: z.string(),
  algorithm: z.enum(['rsa', 'ed25519']),
  state: z.enum(['waiting', 'signing', 'retired']),
  line: dnsLine,
  createdAt: at,
  signingAt: at.nullable(),
  retiredAt: at.nullable(),
});
export type DkimKey = z.infer<typeof dkimKey>;
export const mailDomain = z.object({
  domain: z.string(),
  addresses: z.array(z.string()),
  checkedAt: at.nullable(),
  findings: z.array(domainFinding),
  keys: z.array(dkimKey),
});
export type MailDomain = z.infer<typeof mailDomain>;
const byDomain = z.object({ domain: z.string().min(3).max(253) });

export const domainEndpoints = {
  'GET /domains': endpoint({
    summary: 'The domains answers come from, and what their DNS said last',
    may: 'inbox.read',
    reply: z.object({ items: z.array(mailDomain) }),
  }),
  'POST /domains/:domain/check': endpoint({
    summary: 'Ask the DNS of a domain again',
    may: 'inbox.write',
    apart: true,
    params: byDomain,
    reply: mailDomain,
  }),
  'POST /domains/:domain/keys': endpoint({
    summary: 'Make a key that signs what leaves; used once DNS shows it, in place of the former',
    may: 'inbox.write',
    params: byDomain,
    body: z.object({ algorithm: z.enum(['rsa', 'ed25519']).default('rsa') }),
    reply: mailDomain,
  }),
  'DELETE /dkim-keys/:id': endpoint({
    summary: 'Stop signing with a key; one that does not sign is forgotten',
    may: 'inbox.write',
    params: byId,
    reply: nothing,
  }),
};

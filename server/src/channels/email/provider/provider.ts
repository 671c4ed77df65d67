import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Reason } from '@hearten/contract';
import { Invalid, Unauthorised, Unavailable } from '../../../base/errors.ts';
import type { Outbound } from '../../../base/outbound.ts';
import { said, withWhy } from '../../../base/reasons.ts';

export const providerNames = ['mailgun', 'postmark', 'sendgrid', 'ses'] as const;
export type ProviderName = (typeof providerNames)[number];

/** A raw mail as a provider handed it over, with what its mail server was told before the mail itself. */
export type Handed = { bytes: Buffer; from?: string; to: string[] };
/** What a provider says became of a message of ours. */
export type Report = {
  kind: 'bounce' | 'complaint';
  hard: boolean;
  /** Nobody tries any more: it will not arrive. */
  final: boolean;
  /** Message-IDs it may be about, without brackets; the one that is ours counts. */
  about: string[];
  recipients: string[];
  reason: string;
};
export type Taken = {
  mails: Handed[];
  reports: Report[];
  /** By which this very request is known should it come twice; null when nothing in it is signed. */
  mark: string | null;
  /** What a second time gets: a signature is refused, what only has a number of its own is agreed to. */
  again?: 'agreed';
};

export type Request = { headers: IncomingHttpHeaders; type: string; body: Buffer };
/** What is kept for one inbox; which of it is there depends on the provider. */
export type Kept = {
  /** Mailgun's signing key. */
  signingKey?: string | undefined;
  /** SendGrid's verification key: public, but whoever could change it could sign. */
  verificationKey?: string | undefined;
  /** The password of the address we give out, where the provider signs nothing. */
  password?: string | undefined;
  /** The SNS topics of Amazon SES. */
  topics?: string[] | undefined;
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
};
export type Provider = {
  /** Seconds for which a signed time is good: as long as the provider tries again. Each mark counts once, so a longer window lets nothing in twice. */
  window: number;
  /** From the headers alone, before the body is read: false lets nobody in. */
  mayEnter: (headers: IncomingHttpHeaders, kept: Kept) => boolean;
  /** Throws `refused()` when it is not from the provider, Invalid when it is and says nothing we could take. */
  read: (request: Request, kept: Kept, fetch: Outbound) => Promise<Taken>;
};

/** One answer for all that is wrong with who posts: a guess learns nothing. */
export const refused = () =>
  Unauthorised('The signature is missing, wrong or too old, or this inbox takes no posted mail. Nothing was stored.');

/** It is from the provider, and we can't take it: as it is, or at this moment. */
export const unusable = (why: Reason) => withWhy(Invalid(said(why)), why);
export const notNow = (why: Reason) => withWhy(Unavailable(said(why), 60), why);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
/** In constant time, whatever the lengths. */
export const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** `Authorization: Basic …`, as a provider sends it for an address with `user:password@` in it. The user's name is free. */
export function hasPassword(headers: IncomingHttpHeaders, password: string): boolean {
  const found = /^Basic\s+([A-Za-z0-9+/=_-]{1,1000})$/i.exec(headers.authorization ?? '');
  if (!found) return false;
  const pair = Buffer.from(found[1] as string, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon >= 0 && same(pair.slice(colon + 1), password);
}

/** Whether a time in seconds is within `window` of now; a minute ahead is a clock that goes wrong, more is not. */
export function isRecent(seconds: number, window: number): boolean {
  const age = Date.now() / 1000 - seconds;
  return Number.isFinite(age) && age <= window && age >= -300;
}

/** JSON that is an object or a list; null for anything else. */
export function readJson(body: Buffer | string): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' ? value : null;
  } catch {
    return null; // not JSON at all: the caller says what it wanted instead
  }
}
/** `<id@host>` → `id@host`; empty for what is none. */
export const bare = (id: unknown): string => (typeof id === 'string' ? id.replace(/[<>\s]/g, '') : '');

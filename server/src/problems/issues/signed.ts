import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TrackerKind } from '@hearten/contract';

type Headers = (name: string) => string;
const same = (given: string, wanted: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
};
const mac = (secret: string, bytes: Buffer): string => createHmac('sha256', secret).update(bytes).digest('hex');

/**
 * Whether a request bears what its tracker signs with, over the bytes as they came. GitHub: `X-Hub-Signature-256: sha256=…`. Jira: the same
 * in `X-Hub-Signature` (WebSub). Forgejo and Gitea: the bare hex. Linear: the bare hex. GitLab signs nothing: it sends the secret itself.
 */
const checks: Record<TrackerKind, (headers: Headers, secret: string, bytes: Buffer) => boolean> = {
  github: (headers, secret, bytes) => same(headers('x-hub-signature-256'), `sha256=${mac(secret, bytes)}`),
  jira: (headers, secret, bytes) => same(headers('x-hub-signature'), `sha256=${mac(secret, bytes)}`),
  // Where both are sent, the newer one decides: a bad one is not rescued by the other.
  gitea: (headers, secret, bytes) =>
    same(headers('x-forgejo-signature') || headers('x-gitea-signature'), mac(secret, bytes)),
  linear: (headers, secret, bytes) => same(headers('linear-signature'), mac(secret, bytes)),
  gitlab: (headers, secret) => same(headers('x-gitlab-token'), secret),
};
export const isSigned = (kind: TrackerKind, headers: Headers, secret: string, bytes: Buffer): boolean =>
  secret !== '' && checks[kind](headers, secret, bytes);

const WINDOW = 5 * 60_000;
/** Linear says within what it signs when it was sent: an old one is somebody's copy. The others say no such thing. */
export const isFresh = (kind: TrackerKind, body: unknown, now: number): boolean => {
  if (kind !== 'linear') return true;
  const at = (body as { webhookTimestamp?: unknown } | null)?.webhookTimestamp;
  return typeof at === 'number' && Math.abs(now - at) <= WINDOW;
};

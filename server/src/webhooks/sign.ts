import { createHmac, randomBytes } from 'node:crypto';
import type { Seal } from '../base/seal.ts';

/** What is sealed of a webhook: its secret, the former one while both are used, and headers of the receiver's own. */
export type Sealed = { secret: string; former: string | null; headers: Record<string, string> };
const place = (workspaceId: string, id: string): string => `webhook:${workspaceId}:${id}`;
export const sealUp = (seal: Seal, workspaceId: string, id: string, what: Sealed): Buffer =>
  seal.close(JSON.stringify(what), place(workspaceId, id));
export const unseal = (seal: Seal, workspaceId: string, id: string, sealed: Buffer): Sealed =>
  JSON.parse(seal.open(sealed, place(workspaceId, id))) as Sealed;

/** `whsec_` and 32 random bytes, as Standard Webhooks write a secret. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The three headers of Standard Webhooks: signed with each secret that counts now, over exactly the bytes that are sent. */
export function signed(secrets: readonly string[], id: string, body: string, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature.join(' ') };
}

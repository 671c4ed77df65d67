import type { MailSettings } from '@hearten/contract';
import type { InboxRow } from '../../../conversations/index.ts';
import { openSecrets, settingsOf } from '../room.ts';
import { accessFor, distrust } from './grant.ts';
import { nameOf } from './providers.ts';
import type { Home, Keys } from './renewal.ts';

/** What is shown to a mail server: a password, or what a provider gave for the next hour. */
export type Proof = string | { token: string };
type Inbox = Pick<InboxRow, 'workspace_id' | 'id' | 'secrets' | 'settings'>;

export async function proofOf(room: Keys, inbox: Inbox, side: 'imap' | 'smtp'): Promise<Proof | undefined> {
  if (settingsOf(inbox).signIn) return { token: await accessFor(room, inbox) };
  return openSecrets(room.seal, inbox)[side];
}

/** For both sides of a mailbox that is signed in to. */
export async function proofsOf(room: Keys, inbox: Home): Promise<{ imap: Proof; smtp: Proof }> {
  const token = await accessFor(room, inbox);
  return { imap: { token }, smtp: { token } };
}

/** The provider whose sign-in it is, by name, for whoever reads what went wrong. */
export const signedInAt = (settings: MailSettings): { by: string } | Record<string, never> =>
  settings.signIn ? { by: nameOf(settings.signIn.provider) } : {};

/** A server that refused what its own provider gave: the next try brings another. */
export async function refusedBy(room: Keys, inbox: Inbox, proof: Proof | undefined, error: unknown): Promise<void> {
  const wire = error as { authenticationFailed?: boolean; code?: string };
  if (typeof proof === 'object' && (wire.authenticationFailed || wire.code === 'EAUTH' || wire.code === 'EOAUTH2'))
    await distrust(room, inbox, proof.token);
}

import { type MailSettings, mailSettings } from '@hearten/contract';
import { z } from 'zod';
import type { Hearten } from '../../base/module.ts';
import type { Seal } from '../../base/seal.ts';
import type { InboxRow } from '../../conversations/index.ts';

export type Room = Pick<Hearten, 'config' | 'db' | 'log' | 'files' | 'jobs' | 'seal'>;

const secrets = z.object({
  imap: z.string().optional(),
  smtp: z.string().optional(),
  intakeKey: z.string().optional(),
});
/** What an inbox keeps sealed: never in settings, never in a reply, never in a log. */
export type Secrets = z.infer<typeof secrets>;

const place = (inbox: { workspace_id: string; id: string }): string => `inbox:${inbox.workspace_id}:${inbox.id}`;
export const sealSecrets = (seal: Seal, inbox: { workspace_id: string; id: string }, what: Secrets): Buffer =>
  seal.close(JSON.stringify(what), place(inbox));
export const openSecrets = (seal: Seal, inbox: Pick<InboxRow, 'workspace_id' | 'id' | 'secrets'>): Secrets =>
  inbox.secrets ? secrets.parse(JSON.parse(seal.open(inbox.secrets, place(inbox)))) : {};
export const settingsOf = (inbox: Pick<InboxRow, 'settings'>): MailSettings => mailSettings.parse(inbox.settings);

import { z } from 'zod';
import { at, endpoint, id } from './endpoint.ts';
import { why } from './reasons.ts';

export const backup = z.object({
  id,
  /** A folder, file or bucket, without keys. */
  place: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  scheduled: z.boolean(),
  /** 0 to 1. */
  progress: z.number(),
  /** Bytes written; files that did not change since the last one are not written again. */
  written: z.number().int(),
  encrypted: z.boolean(),
  reason: z.string(),
  why,
  beganAt: at,
  endedAt: at.nullable(),
});
export type Backup = z.infer<typeof backup>;

export const storage = z.object({
  /** Mails and files that are kept, and their bytes. */
  files: z.number().int(),
  bytes: z.number().int(),
  /** Bytes this workspace may keep; null: as many as there is room for. */
  quota: z.number().int().nullable(),
  /** The places of files, the one for new ones first. */
  places: z.array(z.string()),
});
export type Storage = z.infer<typeof storage>;

export const backupEndpoints = {
  'GET /backups': endpoint({
    summary: 'The last backups of this installation, and when they are made',
    may: 'data.workspace',
    reply: z.object({
      to: z.string().nullable(),
      at: z.string(),
      keep: z.string(),
      encrypted: z.boolean(),
      backups: z.array(backup),
    }),
  }),
  'POST /backups': endpoint({
    summary: 'Make a backup now, where the settings of the server say',
    may: 'data.workspace',
    apart: true,
    status: 202,
    reply: z.object({ backups: z.array(backup) }),
  }),
  'POST /release': endpoint({
    summary: 'Let a desk that was restored from a backup send and fetch again',
    may: 'data.workspace',
    apart: true,
    proof: true,
    reply: z.object({
      /** Answers that waited then and are now shown as maybe sent. */
      doubted: z.number().int(),
      /** Sendings to many that were under way then and are stopped where they were. */
      stopped: z.number().int(),
    }),
  }),
  'GET /storage': endpoint({
    summary: 'How much the mails and files of this workspace take, and how much they may',
    may: 'workspace.write',
    reply: storage,
  }),
};

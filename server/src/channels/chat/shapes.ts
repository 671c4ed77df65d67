import { along, type ChatSaid, chatSaid, toldEvent } from '@hearten/contract';
import { z } from 'zod';

const line = z
  .string()
  .max(200)
  .transform((text) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim());
/** What a widget may say over HTTP. */
export const shapes = {
  visit: z.object({
    token: z.string().max(100).nullable().default(null),
    jwt: z.string().max(8000).nullable().default(null),
    page: z.string().max(2000).default(''),
    title: z.string().max(300).default(''),
    referrer: z.string().max(2000).default(''),
    /** Whether the page said that they may be counted, or that they refused. */
    consent: z.boolean().nullable().default(null),
    language: z.string().max(35).default(''),
  }),
  words: z.object({
    chat: z.uuid().nullable(),
    clientId: z.uuid(),
    // What is too much of either is refused in words, by whoever keeps it.
    text: z.string(),
    files: z.array(z.uuid()).max(100).default([]),
    ...along,
  }),
  link: z.object({ token: z.string().regex(/^[\w-]{43}$/) }),
  about: z.object({ name: line.optional(), email: z.email().max(254).optional() }),
  consent: z.object({ yes: z.boolean() }),
  events: z.object({ events: z.array(toldEvent).min(1).max(20) }),
  read: z.object({ seq: z.number().int().min(0) }),
  felt: z.object({
    compared: z.enum(['better', 'same', 'worse']),
    value: z.number().int().min(1).max(5).nullable().default(null),
    words: z.string().max(4000).default(''),
  }),
};

/** What a widget says over its socket. Whatever a stranger's program sends: what makes no sense ends the line. */
export function heard(text: string): ChatSaid | null {
  try {
    return chatSaid.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // not JSON
  }
}

import { z } from 'zod';
import { at, byId, endpoint, id, line, nothing, prose } from './endpoint.ts';

/** Whether something is asked, and whether it must be said. */
export const formAsks = z.enum(['no', 'optional', 'required']);
export type FormAsks = z.infer<typeof formAsks>;
export const formField = z
  .object({
    /** Under which the answer comes, and stays when the label is changed. */
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,39}$/, 'needs to be small letters, digits and _')
      .refine((name) => !['name', 'email', 'subject', 'message'].includes(name), 'is asked anyway'),
    kind: z.enum(['line', 'text', 'number', 'date', 'choice', 'tick']),
    label: line(120),
    help: z.string().trim().max(300).default(''),
    required: z.boolean().default(false),
    /** Of `choice`. */
    choices: z.array(line(120)).max(50).default([]),
  })
  .refine(({ kind, choices }) => kind !== 'choice' || choices.length > 0, {
    message: 'needs something to choose from',
    path: ['choices'],
  });
export type FormField = z.infer<typeof formField>;
const different = (all: readonly string[]): boolean => new Set(all).size === all.length;
/** A page that may show it: its origin, without a path. */
const site = z.string().transform((given, context) => {
  const url = URL.canParse(given)
    ? new URL(given)
    : URL.canParse(`https://${given}`)
      ? new URL(`https://${given}`)
      : null;
  if (url && /^https?:$/.test(url.protocol) && url.hostname && !/[\s;,'"*]/.test(url.host)) return url.origin;
  context.addIssue({ code: 'custom', message: 'is not the address of a website' });
  return z.NEVER;
});
/** How a form looks and what it asks. Texts left empty are said in the language of whoever reads it. */
export const formSettings = z.object({
  title: z.string().trim().max(120),
  intro: prose(2000),
  button: z.string().trim().max(60),
  thanks: prose(2000),
  name: formAsks,
  subject: formAsks,
  /** "Is this holding you up?", and by when it is needed. */
  urgency: z.boolean(),
  files: z.boolean(),
  fields: z
    .array(formField)
    .max(20)
    .refine((all) => different(all.map(({ name }) => name)), 'have the same name twice'),
  /** A mail that says it has come, and when it will be read. */
  acknowledge: z.boolean(),
  /** Websites that may show it; none named: all. */
  sites: z
    .array(site)
    .max(20)
    .transform((all) => [...new Set(all)]),
});
export type FormSettings = z.infer<typeof formSettings>;
export const form = z.object({
  id,
  name: z.string(),
  inboxId: id,
  enabled: z.boolean(),
  settings: formSettings,
  /** Where it stands by itself. */
  address: z.string(),
  /** What came by it in the last thirty days, and when the last one did. */
  received: z.number().int(),
  lastAt: at.nullable(),
  createdAt: at,
});
export type Form = z.infer<typeof form>;

export const formEndpoints = {
  'GET /forms': endpoint({
    summary: 'Web forms, and what came by them',
    may: 'inbox.read',
    reply: z.object({ items: z.array(form) }),
  }),
  'POST /forms': endpoint({
    summary: 'Make a web form; what is sent by it comes to the inbox',
    may: 'inbox.write',
    status: 201,
    body: z.object({ name: line(120), inboxId: id, settings: formSettings.partial().optional() }),
    reply: form,
  }),
  'GET /forms/:id': endpoint({
    summary: 'One web form',
    may: 'inbox.read',
    params: byId,
    reply: form,
  }),
  'PATCH /forms/:id': endpoint({
    summary: 'Change a web form; what is left out stays',
    may: 'inbox.write',
    params: byId,
    body: z.object({ name: line(120), inboxId: id, enabled: z.boolean(), settings: formSettings.partial() }).partial(),
    reply: form,
  }),
  'DELETE /forms/:id': endpoint({
    summary: 'Delete a web form; what came by it stays',
    may: 'inbox.write',
    params: byId,
    reply: nothing,
  }),
};

import { z } from 'zod';

/** What the permission table (`server/src/team/may.ts`) tells apart, and what an API key's scopes can name one by one. */
export const permissions = [
  'conversation.read',
  'conversation.write',
  'conversation.note',
  'conversation.delete',
  'customer.read',
  'customer.write',
  'inbox.read',
  'inbox.write',
  'people.read',
  'people.write',
  'team.write',
  'snippet.read',
  'snippet.write',
  'snippet.share',
  'problem.read',
  'problem.file',
  'problem.write',
  'report.read',
  'report.person',
  'workspace.write',
  'key.write',
  'webhook.write',
  'quarantine.read',
  'quarantine.write',
  'data.audit',
  'data.export',
  'data.erase',
  'data.workspace',
] as const;
/** What a caller must be allowed to do. `anyone` needs no sign-in; `member` needs one, whatever the role. */
export type Permission = 'anyone' | 'member' | (typeof permissions)[number];

export type Endpoint = {
  summary: string;
  may: Permission;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  reply: z.ZodType;
  status?: number;
  /** The answer holds a secret that is shown once: it is not kept for a repeated request. */
  secret?: true;
  /** Works in transactions of its own, since it asks others in between; every other write is one transaction that gives the answer. */
  apart?: true;
  /** Asked of a person only within a quarter of an hour after they proved who they are; otherwise they are asked to, first. */
  proof?: true;
  /** Also for whom something holds back: `second-factor` for what lifts that, `any` for leaving. */
  held?: 'second-factor' | 'any';
};

/** How anything that is refused is said (RFC 9457). */
export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** What happened, what is safe, what to do. */
  detail: z.string(),
  /** Which fields are wrong. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Who could do what somebody may not. */
  ask: z.array(z.object({ name: z.string(), role: z.string() })).optional(),
  /** Under which it is in the log. */
  requestId: z.string().optional(),
});

/** Declares one endpoint; keeps the literal types so that client and server agree at compile time. */
export const endpoint = <const E extends Endpoint>(e: E): E => e;

export const id = z.uuid();
export const byId = z.object({ id });
export const at = z.iso.datetime({ offset: true });
export const nothing = z.object({});
export const page = {
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
};
/** So many weeks, whole ones from Monday in the time zone of the workspace, the running one last. */
export const reportWeeks = z.coerce.number().int().min(1).max(53).optional();
/**
 * Over how many weeks it is told how customers felt. Others are not: one window less another that is a week shorter would be the figure of
 * that week, also where it is one person's and told to nobody.
 */
export const WINDOWS = [4, 12, 26, 52] as const;
export const feltWeeks = z.coerce
  .number()
  .pipe(z.literal(WINDOWS))
  .meta({ enum: [...WINDOWS] })
  .optional();
/** One line that a person typed. A line break or control character in it becomes a space: names and subjects go into mail headers. */
export const line = (max = 200) =>
  z
    .string()
    .overwrite((text) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim())
    .min(1)
    .max(max);
/** Text of many lines: no NUL (Postgres can't hold it), bounded. */
export const prose = (max = 500_000) =>
  z
    .string()
    .max(max)
    .refine((s) => !s.includes('\0'), 'must not hold a NUL');
export const email = z.email().max(254);
/** An address that mail came from or goes to: wider than what people type, letters of any script, but nothing that could end a command or header. */
export const mailAddress = z
  .string()
  .max(254)
  .regex(
    /^(?:"[^"\\\s\p{Cc}<>]{1,62}"|[^\s"(),:;<>@[\]\\\p{Cc}\p{Cf}]{1,64})@[^\s"(),:;<>@\\\p{Cc}\p{Cf}]{1,253}$/u,
    'is not a mail address',
  );
/** A language tag (BCP 47) and a time zone (IANA) as browsers send them. */
export const language = z
  .string()
  .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/)
  .max(35);
export const timeZone = z
  .string()
  .max(64)
  .refine((zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }, 'is not a time zone this server knows');
/** A number of days that a workspace may set. */
export const days = z.coerce.number().int().min(1, 'needs at least a day').max(3650, 'may be ten years at most');

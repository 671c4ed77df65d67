import { z } from 'zod';

/** What a caller must be allowed to do. `anyone` needs no sign-in; `member` needs one, whatever the role. */
export type Permission =
  | 'anyone'
  | 'member'
  | 'conversation.read'
  | 'conversation.write'
  | 'conversation.note'
  | 'conversation.delete'
  | 'customer.read'
  | 'customer.write'
  | 'inbox.read'
  | 'inbox.write'
  | 'people.read'
  | 'people.write'
  | 'team.write'
  | 'workspace.write'
  | 'key.write'
  | 'quarantine.read'
  | 'quarantine.write';

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
};

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

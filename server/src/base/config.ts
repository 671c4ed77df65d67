import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** Of the program; backups and the API's description say it. */
export const VERSION = '0.1.0';

/** How many proxies stand in front: none, one, or as many as the number says. */
const proxies = z
  .string()
  .regex(/^(true|false|yes|no|\d)$/, 'must be true, false, or how many proxies stand one behind the other')
  .transform((v) => (v === 'true' || v === 'yes' ? 1 : Number(v) || 0));
const whole = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));
const postgres = z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://');
const mail = z.string().regex(/^smtps?:\/\//, 'must look like smtp://user:password@host:587 or smtps://…');

const listed = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
const nameServer = z
  .string()
  .regex(/^([\d.]+|\[[\da-f:]+\])(:\d+)?$/i, 'must be addresses like 9.9.9.9 or 127.0.0.1:5353');
const network = z
  .string()
  .regex(
    /^(?:[\da-f.:]+(\/\d+)?|(?:\*\.)?[a-z\d]([a-z\d.-]*[a-z\d])?)$/i,
    'must be networks like 10.1.0.0/16 or hosts like hooks.internal',
  );
const web = z.url({ protocol: /^https?$/, error: 'must be an address like https://login.example.com' });
const mailServers = z
  .string()
  .regex(/^imaps?:\/\/\S+\s+smtps?:\/\/\S+$/, 'must look like imaps://imap.example.com smtps://smtp.example.com');

const shape = z.object({
  PORT: whole(0, 65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('data'),
  DATABASE_URL: postgres.optional(),
  DATABASE_URL_DIRECT: postgres.optional(),
  DATABASE_URL_REPLICA: postgres.optional(),
  DATABASE_CONNECTIONS: whole(2, 200).default(10),
  BASE_URL: z.url({ protocol: /^https?$/, error: 'must be an address like https://support.example.com' }).optional(),
  FILES_URL: z.url({ protocol: /^https?$/, error: 'must be an address like https://files.example.net' }).optional(),
  TRUST_PROXY: proxies.default(0),
  SECRET_KEY: z.string().min(32, 'must have 32 characters or more').optional(),
  SECRET_KEY_FORMER: z
    .string()
    .transform(listed)
    .pipe(z.array(z.string().min(32, 'must have 32 characters or more each')))
    .optional(),
  BLOBS: z
    .string()
    .transform(listed)
    .pipe(
      z
        .array(
          z
            .string()
            .regex(/^(folder$|s3:\/\/[^/?\s]+)/, 'must be folder, or like s3://bucket/prefix?endpoint=https://…'),
        )
        .min(1),
    )
    .default(['folder']),
  QUOTA_GB: whole(1, 1_000_000).optional(),
  BUCKET_KEY_ID: z.string().optional(),
  BUCKET_SECRET_KEY: z.string().optional(),
  BACKUP_TO: z.string().optional(),
  BACKUP_AT: z
    .string()
    .regex(
      /^(every \d+[mh]|\d\d?:\d\d([\s,]+\d\d?:\d\d)*)$/,
      'must be times of day (UTC) like 03:00, or every 30m, every 6h',
    )
    .default('03:00'),
  BACKUP_KEEP: z
    .string()
    .regex(/^\d+[dwm]([\s,]+\d+[dwm])*$/, 'must be like 7d 4w 6m: days, weeks, months')
    .default('7d 4w 6m'),
  BACKUP_PASSPHRASE: z.string().min(12, 'must have 12 characters or more').optional(),
  SYSTEM_SMTP: mail.optional(),
  SYSTEM_FROM: z.string().min(3).optional(),
  SMTP_LISTEN: z
    .string()
    .regex(/^([^:]+:)?\d+$/, 'must look like 2525 or 127.0.0.1:2525')
    .optional(),
  MAX_MAIL_MB: whole(1, 200).default(40),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  HEALTH_LISTEN: z
    .string()
    .regex(/^([^:]+:)?\d+$/, 'must look like 3100 or 10.0.0.5:3100')
    .optional(),
  ROLES: z
    .string()
    .regex(/^(serve|work)(,(serve|work))?$/, 'must be serve, work or serve,work')
    .default('serve,work'),
  RATE_LIMIT: whole(1, 1_000_000).default(3000),
  PLACE_HEADERS: z
    .string()
    .toLowerCase()
    .transform(listed)
    .pipe(z.array(z.string().regex(/^[a-z\d-]+$/, 'must be names of headers like cf-ipcountry')))
    .default([
      ...['cf-ipcountry', 'x-vercel-ip-country', 'cloudfront-viewer-country'],
      ...['cf-ipcity', 'x-vercel-ip-city', 'cloudfront-viewer-city'],
    ]),
  PLACE_DATABASE: z.string().min(1).optional(),
  DNS_SERVERS: z.string().transform(listed).pipe(z.array(nameServer)).default([]),
  OUTBOUND_ALLOW: z.string().transform(listed).pipe(z.array(network)).default([]),
  GOOGLE_LOGIN_URL: web.optional(),
  GOOGLE_MAIL_SERVERS: mailServers.optional(),
  MICROSOFT_LOGIN_URL: web.optional(),
  MICROSOFT_MAIL_SERVERS: mailServers.optional(),
  MICROSOFT_MAIL_RESOURCE: web.optional(),
});
export type Config = z.infer<typeof shape> & { root: string };
export const settings: readonly string[] = Object.keys(shape.shape);

/** `KEY=value` lines; `#` begins a comment; quotes around a value are taken off. */
export function parseFile(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const found = /^\s*(?:export\s+)?([A-Z_]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (found) out[found[1] as string] = (found[2] as string).replace(/^(["'])(.*)\1$/, '$2');
  }
  return out;
}

export type Trouble = { key: string; text: string };
/** Environment first, then the file `.env` (or `HEARTEN_CONFIG`). All that is wrong is told at once. */
export function readConfig(env: NodeJS.ProcessEnv, root: string): { config: Config } | { troubles: Trouble[] } {
  const path = resolve(root, env.HEARTEN_CONFIG || '.env');
  if (env.HEARTEN_CONFIG && !existsSync(path))
    return { troubles: [{ key: 'HEARTEN_CONFIG', text: `names a file that does not exist: ${path}` }] };
  const file = existsSync(path) ? parseFile(readFileSync(path, 'utf8')) : {};
  const given: Record<string, string> = {};
  for (const key of settings) {
    const value = env[key] ?? file[key];
    if (value !== undefined && value !== '') given[key] = value;
  }
  const troubles = Object.keys(file)
    .filter((key) => !settings.includes(key))
    .map((key) => ({ key, text: `is not a setting of Hearten (in ${path})` }));
  const read = shape.safeParse(given);
  if (!read.success)
    troubles.push(...read.error.issues.map((issue) => ({ key: String(issue.path[0]), text: issue.message })));
  if (read.success && read.data.SYSTEM_SMTP && !read.data.SYSTEM_FROM)
    troubles.push({ key: 'SYSTEM_FROM', text: 'is needed with SYSTEM_SMTP: the address that system mails come from' });
  if (troubles.length || !read.success) return { troubles };
  return { config: { ...read.data, DATA_DIR: resolve(root, read.data.DATA_DIR), root } };
}

/** Where people reach this Hearten: BASE_URL, never what a request claims. */
export const baseUrl = (config: Config, port = config.PORT): string =>
  (config.BASE_URL ?? `http://localhost:${port}`).replace(/\/+$/, '');

import type { ZodError } from 'zod';

type Issue = ZodError['issues'][number];

/** Fields that people know under another name than their key's words. */
const called: Record<string, string> = {
  email: 'e-mail address',
  workspace: 'name of the workspace',
  cc: 'CC',
  bcc: 'BCC',
  q: 'search',
  text: 'text',
  to: 'recipient',
  inboxId: 'inbox',
  assigneeId: 'person',
  teamId: 'team',
  customerId: 'customer',
};
/** `settings.imap.userName` → "IMAP user name": the last word of the path, as a form names it. */
export function fieldName(path: readonly PropertyKey[]): string {
  const words = path.filter((key): key is string => typeof key === 'string');
  const last = words.at(-1) ?? '';
  const spaced = called[last] ?? last.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const server = words.find((word) => word === 'imap' || word === 'smtp');
  return server && server !== last ? `${server.toUpperCase()} ${spaced}` : spaced;
}

const counted = (n: number | bigint, one: string): string => `${n} ${one}${Number(n) === 1 ? '' : 's'}`;
const formats: Record<string, string> = {
  email: 'is not right: it looks like name@example.com',
  url: 'is not a web address: it begins with https://',
  uuid: 'is not an id',
  datetime: 'is not a point in time such as 2026-01-31T09:00:00Z',
  date: 'is not a day such as 2026-01-31',
};
const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** What the checker found, as the end of a sentence that begins with the field's name. */
function about(issue: Issue): string {
  switch (issue.code) {
    case 'too_big':
      if (issue.origin === 'string') return `is too long: at most ${counted(issue.maximum, 'character')}`;
      if (issue.origin === 'array') return `can hold ${issue.maximum} at most`;
      return `is too large: at most ${issue.maximum}`;
    case 'too_small':
      if (issue.origin === 'string')
        return Number(issue.minimum) <= 1
          ? 'is empty'
          : `is too short: at least ${counted(issue.minimum, 'character')}`;
      if (issue.origin === 'array') return Number(issue.minimum) <= 1 ? 'is empty' : `needs ${issue.minimum} entries`;
      return `is too small: at least ${issue.minimum}`;
    case 'invalid_type':
      return /received undefined$/.test(issue.message)
        ? 'is missing'
        : `has to be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_format':
      return formats[issue.format] ?? 'is not written as it has to be';
    case 'invalid_value':
      return issue.values.length === 1
        ? `has to be ${String(issue.values[0])}`
        : `has to be one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `has ${issue.keys.join(', ')}, which nothing here knows`;
    default:
      return 'is not what is asked for here';
  }
}

const checkers = /^(Too (big|small)|Invalid|Unrecognized)\b/;
/** A sentence for a person. A contract that words its own complaint is quoted; it goes on after the field's name, too. */
export function sentence(issue: Issue): string {
  const name = fieldName(issue.path);
  const own = !checkers.test(issue.message);
  if (own && /^[A-Z]/.test(issue.message)) return issue.message.replace(/\.?$/, '.');
  return `${name ? `The ${name}` : 'What was sent'} ${own ? issue.message : about(issue)}.`;
}

export const inWords = (error: ZodError): { path: string; message: string }[] =>
  error.issues.map((issue) => ({ path: issue.path.join('.'), message: sentence(issue) }));

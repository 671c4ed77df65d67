import type { ZodError } from 'zod';
import { type Said, say } from './words.ts';

type Issue = ZodError['issues'][number];

/** Fields that people know under another name than their key's words. */
const names: Record<string, string> = {
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
/** The names people meet most, as each language says them; others stand as the form's key has them. */
const called: Record<string, Said> = {
  'e-mail address': say('e-mail address'),
  'name of the workspace': say('name of the workspace'),
  password: say('password'),
  name: say('name'),
  subject: say('subject'),
  address: say('address'),
  search: say('search'),
  text: say('text'),
  recipient: say('recipient'),
  inbox: say('inbox'),
  person: say('person'),
  team: say('team'),
  customer: say('customer'),
};
/** `settings.imap.userName` → "IMAP user name": the last word of the path, as a form names it. */
export function fieldName(path: readonly PropertyKey[]): string {
  const words = path.filter((key): key is string => typeof key === 'string');
  const last = words.at(-1) ?? '';
  const spaced = names[last] ?? last.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const server = words.find((word) => word === 'imap' || word === 'smtp');
  return server && server !== last ? `${server.toUpperCase()} ${spaced}` : spaced;
}

const formats: Record<string, (name: Said) => Said> = {
  email: (name) => say('{name} is not right: it looks like name@example.com.', { name }),
  url: (name) => say('{name} is not a web address: it begins with https://.', { name }),
  uuid: (name) => say('{name} is not an id.', { name }),
  datetime: (name) => say('{name} is not a point in time such as 2026-01-31T09:00:00Z.', { name }),
  date: (name) => say('{name} is not a day such as 2026-01-31.', { name }),
};
const kinds: Record<string, Said> = {
  string: say('text'),
  number: say('a number'),
  int: say('a whole number'),
  boolean: say('true or false'),
  array: say('a list'),
  object: say('an object'),
};

const checkers = /^(Too (big|small)|Invalid|Unrecognized)\b/;
/** A sentence for a person. A contract that words its own complaint is quoted; it goes on after the field's name, too. */
export function sentence(issue: Issue): Said {
  const field = fieldName(issue.path);
  const name = field ? say('The {field}', { field: called[field] ?? field }) : say('What was sent');
  if (!checkers.test(issue.message))
    return /^[A-Z]/.test(issue.message)
      ? say(issue.message.replace(/\.?$/, '.'))
      : say('{name} {what}.', { name, what: say(issue.message) });
  switch (issue.code) {
    case 'too_big': {
      const n = Number(issue.maximum);
      if (issue.origin === 'string')
        return say('{name} is too long: at most {n, plural, one {# character} other {# characters}}.', { name, n });
      if (issue.origin === 'array') return say('{name} can hold {n} at most.', { name, n });
      return say('{name} is too large: at most {n}.', { name, n });
    }
    case 'too_small': {
      const n = Number(issue.minimum);
      if (n <= 1 && (issue.origin === 'string' || issue.origin === 'array')) return say('{name} is empty.', { name });
      if (issue.origin === 'string')
        return say('{name} is too short: at least {n, plural, one {# character} other {# characters}}.', { name, n });
      if (issue.origin === 'array') return say('{name} needs {n} entries.', { name, n });
      return say('{name} is too small: at least {n}.', { name, n });
    }
    case 'invalid_type':
      return /received undefined$/.test(issue.message)
        ? say('{name} is missing.', { name })
        : say('{name} has to be {kind}.', { name, kind: kinds[issue.expected] ?? issue.expected });
    case 'invalid_format':
      return formats[issue.format]?.(name) ?? say('{name} is not written as it has to be.', { name });
    case 'invalid_value':
      return issue.values.length === 1
        ? say('{name} has to be {value}.', { name, value: String(issue.values[0]) })
        : say('{name} has to be one of {values}.', { name, values: issue.values.map(String).join(', ') });
    case 'unrecognized_keys':
      return say('{name} has {keys}, which nothing here knows.', { name, keys: issue.keys.join(', ') });
    default:
      return say('{name} is not what is asked for here.', { name });
  }
}

export const complaints = (error: ZodError): { path: string; message: Said }[] =>
  error.issues.map((issue) => ({ path: issue.path.join('.'), message: sentence(issue) }));

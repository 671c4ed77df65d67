import type { Filter, Status, View } from '@hearten/contract';
import type { InboxSearch } from '../router.tsx';
import { isView } from './views.ts';

/** Names that may stand in an operator, with what they mean. */
export type Known = { id: string; name: string };
export type Names = { people: Known[]; teams: Known[]; inboxes: Known[] };
export type Parsed = { view?: View; search: InboxSearch; words: string; errors: string[] };

const statuses: readonly string[] = ['open', 'waiting', 'snoozed', 'resolved', 'closed'] satisfies Status[];
const priorities: readonly string[] = ['low', 'normal', 'high', 'urgent'];
/** `key:value` or `key:"several words"`. */
const piece = /(?:^|\s)([a-z]+):(?:"([^"]*)"|(\S+))/gi;
const find = (known: Known[], said: string): Known | undefined => {
  const sought = said.toLowerCase();
  return (
    known.find((k) => k.id === said || k.name.toLowerCase() === sought) ??
    known.find((k) => k.name.toLowerCase().startsWith(sought))
  );
};
const day = (said: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(said) && !Number.isNaN(Date.parse(said));

type Put = (said: string, to: Parsed, names: Names) => string | undefined;
const among =
  (key: 'assignee' | 'team' | 'inbox', from: keyof Names, words: readonly string[], one: string): Put =>
  (said, to, names) => {
    const found = words.includes(said) ? { id: said } : find(names[from], said);
    if (!found) return `There is no ${one} called “${said}”.`;
    to.search[key] = found.id;
  };
const dated =
  (key: 'before' | 'after'): Put =>
  (said, to) => {
    if (!day(said)) return `“${key}:” needs a day like 2026-11-01, not “${said}”.`;
    to.search[key] = said;
  };
const operators: Record<string, Put> = {
  is: (said, to) => {
    if (said === 'unread') to.search.unread = '1';
    else if (said === 'unassigned') to.search.assignee = 'none';
    else if (said === 'mine') to.search.assignee = 'me';
    else if (statuses.includes(said)) to.search.status = said as Status;
    else if (said === 'spam' || said === 'trash') to.view = said;
    else return `“is:” knows unread, unassigned, mine, ${statuses.join(', ')}, spam and trash, not “${said}”.`;
  },
  in: (said, to) => {
    if (!isView(said)) return `There is no view called “${said}”.`;
    to.view = said;
  },
  status: (said, to) => {
    if (!statuses.includes(said)) return `“status:” knows ${statuses.join(', ')}, not “${said}”.`;
    to.search.status = said as Status;
  },
  priority: (said, to) => {
    if (!priorities.includes(said)) return `“priority:” knows ${priorities.join(', ')}, not “${said}”.`;
    to.search.priority = said as Filter['priority'];
  },
  assignee: among('assignee', 'people', ['me', 'none'], 'person'),
  team: among('team', 'teams', ['none'], 'team'),
  inbox: among('inbox', 'inboxes', [], 'inbox'),
  tag: (said, to) => {
    to.search.tag = said;
  },
  from: (said, to) => {
    to.search.from = said;
  },
  since: (said, to) => {
    if (!/^[1-9]\d{0,3}[hdw]$/.test(said)) return `“since:” needs a time like 12h, 7d or 2w, not “${said}”.`;
    to.search.since = said;
  },
  before: dated('before'),
  after: dated('after'),
};
export const known = Object.keys(operators);

/** What somebody typed: its operators as filters, what is left as words, and what makes no sense said plainly. */
export const parse = (text: string, names: Names): Parsed => {
  const out: Parsed = { search: {}, words: '', errors: [] };
  out.words = text
    .replace(piece, (whole, key: string, quoted: string | undefined, plain: string | undefined) => {
      const put = operators[key.toLowerCase()];
      // A web address or a time of day is no operator.
      if (!put) return whole;
      const value = (quoted ?? plain ?? '').trim();
      const wrong = put(key.toLowerCase() === 'tag' ? value : plain === undefined ? value : plain, out, names);
      if (wrong) out.errors.push(wrong);
      return ' ';
    })
    .replace(/\s+/g, ' ')
    .trim();
  return out;
};

/** A day in an address is the reader's own; the server is asked for moments. */
const moment = (date: string | undefined): string | undefined =>
  date === undefined ? undefined : new Date(`${date}T00:00:00`).toISOString();
/** The address of a list as the question to the server. */
export const askedFor = (view: View, search: InboxSearch, saved: Filter = {}): Filter =>
  JSON.parse(
    JSON.stringify({
      ...saved,
      view: saved.view ?? view,
      ...Object.fromEntries(
        Object.entries({
          status: search.status,
          inboxId: search.inbox,
          teamId: search.team,
          assigneeId: search.assignee,
          customerId: search.customer,
          tag: search.tag,
          priority: search.priority,
          unread: search.unread,
          from: search.from,
          since: search.since,
          before: moment(search.before),
          after: moment(search.after),
        }).filter(([, value]) => value !== undefined),
      ),
    }),
  ) as Filter;

/** What an address may say; anything else is left out instead of asked for in vain. */
export const readSearch = (text: (value: unknown) => string | undefined, s: Record<string, unknown>): InboxSearch => {
  const one = <T extends string>(value: unknown, of: readonly string[]): T | undefined => {
    const said = text(value);
    return said !== undefined && of.includes(said) ? (said as T) : undefined;
  };
  const shaped = (value: unknown, shape: RegExp): string | undefined => {
    const said = text(value);
    return said !== undefined && shape.test(said) ? said : undefined;
  };
  return {
    inbox: text(s.inbox),
    team: text(s.team),
    tag: text(s.tag),
    customer: text(s.customer),
    status: one(s.status, statuses),
    assignee: text(s.assignee),
    priority: one(s.priority, priorities),
    unread: text(s.unread) === undefined ? undefined : '1',
    from: text(s.from)?.slice(0, 100),
    since: shaped(s.since, /^[1-9]\d{0,3}[hdw]$/),
    before: shaped(s.before, /^\d{4}-\d{2}-\d{2}$/),
    after: shaped(s.after, /^\d{4}-\d{2}-\d{2}$/),
    v: text(s.v),
  };
};

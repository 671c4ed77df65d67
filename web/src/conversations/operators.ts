import type { Filter, QueryInput, Status, View } from '@hearten/contract';
import { t } from '../language/index.ts';
import type { InboxSearch } from '../router.tsx';
import { isView } from './views.ts';

/** Names that may stand in an operator, with what they mean. */
export type Known = { id: string; name: string };
export type Names = { people: Known[]; teams: Known[]; inboxes: Known[] };
/** What the search asks for beside the filters of a list. */
export type Find = Pick<QueryInput<'GET /search'>, 'to' | 'subject' | 'has'>;
export type Parsed = { view?: View; search: InboxSearch; find: Find; words: string; errors: string[] };

export const statuses: readonly string[] = ['open', 'waiting', 'snoozed', 'resolved', 'closed'] satisfies Status[];
export const channels: readonly string[] = ['email', 'chat', 'form'];
export const moods: readonly string[] = ['upset', 'stuck', 'either'];
export const priorities: readonly string[] = ['low', 'normal', 'high', 'urgent'];
/** `key:value` or `key:"several words"`. */
const piece = /(?:^|\s)([a-z]+):(?:"([^"]*)(?:"|$)|(\S*))/gi;
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
  (key: 'assignee' | 'team' | 'inbox', from: keyof Names, words: readonly string[]): Put =>
  (said, to, names) => {
    const found = words.includes(said) ? { id: said } : find(names[from], said);
    if (!found)
      return key === 'assignee'
        ? t('There is no person called “{said}”.', { said })
        : key === 'team'
          ? t('There is no team called “{said}”.', { said })
          : t('There is no inbox called “{said}”.', { said });
    to.search[key] = found.id;
  };
const dated =
  (key: 'before' | 'after'): Put =>
  (said, to) => {
    if (!day(said)) return t('“{key}:” needs a day like 2026-11-01, not “{said}”.', { key, said });
    to.search[key] = said;
  };
const operators: Record<string, Put> = {
  is: (said, to) => {
    if (said === 'unread') to.search.unread = '1';
    else if (said === 'unassigned') to.search.assignee = 'none';
    else if (said === 'mine') to.search.assignee = 'me';
    else if (statuses.includes(said)) to.search.status = said as Status;
    else if (said === 'spam' || said === 'trash') to.view = said;
    else
      return t('“is:” knows unread, unassigned, mine, {statuses}, spam and trash, not “{said}”.', {
        statuses: statuses.join(', '),
        said,
      });
  },
  in: (said, to) => {
    if (!isView(said)) return t('There is no view called “{said}”.', { said });
    to.view = said;
  },
  status: (said, to) => {
    if (!statuses.includes(said))
      return t('“status:” knows {statuses}, not “{said}”.', { statuses: statuses.join(', '), said });
    to.search.status = said as Status;
  },
  priority: (said, to) => {
    if (!priorities.includes(said))
      return t('“priority:” knows {priorities}, not “{said}”.', { priorities: priorities.join(', '), said });
    to.search.priority = said as Filter['priority'];
  },
  mood: (said, to) => {
    if (!moods.includes(said)) return t('“mood:” knows {moods}, not “{said}”.', { moods: moods.join(', '), said });
    to.search.mood = said as Filter['mood'];
  },
  channel: (said, to) => {
    const one = said === 'mail' ? 'email' : said;
    if (!channels.includes(one))
      return t('“channel:” knows {channels}, not “{said}”.', { channels: channels.join(', '), said });
    to.search.channel = one as Filter['channel'];
  },
  assignee: among('assignee', 'people', ['me', 'none']),
  team: among('team', 'teams', ['none']),
  inbox: among('inbox', 'inboxes', []),
  tag: (said, to) => {
    to.search.tag = said;
  },
  from: (said, to) => {
    to.search.from = said;
  },
  since: (said, to) => {
    if (!/^[1-9]\d{0,3}[hdw]$/.test(said))
      return t('“since:” needs a time like 12h, 7d or 2w, not “{said}”.', { said });
    to.search.since = said;
  },
  before: dated('before'),
  after: dated('after'),
};
export const known = Object.keys(operators);

export const having = ['attachment', 'image', 'pdf', 'note', 'draft', 'invitation'] as const satisfies Find['has'][];
const finding: Record<string, Put> = {
  to: (said, to) => {
    to.find.to = said;
  },
  subject: (said, to) => {
    to.find.subject = said;
  },
  has: (said, to) => {
    const one = having.find((h) => h === said.replace(/s$/, '') || (h === 'attachment' && /^files?$/.test(said)));
    if (!one) return t('“has:” knows {words}, not “{said}”.', { words: having.join(', '), said });
    to.find.has = one;
  },
};

/**
 * What somebody typed: its operators as filters, what is left as words, and what makes no sense said plainly. A search knows a few that
 * a list doesn't.
 */
export const parse = (text: string, names: Names, searching = false): Parsed => {
  const out: Parsed = { search: {}, find: {}, words: '', errors: [] };
  out.words = text
    .replace(piece, (whole, key: string, quoted: string | undefined, plain: string | undefined) => {
      const put = operators[key.toLowerCase()] ?? (searching ? finding[key.toLowerCase()] : undefined);
      // A web address or a time of day is no operator.
      if (!put) return whole;
      const value = (quoted ?? plain ?? '').trim();
      // An operator is begun before it is finished.
      if (value === '') return ' ';
      const wrong = put(value, out, names);
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
          channel: search.channel,
          priority: search.priority,
          mood: search.mood,
          unread: search.unread,
          from: search.from,
          since: search.since,
          before: moment(search.before),
          after: moment(search.after),
        }).filter(([, value]) => value !== undefined),
      ),
    }),
  ) as Filter;

/** What was typed as the question of a search; null while it says nothing yet. */
export const soughtBy = (p: Parsed): QueryInput<'GET /search'> | null => {
  const { view: _, ...rest } = askedFor('all', p.search);
  const asked = { ...(p.words ? { q: p.words } : {}), ...rest, ...p.find, ...(p.view ? { view: p.view } : {}) };
  return Object.keys(asked).length === 0 ? null : asked;
};
/** The operator somebody is in the middle of, with what they have of its value: what comes next can be offered. */
export const begun = (text: string): { key: string; value: string; from: number } | null => {
  const m = /(?:^|\s)([a-z]+):("?)([^"\s]*)$/i.exec(text);
  const key = m?.[1]?.toLowerCase();
  return m && key && (operators[key] ?? finding[key])
    ? { key, value: (m[3] ?? '').toLowerCase(), from: text.length - (m[3] ?? '').length - (m[2] ?? '').length }
    : null;
};

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
    channel: one(s.channel, channels),
    priority: one(s.priority, priorities),
    mood: one(s.mood, moods),
    unread: text(s.unread) === undefined ? undefined : '1',
    from: text(s.from)?.slice(0, 100),
    since: shaped(s.since, /^[1-9]\d{0,3}[hdw]$/),
    before: shaped(s.before, /^\d{4}-\d{2}-\d{2}$/),
    after: shaped(s.after, /^\d{4}-\d{2}-\d{2}$/),
    v: text(s.v),
  };
};

import type { View } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { BookmarkPlus, ListFilter, X } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../me.ts';
import type { InboxSearch } from '../router.tsx';
import { type Choice, Pick } from '../ui/Pick.tsx';
import { tell } from '../ui/toast.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { inboxesQuery, peopleQuery, tagsQuery, teamsQuery } from './data.ts';
import { known, parse } from './operators.ts';
import { SaveView } from './SavedViews.tsx';

const statusWords = { open: 'Open', waiting: 'Waiting', snoozed: 'Snoozed', resolved: 'Resolved', closed: 'Closed' };
const reaches = { '1d': 'Since yesterday', '7d': 'In the last 7 days', '30d': 'In the last 30 days' };

/** What narrows the list: a chip for each filter, one box to add any of them, by mouse or by typing. */
export const FilterBar = ({ view, search }: { view: View; search: InboxSearch }) => {
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [saving, setSaving] = useState(false);
  const { data: inboxes = [] } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const { data: teams = [] } = useQuery({ ...teamsQuery, enabled: may('people.read') });
  const { data: people = [] } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const { data: tags = [] } = useQuery({ ...tagsQuery, enabled: open });
  useKeys([{ id: 'filter', run: () => setOpen(true), opens: true }]);
  const go = (more: InboxSearch, to: View = view) =>
    void navigate({ to: '/inbox/$view', params: { view: to }, search: { ...search, ...more } });

  const named = (id: string, of: { id: string; name: string }[], one: string) =>
    of.find((k) => k.id === id)?.name ?? one;
  const words: Partial<Record<keyof InboxSearch, (value: string) => string>> = {
    status: (v) => statusWords[v as keyof typeof statusWords],
    assignee: (v) => (v === 'me' ? 'Assigned to me' : v === 'none' ? 'Unassigned' : named(v, people, 'One person')),
    inbox: (v) => named(v, inboxes, 'One inbox'),
    team: (v) => (v === 'none' ? 'No team' : named(v, teams, 'One team')),
    tag: (v) => `Tag ${v}`,
    customer: () => 'One customer',
    priority: (v) => `${v[0]?.toUpperCase()}${v.slice(1)} priority`,
    unread: () => 'Unread',
    from: (v) => `From ${v}`,
    since: (v) => reaches[v as keyof typeof reaches] ?? `Since ${v}`,
    before: (v) => `Before ${v}`,
    after: (v) => `From ${v} on`,
  };
  const set = (Object.keys(words) as (keyof InboxSearch)[]).flatMap((key) =>
    search[key] ? [{ key, label: words[key]?.(search[key]) ?? key }] : [],
  );
  const choice = (text: string, label: string, hint: string): Choice => ({ id: text, label, hint });
  const quoted = (name: string) => (/\s/.test(name) ? `"${name}"` : name);
  const choices: Choice[] = [
    choice('is:unread', 'Unread', 'is:unread'),
    choice('assignee:me', 'Assigned to me', 'assignee:me'),
    choice('assignee:none', 'Unassigned', 'assignee:none'),
    ...Object.entries(statusWords).map(([name, label]) => choice(`is:${name}`, label, `is:${name}`)),
    ...Object.entries(reaches).map(([name, label]) => choice(`since:${name}`, label, `since:${name}`)),
    ...['urgent', 'high'].map((p) => choice(`priority:${p}`, words.priority?.(p) ?? p, `priority:${p}`)),
    ...tags.map((t) => choice(`tag:${quoted(t)}`, `Tag ${t}`, `tag:${t}`)),
    ...people.map((p) => choice(`assignee:${p.id}`, p.name, 'assignee:')),
    ...teams.map((t) => choice(`team:${t.id}`, t.name, 'team:')),
    ...inboxes.map((i) => choice(`inbox:${i.id}`, i.name, 'inbox:')),
  ];
  const take = ({ id }: Choice) => {
    // A word alone is a customer's name or address.
    const got = parse(id, { people, teams, inboxes });
    if (got.errors.length > 0) return tell(got.errors.join(' '), undefined, true);
    go({ ...got.search, ...(got.words ? { from: got.words } : {}) }, got.view);
  };
  return (
    <div className="filters">
      {set.map(({ key, label }) => (
        <Link
          key={key}
          to="/inbox/$view"
          params={{ view }}
          search={{ ...search, [key]: undefined }}
          className="chip accent"
        >
          <bdi>{label}</bdi>
          <X className="i s13" aria-label="Remove this filter" />
        </Link>
      ))}
      <Pick
        open={open}
        onOpen={setOpen}
        label="Add a filter"
        placeholder={`Filter, or ${known[0]}:unread from:anna before:2026-11-01`}
        choices={choices}
        pick={take}
        make={(text) => ({ id: text, label: text.includes(':') ? text : `From ${text}`, hint: 'Enter' })}
        trigger={
          <button type="button" className="btn quiet sm">
            <ListFilter className="i" /> Filter
          </button>
        }
      />
      {set.length > 0 ? (
        <>
          <Link to="/inbox/$view" params={{ view }} search={{}} className="btn quiet sm">
            Clear
          </Link>
          <button type="button" className="btn quiet sm" onClick={() => setSaving(true)}>
            <BookmarkPlus className="i" /> Save as a view
          </button>
        </>
      ) : null}
      {saving ? <SaveView view={view} search={search} onClose={() => setSaving(false)} /> : null}
    </div>
  );
};

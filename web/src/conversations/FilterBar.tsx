import type { View } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { BookmarkPlus, ListFilter, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import type { InboxSearch } from '../router.tsx';
import { type Choice, Pick } from '../ui/Pick.tsx';
import { tell } from '../ui/toast.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { channelName } from './channels.ts';
import { inboxesQuery, peopleQuery, tagsQuery, teamsQuery } from './data.ts';
import { known, parse } from './operators.ts';
import { SaveView } from './SavedViews.tsx';

const statusWords = {
  open: t('Open'),
  waiting: t('Waiting'),
  snoozed: t('Snoozed'),
  resolved: t('Resolved'),
  closed: t('Closed'),
};
const priorities = {
  urgent: t('Urgent priority'),
  high: t('High priority'),
  normal: t('Normal priority'),
  low: t('Low priority'),
};
const moodWords = { upset: t('Upset'), stuck: t('Stuck'), either: t('Upset or stuck') };
const reaches = { '1d': t('Since yesterday'), '7d': t('In the last 7 days'), '30d': t('In the last 30 days') };

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
    assignee: (v) =>
      v === 'me' ? t('Assigned to me') : v === 'none' ? t('Unassigned') : named(v, people, t('One person')),
    inbox: (v) => named(v, inboxes, t('One inbox')),
    team: (v) => (v === 'none' ? t('No team') : named(v, teams, t('One team'))),
    channel: channelName,
    tag: (v) => t('Tag {name}', { name: v }),
    customer: () => t('One customer'),
    priority: (v) => priorities[v as keyof typeof priorities] ?? v,
    mood: (v) => moodWords[v as keyof typeof moodWords] ?? v,
    unread: () => t('Unread'),
    from: (v) => t('From {who}', { who: v }),
    since: (v) => reaches[v as keyof typeof reaches] ?? t('Since {day}', { day: v }),
    before: (v) => t('Before {day}', { day: v }),
    after: (v) => t('From {day} on', { day: v }),
  };
  const set = (Object.keys(words) as (keyof InboxSearch)[]).flatMap((key) =>
    search[key] ? [{ key, label: words[key]?.(search[key]) ?? key }] : [],
  );
  const choice = (text: string, label: string, hint: string): Choice => ({ id: text, label, hint });
  const quoted = (name: string) => (/\s/.test(name) ? `"${name}"` : name);
  const choices: Choice[] = [
    choice('is:unread', t('Unread'), 'is:unread'),
    choice('assignee:me', t('Assigned to me'), 'assignee:me'),
    choice('assignee:none', t('Unassigned'), 'assignee:none'),
    ...Object.entries(statusWords).map(([name, label]) => choice(`is:${name}`, label, `is:${name}`)),
    ...Object.entries(reaches).map(([name, label]) => choice(`since:${name}`, label, `since:${name}`)),
    ...['urgent', 'high'].map((p) => choice(`priority:${p}`, words.priority?.(p) ?? p, `priority:${p}`)),
    ...Object.entries(moodWords).map(([name, label]) => choice(`mood:${name}`, label, `mood:${name}`)),
    choice('channel:chat', t('Live chat'), 'channel:chat'),
    ...tags.map((one) => choice(`tag:${quoted(one)}`, t('Tag {name}', { name: one }), `tag:${one}`)),
    ...people.map((p) => choice(`assignee:${p.id}`, p.name, 'assignee:')),
    ...teams.map((one) => choice(`team:${one.id}`, one.name, 'team:')),
    ...inboxes.map((i) => choice(`inbox:${i.id}`, i.name, 'inbox:')),
  ];
  const take = ({ id }: Choice) => {
    // A word alone is a customer's name or address.
    const got = parse(id, { people, teams, inboxes });
    if (got.errors.length > 0) return tell(got.errors.join(' '), undefined, true);
    go({ ...got.search, ...(got.words ? { from: got.words } : {}) }, got.view);
  };
  useKeys([{ id: 'saveView', when: set.length > 0, run: () => setSaving(true), opens: true }]);
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
          <X className="i s13" aria-label={t('Remove this filter')} />
        </Link>
      ))}
      <Pick
        open={open}
        onOpen={setOpen}
        label={t('Add a filter')}
        placeholder={t('Filter, or {known}:unread from:anna before:2026-11-01', { known: known[0] })}
        choices={choices}
        pick={take}
        make={(text) => ({ id: text, label: text.includes(':') ? text : t('From {text}', { text }), hint: t('Enter') })}
        trigger={
          <button type="button" className="btn quiet sm">
            <ListFilter className="i" /> {t('Filter')}
          </button>
        }
      />
      {set.length > 0 ? (
        <>
          <Link to="/inbox/$view" params={{ view }} search={{}} className="btn quiet sm">
            {t('Clear')}
          </Link>
          <button type="button" className="btn quiet sm" onClick={() => setSaving(true)}>
            <BookmarkPlus className="i" /> {t('Save as a view')}
          </button>
        </>
      ) : null}
      {saving ? <SaveView view={view} search={search} onClose={() => setSaving(false)} /> : null}
    </div>
  );
};

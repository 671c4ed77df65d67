import type { ConversationRow } from '@hearten/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  ArrowRight,
  CalendarClock,
  CircleDashed,
  Flame,
  Inbox,
  MessageSquare,
  Moon,
  Sun,
  Tag,
  UserRound,
  Users,
  Zap,
} from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import { useActions } from '../conversations/act.ts';
import { aim } from '../conversations/aim.ts';
import { inboxesQuery, peopleQuery, tagsQuery, teamsQuery } from '../conversations/data.ts';
import { priorities } from '../conversations/Properties.tsx';
import { about, sections } from '../keys/catalogue.ts';
import { bindings } from '../keys/manager.ts';
import { useMay, useMe } from '../me.ts';
import { setTheme } from '../ui/theme.ts';
import { due, snoozeTimes } from '../ui/time.ts';
import { pages } from '../workspace/Settings.tsx';
import { type Asking, openPalette } from './opened.ts';
import type { Entry } from './ranked.ts';
import { alsoCalled } from './synonyms.ts';

const useSettled = (value: string, ms: number) => {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
};

/** The name of the section for what is done to a conversation. */
export const aimed = (row: ConversationRow | undefined) =>
  row ? `#${row.number} · ${row.subject || 'No subject'}` : sections.conversation;

/** Everything the palette can offer now; the live actions, where one can go, and what was asked for by words. */
export const useEntries = (
  asking: Asking | null,
  text: string,
  writing: boolean,
): { entries: Entry[]; busy: boolean } => {
  const me = useMe();
  const may = useMay();
  const act = useActions();
  const navigate = useNavigate();
  const target = useSyncExternalStore(aim.watch, aim.get);
  const row = target?.row;
  const write = may('conversation.write') && row !== undefined;
  const settled = useSettled(text.trim(), 120);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const { data: teams } = useQuery({ ...teamsQuery, enabled: may('people.read') });
  const { data: tags } = useQuery({ ...tagsQuery, enabled: write });
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const found = useQuery({
    queryKey: ['search', 'palette', settled],
    enabled: asking === null && settled.length > 1 && may('conversation.read'),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
    queryFn: ({ signal }) => api('GET /search', { query: { q: settled, limit: 6 }, signal }),
  });
  const here = aimed(row);
  const asked = asking === null ? ({ asked: true } as const) : {};
  const said = asking === null;
  const entries: Entry[] = [];

  if (asking === null)
    for (const b of bindings()) {
      const a = about(b.id);
      if (a.bare || (a.section === 'writing' && !writing)) continue;
      entries.push({
        id: `do:${b.id}`,
        words: b.words ?? a.words,
        also: a.also,
        section: a.section === 'conversation' ? here : sections[a.section],
        icon: a.section === 'go' ? ArrowRight : Zap,
        key: b.id,
        run: b.run,
      });
    }
  if (write && (asking === null || asking === 'assign')) {
    const give = (to: { assigneeId?: string | null; teamId?: string | null }, words: string) => () =>
      void act.assign(row, to, words);
    for (const p of people ?? [])
      if (p.active)
        entries.push({
          id: `assign:${p.id}`,
          words: said ? `Assign to ${p.name}` : p.name,
          also: 'give to',
          section: here,
          icon: UserRound,
          hint: p.id === row.assigneeId ? 'has it' : p.id === me.person.id ? 'you' : undefined,
          run: give({ assigneeId: p.id }, `${p.name} has #${row.number}`),
          ...asked,
        });
    for (const t of teams ?? [])
      entries.push({
        id: `team:${t.id}`,
        words: said ? `Assign to ${t.name}` : t.name,
        also: 'give to team',
        section: here,
        icon: Users,
        hint: t.id === row.teamId ? 'has it' : 'team',
        run: give({ teamId: t.id }, `#${row.number} is with ${t.name}`),
        ...asked,
      });
    if (row.assigneeId || row.teamId)
      entries.push({
        id: 'assign:nobody',
        words: said ? 'Assign to nobody' : 'Nobody',
        also: 'unassign',
        section: here,
        icon: CircleDashed,
        run: give({ assigneeId: null, teamId: null }, `Nobody has #${row.number} now`),
        ...asked,
      });
  }
  if (write && row.mergedInto === null && (asking === null || asking === 'snooze'))
    for (const t of snoozeTimes(new Date(), me.person.timeZone))
      entries.push({
        id: `snooze:${t.label}`,
        words: said ? `Snooze: ${t.label.charAt(0).toLowerCase()}${t.label.slice(1)}` : t.label,
        also: 'later remind',
        section: here,
        icon: Moon,
        hint: due(t.at),
        run: () => {
          target?.onward();
          void act.snooze(row, t.at.toISOString());
        },
        ...asked,
      });
  if (write && (asking === null || asking === 'tag')) {
    const known = [...new Set([...row.tags, ...(tags ?? [])])];
    for (const t of known)
      entries.push({
        id: `tag:${t}`,
        words: said ? `${row.tags.includes(t) ? 'Take off the tag' : 'Tag'} ${t}` : t,
        also: 'label',
        section: here,
        icon: Tag,
        hint: row.tags.includes(t) ? 'on it' : undefined,
        run: () => void act.tag(row, t),
        ...asked,
      });
    const fresh = text.trim();
    if (asking === 'tag' && fresh && !known.includes(fresh))
      entries.push({
        id: 'tag+',
        words: `New tag: ${fresh}`,
        section: here,
        icon: Tag,
        run: () => void act.tag(row, fresh),
        found: true,
      });
  }
  if (write && (asking === null || asking === 'priority'))
    for (const [id, label] of priorities)
      entries.push({
        id: `priority:${id}`,
        words: said ? `Priority: ${label.toLowerCase()}` : label,
        section: here,
        icon: Flame,
        hint: row.priority === id ? 'now' : undefined,
        run: () => void act.change(row, { priority: id }),
        ...asked,
      });
  if (asking !== null) return { entries, busy: false };

  for (const i of inboxes ?? [])
    entries.push({
      id: `inbox:${i.id}`,
      words: i.name,
      also: `inbox ${i.address}`,
      section: sections.go,
      icon: Inbox,
      hint: 'inbox',
      run: () => void navigate({ to: '/inbox/$view', params: { view: 'open' }, search: { inbox: i.id } }),
    });
  for (const p of pages)
    if (p.may === null || may(p.may))
      entries.push({
        id: `page:${p.to}`,
        words: p.label,
        also: `settings ${alsoCalled[p.to] ?? ''}`,
        section: 'Settings',
        icon: p.icon,
        run: () => void navigate({ to: p.to }),
      });
  for (const [theme, label] of [
    ['light', 'Light: day'],
    ['dark', 'Light: evening'],
    ['auto', 'Light: like this device'],
  ] as const)
    entries.push({
      id: `theme:${theme}`,
      words: label,
      also: 'theme dark mode colour appearance',
      section: 'Settings',
      icon: theme === 'dark' ? Moon : Sun,
      run: () => setTheme(theme),
      asked: true,
    });
  if (write && row.mergedInto === null)
    entries.push({
      id: 'snooze+',
      words: 'Snooze: other times',
      also: 'later remind',
      section: here,
      icon: CalendarClock,
      key: 'snooze',
      run: () => (bindings().find((b) => b.id === 'snooze')?.run ?? (() => openPalette('snooze')))(),
      asked: true,
    });
  if (settled && text.trim()) {
    for (const { conversation: c } of found.data?.items ?? [])
      entries.push({
        id: `conversation:${c.id}`,
        words: c.subject || 'No subject',
        section: 'Conversations',
        icon: MessageSquare,
        hint: c.customer.name || c.customer.address,
        run: () =>
          void navigate({
            to: '/inbox/$view/$number',
            params: { view: c.folder === 'inbox' ? 'all' : c.folder, number: String(c.number) },
          }),
        found: true,
      });
    for (const c of (found.data?.customers ?? []).slice(0, 5))
      entries.push({
        id: `customer:${c.id}`,
        words: c.name || (c.handles[0]?.value ?? 'No name'),
        section: 'Customers',
        icon: UserRound,
        hint: c.name ? c.handles[0]?.value : undefined,
        run: () => void navigate({ to: '/customers/$id', params: { id: c.id } }),
        found: true,
      });
  }
  return { entries, busy: found.isFetching };
};

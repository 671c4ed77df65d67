import type { ConversationRow } from '@hearten/contract';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  ArrowRight,
  CalendarClock,
  CircleDashed,
  Contrast,
  Flame,
  Inbox,
  ListChecks,
  MessageSquare,
  Moon,
  Rows3,
  Search,
  Sun,
  Tag,
  UserRound,
  Users,
  WandSparkles,
  Zap,
} from 'lucide-react';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import { useActions } from '../conversations/act.ts';
import { aim, many } from '../conversations/aim.ts';
import { inboxesQuery, peopleQuery, tagsQuery, teamsQuery } from '../conversations/data.ts';
import { parse, soughtBy } from '../conversations/operators.ts';
import { priorities } from '../conversations/Properties.tsx';
import { about, sections } from '../keys/catalogue.ts';
import { bindings } from '../keys/manager.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { useFirstSteps } from '../setup/Beginning.tsx';
import { preparedQuery } from '../snippets/data.ts';
import { macroHere } from '../snippets/use.ts';
import { stepWords } from '../snippets/words.ts';
import { useKeepLook } from '../ui/keepLook.ts';
import { due, snoozeTimes } from '../ui/time.ts';
import { pages } from '../workspace/Settings.tsx';
import { forMany } from './forMany.ts';
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
  row ? `#${row.number} · ${row.subject || t('No subject')}` : sections.conversation;

/** Everything the palette can offer now; the live actions, where one can go, and what was asked for by words. */
export const useEntries = (
  asking: Asking | null,
  text: string,
  writing: boolean,
): { entries: Entry[]; busy: boolean } => {
  const me = useMe();
  const client = useQueryClient();
  const keepLook = useKeepLook();
  const may = useMay();
  const act = useActions();
  const navigate = useNavigate();
  const showFirstSteps = useFirstSteps();
  const target = useSyncExternalStore(aim.watch, aim.get);
  // What is selected goes before what is open.
  const group = useSyncExternalStore(many.watch, many.get);
  const row = group ? undefined : target?.row;
  const canWrite = may('conversation.write');
  const write = canWrite && row !== undefined;
  const settled = useSettled(text.trim(), 120);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const { data: teams } = useQuery({ ...teamsQuery, enabled: may('people.read') });
  const { data: tags } = useQuery({ ...tagsQuery, enabled: write || group !== null });
  const { data: macros, isFetching: macrosFetching } = useQuery({
    ...preparedQuery('macro'),
    enabled: write && may('snippet.read'),
  });
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  // The same operators as on the page of the search: is:, from:, tag: …
  const asked = useMemo(
    () => soughtBy(parse(settled, { people: people ?? [], teams: teams ?? [], inboxes: inboxes ?? [] }, true)),
    [settled, people, teams, inboxes],
  );
  const found = useQuery({
    queryKey: ['search', 'palette', asked],
    enabled: asking === null && settled.length > 1 && asked !== null && may('conversation.read'),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
    queryFn: ({ signal }) => api('GET /search', { query: { ...asked, limit: 6 }, signal }),
  });
  const here = group ? t('{n, plural, one {# selected} other {# selected}}', { n: group.size }) : aimed(row);
  const byWords = asking === null ? ({ asked: true } as const) : {};
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
  if (group && canWrite)
    entries.push(
      ...forMany(group, asking, {
        people: (people ?? []).filter((p) => p.active),
        teams: teams ?? [],
        // Many at once move between mailboxes; to go on by another way is one conversation's own matter.
        inboxes: (inboxes ?? []).filter((one) => one.channel === 'email'),
        tags: tags ?? [],
        times: snoozeTimes(new Date(), me.person.timeZone),
        section: here,
        text: text.trim(),
      }),
    );
  if (write && (asking === null || asking === 'assign')) {
    const give = (to: { assigneeId?: string | null; teamId?: string | null }, words: string) => () =>
      void act.assign(row, to, words);
    for (const p of people ?? [])
      if (p.active)
        entries.push({
          id: `assign:${p.id}`,
          words: said ? t('Assign to {name}', { name: p.name }) : p.name,
          also: t('give to'),
          section: here,
          icon: UserRound,
          hint: p.id === row.assigneeId ? t('has it') : p.id === me.person.id ? t('you') : undefined,
          run: give({ assigneeId: p.id }, t('{name} has #{number}', { name: p.name, number: row.number })),
          ...byWords,
        });
    for (const team of teams ?? [])
      entries.push({
        id: `team:${team.id}`,
        words: said ? t('Assign to {name}', { name: team.name }) : team.name,
        also: t('give to team'),
        section: here,
        icon: Users,
        hint: team.id === row.teamId ? t('has it') : t('team'),
        run: give({ teamId: team.id }, t('#{number} is with {name}', { number: row.number, name: team.name })),
        ...byWords,
      });
    if (row.assigneeId || row.teamId)
      entries.push({
        id: 'assign:nobody',
        words: said ? t('Assign to nobody') : t('Nobody'),
        also: t('unassign'),
        section: here,
        icon: CircleDashed,
        run: give({ assigneeId: null, teamId: null }, t('Nobody has #{number} now', { number: row.number })),
        ...byWords,
      });
  }
  if (write && asking === 'move') {
    const { number } = row;
    const home = inboxes?.find(({ id }) => id === row.inboxId);
    for (const { id, name, address, channel } of inboxes ?? [])
      if (id !== row.inboxId)
        entries.push({
          id: `into:${id}`,
          words: name,
          section: here,
          icon: Inbox,
          hint:
            channel === (home?.channel ?? channel)
              ? address
              : channel === 'chat'
                ? t('goes on in the chat')
                : t('goes on by mail'),
          run: () => void act.inbox(row, id, t('#{number} is in {name}', { number, name })),
        });
    for (const { id, name } of teams ?? [])
      if (id !== row.teamId)
        entries.push({
          id: `team:${id}`,
          words: name,
          section: here,
          icon: Users,
          hint: t('team'),
          run: () => void act.assign(row, { teamId: id }, t('#{number} is with {name}', { number, name })),
        });
  }
  if (write && row.mergedInto === null && (asking === null || asking === 'snooze'))
    for (const time of snoozeTimes(new Date(), me.person.timeZone))
      entries.push({
        id: `snooze:${time.label}`,
        words: said
          ? t('Snooze: {when}', { when: time.label.charAt(0).toLowerCase() + time.label.slice(1) })
          : time.label,
        also: t('later remind'),
        section: here,
        icon: Moon,
        hint: due(time.at),
        run: () => {
          target?.onward();
          void act.snooze(row, time.at.toISOString());
        },
        ...byWords,
      });
  if (write && (asking === null || asking === 'tag')) {
    const known = [...new Set([...row.tags, ...(tags ?? [])])];
    for (const name of known)
      entries.push({
        id: `tag:${name}`,
        words: said
          ? row.tags.includes(name)
            ? t('Take off the tag {name}', { name })
            : t('Tag {name}', { name })
          : name,
        also: t('label'),
        section: here,
        icon: Tag,
        hint: row.tags.includes(name) ? t('on it') : undefined,
        run: () => void act.tag(row, name),
        ...byWords,
      });
    const fresh = text.trim();
    if (asking === 'tag' && fresh && !known.includes(fresh))
      entries.push({
        id: 'tag+',
        words: t('New tag: {fresh}', { fresh }),
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
        words: said ? t('Priority: {label}', { label: label.toLowerCase() }) : label,
        section: here,
        icon: Flame,
        hint: row.priority === id ? t('now') : undefined,
        run: () => void act.change(row, { priority: id }),
        ...byWords,
      });
  if (write && row.mergedInto === null && (asking === null || asking === 'macro'))
    for (const one of macros ?? [])
      entries.push({
        id: `macro:${one.id}`,
        words: said ? t('Run {name}', { name: one.name }) : one.name,
        also: `${t('macro')} ${one.shortcut} ${one.folder}`,
        section: here,
        icon: WandSparkles,
        hint: (one.steps ?? []).flatMap((step) => stepWords(step, people, teams)).join(' · ') || undefined,
        run: () => void macroHere(client, one, row, target?.onward),
        ...byWords,
      });
  if (asking !== null) return { entries, busy: macrosFetching };

  for (const i of inboxes ?? [])
    entries.push({
      id: `inbox:${i.id}`,
      words: i.name,
      also: t('inbox {address}', { address: i.address }),
      section: sections.go,
      icon: Inbox,
      hint: t('inbox'),
      run: () => void navigate({ to: '/inbox/$view', params: { view: 'open' }, search: { inbox: i.id } }),
    });
  for (const p of pages)
    if (p.may === null || may(p.may))
      entries.push({
        id: `page:${p.to}`,
        words: p.label,
        also: t('settings {alsoCalled}', { alsoCalled: alsoCalled[p.to] ?? '' }),
        section: t('Settings'),
        icon: p.icon,
        run: () => void navigate({ to: p.to }),
      });
  if (!me.firstSteps)
    entries.push({
      id: 'first-steps',
      words: t('Show the first steps'),
      also: t('checklist begin set up onboarding'),
      section: t('Settings'),
      icon: ListChecks,
      run: () => void showFirstSteps(true),
    });
  for (const [theme, label] of [
    ['light', t('Light: day')],
    ['dark', t('Light: evening')],
    ['auto', t('Light: like this device')],
  ] as const)
    entries.push({
      id: `theme:${theme}`,
      words: label,
      also: t('theme dark mode colour appearance'),
      section: t('Settings'),
      icon: theme === 'dark' ? Moon : Sun,
      run: () => void keepLook({ theme }),
      asked: true,
    });
  for (const [density, label] of [
    ['compact', t('Rows: compact')],
    ['default', t('Rows: comfortable')],
    ['relaxed', t('Rows: relaxed')],
  ] as const)
    entries.push({
      id: `density:${density}`,
      words: label,
      also: t('density height spacing appearance'),
      section: t('Settings'),
      icon: Rows3,
      run: () => void keepLook({ density }),
      asked: true,
    });
  for (const [contrast, label] of [
    ['high', t('Contrast: high')],
    ['auto', t('Contrast: like this device')],
  ] as const)
    entries.push({
      id: `contrast:${contrast}`,
      words: label,
      also: t('contrast accessibility appearance'),
      section: t('Settings'),
      icon: Contrast,
      run: () => void keepLook({ contrast }),
      asked: true,
    });
  if (write && row.mergedInto === null)
    entries.push({
      id: 'snooze+',
      words: t('Snooze: other times'),
      also: t('later remind'),
      section: here,
      icon: CalendarClock,
      key: 'snooze',
      run: () => (bindings().find((b) => b.id === 'snooze')?.run ?? (() => openPalette('snooze')))(),
      asked: true,
    });
  entries.push({
    id: 'page:kit',
    words: t('Kit: every component in every state'),
    also: t('design system components look'),
    section: sections.go,
    icon: ArrowRight,
    run: () => void navigate({ to: '/kit' }),
    asked: true,
  });
  if (text.trim() && may('conversation.read'))
    entries.push({
      id: 'search+',
      words: t('Search everything for “{text}”', { text: text.trim() }),
      section: t('Search'),
      icon: Search,
      run: () => void navigate({ to: '/search', search: { q: text.trim() } }),
      last: true,
    });
  if (settled && text.trim()) {
    for (const { conversation: c } of found.data?.items ?? [])
      entries.push({
        id: `conversation:${c.id}`,
        words: c.subject || t('No subject'),
        section: t('Conversations'),
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
        words: c.name || (c.handles[0]?.value ?? t('No name')),
        section: t('Customers'),
        icon: UserRound,
        hint: c.name ? c.handles[0]?.value : undefined,
        run: () => void navigate({ to: '/customers/$id', params: { id: c.id } }),
        found: true,
      });
  }
  return { entries, busy: found.isFetching };
};

import { CircleDashed, Flame, Inbox, Moon, Tag, UserRound, Users } from 'lucide-react';
import type { Many } from '../conversations/aim.ts';
import { priorities } from '../conversations/Properties.tsx';
import { t } from '../language/index.ts';
import { due } from '../ui/time.ts';
import type { Asking } from './opened.ts';
import type { Entry } from './ranked.ts';

type Known = {
  people: { id: string; name: string }[];
  teams: { id: string; name: string }[];
  inboxes: { id: string; name: string; address: string }[];
  tags: string[];
  times: { label: string; at: Date }[];
  section: string;
  text: string;
};
/** What the palette offers to do to all that is selected, each as one action with one way back. */
export const forMany = (
  { run }: NonNullable<Many>,
  asking: Asking | null,
  { people, teams, inboxes, tags, times, section, text }: Known,
): Entry[] => {
  const open = asking === null;
  const common = { section, ...(open ? ({ asked: true } as const) : {}) };
  const wants = (what: Asking) => open || asking === what;
  const out: Entry[] = [];
  if (wants('assign')) {
    for (const one of people)
      out.push({
        ...common,
        id: `assign:${one.id}`,
        words: open ? t('Assign to {name}', { name: one.name }) : one.name,
        also: t('give to'),
        icon: UserRound,
        run: () => run({ do: 'assign', assigneeId: one.id }),
      });
    for (const one of teams)
      out.push({
        ...common,
        id: `team:${one.id}`,
        words: open ? t('Assign to {name}', { name: one.name }) : one.name,
        also: t('give to team'),
        icon: Users,
        hint: t('team'),
        run: () => run({ do: 'assign', teamId: one.id }),
      });
    out.push({
      ...common,
      id: 'assign:nobody',
      words: open ? t('Assign to nobody') : t('Nobody'),
      also: t('unassign'),
      icon: CircleDashed,
      run: () => run({ do: 'assign', assigneeId: null, teamId: null }),
    });
  }
  if (asking === 'move') {
    for (const one of inboxes)
      out.push({
        ...common,
        id: `into:${one.id}`,
        words: one.name,
        icon: Inbox,
        hint: one.address,
        run: () => run({ do: 'inbox', inboxId: one.id }),
      });
    for (const one of teams)
      out.push({
        ...common,
        id: `team:${one.id}`,
        words: one.name,
        icon: Users,
        hint: t('team'),
        run: () => run({ do: 'assign', teamId: one.id }),
      });
  }
  if (wants('snooze'))
    for (const time of times)
      out.push({
        ...common,
        id: `snooze:${time.label}`,
        words: open
          ? t('Snooze: {when}', { when: time.label.charAt(0).toLowerCase() + time.label.slice(1) })
          : time.label,
        also: t('later remind'),
        icon: Moon,
        hint: due(time.at),
        run: () => run({ do: 'snooze', until: time.at.toISOString() }),
      });
  if (wants('tag')) {
    for (const name of tags)
      out.push({
        ...common,
        id: `tag:${name}`,
        words: open ? t('Tag {name}', { name }) : name,
        also: t('label'),
        icon: Tag,
        run: () => run({ do: 'tag', add: [name] }),
      });
    if (asking === 'tag' && text && !tags.includes(text))
      out.push({
        ...common,
        id: 'tag+',
        words: t('New tag: {fresh}', { fresh: text }),
        icon: Tag,
        run: () => run({ do: 'tag', add: [text] }),
        found: true,
      });
  }
  if (wants('priority'))
    for (const [id, label] of priorities)
      out.push({
        ...common,
        id: `priority:${id}`,
        words: open ? t('Priority: {label}', { label: label.toLowerCase() }) : label,
        icon: Flame,
        run: () => run({ do: 'priority', priority: id }),
      });
  return out;
};

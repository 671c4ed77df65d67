import type { ConversationRow } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleDashed, Flame, Plus, Tag, Users } from 'lucide-react';
import { useState } from 'react';
import { useMay, useMe } from '../me.ts';
import { Item, Menu } from '../ui/float.tsx';
import { Avatar } from '../ui/kit.tsx';
import { type Choice, Pick } from '../ui/Pick.tsx';
import { due } from '../ui/time.ts';
import { useHint, useKeys } from '../ui/useKeys.ts';
import { useActions } from './act.ts';
import { peopleQuery, tagsQuery, teamsQuery } from './data.ts';
import { statusOf } from './views.ts';

export const priorities = [
  ['urgent', 'Urgent'],
  ['high', 'High'],
  ['normal', 'Normal'],
  ['low', 'Low'],
] as const;

const priorityTone = { urgent: 'breach', high: 'risk', normal: 'dashed', low: '' };

/** Who has it, what it is about, how it stands: chips that can be changed where they are. */
export const Properties = ({ row }: { row: ConversationRow }) => {
  const me = useMe().person.id;
  const may = useMay();
  const act = useActions();
  const [picking, setPicking] = useState<'assign' | 'tag' | null>(null);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const { data: teams } = useQuery({ ...teamsQuery, enabled: may('people.read') });
  const { data: tags } = useQuery({ ...tagsQuery, enabled: picking === 'tag' });
  const write = may('conversation.write');
  useKeys([
    { id: 'assign', when: write, run: () => setPicking('assign'), opens: true },
    { id: 'tag', when: write, run: () => setPicking('tag'), opens: true },
  ]);
  const hint = {
    assign: useHint('Assign', 'assign'),
    tag: useHint('Tags', 'tag'),
    priority: useHint('Priority', 'priority'),
  };
  const status = statusOf(row);
  const assignee = people?.find((p) => p.id === row.assigneeId);
  const team = teams?.find((t) => t.id === row.teamId);
  const choices: Choice[] = [
    ...(row.assigneeId || row.teamId ? [{ id: 'nobody', label: 'Nobody', lead: <CircleDashed className="i" /> }] : []),
    ...(people ?? [])
      .filter((p) => p.active || p.id === row.assigneeId)
      .sort((a, b) => Number(b.id === me) - Number(a.id === me) || a.name.localeCompare(b.name))
      .map((p) => ({
        id: `p:${p.id}`,
        label: p.name,
        hint: p.id === me ? 'you' : undefined,
        lead: <Avatar name={p.name} id={p.id} team size={20} />,
        on: p.id === row.assigneeId,
      })),
    ...(teams ?? []).map((t) => ({
      id: `t:${t.id}`,
      label: t.name,
      hint: 'team',
      lead: <Users className="i" />,
      on: t.id === row.teamId,
    })),
  ];
  const assign = (c: Choice) => {
    const id = c.id.slice(2);
    if (c.id === 'nobody') void act.assign(row, { assigneeId: null, teamId: null }, `Nobody has #${row.number} now`);
    else if (c.id.startsWith('p:'))
      void act.assign(
        row,
        { assigneeId: c.on ? null : id },
        c.on ? `Nobody has #${row.number} now` : `${c.label} has #${row.number}`,
      );
    else
      void act.assign(
        row,
        { teamId: c.on ? null : id },
        c.on ? `#${row.number} has no team now` : `#${row.number} is with ${c.label}`,
      );
  };
  const face = (
    <button
      type="button"
      className={`chip${assignee || row.assigneeId ? '' : ' dashed'}`}
      disabled={!write}
      title={hint.assign}
    >
      {assignee ? <Avatar name={assignee.name} id={assignee.id} team size={16} /> : <CircleDashed className="i s13" />}
      <span className="sr">Assigned to</span>
      <bdi>{assignee?.name ?? (row.assigneeId ? 'Someone' : 'Nobody')}</bdi>
      {team ? (
        <span className="ink3">
          {' '}
          · <bdi>{team.name}</bdi>
        </span>
      ) : null}
    </button>
  );
  return (
    <div className="meta">
      <span className={`chip ${status.tone}`}>
        <status.icon className="i s13" />
        {status.label}
        {row.status === 'snoozed' && row.snoozedUntil ? ` until ${due(row.snoozedUntil)}` : ''}
      </span>
      {write ? (
        <Pick
          open={picking === 'assign'}
          onOpen={(o) => setPicking(o ? 'assign' : null)}
          trigger={face}
          label="Assign to"
          placeholder="A person or a team"
          choices={choices}
          pick={assign}
        />
      ) : (
        face
      )}
      {write ? (
        <Menu
          trigger={
            <button type="button" className={`chip ${priorityTone[row.priority]}`} title={hint.priority}>
              <Flame className="i s13" />
              <span className="sr">{row.priority === 'normal' ? 'Normal priority' : 'Priority'}</span>
              {row.priority === 'normal' ? null : priorities.find(([p]) => p === row.priority)?.[1]}
            </button>
          }
        >
          {priorities.map(([id, label]) => (
            <Item
              key={id}
              run={() => void act.change(row, { priority: id })}
              when={row.priority === id ? 'now' : undefined}
            >
              {label}
            </Item>
          ))}
        </Menu>
      ) : null}
      {row.tags.map((t) => (
        <Link
          key={t}
          to="/inbox/$view"
          params={{ view: 'all' }}
          search={{ tag: t }}
          className="chip"
          title={`All with ${t}`}
        >
          <Tag className="i s13" />
          <bdi>{t}</bdi>
        </Link>
      ))}
      {write ? (
        <Pick
          many
          open={picking === 'tag'}
          onOpen={(o) => setPicking(o ? 'tag' : null)}
          label="Tags"
          placeholder="A tag, new or known"
          empty="Type to make the first tag"
          pick={(c) => void act.tag(row, c.label.replace(/^New tag: /, ''))}
          make={(text) => ({ id: `new:${text}`, label: `New tag: ${text}`, lead: <Plus className="i" /> })}
          choices={[...new Set([...row.tags, ...(tags ?? [])])].map((t) => ({
            id: t,
            label: t,
            on: row.tags.includes(t),
            lead: <Tag className="i s14" />,
          }))}
          trigger={
            <button type="button" className="chip dashed" title={hint.tag}>
              <Tag className="i s13" />
              {row.tags.length ? <Plus className="i s13" aria-label="Add a tag" /> : 'Tag'}
            </button>
          }
        />
      ) : null}
    </div>
  );
};

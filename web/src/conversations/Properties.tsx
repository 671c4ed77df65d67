import type { ConversationRow } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleDashed, Flame, Plus, Tag, Users } from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Felt } from '../mood/Felt.tsx';
import { Item, Menu } from '../ui/float.tsx';
import { Avatar } from '../ui/kit.tsx';
import { later } from '../ui/later.tsx';
import { type Choice, Pick } from '../ui/Pick.tsx';
import { due } from '../ui/time.ts';
import { useBehind } from '../ui/useBehind.ts';
import { useHint, useKeys } from '../ui/useKeys.ts';
import { useActions } from './act.ts';
import { peopleQuery, tagsQuery, teamsQuery } from './data.ts';
import { statusOf } from './views.ts';

const Filing = later(async () => (await import('../problems/Filing.tsx')).Filing);

export const priorities = [
  ['urgent', t('Urgent')],
  ['high', t('High')],
  ['normal', t('Normal')],
  ['low', t('Low')],
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
  // How they feel and what it was about stand there in the frame behind: both are asked for, and the words come first.
  const beside = useBehind(true, false);
  useKeys([
    { id: 'assign', when: write, run: () => setPicking('assign'), opens: true },
    { id: 'tag', when: write, run: () => setPicking('tag'), opens: true },
  ]);
  const hint = {
    assign: useHint(t('Assign'), 'assign'),
    tag: useHint(t('Tags'), 'tag'),
    priority: useHint(t('Priority'), 'priority'),
  };
  const status = statusOf(row);
  const assignee = people?.find((p) => p.id === row.assigneeId);
  const team = teams?.find((one) => one.id === row.teamId);
  const choices: Choice[] = [
    ...(row.assigneeId || row.teamId
      ? [{ id: 'nobody', label: t('Nobody'), lead: <CircleDashed className="i" /> }]
      : []),
    ...(people ?? [])
      .filter((p) => p.active || p.id === row.assigneeId)
      .sort((a, b) => Number(b.id === me) - Number(a.id === me) || a.name.localeCompare(b.name))
      .map((p) => ({
        id: `p:${p.id}`,
        label: p.name,
        hint: p.id === me ? t('you') : undefined,
        lead: <Avatar name={p.name} id={p.id} team size={20} />,
        on: p.id === row.assigneeId,
      })),
    ...(teams ?? []).map((one) => ({
      id: `t:${one.id}`,
      label: one.name,
      hint: t('team'),
      lead: <Users className="i" />,
      on: one.id === row.teamId,
    })),
  ];
  const assign = (c: Choice) => {
    const id = c.id.slice(2);
    if (c.id === 'nobody')
      void act.assign(row, { assigneeId: null, teamId: null }, t('Nobody has #{number} now', { number: row.number }));
    else if (c.id.startsWith('p:'))
      void act.assign(
        row,
        { assigneeId: c.on ? null : id },
        c.on
          ? t('Nobody has #{number} now', { number: row.number })
          : t('{label} has #{number}', { label: c.label, number: row.number }),
      );
    else
      void act.assign(
        row,
        { teamId: c.on ? null : id },
        c.on
          ? t('#{number} has no team now', { number: row.number })
          : t('#{number} is with {label}', { number: row.number, label: c.label }),
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
      <span className="sr">{t('Assigned to')}</span>
      <bdi>{assignee?.name ?? (row.assigneeId ? t('Someone') : t('Nobody'))}</bdi>
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
        {row.status === 'snoozed' && row.snoozedUntil
          ? t('Snoozed until {when}', { when: due(row.snoozedUntil) })
          : status.label}
      </span>
      {write ? (
        <Pick
          open={picking === 'assign'}
          onOpen={(o) => setPicking(o ? 'assign' : null)}
          trigger={face}
          label={t('Assign to')}
          placeholder={t('A person or a team')}
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
              <span className="sr">{row.priority === 'normal' ? t('Normal priority') : t('Priority')}</span>
              {row.priority === 'normal' ? null : priorities.find(([p]) => p === row.priority)?.[1]}
            </button>
          }
        >
          {priorities.map(([id, label]) => (
            <Item key={id} run={() => void act.change(row, { priority: id })} is={row.priority === id}>
              {label}
            </Item>
          ))}
        </Menu>
      ) : null}
      {beside ? <Felt row={row} /> : null}
      {row.tags.map((one) => (
        <Link
          key={one}
          to="/inbox/$view"
          params={{ view: 'all' }}
          search={{ tag: one }}
          className="chip"
          title={t('All with {tag}', { tag: one })}
        >
          <Tag className="i s13" />
          <bdi>{one}</bdi>
        </Link>
      ))}
      {write ? (
        <Pick
          many
          open={picking === 'tag'}
          onOpen={(o) => setPicking(o ? 'tag' : null)}
          label={t('Tags')}
          placeholder={t('A tag, new or known')}
          empty={t('Type to make the first tag')}
          pick={(c) => void act.tag(row, c.id.replace(/^(new|is):/, ''))}
          make={(text) => ({ id: `new:${text}`, label: t('New tag: {text}', { text }), lead: <Plus className="i" /> })}
          choices={[...new Set([...row.tags, ...(tags ?? [])])].map((one) => ({
            id: `is:${one}`,
            label: one,
            on: row.tags.includes(one),
            lead: <Tag className="i s14" />,
          }))}
          trigger={
            <button type="button" className="chip dashed" title={hint.tag}>
              <Tag className="i s13" />
              {row.tags.length ? <Plus className="i s13" aria-label={t('Add a tag')} /> : t('Tag')}
            </button>
          }
        />
      ) : null}
      {beside ? <Filing row={row} /> : null}
    </div>
  );
};
